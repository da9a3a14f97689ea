"""Programs that are asked something: real ones, that answer, fail, hang, or leave children behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos.child import output
from agent.probes.host.macos.system import System
from agent.probes.host.programs import LONGEST

SH = "/bin/sh"


def test_what_it_says_in_the_c_locale_without_input() -> None:
    assert output([SH, "-c", "cat; echo $LC_ALL $HOME"], 5) == b"C\n"


def test_by_the_system_as_text_and_as_a_property_list() -> None:
    assert System().run([SH, "-c", "printf 'caf\\351'"], 5) == "caf�"
    said = "<plist><dict><key>a</key><integer>1</integer><key>b</key><true/></dict></plist>"
    assert System().properties([SH, "-c", f"echo '{said}'"], ("a",), 5) == {"a": 1}
    with pytest.raises(Absent, match="sh did not answer"):
        System().properties([SH, "-c", "echo x"], ("a",), 5)


def test_one_that_is_not_there() -> None:
    with pytest.raises(Absent, match="there is no fdesetup"):
        output(["/nowhere/fdesetup"], 5)


def test_one_that_fails_or_says_too_much() -> None:
    with pytest.raises(Absent, match="sh failed"):
        output([SH, "-c", "echo x; exit 3"], 5)
    with pytest.raises(Absent, match="sh failed"):
        output([SH, "-c", f"head -c {LONGEST + 1} /dev/zero"], 20)


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    began = time.monotonic()
    with pytest.raises(Absent, match=r"did not answer within 0\.5 seconds"):
        output([SH, "-c", f"sleep 60 & echo $! > {mark}; wait"], 0.5)
    assert time.monotonic() - began < 20
    pid = int(mark.read_text())
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            break
        if state == "Z":
            break  # ended; whoever is its parent now has not looked yet
        time.sleep(0.05)
    else:
        os.kill(pid, 9)
        pytest.fail("what it started is still there")
