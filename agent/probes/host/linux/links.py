"""Network adapters, their lost links, Wi-Fi, and TCP's own counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.linux.system import System

_NONE = "there is no physical network adapter"
_NO_WIFI = "no Wi-Fi connection"
_ADAPTERS = "sys/class/net"


def physical(system: System) -> list[str]:
    """Adapters with a device behind them: no bridges, tunnels or loopback."""
    names = system.listing(_ADAPTERS, "/sys is not mounted")
    found = [name for name in names if system.exists(f"{_ADAPTERS}/{name}/device")]
    if not found:
        raise Absent(_NONE)
    return found


def link_losses(system: System) -> dict[str, int]:
    """carrier_down_count (Linux 4.16)."""
    reason = "this kernel does not count lost links"
    return {
        name: int(system.kept(f"{_ADAPTERS}/{name}/carrier_down_count", reason)) for name in physical(system)
    }


def segments(system: System) -> tuple[int, int]:
    """(RetransSegs, OutSegs) of /proc/net/snmp; OutSegs leaves out what was sent again (RFC 4022)."""
    lines = [line.split() for line in system.kept("proc/net/snmp", "/proc is not mounted").splitlines()]
    tcp = [fields[1:] for fields in lines if fields[:1] == ["Tcp:"]]
    if len(tcp) != 2:
        raise Absent("this kernel does not count TCP segments")
    counters = dict(zip(*tcp, strict=True))
    return int(counters["RetransSegs"]), int(counters["OutSegs"])


def wifi_signal(system: System) -> float:
    """The level of /proc/net/wireless in dBm; drivers without a connection say -256 or a percentage."""
    for line in system.kept("proc/net/wireless", _NO_WIFI).splitlines()[2:]:
        fields = line.split()
        level = float(fields[3].rstrip("."))
        if -120 <= level < 0:
            return level
    raise Absent(_NO_WIFI)
