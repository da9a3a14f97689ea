"""Processes: what they use, and when the login window began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent, Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.probes.host.macos.system import System

# Seconds after which the login window that is there is not the one of this start: signing out begins another.
_LATEST = 600.0


def processes(system: System) -> Iterator[Process]:
    """All that this account may ask about. Arguments, environment and owners are never read."""
    for task in system.tasks():
        program = task.path.rpartition("/")[2]
        yield Process(task.pid, task.started, program, task.seconds, task.footprint)


def boot_duration(system: System, started: float) -> float:
    """Seconds from the kernel's start to the login window's; the firmware's share is not known."""
    spans = [begun - started for begun in system.starts("loginwindow")]
    first = min((span for span in spans if span >= 0), default=_LATEST + 1)
    if first > _LATEST:
        raise Absent("the login window of this start is gone: somebody has signed out since")
    return first
