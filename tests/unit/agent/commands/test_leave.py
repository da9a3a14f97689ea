from __future__ import annotations

import os
import pty
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.env import STATE_VARIABLE, program
from agent.lock import WORKER, Lock
from agent.model import ReportState
from agent.worker.tend import send_now
from tests.unit.agent.commands.conftest import CATALOGUE, Machine
from tests.unit.agent.servers import answering

OLD = 1_700_000_000
READINGS = ("samples", "quarters", "days", "summaries", "readings", "marks", "bodies")


def counts(machine: Machine) -> dict[str, int]:
    connection = sqlite3.connect(machine.env.database)
    found = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in READINGS}
    connection.close()
    return found


class TestErase:
    def test_what_goes_and_what_stays(self, machine: Machine) -> None:
        machine.hold()
        machine.type("status")
        there = {table for table, count in counts(machine).items() if count}
        assert there >= {"samples", "bodies", "readings"}
        rows = len(machine.kinds())
        shown = machine.type("erase", "--yes").stdout
        assert "1 report's bytes" in shown
        assert "nothing says which were yours" in " ".join(shown.split())
        assert set(counts(machine).values()) == {0}
        assert machine.kinds()[:rows][-1] == "sealed"
        assert machine.json("verify")["agrees"]
        assert machine.json("choose")["choice"] == "share"
        assert machine.handed.leader.requests == []

    def test_no_byte_of_a_reading_is_left_on_the_disk(self, machine: Machine) -> None:
        machine.type("choose", "local")
        with machine.store() as store:
            store.note_reading(machine.env.now(), "a-reader-of-health")
        machine.type("erase", "--yes")
        left = b"".join(path.read_bytes() for path in machine.env.state.iterdir())
        assert b"a-reader-of-health" not in left

    def test_nothing_to_erase(self, machine: Machine) -> None:
        assert "nothing to erase" in machine.type("erase").stdout
        assert machine.json("erase") == {"erased": False, "bodies": 0}
        assert machine.files() == set()

    def test_in_json(self, machine: Machine) -> None:
        machine.hold()
        assert machine.json("erase", "--yes") == {"erased": True, "bodies": 1}


class TestPurge:
    def test_as_on_its_first_day(self, machine: Machine) -> None:
        machine.hold()
        assert "nothing of Shoal's is left" in machine.type("purge", "--yes").stdout
        assert not machine.env.state.exists()
        assert machine.keychain.token is None
        assert "nothing to purge" in machine.type("purge").stdout
        assert machine.json("choose")["choice"] is None

    def test_somebody_else_s_files_stay(self, machine: Machine) -> None:
        machine.type("choose", "local")
        (machine.env.state / "notes").mkdir()
        (machine.env.state / "notes" / "mine.txt").write_text("mine")
        machine.type("purge", "--yes")
        assert machine.files() == {"notes"}

    def test_a_directory_that_is_none_of_ours_is_not_emptied(self, machine: Machine) -> None:
        machine.env.state.mkdir()
        (machine.env.state / "thesis.txt").write_text("mine")
        assert "holds nothing of Shoal's" in machine.type("purge", "--yes", code=19).stderr
        assert machine.files() == {"thesis.txt"}

    def test_in_json(self, machine: Machine) -> None:
        assert machine.json("purge") == {"purged": False}
        machine.type("choose", "local")
        assert machine.json("purge", "--yes") == {"purged": True}


class TestConfirmation:
    @pytest.mark.parametrize("command", ["erase", "purge"])
    def test_where_nobody_sits_nothing_is_done_without_yes(self, machine: Machine, command: str) -> None:
        machine.hold()
        before = counts(machine)
        result = machine.type(command, code=20, input=f"{command}\n")
        assert f"shoal {command} --yes" in result.stderr
        assert counts(machine) == before

    @pytest.mark.parametrize("command", ["erase", "purge"])
    @pytest.mark.parametrize(("typed", "done"), [("yes", False), ("", False), ("ERASE", False), (None, True)])
    def test_at_a_terminal_the_word_itself_is_typed(
        self, tmp_path: Path, command: str, typed: str | None, done: bool
    ) -> None:
        state = measured(tmp_path / "state")
        code, shown = at_a_terminal([command], state, f"{typed if typed is not None else command}\n")
        assert f"Type {command} to go on" in shown
        assert code == (0 if done else 20), shown
        database = state / "shoal.db"
        assert (samples(database) == 0) == done


def measured(state: Path) -> Path:
    """A state with a reading in it."""
    environment = {**os.environ, STATE_VARIABLE: str(state)}
    subprocess.run([*program(), "choose", "local"], env=environment, check=True, capture_output=True)
    connection = sqlite3.connect(state / "shoal.db")
    with connection:
        connection.execute("INSERT INTO samples(t) VALUES (?)", (OLD,))
    connection.close()
    return state


