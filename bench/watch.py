"""Reads what a program and all that it started have cost so far, from outside and without disturbing it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.processes import pss

if TYPE_CHECKING:
    from collections.abc import Mapping

_TICKS = os.sysconf("SC_CLK_TCK")
_CPUCLOCK_SCHED = 2


class Cost(NamedTuple):
    """Sums since the start, and memory now."""

    own: float
    """CPU of the process itself with all its threads, ms: to the nanosecond, by its own clock."""
    children: float
    """CPU of processes that it started, ms: of those that ended in steps of 10 ms, but none is lost."""
    memory: float
    """PSS, MB, with whatever runs below it now."""
    disk: float
    """kB that dirtied pages and so reach the disk (write_bytes); children that ended included."""
    handed: float
    """kB handed to write calls of any kind (wchar); likewise."""
    wakings: int
    """How often it went to sleep of its own will."""
    below: Mapping[int, int] = {}
    """How often what runs below it now did: process id to number."""

    @property
    def rest(self) -> int:
        """How often all that runs below it went to sleep."""
        return sum(self.below.values())

    @property
    def cpu(self) -> float:
        """All of it."""
        return self.own + self.children

    def since(self, before: Cost) -> Cost:
        """What came to the sums since then; the memory of now."""
        return Cost(
            self.own - before.own,
            self.children - before.children,
            self.memory,
            self.disk - before.disk,
            self.handed - before.handed,
            self.wakings - before.wakings,
            {pid: number - before.below.get(pid, 0) for pid, number in self.below.items()},
        )


def cost(pid: int) -> Cost:
    """The cost of a running process so far."""
    below = descendants(pid)
    stat = _fields(pid)
    written = [_table(pid, "io"), *(table for child in below if (table := _written(child)))]
    ended = (int(stat[13]) + int(stat[14])) * 1000 / _TICKS
    return Cost(
        clock(pid),
        ended + sum(clock(child) for child in below),
        pss(pid) + sum(_guess(child) for child in below),
        sum(int(each["write_bytes"]) for each in written) / 1000,
        sum(int(each["wchar"]) for each in written) / 1000,
        _sleeps(pid),
        {child: _sleeps(child) for child in below},
    )


def descendants(pid: int) -> list[int]:
    """What it started and what that started, as far as it still runs."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            try:
                found += [child, *descendants(child)]
            except OSError:
                continue
    return found


def clock(pid: int) -> float:
    """Milliseconds by its CPU clock (clock_getcpuclockid(3)), which others may read; 0 when it has ended."""
    try:
        return time.clock_gettime_ns(~pid << 3 | _CPUCLOCK_SCHED) / 1e6
    except OSError:
        return 0.0


def _guess(pid: int) -> float:
    try:
        return pss(pid)
    except (OSError, ValueError, LookupError):  # it has ended
        return 0.0


def _fields(pid: int) -> list[bytes]:
    """proc(5)'s stat from the third field on."""
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()


def _table(pid: int, name: str) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _written(pid: int) -> dict[str, str]:
    """What a child has written so far; when it has ended, its parent's sums have it."""
    try:
        return _table(pid, "io")
    except (OSError, ValueError):
        return {}


def _sleeps(pid: int) -> int:
    """Of all its threads; 0 when it has just ended."""
    try:
        tasks = [(task / "status").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return 0
    lines = (line for text in tasks for line in text.splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches:"))
