"""Calls of the C library that no file or command stands for: sysctl and libproc. Not run on macOS yet.

sysctlbyname(3); proc_listallpids, proc_pidpath, proc_pid_rusage of libproc.h; struct rusage_info_v0 of
sys/resource.h. Their times count in the unit of mach_timebase_info (mach_time.h).
"""

from __future__ import annotations

import ctypes
import struct
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATH_SIZE = 4096  # PROC_PIDPATHINFO_MAXSIZE
_RUSAGE_INFO_V0 = 0
# uuid; user, system; package idle and interrupt wake-ups; page-ins; wired, resident, footprint; start, exit.
_RUSAGE = struct.Struct("=16s10Q")
_ROOM = 64
"""Processes that may begin between counting and listing them."""


def number(name: str) -> int:
    """A whole number that sysctl tells, of four or eight bytes, little-endian as every Mac is."""
    library = ctypes.CDLL(None, use_errno=True)
    value, size = ctypes.c_uint64(0), ctypes.c_size_t(8)
    if library.sysctlbyname(name.encode(), ctypes.byref(value), ctypes.byref(size), None, 0) != 0:
        raise Absent("macOS does not tell this")
    return value.value


def tasks() -> Iterator[tuple[int, int, str, float, int]]:
    """(pid, start, path, processor seconds, footprint) of each process that this account may ask about."""
    library = ctypes.CDLL(None, use_errno=True)
    count = library.proc_listallpids(None, 0)
    if count <= 0:
        raise Absent("macOS does not list its processes")
    pids = (ctypes.c_int32 * (count + _ROOM))()
    count = library.proc_listallpids(pids, ctypes.sizeof(pids))
    unit = _nanoseconds(library)
    path, usage = ctypes.create_string_buffer(_PATH_SIZE), ctypes.create_string_buffer(_RUSAGE.size)
    for pid in pids[: max(0, count)]:
        if library.proc_pid_rusage(pid, _RUSAGE_INFO_V0, usage) != 0:
            continue  # another account's, or ended meanwhile
        length = library.proc_pidpath(pid, path, _PATH_SIZE)
        started, seconds, footprint = usage_of(usage.raw, unit)
        yield pid, started, path.raw[: max(0, length)].decode("utf-8", "replace"), seconds, footprint


def usage_of(data: bytes, nanoseconds: float) -> tuple[int, float, int]:
    """(start, processor seconds, footprint) of a struct rusage_info_v0, whose times are in that unit."""
    _, user, system, _, _, _, _, _, footprint, started, _ = _RUSAGE.unpack(data)
    return started, (user + system) * nanoseconds / 1e9, footprint


def _nanoseconds(library: ctypes.CDLL) -> float:
    """What one tick of Mach time is: 1 on Intel, 125/3 on Apple silicon."""
    info = (ctypes.c_uint32 * 2)()
    if library.mach_timebase_info(info) != 0 or not info[1]:
        raise Absent("macOS does not tell the unit of its times")
    return int(info[0]) / int(info[1])