def samples(database: Path, since: int = 0) -> int:
    if not database.exists():
        return 0
    connection = sqlite3.connect(database)
    (count,) = connection.execute("SELECT count(*) FROM samples WHERE t >= ?", (since,)).fetchone()
    connection.close()
    return int(count)


def at_a_terminal(words: list[str], state: Path, typed: str) -> tuple[int, str]:
    """Run the real program with a terminal as its input and output; (exit code, what it showed)."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*program(), "--state", str(state), *words], stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    try:
        os.write(ours, typed.encode())
        while True:
            try:
                part = os.read(ours, 4_096)
            except OSError:  # the other end is closed: Linux says so with an error
                break
            if not part:
                break
            shown += part
        return process.wait(20), shown.decode()
    finally:
        process.kill()
        process.wait()
        os.close(ours)


class TestARunningSampler:
    @pytest.fixture
    def sampler(self, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
        state = measured(tmp_path / "state")
        process = subprocess.Popen([*program(), "--state", str(state), "run"], stderr=subprocess.PIPE)
        end = time.monotonic() + 20
        try:
            while samples(state / "shoal.db", since=OLD + 1) < 1:
                assert time.monotonic() < end
                time.sleep(0.05)
            yield process, state
        finally:
            process.kill()
            process.communicate()

    def test_purge_ends_it_and_nothing_comes_back(
        self, sampler: tuple[subprocess.Popen[bytes], Path]
    ) -> None:
        process, state = sampler
        command = [*program(), "--state", str(state), "purge", "--yes"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=30)
        assert run.returncode == 0, run.stderr
        assert process.wait(5) == 0  # it left in good order, before its files went
        assert not state.exists()

    def test_erase_leaves_it_running_and_takes_what_it_had_in_memory(
        self, sampler: tuple[subprocess.Popen[bytes], Path]
    ) -> None:
        process, state = sampler
        command = [*program(), "--state", str(state), "erase", "--yes"]
        subprocess.run(command, check=True, capture_output=True, timeout=30)
        assert samples(state / "shoal.db") == 0
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert samples(state / "shoal.db") <= 1

    def test_erase_is_certain_while_it_hangs_in_the_middle_of_a_pass(self, tmp_path: Path) -> None:
        """A demo's state, so that a minute lasts a second: passes gather in memory, and it hears no bell."""
        state = measured(tmp_path / "state")
        (state / "demo").touch()
        process = subprocess.Popen([*program(), "--state", str(state), "run"], stderr=subprocess.PIPE)
        try:
            wait_until(lambda: samples(state / "shoal.db", since=OLD + 1) >= 1)
            time.sleep(3.5)  # passes that are only in memory
            process.send_signal(signal.SIGSTOP)
            command = [*program(), "--state", str(state), "erase", "--yes"]
            subprocess.run(command, check=True, capture_output=True, timeout=30)
            erased = int(time.time())
            assert samples(state / "shoal.db") == 0
            process.send_signal(signal.SIGCONT)
            wait_until(lambda: samples(state / "shoal.db") >= 1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
            assert samples(state / "shoal.db") == samples(state / "shoal.db", since=erased) > 0
        finally:
            process.kill()
            process.communicate()


def wait_until(what: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


class TestAWorkerThatSends:
    def test_purge_waits_for_it_a_little_and_says_so(self, machine: Machine) -> None:
        machine.hold()
        worker = Lock(machine.env.state, WORKER)
        worker.take()
        result = machine.type("purge", "--yes", code=20)
        assert "nothing was deleted" in result.stderr
        assert "Try again in a minute." in result.stderr
        worker.release()
        assert machine.kinds()[-1] == "sealed"
        machine.type("purge", "--yes")
        assert not machine.env.state.exists()

    def test_what_it_sends_is_on_record_before_the_record_goes(self, machine: Machine) -> None:
        """A send in one thread, over a real socket; the purge waits for its end, then takes everything."""
        machine.hold()
        asked, answer = threading.Event(), threading.Event()
        seen: list[list[str]] = []

        def slow(connection: socket.socket, request: bytes) -> None:
            asked.set()
            assert answer.wait(20)
            seen.append(machine.kinds())
            answering()(connection, request)

        machine.handed.leader.handler = slow
        sent: list[ReportState] = []
        sending = threading.Thread(
            target=lambda: sent.append(send_now(machine.env, CATALOGUE).report.state), daemon=True
        )
        sending.start()
        assert asked.wait(20)
        assert "nothing was deleted" in machine.type("purge", "--yes", code=20).stderr
        answer.set()
        sending.join(20)
        assert sent == [ReportState.DELIVERED]
        assert seen[0][-1] == "sending"
        machine.type("purge", "--yes")
        assert not machine.env.state.exists()
