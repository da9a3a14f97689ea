"""Crash reports that macOS itself writes: of programs, of programs that hang, of the kernel.

A report (.ips, since macOS 12) begins with one line of JSON about it: which program, when, of what kind. Only
that line is read. Of other reports the name tells: PROGRAM_2026-11-22-081523_COMPUTER.hang.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.probes.host.macos.system import System

_FOLDER = "Library/Logs/DiagnosticReports"
_NONE = "macOS lets only administrators read reports of crashes"
# Kinds of reports (bug_type): a crash; the same as text, before macOS 12.
_CRASHES = ("309", "109")
_PANIC = re.compile(r"(?:panic-.*|Kernel_.*)\.(?:panic|ips)")
_HANG = re.compile(r"(.+?)_\d{4}-\d\d-\d\d-\d{6}(?:_.*)?\.(?:hang|spin)")
_OLD_CRASH = re.compile(r"(.+?)_\d{4}-\d\d-\d\d-\d{6}(?:_.*)?\.crash")


def program_crashes(system: System) -> list[tuple[float, str]]:
    """(UTC seconds, program) of this account's reports, and of the system's where they can be read."""
    found = []
    for folder, name in _reports(system):
        when = system.changed(f"{folder}/{name}")
        if when is None:
            continue
        if name.endswith(".ips"):
            program = _crashed(system, f"{folder}/{name}")
        else:
            program = match[1] if (match := _OLD_CRASH.fullmatch(name)) else ""
        if program:
            found.append((when, program))
    return found


def program_hangs(system: System) -> list[tuple[float, str]]:
    """(UTC seconds, program), by the reports' names. macOS writes them into the system's folder."""
    found = []
    for folder, name in _reports(system, everything=True):
        match, when = _HANG.fullmatch(name), system.changed(f"{folder}/{name}")
        if match is not None and when is not None:
            found.append((when, match[1]))
    return found


def system_crashes(system: System) -> list[float]:
    """Times of the kernel's reports."""
    times = []
    for folder, name in _reports(system, everything=True):
        when = system.changed(f"{folder}/{name}")
        if _PANIC.fullmatch(name) and when is not None:
            times.append(when)
    return times


def _reports(system: System, *, everything: bool = False) -> Iterator[tuple[str, str]]:
    """(folder, name) of each report; one that was sent to Apple lies in Retired.

    Raises Absent if the account's own folder cannot be read, or if not `everything` can.
    """
    own = f"{system.home().strip('/')}/{_FOLDER}"
    system_wide = _listing(system, _FOLDER)
    own_names = _listing(system, own)
    if system_wide is None and (everything or own_names is None):
        raise Absent(_NONE)
    for folder, names in ((_FOLDER, system_wide), (own, own_names)):
        yield from ((folder, name) for name in names or ())
        for name in (_listing(system, f"{folder}/Retired") or ()) if "Retired" in (names or ()) else ():
            yield f"{folder}/Retired", name


def _listing(system: System, folder: str) -> list[str] | None:
    try:
        return system.listing(folder, _NONE)
    except Absent:
        return None


def _crashed(system: System, name: str) -> str:
    """The program that a report tells of; empty if it is none of a crash."""
    try:
        about = system.header(name, ("bug_type", "app_name", "name"), _NONE)
    except Absent:
        return ""
    if about.get("bug_type") not in _CRASHES:
        return ""
    return about.get("app_name") or about.get("name") or ""
