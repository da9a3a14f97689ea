"""One window for a state directory: a second start raises the first."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from pytestqt.qtbot import QtBot

from agent.env import Env
from tests.repository import ROOT
from ui.instance import Instance


def another_start(state: Path, page: str = "") -> subprocess.Popen[str]:
    """A process that finds the window open already."""
    code = "import sys; from pathlib import Path; from ui.instance import Instance; "
    code += "one = Instance(Path(sys.argv[1])); print(one.first(), one.raise_other(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(state), page]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_second_start_raises_the_first(env: Env, qtbot: QtBot) -> None:
    first = Instance(env.state)
    assert first.first() and first.listen()
    with qtbot.waitSignal(first.raised, timeout=20_000) as raised:
        second = another_start(env.state, "leaves")
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert raised.args == ["leaves"]
    assert second.communicate()[0] == "False True\n"
    first.release()
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
    assert (deep / "window.socket").is_socket()
    with qtbot.waitSignal(first.raised, timeout=20_000):
        second = another_start(deep)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.communicate()[0] == "False True\n"
    first.release()


def test_nonsense_on_the_socket_is_not_obeyed(env: Env, qtbot: QtBot) -> None:
    first = Instance(env.state)
    assert first.first() and first.listen()
    for nonsense in (b"\n", b"[]\n", b'{"page": 1}\n', b"x" * 9_000):
        with socket.socket(socket.AF_UNIX) as other, qtbot.assertNotEmitted(first.raised, wait=60):
            other.connect(str(env.state / "window.socket"))
            other.sendall(nonsense)
    with qtbot.waitSignal(first.raised, timeout=20_000):
        second = another_start(env.state)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    second.communicate()
    first.release()
