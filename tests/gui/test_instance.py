"""One window for a state directory: a second start raises the first."""

from __future__ import annotations

import itertools
import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from agent.env import Env
from tests.repository import ROOT
from ui.instance import ACTIVATION, Instance, Wish
from ui.local_socket import MOST, NAME, OK

GOOD = b'{"page": "leaves", "token": ""}\n'
NONSENSE = (
    b"\n",
    b"[]\n",
    b"\xff\xfe\n",
    b'{"page": 1}\n',
    b'{"page": 1, "token": ""}\n',
    b'{"page": "", "token": ["x"]}\n',
    b'{"page": "", "token": "a\\u0000b"}\n',
    b'{"page": "", "token": "\\ud800"}\n',
    b'{"page": "le\\naves", "token": ""}\n',
    b"[" * 4_000 + b"\n",  # deeper than can be read
    b"x" * 9_000,
    b'{"page": "", "token": "' + b"x" * 9_000 + b'"}\n',
)


@pytest.fixture
def first(env: Env, qtbot: QtBot) -> Iterator[Instance]:
    """The one that listens."""
    made = Instance(env.state)
    assert made.first() and made.listen()
    yield made
    made.release()


def another_start(state: Path, page: str = "", token: str = "") -> subprocess.Popen[str]:
    """A process that finds the window open already."""
    code = "import sys; from pathlib import Path; from ui.instance import Instance; "
    code += "one = Instance(Path(sys.argv[1])); print(one.first(), one.raise_other(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(state), page]
    environment = {**os.environ, ACTIVATION: token}
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment)


def caller(env: Env) -> socket.socket:
    """Somebody who has called, and said nothing yet."""
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(10)
    made.connect(str(env.state / NAME))
    return made


def answer(one: socket.socket, qtbot: QtBot) -> bytes:
    """What it is answered until it is let go; the event loop goes on meanwhile."""
    one.setblocking(False)
    said = [b""]

    def is_over() -> bool:
        try:
            more = one.recv(99)
        except BlockingIOError:
            return False
        except ConnectionError:
            more = b""
        said[0] += more
        return not more

    qtbot.waitUntil(is_over, timeout=20_000)
    return said[0]


def test_a_second_start_raises_the_first(env: Env, qtbot: QtBot) -> None:
    first = Instance(env.state)
    assert first.first() and first.listen()
    with qtbot.waitSignal(first.raised, timeout=20_000) as raised:
        second = another_start(env.state, "leaves")
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert raised.args == ["leaves"]
    assert second.communicate()[0] == "False True\n"
    first.release()
    assert not (env.state / NAME).exists()
    third = Instance(env.state)
    assert not third.raise_other("leaves", 200)
    assert third.first()
    third.release()


def test_a_state_in_a_deep_folder_has_a_socket_too(tmp_path: Path, qtbot: QtBot) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-name"] * 8)
    deep.mkdir(parents=True)
    assert len(os.fsencode(deep)) > 150
    first = Instance(deep)
    assert first.first() and first.listen()
    assert (deep / NAME).is_socket() and stat.S_IMODE((deep / NAME).stat().st_mode) == 0o600
    with qtbot.waitSignal(first.raised, timeout=20_000):
        second = another_start(deep)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.communicate()[0] == "False True\n"
    first.release()
    assert not (deep / NAME).exists()


def test_only_this_account_reaches_it(env: Env, first: Instance) -> None:
    assert stat.S_IMODE((env.state / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(env.state.stat().st_mode) == 0o700


def test_only_the_first_takes_a_dead_socket_away(env: Env, first: Instance) -> None:
    second = Instance(env.state)
    assert not second.first() and not second.listen()
    second.release()
    assert (env.state / NAME).is_socket()
    with caller(env):
        pass  # the first still listens there


def test_a_dead_socket_is_in_nobodys_way(env: Env, qtbot: QtBot) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(env.state / NAME))
    one = Instance(env.state)
    assert not one.raise_other("leaves", 100)
    assert one.first() and one.listen()
    with caller(env) as other:
        other.sendall(GOOD)
        assert answer(other, qtbot) == OK
    one.release()


def test_what_is_no_socket_is_left_alone(env: Env, qtbot: QtBot) -> None:
    (env.state / NAME).write_text("somebody's")
    one = Instance(env.state)
    assert one.first() and not one.listen()
    one.release()
    assert (env.state / NAME).read_text() == "somebody's"


@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_on_the_socket_is_not_obeyed(
    env: Env, first: Instance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, nonsense: bytes
) -> None:
    monkeypatch.delenv(ACTIVATION, raising=False)
    with caller(env) as other, qtbot.assertNotEmitted(first.raised, wait=60):
        other.sendall(nonsense)
        assert answer(other, qtbot) == b""
    assert ACTIVATION not in os.environ
    with caller(env) as other, qtbot.waitSignal(first.raised):
        other.sendall(GOOD)
        assert answer(other, qtbot) == OK


def test_a_line_may_come_in_pieces_and_its_caller_may_leave(env: Env, first: Instance, qtbot: QtBot) -> None:
    with caller(env) as other, qtbot.waitSignal(first.raised) as raised:
        for at in range(len(GOOD)):
            other.sendall(GOOD[at : at + 1])
            qtbot.wait(1)
        assert answer(other, qtbot) == OK
    assert raised.args == ["leaves"]
    with qtbot.waitSignal(first.raised), caller(env) as other:
        other.sendall(GOOD)  # and away
    with qtbot.assertNotEmitted(first.raised, wait=60), caller(env) as other:
        other.sendall(GOOD[:-1])  # not whole


def test_a_token_is_passed_on_and_a_strange_one_is_not(
    env: Env, first: Instance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ACTIVATION, "before")
    for token, kept in (("kwin-1_2", "kwin-1_2"), ("schön", "kwin-1_2"), ("", "kwin-1_2")):
        with qtbot.waitSignal(first.raised, timeout=20_000):
            second = another_start(env.state, "device", token)
        qtbot.waitUntil(lambda second=second: second.poll() is not None, timeout=20_000)
        assert second.communicate()[0] == "False True\n"
        assert os.environ[ACTIVATION] == kept


def test_silent_callers_keep_nobody_out_and_nothing_waits_for_them(
    env: Env, first: Instance, qtbot: QtBot
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
    with caller(env) as other, qtbot.waitSignal(first.raised):
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
        assert not Instance(env.state).raise_other("leaves", 300)
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


def test_a_wish_is_a_line() -> None:
    wish = Wish("leaves#verify", "a token")
    assert b"\n" not in wish.line() and len(wish.line()) < MOST
    assert Wish.read(wish.line()) == wish
    assert Wish.read(json.dumps({"page": "", "token": "", "more": 1}).encode()) == Wish("", "")
