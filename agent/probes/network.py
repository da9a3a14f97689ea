"""The network as the kernel already knows it: no packet is sent, no address kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.counters import gained
from agent.probes.host import Absent
from agent.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from agent.model import Moment
    from agent.probes.probe import Source

_RETRANSMIT = "network.tcp_retransmit"
_ERRORS = "network.nic_errors"
_DROPS = "network.link_drops"
# Links are looked at each minute.
_PAUSE = 150.0
_SLEPT = "network.link_drops.slept"


class Network(Probe):
    """Connections and adapters."""

    name = "network"
    _passed: float | None = None
    """When links were looked at last (`Moment.ticking`)."""

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            "network.tcp_rtt": self._rtt,
            _RETRANSMIT: self._retransmit,
            _ERRORS: self._errors,
            _DROPS: self._drops,
            "network.wifi_signal": self._wifi,
        }

    def _rtt(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """The median over the connections, so that one far server does not stand for the way to all."""
        times = sorted(self.host.round_trips())
        if not times:
            raise Absent("no connection to another computer is in use")
        return times[(len(times) - 1) // 2]

    def _retransmit(self, moment: Moment, marks: MutableMapping[str, str]) -> tuple[float, float]:
        """(sent again, sent) since the last pass."""
        rise = gained(marks, _RETRANSMIT, moment.boot, {"tcp": self.host.segments()})
        return _pair(rise)

    def _errors(self, moment: Moment, marks: MutableMapping[str, str]) -> tuple[float, float]:
        """(damaged or dropped, all) packets since the last pass."""
        counters = {name: (now.faults, now.packets) for name, now in self.host.adapters().items()}
        return _pair(gained(marks, _ERRORS, moment.boot, counters))

    def _drops(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Links lost since the last pass; none if the system slept meanwhile, when links fall anyway.

        A long pause between two passes is a sleep, too: that onto the disk is not among the suspensions.
        """
        last, self._passed = self._passed, moment.ticking
        paused = last is not None and not 0 <= moment.ticking - last < _PAUSE
        counters = {name: (count,) for name, count in self.host.link_losses().items()}
        rise = gained(marks, _DROPS, moment.boot, counters, since_boot=False)
        slept = f"{moment.boot} {self.host.suspensions()}"
        before = marks.get(_SLEPT, slept)
        marks[_SLEPT] = slept
        return rise[0] if rise and before == slept and not paused else 0

    def _wifi(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """As the host tells it."""
        return self.host.wifi_signal()


def _pair(rise: tuple[int, ...] | None) -> tuple[float, float]:
    if not rise:
        raise Absent("needs a second reading")
    return rise[0], rise[1]
