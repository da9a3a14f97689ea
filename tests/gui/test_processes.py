"""The window and other processes: one window for a state, children, the sampler, notifications."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from agent.env import Env, real_env
from agent.lock import SAMPLER, end_holder
from tests.repository import ROOT
from ui import notifications
from ui.instance import Instance
from ui.link import commands
from ui.link.background import Background
from ui.link.commands import Answer, Command
from ui.link.preferences import load
from ui.link.runner import Runner
from ui.link.session import Session
from ui.notifications import Notifier
from ui.view_models.alerts import Alert

WINDOW = [sys.executable, "-P", "-m", "ui"]


@pytest.fixture
def env(tmp_path: Path) -> Env:
    made = real_env(tmp_path / "state")
    made.prepare()
    return made


@pytest.fixture
def session(env: Env, qtbot: QtBot) -> Iterator[Session]:
    made = Session(env)
    yield made
    made.end()


def wait_for(what: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


# -- one window


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
            other.connect(first._name())
            other.sendall(nonsense)
    with qtbot.waitSignal(first.raised, timeout=20_000):
        second = another_start(env.state)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    second.communicate()
    first.release()


def test_the_program_starts_raises_and_leaves(env: Env) -> None:
    def start(*words: str) -> subprocess.Popen[str]:
        command = [*WINDOW, "--state", str(env.state), *words]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)

    first = start("--page", "leaves", "--scheme", "dark", "--language", "de")
    try:
        wait_for(lambda: (env.state / "window.socket").exists())
        wait_for(lambda: (env.state / "sampler.lock").exists())  # it started the sampler
        second = start("--page", "decides")
        _, said = second.communicate(timeout=30)
        assert second.returncode == 0, said
        assert first.poll() is None
    finally:
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=20)
        end_holder(env, SAMPLER)
    # Killed without a word: the next is the first again, whatever lies about.
    assert (env.state / "window.socket").exists()
    other = Instance(env.state)
    assert other.first()
    other.release()


def test_a_state_that_cannot_be_used_is_said_like_everywhere(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = subprocess.run(
        [*WINDOW, "--state", str(tmp_path / "file")], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 19
    assert "Traceback" not in run.stderr and run.stderr.startswith("shoal: ")


# -- commands as children


def test_a_command_s_answer_comes_back(session: Session, qtbot: QtBot) -> None:
    got: list[Answer] = []
    session.run(commands.ledger(), got.append)
    assert session.is_running("ledger") and not got
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    assert got[0].is_fine and got[0].value == []
    assert not session.is_running("ledger")


def test_a_command_s_failure_comes_back_in_its_own_words(session: Session, qtbot: QtBot) -> None:
    got: list[Answer] = []
    session.run(commands.send_now(), got.append)
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    failure = got[0].failure
    assert failure is not None and failure.code in (10, 20) and failure.message


def test_what_changes_something_is_read_again(session: Session, qtbot: QtBot) -> None:
    from agent.model import Choice

    with qtbot.waitSignal(session.read, timeout=20_000) as read:
        session.run(commands.choose(Choice.LOCAL))
    assert read.args[0].chosen is Choice.LOCAL


class _Slow(Command):
    """A child that does not come to an end."""

    def line(self, env: Env) -> list[str]:
        code = "import sys, time; print('half way', file=sys.stderr, flush=True); time.sleep(60)"
        return [sys.executable, "-c", code]


def test_a_command_that_hangs_is_ended(env: Env, qtbot: QtBot) -> None:
    runner, got, told = Runner(env), [], []  # type: ignore[var-annotated]
    runner.run(_Slow("slow", (), patience=1.5), got.append, told.append)
    qtbot.waitUntil(lambda: bool(got), timeout=10_000)
    assert got[0].failure.code == -1 and "too long" in got[0].failure.message
    assert told == ["half way"]


def test_a_program_that_is_not_there_is_told(env: Env, qtbot: QtBot) -> None:
    class Missing(Command):
        def line(self, env: Env) -> list[str]:
            return ["/nowhere/shoal"]

    runner, got = Runner(env), []  # type: ignore[var-annotated]
    runner.run(Missing("missing", ()), got.append)
    qtbot.waitUntil(lambda: bool(got))
    assert got[0].failure.code == -1


def test_what_still_runs_ends_with_the_window(env: Env, qtbot: QtBot) -> None:
    runner = Runner(env)
    told: list[str] = []
    runner.run(_Slow("slow", ()), None, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    (run,) = runner._running
    pid = run._process.processId()
    runner.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_work_happens_in_a_thread_and_its_value_on_the_event_loop(qtbot: QtBot) -> None:
    background = Background()
    got: list[Any] = []
    here = QThread.currentThread()
    background.run(
        lambda: QThread.currentThread() == here,
        lambda same: got.append((same, QThread.currentThread() == here)),
    )
    background.run(lambda: 1 // 0, got.append, lambda error: got.append(type(error)))
    qtbot.waitUntil(lambda: len(got) == 2)
    assert set(got) == {(False, True), ZeroDivisionError}
    assert background.finish()


# -- the sampler


def test_the_sampler_is_started_once_and_measures_when_rung(session: Session, env: Env, qtbot: QtBot) -> None:
    from agent.model import Choice

    got: list[Any] = []
    session.run(commands.choose(Choice.LOCAL), got.append)
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    try:
        session.start_sampler(got.append)
        qtbot.waitUntil(lambda: len(got) == 2, timeout=20_000)
        assert got[1] is True
        wait_for(lambda: (env.state / "doorbell").exists())
        with qtbot.waitSignal(
            session.read, timeout=20_000, check_params_cb=lambda snap: snap.sampler is True
        ):
            session.refresh()
        session.start_sampler(got.append)
        qtbot.waitUntil(lambda: len(got) == 3, timeout=20_000)
        assert got[2] is False
        with qtbot.waitSignal(
            session.read, timeout=30_000, check_params_cb=lambda snap: snap.facts.last_pass is not None
        ):
            session.measure_now(got.append)
        qtbot.waitUntil(lambda: len(got) == 4, timeout=20_000)
        assert got[3] is True
    finally:
        end_holder(env, SAMPLER)


def test_what_others_write_is_seen(session: Session, env: Env, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.read, timeout=10_000):
        session.begin(start_sampler=False)
    with qtbot.waitSignal(
        session.read, timeout=20_000, check_params_cb=lambda snap: str(snap.chosen) == "off"
    ):
        run = [sys.executable, "-P", "-m", "agent", "--state", str(env.state), "choose", "off"]
        subprocess.run(run, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def test_what_is_remembered_is_on_the_disk(session: Session, env: Env, qtbot: QtBot) -> None:
    session.remember(keep_icon=True, tell_bad=False)
    qtbot.waitUntil(lambda: load(env.state).keep_icon is True)
    assert not load(env.state).tell_bad


# -- notifications

BAD = Alert("bad", "endpoint.disk_free", "bad", "Free space needs attention", "Empty the trash.", "device")
SERVER = """
import sys
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import Proxy, open_dbus_connection
name = "org.freedesktop.Notifications"
bus = open_dbus_connection(bus="SESSION")
assert Proxy(message_bus, bus).RequestName(name) == (1,)
print("ready", flush=True)
here = DBusAddress("/org/freedesktop/Notifications", interface=name)
while True:
    asked = bus.receive()
    is_call = asked.header.message_type == MessageType.method_call
    if is_call and asked.header.fields[HeaderFields.member] == "Notify":
        print(asked.body[0], *asked.body[3:6], sep="|", flush=True)
        bus.send(new_method_return(asked, "u", (7,)))
        bus.send(new_signal(here, "ActionInvoked", "us", (6, "default")))
        if sys.argv[1] == "click":
            bus.send(new_signal(here, "ActionInvoked", "us", (7, "default")))
        else:
            bus.send(new_signal(here, "NotificationClosed", "uu", (7, 2)))
