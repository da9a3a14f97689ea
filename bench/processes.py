"""What a call or a process costs, by the kernel's own accounts."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TICKS = os.sysconf("SC_CLK_TCK")


class Time(NamedTuple):
    """Milliseconds a call."""

    wall: float
    cpu: float


def timed(run: Callable[[], object], calls: int) -> Time:
    """A function of this process, called so often in a row."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(calls):
        run()
    return Time((time.perf_counter() - wall) * 1000 / calls, (time.process_time() - cpu) * 1000 / calls)


class Ended(NamedTuple):
    """A process from its start to its end, its children included: milliseconds, and MB of the largest."""

    wall: float
    cpu: float
    peak: float


# A process begins as large as whoever starts it, and that would count as its peak: so a small one does.
_STARTER = """
import json, os, sys, time
null = os.open(os.devnull, os.O_RDWR)
files = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)]
start = time.perf_counter()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=files)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - start
print(json.dumps([os.waitstatus_to_exitcode(status), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss]))
"""


def to_the_end(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Ended:
    """Run a command; CalledProcessError if it fails."""
    starter = [sys.executable, "-I", "-S", "-c", _STARTER, *command]
    ran = subprocess.run(
        starter, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment, check=True, text=True
    )
    code, wall, cpu, peak = json.loads(ran.stdout)
    if code:
        raise subprocess.CalledProcessError(code, command)
    return Ended(wall * 1000, cpu * 1000, peak * 1024 / 1e6)


def cpu_seconds(pid: int) -> float:
    """User and system time of a running process so far, in steps of a clock tick (10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


class Memory(NamedTuple):
    """MB of a running process."""

    pss: float
    """Everything, what is shared with other processes counted in part: moves when those come and go."""
    own: float
    """Heap, stacks, caches (anonymous memory): moves by what the process itself does."""


def memory(pid: int) -> Memory:
    """What a process holds in memory now."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    fields = (line.partition(":") for line in lines)
    sizes = {name: int(value.split()[0]) * 1024 / 1e6 for name, _, value in fields}
    return Memory(sizes["Pss"], sizes["Anonymous"])


def pss(pid: int) -> float:
    """MB of memory, what is shared with others counted in part."""
    return memory(pid).pss


def written(pid: int) -> float:
    """MB that a process caused to be written to disk so far."""
    for line in Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1]) / 1e6
    raise ValueError("no write_bytes in io")
