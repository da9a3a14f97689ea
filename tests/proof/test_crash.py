"""A program crashes on this computer, and Shoal counts it once; where this computer records crashes at all.

tests/proof/test_container.py does the same in a booted container, where nothing of this computer is needed.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.probes.host import Absent, this_host
from agent.probes.records import counted

PATIENCE = 30.0


@pytest.mark.skipif(sys.platform != "linux", reason="how Linux records crashes")
def test_a_real_crash_is_counted_once(tmp_path: Path) -> None:
    host = this_host()
    marks: dict[str, str] = {}
    try:
        before = host.program_crashes()
    except Absent as absent:
        pytest.skip(str(absent))
    assert counted(marks, "crashes", before, time.time()) == 0
    sleep = shutil.which("sleep")
    assert sleep is not None
    program = Path(shutil.copy(sleep, tmp_path / "shoal-crashes"))
    process = subprocess.Popen([program, "60"])
    process.send_signal(signal.SIGSEGV)
    assert process.wait(PATIENCE) == -signal.SIGSEGV
    end = time.monotonic() + PATIENCE
    while not (new := set(host.program_crashes()) - set(before)):
        assert time.monotonic() < end, "the crash was not recorded where Shoal looks"
        time.sleep(0.5)
    assert {name for _, name in new} == {"shoal-crashes"}
    assert counted(marks, "crashes", host.program_crashes(), time.time()) == 1
    assert counted(marks, "crashes", host.program_crashes(), time.time()) == 0
