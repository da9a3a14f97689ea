"""The kernel's accounts are read rightly: against programs whose cost is known."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.processes import cpu_seconds, memory, pss, timed, to_the_end, written


def test_time_that_is_waited_is_no_cpu() -> None:
    waited = timed(lambda: time.sleep(0.01), 5)
    assert waited.wall > 9
    assert waited.cpu < 5
    worked = timed(lambda: sum(range(200_000)), 5)
    assert worked.cpu > 0.5


def test_a_process_from_start_to_end() -> None:
    waits = to_the_end([sys.executable, "-S", "-c", "import time; time.sleep(0.5)"])
    assert waits.wall > 499
    assert waits.peak < 30  # whatever this process has
    assert waits.cpu < waits.wall - 300
    grows = to_the_end([sys.executable, "-S", "-c", "x = bytearray(64_000_000); x[::4096] = x[::4096]"])
    assert grows.peak > waits.peak + 50
    with pytest.raises(subprocess.CalledProcessError):
        to_the_end([sys.executable, "-S", "-c", "raise SystemExit(3)"])


def test_a_running_process(tmp_path: Path) -> None:
    me = os.getpid()
    before, cpu = memory(me), cpu_seconds(me)
    ballast = bytearray(os.urandom(32_000_000))
    assert memory(me).own - before.own > 25
    assert pss(me) - before.pss > 25
    del ballast
    while cpu_seconds(me) - cpu < 0.05:
        sum(range(100_000))
    start = written(me)
    with (tmp_path / "file").open("wb") as file:
        file.write(os.urandom(4_000_000))
        os.fsync(file.fileno())
    assert written(me) - start > 3
