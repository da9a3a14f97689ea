"""Starts and stops of the system: how long, how long ago, how often without an orderly end."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.probe import Probe
from agent.schedule import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableMapping, Sequence

    from agent.model import Moment
    from agent.probes.probe import Source

# Records of one crash are written within this many seconds of each other.
_ONE_CRASH = 60

_BOOT_TIME = "endpoint.boot_time"
_CRASHES = "endpoint.os_crashes"
_RUNNING = "endpoint.unclean_shutdowns.running"
_STOPPED = "endpoint.unclean_shutdowns.stopped"
_NOTED = "endpoint.unclean_shutdowns.noted"


class Startup(Probe):
    """Boots, uptime, sudden power-offs, system crashes."""

    name = "startup"

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            _BOOT_TIME: self._boot_time,
            "endpoint.uptime": self._uptime,
            "endpoint.unclean_shutdowns": self._unclean,
            _CRASHES: self._crashes,
        }

    def _boot_time(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Seconds of the latest start-up, as the system timed it."""
        return self.host.boot_duration()

    def _uptime(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Days from then to now."""
        days = (moment.now - self.host.started()) / DAY
        if days < 0:
            raise Absent("the clock says that the system starts in the future")
        return days

    def _unclean(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Sudden ends that the system itself has noted since the last reading.

        Where it notes none: 1 if the boot in which the agent last ran ended without the agent's orderly end,
        else 0.
        """
        try:
            return _newer(marks, _NOTED, self.host.sudden_ends(), moment.now)
        except Absent:
            if _NOTED in marks:  # it does note them, and only does not tell now: it will
                raise
            return self._unnoted(moment, marks)

    def _unnoted(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """By the agent's own note.

        Counted only once an orderly end has been seen on this computer: where sessions are always killed,
        a missing note means nothing.
        """
        running, stopped = marks.get(_RUNNING, ""), marks.get(_STOPPED, "")
        marks[_RUNNING] = moment.boot
        if running in ("", moment.boot):
            # Running again in this boot: an earlier orderly end (a log-out, say) says nothing of its end.
            if stopped == moment.boot:
                marks[_STOPPED] = "seen"
            return 0
        if stopped == "":
            return 0
        marks[_STOPPED] = "seen"
        return 0 if stopped == running else 1

    def stop(self, moment: Moment, marks: MutableMapping[str, str]) -> None:
        """Note the orderly end, by which the next boot knows it from a power cut."""
        super().stop(moment, marks)
        marks[_STOPPED] = moment.boot

    def _crashes(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """System crashes whose records are newer than the last one counted."""
        return _newer(marks, _CRASHES, self.host.system_crashes(), moment.now)


def _newer(marks: MutableMapping[str, str], key: str, records: Iterable[float], now: float) -> int:
    """How many records are newer than the newest one known under `key`; none at the first sight.

    What comes from the future (the clock was wrong as it was written, or was set back since) is not known
    yet. While the clock stands before the mark, a second one beside it counts: one of the two is wrong.
    """
    latest = now + DAY
    times = sorted(time for time in records if time <= latest)
    mark, _, beside = marks.get(key, "").partition(";")
    last, earlier = _seconds(mark), _seconds(beside)
    behind = last is not None and last > latest
    since = earlier if behind else last
    if since is None or since > latest:
        since = now
    until = repr(max([since, *times]))
    marks[key] = f"{mark};{until}" if behind else until
    return _apart([time for time in times if time > since])


def _seconds(mark: str) -> float | None:
    try:
        time = float(mark)
    except ValueError:  # none, or one of another version
        return None
    return time if isfinite(time) else None


def _apart(times: Sequence[float]) -> int:
    """How many groups the rising times form that lie more than _ONE_CRASH apart."""
    count, last = 0, None
    for time in times:
        if last is None or time - last > _ONE_CRASH:
            count += 1
        last = time
    return count