"""


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session bus of its own."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed")
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
    yield
    daemon.terminate()
    daemon.communicate(timeout=10)


@pytest.mark.parametrize("act", ["click", "close"])
def test_a_notification_goes_over_the_bus_and_a_click_on_it_comes_back(
    act: str, bus: None, session: Session, qtbot: QtBot
) -> None:
    desktop = subprocess.Popen([sys.executable, "-c", SERVER, act], stdout=subprocess.PIPE, text=True)
    assert desktop.stdout is not None and desktop.stdout.readline().strip() == "ready"
    try:
        if act == "close":
            assert notifications.show("title", "text", "Open", 5.0) is False
            return
        notifier = Notifier(session, None)
        with qtbot.waitSignal(notifier.clicked, timeout=10_000) as clicked:
            notifier.tell([BAD], seen=False)
        assert clicked.args == ["device"]
        assert desktop.stdout.readline().strip() == f"Shoal|{BAD.title}|{BAD.text}|['default', 'Open']"
    finally:
        desktop.terminate()
        desktop.communicate(timeout=10)


def test_each_is_told_once_and_only_what_is_wanted(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    notifier = Notifier(session, None)
    monkeypatch.setattr(notifier, "_show", lambda alert: shown.append(alert.key))
    session.remember(tell_changed=False)
    task = Alert("task", "2", "changed", "t", "t", "decides", is_change=True)
    notifier.tell([BAD, task], seen=False)
    notifier.tell([BAD, task], seen=False)
    assert shown == [BAD.key]
    session.remember(tell_changed=True)
    notifier.tell([task], seen=False)  # the first that is known is no change
    notifier.tell([task._replace(state="3")], seen=False)
    assert shown == [BAD.key, "task:3"]
    looked_at = BAD._replace(state="endpoint.other")
    notifier.tell([looked_at], seen=True)  # the window says it
    notifier.tell([looked_at], seen=False)
    assert shown == [BAD.key, "task:3"]
    several = [BAD._replace(state=f"m{n}", title=f"Check {n}") for n in range(3)]
    notifier.tell(several, seen=False)
    assert len(shown) == 3
    assert json.loads(json.dumps(session.preferences.told))[-1] == "bad:m2"
