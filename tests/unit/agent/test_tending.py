from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.env import Directories, Env
from agent.log import Log
from agent.schedule import DAY, HOUR
from agent.tending import Tending, migrate
from tests.fakes import FakeEnv

NOTE = "import os, sys; open(os.environ['SHOAL_STATE'] + '/ran', 'a').write(' '.join(sys.argv[1:]) + '\\n')"


def ending(code: int) -> list[str]:
    return [sys.executable, "-c", f"{NOTE}; sys.exit({code})"]


LASTING = [sys.executable, "-c", f"{NOTE}; import time; time.sleep(60)"]


class Started:
    """A Tending whose worker is waited for."""

    def __init__(self, env: FakeEnv, command: list[str]) -> None:
        self.env = env
        self.tending = Tending(env, command, Log(env, "sampler"))

    def run(self) -> int:
        """Start a worker and wait until it is reaped."""
        assert self.tending.wait() == 0
        self.tending.start()
        assert self.tending.wait() == math.inf
        for _ in range(2_000):
            code = self.tending.reap()
            if code is not None:
                return code
            time.sleep(0.005)
        raise TimeoutError


@pytest.fixture
def fine(env: FakeEnv) -> Iterator[Started]:
    started = Started(env, ending(0))
    yield started
    started.tending.stop()


def ran(env: FakeEnv) -> list[str]:
    return (env.state / "ran").read_text().splitlines()


def test_one_is_due_at_the_start_and_told_its_state_and_its_task(env: FakeEnv, fine: Started) -> None:
    assert fine.run() == 0
    assert ran(env) == ["tend"]
    assert fine.tending.reap() is None


def test_after_the_first_it_waits_for_what_is_next_due(env: FakeEnv, fine: Started) -> None:
    fine.run()
    fine.tending.next_due = env.now() + HOUR
    assert fine.tending.wait() == pytest.approx(HOUR)
    env.pass_time(HOUR)
    assert fine.run() == 0
    # still due, for the worker has not moved it: not at once again
    assert fine.tending.wait() == pytest.approx(30)


def test_without_anything_due_it_runs_once_in_a_utc_day(env: FakeEnv, fine: Started) -> None:
    fine.run()
    to_midnight = DAY - env.now() % DAY
    assert fine.tending.wait() == pytest.approx(to_midnight)
    env.pass_time(to_midnight)
    fine.run()
    assert fine.tending.wait() == pytest.approx(DAY)


@pytest.mark.parametrize("by", [-3_000 * DAY, -DAY, DAY, 3_000 * DAY])
def test_a_clock_set_to_another_day_makes_it_due(env: FakeEnv, fine: Started, by: float) -> None:
    fine.run()
    fine.tending.next_due = env.now() + 3 * HOUR
    env.pass_time(60)
    assert fine.tending.wait() > 0
    env.set_clock(env.now() + by)
    assert fine.tending.wait() == 0


@pytest.mark.parametrize("code", [0, 10, 20])
def test_nothing_to_do_is_no_failure(env: FakeEnv, code: int) -> None:
    started = Started(env, ending(code))
    started.tending.next_due = env.now()
    for _ in range(3):
        assert started.run() == code
        assert started.tending.wait() == pytest.approx(30)
        env.pass_time(30)


@pytest.mark.parametrize("command", [ending(1), ending(17), ["/nonexistent/program"]])
def test_failures_are_followed_by_longer_and_longer_pauses(env: FakeEnv, command: list[str]) -> None:
    tending = Tending(env, command, Log(env, "sampler"))
    tending.next_due = env.now()
    pauses = []
    for _ in range(12):
        assert tending.wait() == 0
        tending.start()
        while tending.wait() == math.inf:
            tending.reap()
            time.sleep(0.002)
        pauses.append(tending.wait())
        env.pass_time(pauses[-1])
    assert pauses[:4] == pytest.approx([60, 120, 240, 480])
    assert max(pauses) == pytest.approx(6 * HOUR)
    tending.ask()
    assert tending.wait() == 0  # a person does not wait


def test_asked_while_one_runs_it_starts_another_when_that_has_ended(env: FakeEnv, fine: Started) -> None:
    fine.tending.start()
    fine.tending.ask()
    assert fine.tending.wait() == math.inf
    while fine.tending.reap() is None:
        time.sleep(0.005)
    assert fine.run() == 0
    assert ran(env) == ["tend", "tend"]


def test_stopping_ends_the_worker(env: FakeEnv) -> None:
    tending = Tending(env, LASTING, Log(env, "sampler"))
    tending.start()
    process = tending._process
    assert process is not None
    tending.stop()
    assert process.returncode is not None
    tending.stop()


def test_in_a_demo_pauses_are_short(env: FakeEnv) -> None:
    env.mark_demo()
    started = Started(env, ending(0))
    started.tending.next_due = env.now()
    started.run()
    assert started.tending.wait() == pytest.approx(1)


def test_migrating_waits_and_gives_the_exit_code(tmp_path: Path) -> None:
    env = Env(Directories(tmp_path, tmp_path, tmp_path))
    assert migrate(env, ending(19)) == 19
    assert (tmp_path / "ran").read_text() == "migrate\n"


def test_whoever_watches_hears_of_its_beginning_and_its_end(env: FakeEnv) -> None:
    told: list[bool] = []
    tending = Tending(env, ending(0), Log(env, "sampler"), told.append)
    tending.start()
    assert told == [True]
    while tending.reap() is None:
        time.sleep(0.002)
    assert told == [True, False]
    Tending(env, ["/nonexistent/program"], Log(env, "sampler"), told.append).start()
    assert told[2:] == [True, False]
