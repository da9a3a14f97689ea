"""A program crashes on this computer, and Shoal counts it once; where this computer records crashes at all.

tests/proof/test_container.py does the same in a booted container, where nothing of this computer is needed.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.probes.host import Absent, Host, Pending, this_host
from agent.probes.records import Record, counted

PATIENCE = 30.0


@pytest.mark.skipif(sys.platform != "linux", reason="how Linux records crashes")
def test_a_real_crash_is_counted_once(tmp_path: Path) -> None:
    host = this_host()
    marks: dict[str, str] = {}
    try:
        before = crashes(host)
    except Absent as absent:
        pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
        pytest.skip(f"{absent}: kernel.core_pattern is {pattern!r}; test_container.py has them recorded")
    assert counted(marks, "crashes", before, time.time()) == 0
    sleep = shutil.which("sleep")
    assert sleep is not None
    program = Path(shutil.copy(sleep, tmp_path / "shoal-crashes"))
    process = subprocess.Popen([program, "60"])
    process.send_signal(signal.SIGSEGV)
    assert process.wait(PATIENCE) == -signal.SIGSEGV
    end = time.monotonic() + PATIENCE
    while not (new := set(crashes(host)) - set(before)):
        assert time.monotonic() < end, "the crash was not recorded where Shoal looks"
        time.sleep(0.5)
    assert {name for _, name in new} == {"shoal-crashes"}
    assert counted(marks, "crashes", crashes(host), time.time()) == 1
    assert counted(marks, "crashes", crashes(host), time.time()) == 0


def crashes(host: Host) -> Sequence[Record]:
    """Those that are recorded now."""
    host.close()
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return host.program_crashes()
        except Pending:
            assert time.monotonic() < end
            time.sleep(0.05)
