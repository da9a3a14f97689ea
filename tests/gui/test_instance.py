"""One window for a state directory: a second start raises the first."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agent.env import Env
from tests.gui.calling import answer, caller
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


def ended(start: subprocess.Popen[str], qtbot: QtBot) -> str:
    """What it said, when it has left."""
    qtbot.waitUntil(lambda: start.poll() is not None, timeout=20_000)
    return start.communicate()[0]


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


def test_a_token_is_passed_on_and_a_strange_one_is_not(
    env: Env, first: Instance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ACTIVATION, "before")
    for token, kept in (("kwin-1_2", "kwin-1_2"), ("schön", "kwin-1_2"), ("", "kwin-1_2")):
        with qtbot.waitSignal(first.raised, timeout=20_000):
            second = another_start(env.state, "device", token)
        said = ended(second, qtbot)
        assert said == "False True\n"
        assert os.environ[ACTIVATION] == kept


def test_a_wish_is_a_line() -> None:
    wish = Wish("leaves#verify", "a token")
    assert b"\n" not in wish.line() and len(wish.line()) < MOST
    assert Wish.read(wish.line()) == wish
    assert Wish.read(json.dumps({"page": "", "token": "", "more": 1}).encode()) == Wish("", "")
