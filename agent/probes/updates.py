"""Updates: when, how many wait, whether the system is still supported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.probe import Pending, Probe
from agent.schedule import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from agent.model import Moment
    from agent.probes.host import Later
    from agent.probes.probe import Source

# Days by which a file's time may lie ahead of the clock before the two contradict each other.
_AHEAD = 1.0
# Days after which package lists say nothing about what waits today.
_STALE = 14
# Seconds after which a question that its own time-out has not ended is given up.
_PATIENCE = 600.0


class Updates(Probe):
    """System updates and support."""

    name = "updates"
    _asking: tuple[float, Later] | None = None
    """Since when (`Moment.ticking`) the question is open that takes seconds to answer."""

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            "endpoint.update_age": self._age,
            "endpoint.reboot_pending": self._pending,
            "endpoint.os_support": self._support,
            "app.security_updates": self._security,
        }

    def _age(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Days from then to now."""
        return _days_since(self.host.last_update(), moment.now)

    def _pending(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Days from then to now; 0 if none waits."""
        since = self.host.restart_wanted()
        return 0 if since is None else _days_since(since, moment.now)

    def _support(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Days from now to then."""
        return (self.host.support_end() - moment.now) / DAY

    def _security(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Asked at one reading, answered at a later one: nothing else waits meanwhile."""
        if self._asking is None:
            if moment.now - self.host.lists_fetched() > _STALE * DAY:
                raise Absent("the package lists are older than two weeks")
            self._asking = (moment.ticking, self.host.security_updates())
        since, later = self._asking
        self._asking = None
        found = later.result()
        if found is not None:
            return found
        if not 0 <= moment.ticking - since < _PATIENCE:
            later.stop()
            raise Absent("the package manager does not answer")
        self._asking = (since, later)
        raise Pending("the package manager is being asked")

    def stop(self, moment: Moment, marks: MutableMapping[str, str]) -> None:
        """Leave no question behind."""
        super().stop(moment, marks)
        if self._asking is not None:
            self._asking[1].stop()
            self._asking = None


def _days_since(then: float, now: float) -> float:
    days = (now - then) / DAY
    if days < -_AHEAD:
        raise Absent("the clock and the files' times contradict each other")
    return max(days, 0.0)
