from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.env import Env, real_env
from agent.errors import Declined, StoreError
from agent.lock import Lock, alone, end_holder
from tests.fakes import FakeEnv

HOLDER = """
import signal, sys, time
from pathlib import Path
from agent.lock import Lock
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "full" in sys.argv:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
Lock.take(held := Lock(Path(sys.argv[1]), "sampler"))
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def holding(env: Env, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the sampler's lock."""
    command = [sys.executable, "-c", HOLDER, str(env.state), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            yield holder
        finally:
            holder.kill()


def test_the_second_is_told_who_holds_it_and_a_kill_lets_go(env: FakeEnv) -> None:
    with holding(env) as holder:
        lock = Lock(env.state, "sampler")
        with pytest.raises(Declined, match=f"a sampler runs already: process {holder.pid}$"):
            lock.take()
        holder.kill()
        holder.wait()
    lock.take()
    lock.release()


def test_released_locks_can_be_taken_again_and_kinds_do_not_mix(env: FakeEnv) -> None:
    first, second, other = Lock(env.state, "sampler"), Lock(env.state, "sampler"), Lock(env.state, "worker")
    first.take()
    other.take()
    with pytest.raises(Declined):
        second.take()
    first.release()
    second.take()
    second.release()
    other.release()


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on files' sizes is POSIX's")
def test_where_nothing_can_be_written_it_is_held_all_the_same(env: FakeEnv) -> None:
    with holding(env, "full"), pytest.raises(Declined, match="runs already: another process"):
        Lock(env.state, "sampler").take()


def test_a_missing_directory_is_named(env: FakeEnv) -> None:
    with pytest.raises(StoreError, match=r"sampler\.lock cannot be opened"):
        Lock(env.state / "missing", "sampler").take()


def test_alone_waits_as_long_as_it_is_told_and_no_longer(env: FakeEnv) -> None:
    first, begun = Lock(env.state, "worker"), env.monotonic()
    first.take()
    for seconds in (0.0, 5.0):
        with pytest.raises(Declined, match="a worker runs already"), alone(env, "worker", seconds):
            pass
    assert env.monotonic() - begun == pytest.approx(5.0, abs=0.2)
    env._pause = lambda seconds: first.release()
    with alone(env, "worker", 5.0), pytest.raises(Declined):
        first.take()
    first.take()
    first.release()


class TestEndingTheHolder:
    @pytest.fixture
    def place(self, tmp_path: Path) -> Env:
        """A state whose clock goes by itself."""
        real = real_env(tmp_path / "real")
        real.prepare()
        return real

    def test_it_is_asked_to_leave_and_waited_for(self, place: Env) -> None:
        with holding(place) as holder:
            end_holder(place, "sampler")
            assert holder.wait(5) == -signal.SIGTERM
        lock = Lock(place.state, "sampler")
        lock.take()
        lock.release()

    def test_one_that_does_not_leave_is_named_and_not_killed(self, place: Env) -> None:
        with holding(place, "deaf") as holder:
            begun = time.monotonic()
            with pytest.raises(StoreError, match="the sampler does not leave"):
                end_holder(place, "sampler", seconds=0.3)
            assert time.monotonic() - begun < 5
            assert holder.poll() is None

    def test_nobody_holds_it(self, place: Env, monkeypatch: pytest.MonkeyPatch) -> None:
        """A number that was left behind may be another process's by now: it is not asked."""
        asked: list[tuple[int, int]] = []
        monkeypatch.setattr(os, "kill", lambda *given: asked.append(given))
        end_holder(place, "sampler")
        (place.state / "sampler.lock").write_text(f"{os.getpid()}\n")
        end_holder(place, "sampler")
        assert asked == []

    @pytest.mark.parametrize("content", ["", "soon", "-1", "0", "1", "1 2"])
    def test_a_holder_that_names_no_process_is_an_error(
        self, place: Env, content: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """-1 would be every process of the account, 0 our own group."""
        asked: list[tuple[int, int]] = []
        monkeypatch.setattr(os, "kill", lambda *given: asked.append(given))
        with holding(place) as holder:
            (place.state / "sampler.lock").write_text(content)
            with pytest.raises(StoreError, match="cannot be ended"):
                end_holder(place, "sampler", seconds=0.2)
            monkeypatch.undo()
            assert holder.poll() is None
        assert asked == []
