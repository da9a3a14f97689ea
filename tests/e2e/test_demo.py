"""`make demo` as a person sees it: interrupted, run in full and beside another, looked into afterwards."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import psutil
import pytest

from tests.repository import ROOT

ALLOWED = 90  # seconds
Demo = Callable[[], "subprocess.Popen[str]"]


def left_behind(folder: Path) -> list[list[str]]:
    """The command lines of all processes that run in the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()) == folder and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.cmdline())
        except psutil.Error:
            continue
    return found


def check_nothing_is_left(folder: Path) -> None:
    for _ in range(50):  # what was told to leave may take a moment
        if not left_behind(folder):
            return
        time.sleep(0.1)
    assert left_behind(folder) == []


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    started = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "demo"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:  # closes its output
            process.kill()


def until(process: subprocess.Popen[str], words: str) -> str:
    """What was printed up to a line with these words."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if words in line:
            return printed
    pytest.fail(f"the demo ended without saying {words!r}:\n{printed}")


def interrupt(demo: Demo, folder: Path, how: signal.Signals) -> None:
    process = demo()
    until(process, "measuring this device")  # by now all three programs run
    assert left_behind(folder)
    process.send_signal(how)
    assert process.wait(20) not in (0, None)
    check_nothing_is_left(folder)


def test_asked_to_end_it_leaves_nothing_running(demo: Demo, tmp_path: Path) -> None:
    interrupt(demo, tmp_path, signal.SIGTERM)


def check_commands(printed: str, folder: Path) -> None:
    """What the demo says to try next works, and the bytes that it shows are those that it counted."""
    commands = re.findall(r"^  \.venv/bin/(.+?)  +# ", printed, re.M)
    assert len(commands) >= 4
    for command in commands:
        program, *words = shlex.split(command)
        run = subprocess.run(
            [Path(sys.executable).parent / program, *words], cwd=folder, capture_output=True, text=True
        )
        assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"
        if "--exact" in words:
            exact = json.loads(run.stdout)
            assert sha256(bytes.fromhex(exact["body"])).hexdigest() == exact["body_sha256"]


def test_the_whole_road_after_an_interrupted_one(demo: Demo, tmp_path: Path) -> None:
    interrupt(demo, tmp_path, signal.SIGINT)
    began = time.monotonic()
    process = demo()
    printed = until(process, "The agent measures this device")
    other = demo()
    refused, _ = other.communicate(timeout=30)
    assert other.returncode == 1
    assert "another demo runs in this folder" in refused
    rest, _ = process.communicate(timeout=ALLOWED)
    printed += rest
    assert process.returncode == 0, printed
    assert time.monotonic() - began < ALLOWED
    check_nothing_is_left(tmp_path)
    for words in ("DEMO", "SIMULATED", "SHA-256", "What to try next"):
        assert words in printed
    (total,) = re.findall(r"(\d+) reports counted", printed)
    (simulated,) = set(re.findall(r"(\d+) SIMULATED devices", printed))
    assert int(total) == int(simulated) + 1 >= 60
    check_commands(printed, tmp_path)
