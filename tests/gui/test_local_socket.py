"""The socket in the state directory, and whoever calls there."""

from __future__ import annotations

import itertools
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from agent.env import Env
from tests.gui.calling import answer, caller
from tests.repository import ROOT
from ui.local_socket import MOST, NAME, OK, Listener, call

GOOD = b"a wish\n"


@pytest.fixture
def heard(env: Env, qtbot: QtBot) -> Iterator[list[bytes]]:
    """What a listener heard; it understands all that begins with "a"."""
    found: list[bytes] = []

    def hear(line: bytes) -> bool:
        found.append(line)
        return line.startswith(b"a")

    parent = QObject()
    listener = Listener(env.state, hear, parent)
    assert listener.open()
    yield found
    listener.close()
    assert not (env.state / NAME).exists()


def test_only_this_account_reaches_it(env: Env, heard: list[bytes]) -> None:
    assert stat.S_IMODE((env.state / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(env.state.stat().st_mode) == 0o700


def test_what_is_no_socket_is_left_alone(env: Env, qtbot: QtBot) -> None:
    (env.state / NAME).write_text("somebody's")
    parent = QObject()
    assert not Listener(env.state, lambda _: True, parent).open()
    assert (env.state / NAME).read_text() == "somebody's"


def test_a_line_may_come_in_pieces_and_its_caller_may_leave(
    env: Env, heard: list[bytes], qtbot: QtBot
) -> None:
    with caller(env) as other:
        for at in range(len(GOOD)):
            other.sendall(GOOD[at : at + 1])
            qtbot.wait(1)
        assert answer(other, qtbot) == OK
    with caller(env) as other:
        other.sendall(GOOD)  # and away
    qtbot.waitUntil(lambda: heard == [b"a wish"] * 2)
    with caller(env) as other:
        other.sendall(GOOD[:-1])  # not whole
    with caller(env) as other:
        other.sendall(b"no wish\n")
        assert answer(other, qtbot) == b""
    assert heard == [b"a wish", b"a wish", b"no wish"]


def test_too_long_a_line_is_not_heard(env: Env, heard: list[bytes], qtbot: QtBot) -> None:
    for line, answered in ((b"a" * MOST, OK), (b"a" * (MOST + 1), b""), (b"a" * 100_000, b"")):
        with caller(env) as other:
            other.sendall(line + b"\n")
            assert answer(other, qtbot) == answered
    assert heard == [b"a" * MOST]


def test_silent_callers_keep_nobody_out_and_nothing_waits_for_them(
    env: Env, heard: list[bytes], qtbot: QtBot
) -> None:
    open_before = len(os.listdir("/proc/self/fd"))
    beats: list[float] = []
    heart = QTimer(interval=5)
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    heart.start()
    silent = []
    for _ in range(40):
        silent.append(caller(env))
        qtbot.wait(1)
    with caller(env) as other:
        other.sendall(GOOD)
        assert answer(other, qtbot) == OK
    # Most had to go for others; those that may wait are let go after a while.
    qtbot.waitUntil(lambda: len(os.listdir("/proc/self/fd")) == open_before + len(silent), timeout=10_000)
    heart.stop()
    assert max(b - a for a, b in itertools.pairwise(beats)) < 0.5
    for one in silent:
        assert answer(one, qtbot) == b""
        one.close()


def test_one_that_never_answers_is_not_waited_for_long(env: Env, qtbot: QtBot) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(env.state / NAME))
        deaf.listen()
        start = time.monotonic()
        assert not call(env.state, b"a wish", 0.3)
        assert 0.2 < time.monotonic() - start < 3


def test_where_no_more_files_can_be_opened_the_loop_rests(env: Env) -> None:
    # In a process of its own: with as many files open as it may have, then with one more allowed.
    code = """
import os, resource, socket, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from ui.instance import Instance
tries = []

def count(frame, event, called):
    if event == "c_call" and called.__name__ == "_accept":
        tries.append(called)

application = QCoreApplication([])
one = Instance(Path(sys.argv[1]))
assert one.first() and one.listen()
one.raised.connect(lambda page: (print(page, flush=True), application.exit()))
other = socket.socket(socket.AF_UNIX)
other.connect(sys.argv[1] + "/window.socket")
other.sendall(b'{"page": "leaves", "token": ""}\\n')
most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
free = os.dup(0)
os.close(free)
resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
QTimer.singleShot(2_000, lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard)))
QTimer.singleShot(20_000, application.exit)
sys.setprofile(count)
application.exec()
sys.setprofile(None)
print(1 < len(tries) < 9)
one.release()
"""
    command = [sys.executable, "-c", code, str(env.state)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.stdout == "leaves\nTrue\n", run.stderr
