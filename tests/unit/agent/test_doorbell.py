from __future__ import annotations

import os
import signal
import stat
import threading
import time
from collections.abc import Iterator
from itertools import count

import pytest

from agent import doorbell
from agent.doorbell import FLUSH, MEASURE, WORK, Doorbell
from agent.env import real_env
from agent.errors import StoreError
from tests.fakes import FakeEnv


@pytest.fixture
def bell(env: FakeEnv) -> Iterator[Doorbell]:
    bell = doorbell.listen(env)
    yield bell
    bell.close()


def test_what_is_rung_is_heard_in_order_at_once(env: FakeEnv, bell: Doorbell) -> None:
    assert all(doorbell.ring(env, byte) for byte in (MEASURE, WORK, FLUSH))
    began = time.monotonic()
    assert bell.wait(30) == b"mwq"
    assert time.monotonic() - began < 5
    assert bell.wait(0) == b""


def test_silence_lasts_as_long_as_asked(bell: Doorbell) -> None:
    began = time.monotonic()
    assert bell.wait(0.15) == b""
    assert 0.14 < time.monotonic() - began < 5


def test_nobody_listens(env: FakeEnv, bell: Doorbell) -> None:
    bell.close()
    assert not doorbell.ring(env, WORK)
    (env.state / "doorbell").unlink()
    assert not doorbell.ring(env, WORK)


def test_the_bell_is_private_and_survives_a_restart(env: FakeEnv, bell: Doorbell) -> None:
    assert stat.S_IMODE((env.state / "doorbell").stat().st_mode) == 0o600
    bell.close()
    again = doorbell.listen(env)
    assert doorbell.ring(env, WORK)
    assert again.wait(5) == WORK
    again.close()


def test_a_file_in_its_place_is_neither_written_nor_removed(env: FakeEnv) -> None:
    (env.state / "doorbell").write_text("mine")
    with pytest.raises(StoreError, match="in the way"):
        doorbell.listen(env)
    assert not doorbell.ring(env, WORK)
    assert (env.state / "doorbell").read_text() == "mine"


def test_a_bell_rung_too_often_is_full_not_stuck(env: FakeEnv, bell: Doorbell) -> None:
    rung = sum(doorbell.ring(env, FLUSH) for _ in range(70_000))
    assert 0 < rung < 70_000
    assert bell.wait(1)


def test_signals_ring_too(bell: Doorbell) -> None:
    descriptor = bell.fileno()
    assert descriptor is not None
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    fd = signal.set_wakeup_fd(descriptor)
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        assert bell.wait(5) == bytes([signal.SIGUSR1])
    finally:
        signal.set_wakeup_fd(fd)
        signal.signal(signal.SIGUSR1, before)


def test_waiting_for_the_answer(env: FakeEnv, bell: Doorbell) -> None:
    real = real_env(env.state)
    answers: list[str] = []

    def answer() -> None:
        assert bell.wait(10) == FLUSH
        answers.append("1")

    thread = threading.Thread(target=answer)
    thread.start()
    assert doorbell.ring_and_wait(real, FLUSH, lambda: answers[-1] if answers else None, 10)
    thread.join()


def test_waiting_in_vain(env: FakeEnv, bell: Doorbell) -> None:
    before = env.now()
    assert not doorbell.ring_and_wait(env, FLUSH, lambda: "same", 2)
    assert 1.99 < env.now() - before < 2.1
    bell.close()
    readings = count()
    assert not doorbell.ring_and_wait(env, FLUSH, lambda: str(next(readings)), 2)


def test_without_pipes_waiting_is_sleeping(env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "mkfifo")
    bell = doorbell.listen(env)
    assert bell.fileno() is None
    assert bell.wait(60) == b""
    assert env.now() == FakeEnv(env.state).now() + 60
    bell.close()


def test_whether_somebody_listens_is_found_without_ringing(env: FakeEnv) -> None:
    assert doorbell.is_listening(env) is False
    bell = doorbell.listen(env)
    assert doorbell.is_listening(env) is True
    assert bell.wait(0) == b""
    bell.close()
    assert doorbell.is_listening(env) is False
