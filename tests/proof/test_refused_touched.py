"""The kernel's own list of what Shoal touches while it reads everything: nothing of it is refused.

Python's audit (tests/unit/catalogue/test_refused.py) does not see what libraries in C do; strace does.
Only the reading process is followed: the programs that it asks (systemctl, apt) answer for themselves.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.refused import found
from tests.devices import PROGRAM
from tests.repository import ROOT

# glibc looks here to understand the local times in dpkg's log; nothing of it is kept.
UNDERSTANDING = {"/etc/localtime"}
CALL = re.compile(r"^(\w+)\((.*)$")


@pytest.mark.skipif(sys.platform != "linux", reason="strace is Linux's")
def test_nothing_refused_is_touched(tool: Callable[[str], str], tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    environment = {name: value for name, value in os.environ.items() if name != "TZ"}
    environment |= {"HOME": str(tmp_path), "SHOAL_STATE": str(tmp_path / "state")}
    strace = [tool("strace"), "-qq", "-s", "400", "-e", "trace=%file,%network,execve", "-o", str(trace)]
    run = subprocess.run(
        [*strace, *PROGRAM, "once", "--json"], capture_output=True, text=True, env=environment
    )
    if "ptrace" in run.stderr and "not permitted" in run.stderr:
        pytest.skip("this computer lets nobody trace")
    samples = json.loads(run.stdout)["samples"]
    assert sum(sample is not None for sample in samples.values()) >= 10
    calls = [match.groups() for line in trace.read_text().splitlines() if (match := CALL.match(line))]
    paths = {path for _, given in calls for path in re.findall(r'"([^"]*)"', given)}
    assert any(path.endswith("/statm") for path in paths) and len(paths) > 100
    own = (sys.prefix, sys.base_prefix, str(ROOT), str(tmp_path))
    touched = {path for path in paths if not path.startswith(own)} - UNDERSTANDING
    assert found(touched) == []
    reached = [given for call, given in calls if call in ("connect", "sendto") and "AF_INET" in given]
    assert not reached, "no other computer is reached"
