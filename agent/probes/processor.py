"""The processor: how often it is overloaded, how often heat slows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from agent.model import Moment
    from agent.probes.probe import Source

_BUSY = 0.8
_THROTTLED = "endpoint.thermal_throttle"
# Processor seconds below which the kernel's ticks (10 ms) are too coarse to make a share of.
_SHORTEST = 0.2


class Processor(Probe):
    """Busy time and heat."""

    name = "processor"
    _last: tuple[float, float] | None = None

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {"endpoint.cpu_busy": self._busy, _THROTTLED: self._throttled}

    def forget(self) -> None:
        """See Probe."""
        self._last = None

    def _busy(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """1 if more than 80 % of all processor time since the last pass was used, else 0."""
        busy, total = self.host.processor_time()
        last, self._last = self._last, (busy, total)
        if last is None:
            raise Absent("needs a second reading")
        spent, passed = busy - last[0], total - last[1]
        if not (passed >= _SHORTEST and spent >= 0):
            raise Absent("too little time since the last reading")
        return 1 if spent / passed > _BUSY else 0

    def _throttled(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """1 if any core was slowed for heat since the last pass, else 0."""
        count = int(self.host.throttlings())
        boot, _, before = marks.get(_THROTTLED, "").rpartition(" ")
        marks[_THROTTLED] = f"{moment.boot} {count}"
        if not boot:
            raise Absent("needs a second reading")
        # A core that is switched off takes its count along, and brings it back: only a rise is heat.
        return 1 if boot == moment.boot and before.isdecimal() and count > int(before) else 0
