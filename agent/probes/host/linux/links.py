"""Network adapters, their lost links, Wi-Fi, and TCP's own counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agent.probes.host.linux.system import System

_NO_WIFI = "no Wi-Fi connection"
_LEAST = -120
"""dBm: below it nothing is received."""
_ADAPTERS = "sys/class/net"


def adapters(system: System) -> list[str]:
    """All adapters, bridges, tunnels and loopback among them."""
    return system.listing(_ADAPTERS, "/sys is not mounted")


def physical(system: System, names: Iterable[str]) -> dict[str, int]:
    """Of these, adapters with a device behind them, and the kernel's numbers for them: another adapter has
    another, and one that is renamed keeps it.
    """
    return {
        name: int(system.text(f"{_ADAPTERS}/{name}/ifindex", "a network adapter went away meanwhile"))
        for name in names
        if system.exists(f"{_ADAPTERS}/{name}/device")
    }


def link_losses(system: System, names: Iterable[str]) -> dict[str, int]:
    """carrier_down_count (Linux 4.16) of these adapters."""
    reason = "this kernel does not count lost links"
    return {name: int(system.kept(f"{_ADAPTERS}/{name}/carrier_down_count", reason)) for name in names}


def segments(system: System) -> tuple[int, int]:
    """(RetransSegs, OutSegs) of /proc/net/snmp; OutSegs leaves out what was sent again (RFC 4022)."""
    lines = [line.split() for line in system.kept("proc/net/snmp", "/proc is not mounted").splitlines()]
    tcp = [fields[1:] for fields in lines if fields[:1] == ["Tcp:"]]
    if len(tcp) != 2:
        raise Absent("this kernel does not count TCP segments")
    counters = dict(zip(*tcp, strict=True))
    return int(counters["RetransSegs"]), int(counters["OutSegs"])


def wireless(system: System, numbers: Mapping[str, int]) -> list[int]:
    """The numbers of those of these adapters that nl80211 knows."""
    return [number for name, number in numbers.items() if system.exists(f"{_ADAPTERS}/{name}/phy80211")]


def wifi_signal(system: System, indexes: Sequence[int] = ()) -> float:
    """dBm of the best connection of these adapters, by nl80211; where that does not tell, by its elder."""
    if indexes:
        try:
            levels = [level for level in system.wifi_signals(indexes) if _LEAST <= level < 0]
        except Absent:
            return _older_signal(system)
        if not levels:
            raise Absent(_NO_WIFI)
        return max(levels)
    return _older_signal(system)


def _older_signal(system: System) -> float:
    """The level of /proc/net/wireless in dBm; drivers without a connection say -256 or a percentage."""
    for line in system.kept("proc/net/wireless", _NO_WIFI).splitlines()[2:]:
        fields = line.split()
        level = float(fields[3].rstrip("."))
        if _LEAST <= level < 0:
            return level
    raise Absent(_NO_WIFI)
