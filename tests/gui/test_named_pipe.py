"""How starts of the window meet on Windows: run here over the local sockets that Qt has instead of pipes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from tests.repository import ROOT
from ui import named_pipe
from ui.local_socket import MOST, OK

CALL = (
    "import sys; from pathlib import Path; from ui.named_pipe import call; "
    "print(call(Path(sys.argv[1]), sys.argv[2].encode(), float(sys.argv[3])))"
)


@pytest.fixture
def heard(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What was understood: all that begins with "a"."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    found: list[bytes] = []

    def hear(line: bytes) -> bool:
        found.append(line)
        return line.startswith(b"a")

    parent = QObject()
    listener = named_pipe.Listener(tmp_path / "state", hear, parent)
    assert listener.open()
    yield found
    listener.close()


def call(state: Path, line: str, qtbot: QtBot, seconds: float = 10) -> str:
    command = [sys.executable, "-c", CALL, str(state), line, str(seconds)]
    other = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    qtbot.waitUntil(lambda: other.poll() is not None, timeout=20_000)
    return other.communicate()[0].strip()


def silent(state: Path) -> QLocalSocket:
    made = QLocalSocket()
    made.connectToServer(named_pipe.name(state))
    assert made.waitForConnected(5_000)
    return made


def let_go(callers: list[QLocalSocket], qtbot: QtBot) -> None:
    gone = QLocalSocket.LocalSocketState.UnconnectedState
    qtbot.waitUntil(lambda: all(one.state() is gone for one in callers), timeout=10_000)


def test_a_line_is_heard_and_answered(tmp_path: Path, heard: list[bytes], qtbot: QtBot) -> None:
    assert call(tmp_path / "state", "a wish", qtbot) == "True"
    assert call(tmp_path / "state", "no wish", qtbot) == "False"
    assert heard == [b"a wish", b"no wish"]
    assert call(tmp_path / "another", "a wish", qtbot, 0.2) == "False"


def test_too_much_is_not_heard(tmp_path: Path, heard: list[bytes], qtbot: QtBot) -> None:
    for nonsense in (b"a" * (MOST + 1), b"a" * 50_000, b"a" * 50_000 + b"\n"):
        other = silent(tmp_path / "state")
        other.write(nonsense)
        let_go([other], qtbot)
    assert heard == []
    assert call(tmp_path / "state", "a wish", qtbot) == "True"


def test_silent_callers_keep_nobody_out(tmp_path: Path, heard: list[bytes], qtbot: QtBot) -> None:
    waiting = []
    for _ in range(20):
        waiting.append(silent(tmp_path / "state"))
        qtbot.wait(1)
    assert call(tmp_path / "state", "a wish", qtbot) == "True"
    let_go(waiting, qtbot)


def test_it_says_what_the_other_says() -> None:
    assert (named_pipe.OK, named_pipe.MOST) == (OK, MOST)
