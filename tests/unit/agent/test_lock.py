from __future__ import annotations

import subprocess
import sys

import pytest

from agent.errors import Declined, StoreError
from agent.lock import Lock
from tests.fakes import FakeEnv

HOLDER = """
import sys, time
from pathlib import Path
from agent.lock import Lock
Lock.take(held := Lock(Path(sys.argv[1]), "sampler"))
print("held", flush=True)
time.sleep(60)
"""


def test_the_second_is_told_who_holds_it_and_a_kill_lets_go(env: FakeEnv) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(env.state)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == b"held\n"
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


def test_a_missing_directory_is_named(env: FakeEnv) -> None:
    with pytest.raises(StoreError, match=r"sampler\.lock cannot be opened"):
        Lock(env.state / "missing", "sampler").take()
