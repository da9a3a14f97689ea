"""Processes and services, each from one call; no arguments, owners or windows are asked for."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host import Absent, Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.probes.host.windows.system import System

# SYSTEM_PROCESS_INFORMATION of 64-bit Windows: next entry, threads, private working set; times of creation,
# in user and in kernel mode (100 ns); length and address of the name; process id.
_NEXT = struct.Struct("<I4xQ")
_TIMES = struct.Struct("<QQQH6xQ")
_TIMES_AT, _PID_AT, _SESSION_AT, _ENTRY_SIZE = 32, 80, 100, 256
_IDLE, _KERNEL = 0, 4
_SIGN_IN, _FIRST_SESSION = "winlogon.exe", 1
_LATEST = 36_000_000_000  # an hour, in 100 ns: later, the clock was set meanwhile
_OF_THE_KERNEL = ("Registry", "Memory Compression", "Secure System", "MemCompression")

# ENUM_SERVICE_STATUS_PROCESSW of 64-bit Windows: two pointers to names, which are not followed, then the
# status.
_SERVICE_SIZE, _STATE_AT, _CODE_AT = 56, 20, 28
_STOPPED = 1
# What the service manager or the service itself gives as the reason of a failure: no answer in time; an error
# of its own; ended unexpectedly; needs another that failed; could not sign in; hung on starting.
_FAILURES = (1053, 1066, 1067, 1068, 1069, 1070)


class _Entry(NamedTuple):
    """What is looked at of one process; times in 100 ns."""

    pid: int
    session: int
    name: str
    created: int
    cpu: int
    private: int


def processes(system: System) -> Iterator[Process]:
    """All but the kernel's own."""
    for entry in _entries(*system.processes()):
        if entry.pid not in (_IDLE, _KERNEL) and entry.name not in _OF_THE_KERNEL:
            yield Process(entry.pid, entry.created, entry.name, entry.cpu / 1e7, entry.private)


def _entries(address: int, data: bytes) -> Iterator[_Entry]:
    at = 0
    while True:
        if at + _ENTRY_SIZE > len(data):
            raise Absent("Windows' list of processes makes no sense")
        following, private = _NEXT.unpack_from(data, at)
        created, user, kernel, length, name_address = _TIMES.unpack_from(data, at + _TIMES_AT)
        pid = struct.unpack_from("<Q", data, at + _PID_AT)[0]
        session = struct.unpack_from("<I", data, at + _SESSION_AT)[0]
        start = name_address - address
        name = data[start : start + length].decode("utf-16-le", "replace") if start > 0 else ""
        yield _Entry(pid, session, name, created, user + kernel, private)
        if following == 0:
            return
        if following < _ENTRY_SIZE:
            raise Absent("Windows' list of processes makes no sense")
        at += following


def boot_duration(system: System) -> float:
    """Seconds from the first process of the kernel to the program that lets people sign in.

    The first session since the kernel's start is number 1, and its program ends when somebody signs out: then
    there is no answer. Windows' own log of start-ups may be read by administrators only.
    """
    began = ready = None
    for entry in _entries(*system.processes()):
        if entry.pid == _KERNEL:
            began = entry.created
        elif entry.name.lower() == _SIGN_IN and entry.session == _FIRST_SESSION:
            ready = entry.created
    if ready is None:
        raise Absent("the first session of this start is gone: somebody has signed out since")
    if not began or not 0 <= ready - began <= _LATEST:
        raise Absent("Windows does not tell when this start began")
    return (ready - began) / 1e7


def failed_services(system: System) -> int:
    """Services that are stopped, with one of the codes of failure."""
    count, data = system.services()
    if count * _SERVICE_SIZE > len(data):
        raise Absent("Windows' list of services makes no sense")
    failed = 0
    for at in range(0, count * _SERVICE_SIZE, _SERVICE_SIZE):
        state, code = (struct.unpack_from("<I", data, at + offset)[0] for offset in (_STATE_AT, _CODE_AT))
        failed += state == _STOPPED and code in _FAILURES
    return failed
