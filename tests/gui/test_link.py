"""The tie to the rest: commands as children, work in threads, the sampler, what others write."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import weakref
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from agent.env import Env
from agent.lock import SAMPLER, end_holder
from tests.gui.conftest import wait_for
from tests.repository import ROOT
from ui.link import commands
from ui.link.background import Background
from ui.link.commands import Answer, Command
from ui.link.preferences import load
from ui.link.runner import Runner
from ui.link.session import Session


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
    runner.run(_Slow("slow", (), patience=5), got.append, told.append)
    qtbot.waitUntil(lambda: bool(got), timeout=30_000)
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


def test_who_asked_is_let_go_of_on_the_event_loop_only(qtbot: QtBot) -> None:
    class Asker:
        def came(self, value: object) -> None:
            got.append(value)

    background, got, gone = Background(), [], []  # type: ignore[var-annotated]
    asker = Asker()
    weakref.finalize(asker, lambda: gone.append(threading.current_thread() is threading.main_thread()))
    background.run(lambda: time.sleep(0.2), asker.came)
    del asker
    qtbot.waitUntil(lambda: bool(gone))
    assert got == [None] and gone == [True]
    assert background.finish()


def test_nothing_is_told_once_it_is_over(qtbot: QtBot) -> None:
    background, got = Background(), []  # type: ignore[var-annotated]
    background.run(lambda: time.sleep(0.2), got.append)
    assert not background.finish(0.01)
    assert background.finish()
    background.run(lambda: 1, got.append)
    qtbot.wait(100)
    assert not got


def test_a_runner_may_be_let_go_of_as_soon_as_it_has_answered(env: Env, qtbot: QtBot) -> None:
    kept, gone = [Runner(env)], []
    kept[0].destroyed.connect(lambda: gone.append(True))
    kept[0].run(commands.ledger(), lambda _: kept.clear())
    qtbot.waitUntil(lambda: bool(gone), timeout=20_000)
