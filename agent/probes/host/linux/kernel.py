"""What only this kernel counts and knows: sleeps, heat, stalls and kills for lack of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.probes.host.linux.system import System

_NO_PROC = "/proc is not mounted"
_NO_HEAT = "this processor does not tell whether it is slowed by heat"


def suspensions(system: System) -> int:
    """Successful suspensions since the start; 0 where the kernel cannot suspend."""
    try:
        return int(system.kept("sys/power/suspend_stats/success", ""))
    except Absent:
        return 0


def heat_counters(system: System) -> list[str]:
    """The files of all cores' and packages' counters (Intel; others do not tell)."""
    folder = "sys/devices/system/cpu"
    counters = [
        f"{folder}/{core}/thermal_throttle/{kind}_throttle_count"
        for core in system.listing(folder, _NO_HEAT)
        if core.startswith("cpu") and core[3:].isdigit()
        for kind in ("core", "package")
    ]
    return [name for name in counters if system.exists(name)]


def throttlings(system: System, counters: Iterable[str]) -> int:
    """The sum of these counters."""
    counts = [int(system.kept(name, _NO_HEAT)) for name in counters]
    if not counts:
        raise Absent(_NO_HEAT)
    return sum(counts)


def memory_stall(system: System) -> float:
    """ "full avg60" of /proc/pressure/memory (pressure stall information, Linux 4.20)."""
    reason = "this kernel does not report memory pressure"
    for line in system.kept("proc/pressure/memory", reason).splitlines():
        kind, *fields = line.split()
        if kind == "full":
            return float(dict(field.split("=") for field in fields)["avg60"])
    raise Absent(reason)


def memory_kills(system: System) -> int:
    """oom_kill of /proc/vmstat (Linux 4.13)."""
    # One of 180 lines: split all of them and this reading costs twice as much.
    _, name, rest = f"\n{system.kept('proc/vmstat', _NO_PROC)}".partition("\noom_kill ")
    if not name:
        raise Absent("this kernel does not count programs killed for lack of memory")
    return int(rest.partition("\n")[0])
