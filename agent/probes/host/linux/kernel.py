"""What the kernel counts and knows: processor, memory, starts, sleeps."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.linux.system import System

_TICK = os.sysconf("SC_CLK_TCK")
_NO_PROC = "/proc is not mounted"


def uptime(system: System) -> float:
    """Seconds since the start, sleep included (/proc/uptime)."""
    return float(system.kept("proc/uptime", _NO_PROC).split()[0])


def suspensions(system: System) -> int:
    """Successful suspensions since the start; 0 where the kernel cannot suspend."""
    try:
        return int(system.kept("sys/power/suspend_stats/success", ""))
    except Absent:
        return 0


def processor_time(system: System) -> tuple[float, float]:
    """(busy, total) from /proc/stat's first line: user nice system idle iowait irq softirq steal.

    Guest time is part of user; waiting for a disk is no processor time; what a hypervisor takes away is
    busy, since it is not to be had.
    """
    first = system.kept("proc/stat", _NO_PROC, 512).partition("\n")[0].split()
    if first[:1] != ["cpu"] or len(first) < 5:
        raise Absent("/proc/stat has no line of all processors")
    times = [int(field) for field in first[1:9]]
    total = sum(times)
    return (total - sum(times[3:5])) / _TICK, total / _TICK


def throttlings(system: System) -> int:
    """The sum of all cores' and packages' counters (Intel; others do not tell)."""
    reason = "this processor does not tell whether it is slowed by heat"
    folder = "sys/devices/system/cpu"
    counters = [
        f"{folder}/{core}/thermal_throttle/{kind}_throttle_count"
        for core in system.listing(folder, reason)
        if core.startswith("cpu") and core[3:].isdigit()
        for kind in ("core", "package")
    ]
    counts = [int(system.kept(name, reason)) for name in counters if system.exists(name)]
    if not counts:
        raise Absent(reason)
    return sum(counts)


def memory(system: System) -> tuple[int, int]:
    """(available, total) bytes from /proc/meminfo."""
    found = {}
    for line in system.kept("proc/meminfo", _NO_PROC, 1024).splitlines():
        name, _, rest = line.partition(":")
        if name in ("MemAvailable", "MemTotal"):
            found[name] = int(rest.split()[0]) * 1024
    if len(found) < 2:
        raise Absent("this kernel does not tell how much memory is available")
    return found["MemAvailable"], found["MemTotal"]


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
    for line in system.kept("proc/vmstat", _NO_PROC).splitlines():
        if line.startswith("oom_kill "):
            return int(line.split()[1])
    raise Absent("this kernel does not count programs killed for lack of memory")
