"""Memory: nearly full, stalled, or run out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.counters import gained
from agent.probes.host import Absent
from agent.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from agent.model import Moment
    from agent.probes.probe import Source

_LOW = 0.1
_STALLED = 5.0


class Memory(Probe):
    """What is left of memory, and what its lack does."""

    name = "memory"

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            "endpoint.memory_low": self._low,
            "endpoint.memory_pressure": self._stalled,
            "endpoint.oom_kills": self._kills,
        }

    def _low(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """1 if less than a tenth is available, else 0."""
        available, total = self.host.memory()
        if total <= 0 or not 0 <= available <= total:
            raise Absent("the system's account of its memory makes no sense")
        return 1 if available / total < _LOW else 0

    def _stalled(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """1 if everything stood still for memory 5 % of the last minute or more, else 0."""
        stall = self.host.memory_stall()
        if not 0 <= stall <= 100:
            raise Absent("the system's account of its stalls makes no sense")
        return 1 if stall >= _STALLED else 0

    def _kills(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Programs killed since the last pass."""
        rise = gained(marks, "endpoint.oom_kills", moment.boot, {"all": (self.host.memory_kills(),)})
        return rise[0] if rise else 0
