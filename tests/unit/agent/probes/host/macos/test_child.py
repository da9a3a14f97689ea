"""Programs that are asked something: real ones, that answer, fail, hang, or leave children behind."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.probes.host import Absent, Pending
from agent.probes.host.macos.child import Child
from agent.probes.host.macos.system import System
from agent.probes.host.programs import LONGEST

SH = "/bin/sh"


def until(ask: Callable[[], Any]) -> Any:
    """The answer, as soon as there is one."""
    end = time.monotonic() + 30
    while True:
        try:
            if (found := ask()) is not None:
                return found
        except Pending:
            pass
        assert time.monotonic() < end
        time.sleep(0.01)


def said(command: list[str], seconds: float) -> str:
    return str(until(Child(command, seconds).output))


def test_what_it_says_in_the_c_locale_without_input() -> None:
    assert said([SH, "-c", "cat; echo $LC_ALL $HOME"], 20) == "C\n"


def test_by_the_system_as_text_and_as_a_property_list() -> None:
    system = System()
    assert until(lambda: system.run([SH, "-c", "printf 'caf\\351'"], 20)) == "caf�"
    plist = "<plist><dict><key>a</key><integer>1</integer><key>b</key><true/></dict></plist>"
    command = [SH, "-c", f"echo '{plist}'"]
    assert until(lambda: system.properties(command, ("a",), 20)) == {"a": 1}
    with pytest.raises(Absent, match="sh did not answer"):
        until(lambda: system.properties([SH, "-c", "echo x"], ("a",), 20))


def test_the_system_waits_for_nobody_and_leaves_nobody_behind() -> None:
    system = System()
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(Pending):
            system.run([SH, "-c", "sleep 60"], 20)
    assert time.monotonic() - began < 5
    (process,) = [asked._process for _, asked in system._questions._open.values()]  # type: ignore[attr-defined]
    system.close()
    assert process.returncode is not None


def test_one_that_is_not_there() -> None:
    with pytest.raises(Absent, match="there is no fdesetup"):
        Child(["/nowhere/fdesetup"], 5)


def test_one_that_fails_or_says_too_much() -> None:
    with pytest.raises(Absent, match="sh failed"):
        said([SH, "-c", "echo x; exit 3"], 20)
    with pytest.raises(Absent, match="sh did not answer"):
        said([SH, "-c", f"head -c {LONGEST + 1} /dev/zero"], 20)


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    began = time.monotonic()
    with pytest.raises(Absent, match=r"did not answer within 0\.5 seconds"):
        said([SH, "-c", f"sleep 60 & echo $! > {mark}; wait"], 0.5)
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
