"""Power: the battery's condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from agent.model import Moment
    from agent.probes.probe import Source

# Batteries that call themselves better than new are new; far beyond, their numbers are wrong.
_BEYOND_BELIEF = 150.0


class Power(Probe):
    """Batteries."""

    name = "power"

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {"endpoint.battery_capacity": self._capacity}

    def _capacity(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """What all batteries together hold, in percent of new."""
        batteries = [(full, new) for full, new in self.host.batteries() if new > 0 and full >= 0]
        if not batteries:
            raise Absent("the battery does not tell its condition")
        percent = 100 * sum(full for full, _ in batteries) / sum(new for _, new in batteries)
        if percent > _BEYOND_BELIEF:
            raise Absent("the battery's own numbers make no sense")
        return min(percent, 100.0)
