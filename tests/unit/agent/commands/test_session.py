from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from agent import doorbell
from agent.commands import session as sessions
from agent.commands.session import Session
from agent.env import STATE_VARIABLE, program
from agent.errors import StoreError, TaskMismatch
from agent.lock import SAMPLER, Lock
from agent.model import Fact
from agent.store import Store
from catalogue.errors import CatalogueError
from tests.unit.agent.commands.conftest import Machine


def test_nothing_is_made_before_something_is_to_be_written(tmp_path: Path) -> None:
    session = Session(tmp_path / "state")
    assert not session.has_database
    assert session.settings() == {}
    assert session.ask_sampler(doorbell.FLUSH) is False
    assert list(tmp_path.iterdir()) == []
    with session.store() as store:
        store.set_setting("choice", "local")
    assert session.settings() == {"choice": "local"}
    assert session.env.database.stat().st_mode & 0o777 == 0o600


def test_store_and_ledger_close_even_if_the_command_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, closed = Session(tmp_path / "state"), []
    monkeypatch.setattr(Store, "close", lambda self: closed.append(self))
    with pytest.raises(ZeroDivisionError), session.store():
        raise ZeroDivisionError
    (store,) = closed
    store.connection.close()


def test_a_sampler_that_listens_is_waited_for(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(None)
    with session.store() as store:
        assert not session.ask_sampler(doorbell.FLUSH)
        bell = doorbell.listen(machine.env)
        heard: list[bytes] = []

        def answer(seconds: float) -> None:
            machine.env.pass_time(seconds)
            heard.append(bell.wait(0))
            store.set_fact(Fact.ANSWERED, str(len(heard)))

        monkeypatch.setattr(machine.env, "_pause", answer)
        assert session.ask_sampler(doorbell.FLUSH)
        assert heard[0] == doorbell.FLUSH
        monkeypatch.setattr(machine.env, "_pause", machine.env.pass_time)
        assert not session.ask_sampler(doorbell.FLUSH)  # it hangs: nobody waits for ever
        bell.close()


def test_a_catalogue_that_cannot_be_read_is_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(language: str) -> None:
        raise CatalogueError("no such key", file="metrics.toml")

    monkeypatch.setattr("catalogue.load.load", fail)
    with pytest.raises(TaskMismatch, match="no such key"):
        _ = Session(tmp_path).catalogue


class TestBecomingResident:
    def test_this_very_program_on_this_very_state(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        became: list[tuple[str, list[str], dict[str, str]]] = []
        monkeypatch.setattr(os, "execve", lambda *given: became.append(given))
        Session(tmp_path / "state").become_resident()
        ((path, command, environment),) = became
        assert path == sys.executable
        assert command == [*program(), "resident"]
        assert environment[STATE_VARIABLE] == str(tmp_path / "state")
        assert environment["HOME"] == os.environ["HOME"]

    def test_one_that_cannot_be_run(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sessions, "program", lambda: [str(tmp_path / "gone")])
        with pytest.raises(StoreError, match="gone cannot be run"):
            Session(tmp_path).become_resident()


def test_a_lock_of_another_kind_is_no_sampler(machine: Machine) -> None:
    machine.env.prepare()
    held = Lock(machine.env.state, SAMPLER)
    held.take()
    assert not Session(None).ask_sampler(doorbell.WORK)
    held.release()
