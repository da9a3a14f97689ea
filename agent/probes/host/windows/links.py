"""Network adapters, their lost links, Wi-Fi, and TCP's own counters."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host import Absent, Adapter

if TYPE_CHECKING:
    from agent.probes.host.windows.system import System

_IPV4, _IPV6 = 2, 23

# MIB_TCPSTATS2: dw64OutSegs, dwRetransSegs
_OUT_AND_AGAIN = struct.Struct("<QI")
_OUT_AT, _TCP_SIZE = 48, 72

# MIB_IF_ROW2, by offset; names, descriptions and hardware addresses lie elsewhere in it and are not read.
_ROW = 1352
_INDEX_AT, _TYPE_AT, _MEDIUM_AT, _FLAGS_AT, _CONNECTED_AT = 8, 1128, 1140, 1152, 1164
_IN_AT, _OUT_ROW_AT = 1216, 1288
_COUNTS = struct.Struct("<4Q")  # to one, to many, discards, errors; the same in and out
_ETHERNET, _WIFI, _MOBILE = 6, 71, (243, 244)
_BLUETOOTH = 10
_HARDWARE, _FILTER, _CONNECTOR = 1, 2, 4
_CONNECTED = 1

# NLM_CONNECTION_COST: fixed (a limit), variable (by volume), over the limit, roaming.
_COSTS = 0x2 | 0x4 | 0x10000 | 0x40000

# One pass asks for adapters twice, within this many seconds.
_ONE_PASS = 10.0
# Links are looked at each minute. After a longer pause the computer slept or the program stood still.
_PAUSE = 150.0


class Row(NamedTuple):
    """A hardware network adapter."""

    number: int
    """Windows' number for it, the same until the next start."""
    connected: bool
    packets: int
    faults: int


def segments(system: System) -> tuple[int, int]:
    """(sent again, sent) over IPv4 and IPv6; what is sent again is no part of what is sent."""
    again = sent = 0
    for family in (_IPV4, _IPV6):
        statistics = system.tcp_statistics(family)
        if len(statistics) < _TCP_SIZE:
            raise Absent("Windows' count of TCP segments makes no sense")
        out, retransmitted = _OUT_AND_AGAIN.unpack_from(statistics, _OUT_AT)
        again, sent = again + retransmitted, sent + out
    return again, sent


def rows(data: bytes) -> list[Row]:
    """The hardware adapters among the interfaces: what has a connector and is no filter above another."""
    if len(data) % _ROW:
        raise Absent("Windows' list of network adapters makes no sense")
    found = []
    for at in range(0, len(data), _ROW):
        index, kind, medium, connected = (
            struct.unpack_from("<I", data, at + offset)[0]
            for offset in (_INDEX_AT, _TYPE_AT, _MEDIUM_AT, _CONNECTED_AT)
        )
        if data[at + _FLAGS_AT] & (_HARDWARE | _FILTER | _CONNECTOR) != _HARDWARE | _CONNECTOR:
            continue
        if kind not in (_ETHERNET, _WIFI, *_MOBILE) or medium == _BLUETOOTH:
            continue
        received, sent = (_COUNTS.unpack_from(data, at + offset) for offset in (_IN_AT, _OUT_ROW_AT))
        faults = sum(received[2:]) + sum(sent[2:])
        # A damaged or dropped packet is not among those delivered, so the whole is both.
        packets = sum(received[:2]) + sum(sent[:2]) + faults
        found.append(Row(index, connected == _CONNECTED, packets, faults))
    return found


class Links:
    """The hardware adapters over time: Windows counts no lost links, so they are seen from look to look."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._rows: tuple[float, list[Row]] | None = None
        self._seen: tuple[float, dict[int, bool]] | None = None
        self._lost: dict[int, int] = {}

    def _now(self) -> tuple[float, list[Row]]:
        now = self._system.ticking()
        if self._rows is None or not 0 <= now - self._rows[0] < _ONE_PASS:
            self._rows = now, rows(self._system.interfaces())
        if not self._rows[1]:
            raise Absent("there is no physical network adapter")
        return self._rows

    def adapters(self) -> dict[str, Adapter]:
        """Adapter → its counters."""
        return {f"if{row.number}": Adapter(row.packets, row.faults) for row in self._now()[1]}

    def losses(self) -> dict[str, int]:
        """Adapter → how often it was connected at one look and not at the next, since this program started.

        A link that comes back within the minute is not seen. An adapter that is gone altogether was pulled
        out or switched off: that is no loss.
        """
        at, found = self._now()
        connected = {row.number: row.connected for row in found}
        if self._seen is not None and 0 <= at - self._seen[0] < _PAUSE:
            for index, is_connected in connected.items():
                if self._seen[1].get(index) and not is_connected:
                    self._lost[index] = self._lost.get(index, 0) + 1
        self._seen = at, connected
        return {f"if{index}": self._lost.get(index, 0) for index in connected}


def is_metered(system: System) -> bool:
    """Whether the connection has a limit, is over it, or roams; False where Windows does not tell."""
    try:
        return bool(system.network_cost() & _COSTS)
    except Absent:
        return False


def wifi_signal(system: System) -> float:
    """The best signal (dBm) of the connected Wi-Fi adapters."""
    signals = [signal for signal in system.wifi_signals() if -120 <= signal < 0]
    if not signals:
        raise Absent("no Wi-Fi connection")
    return float(max(signals))
