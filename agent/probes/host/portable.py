"""What psutil answers alike on Linux, Windows and macOS: time, memory, space, disks, adapters.

Every function's first argument stands for psutil: psutil itself (`PSUTIL`), or answers that were recorded on
another computer (`agent.probes.host.recorded.Answers`). What a system has of its own, and what psutil has
dearer by a multiple (processes), is read in that system's room.

Only functions that cost microseconds are used. `nowrap=False`: psutil would otherwise keep a copy of all
counters behind a lock, and `agent.probes.counters` sees to resets and wrap-arounds, across restarts too.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import psutil

from agent.probes.host import Absent, Adapter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping

_Answer = TypeVar("_Answer")

# cpu_times' fields by their names on all systems. Guest time is part of user (proc(5)); Windows' interrupt
# and dpc are part of system (GetSystemTimes); waiting for a disk is no work; what a hypervisor takes away is
# busy, since it is not to be had.
_BUSY = ("user", "nice", "system", "irq", "softirq", "steal")
_IDLE = ("idle", "iowait")

_NO_ADAPTER = "there is no physical network adapter"


class Psutil(Protocol):
    """The functions of psutil that are used, with its own names; answers have psutil's fields."""

    def boot_time(self) -> float:
        """UTC seconds."""

    def cpu_times(self) -> Any:
        """Seconds by kind, over all cores."""

    def virtual_memory(self) -> Any:
        """Bytes."""

    def disk_usage(self, path: str) -> Any:
        """Bytes."""

    def disk_io_counters(self, *, perdisk: bool, nowrap: bool) -> Any:
        """Disk → operations and milliseconds."""

    def net_io_counters(self, *, pernic: bool, nowrap: bool) -> Any:
        """Adapter → packets and faults."""


PSUTIL = cast("Psutil", psutil)


def _asked(ask: Callable[[], _Answer], absent: str) -> _Answer:
    """psutil's answer; Absent with that reason where it has none on this system."""
    try:
        return ask()
    except (OSError, RuntimeError, psutil.Error) as error:  # NotImplementedError is a RuntimeError
        raise Absent(absent) from error


def started(library: Psutil) -> float:
    """When the system started, UTC seconds by today's clock; a suspension is no start."""
    return _asked(library.boot_time, "this system does not tell when it started")


def processor_time(library: Psutil) -> tuple[float, float]:
    """(busy, total) processor seconds since the start, over all cores."""
    times = _asked(library.cpu_times, "this system does not count processor time")
    busy, idle = (sum(getattr(times, kind, 0.0) for kind in kinds) for kinds in (_BUSY, _IDLE))
    if busy + idle <= 0:
        raise Absent("this system does not count processor time")
    return busy, busy + idle


def memory(library: Psutil) -> tuple[int, int]:
    """(available, total) bytes."""
    found = _asked(library.virtual_memory, "this system does not tell how much memory is available")
    return found.available, found.total


def volumes(
    library: Psutil, places: Iterable[str], device: Callable[[str], Hashable]
) -> list[tuple[int, int]]:
    """(free, all) bytes as an ordinary user may use them, of the volumes that hold these absolute paths.

    `device` tells what holds a path, so that none is listed twice. A place that is not there is left out (an
    account may have no home), unless it is the first one.
    """
    found: dict[Hashable, tuple[int, int]] = {}
    first = True
    for place in places:
        try:
            usage = _asked(partial(library.disk_usage, place), f"{place} cannot be reached")
            found[device(place)] = (usage.free, usage.used + usage.free)  # as df: root's reserve is not there
        except Absent:
            if first:
                raise
        first = False
    return list(found.values())


def disk_activity(library: Psutil, disks: Collection[str]) -> dict[str, tuple[int, int]]:
    """Disk → (operations, milliseconds they took) of these disks, by psutil's names."""
    reason = "this system does not count disk operations"
    counters = _asked(lambda: library.disk_io_counters(perdisk=True, nowrap=False), reason)
    found = {
        disk: (now.read_count + now.write_count, now.read_time + now.write_time)
        for disk, now in counters.items()
        if disk in disks
    }
    if not found:
        raise Absent("the disk below the system cannot be told")
    # Windows may count without timing (diskperf), and then every delay would seem to be none.
    if not any(spent for _, spent in found.values()) and any(count for count, _ in found.values()):
        raise Absent("this system does not time disk operations")
    return found


def adapters(library: Psutil, names: Collection[str]) -> Mapping[str, Adapter]:
    """Adapter → its counters, of these adapters. macOS counts no dropped packets on the way out."""
    reason = "this system does not count network packets"
    counters = _asked(lambda: library.net_io_counters(pernic=True, nowrap=False), reason)
    found = {}
    for name, now in counters.items():
        if name in names:
            faults = now.errin + now.errout + now.dropin + now.dropout
            # A damaged or dropped packet is not among those delivered, so the whole is both.
            found[name] = Adapter(now.packets_recv + now.packets_sent + faults, faults)
    if not found:
        raise Absent(_NO_ADAPTER)
    return found
