"""What the resident process asks of the kernel: system calls of an ordinary minute, counted by strace."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from agent import doorbell, migrations
from agent.env import Env, real_env
from agent.store import BATCH, Store
from catalogue.load import load
from tests.devices import PROGRAM, until

METRICS = load(None).metrics
CORES = os.cpu_count() or 1
ADAPTERS = len(list(Path("/sys/class/net").iterdir()))

# A little above today's counts (42 calls in all on two cores without a thermal counter, and four adapters).
MOST = 60 + 2 * CORES + 2 * ADAPTERS
MOST_OF_A_KIND = {"openat": 14, "read": 16, "write": 0, "getdents64": 6, "newfstatat": 14, "connect": 0}
NEVER = ("execve", "clone", "clone3", "fork", "vfork", "socket", "fsync", "fdatasync", "mmap")
MOST_WRITES = 60
"""Of a commit with its roll-up: frames of the journal (two calls each) and the index."""

_CALL = re.compile(r"^(?:<\.\.\. )?([a-z_0-9]+)(?:\(| resumed)")
Pass = Counter[str]


@pytest.fixture
def env(tmp_path: Path) -> Env:
    """A demo's state, in which a minute lasts a second."""
    env = real_env(tmp_path / "state")
    env.mark_demo()
    _choose(env)
    return env


def _choose(env: Env) -> None:
    env.prepare()
    migrations.migrate(env.database, METRICS)
    store = Store.open(env, METRICS)
    store.set_setting("choice", "local")
    store.close()


def traced(
    env: Env, strace: str, minutes: int, command: Sequence[str] = (*PROGRAM, "resident")
) -> list[Pass]:
    """The calls between one sleep and the next of the process itself, from the third minute on."""
    said = env.state.parent / "calls"
    process = subprocess.Popen(
        [strace, "-f", "-qq", "-o", str(said), *command],
        env={**os.environ, "SHOAL_STATE": str(env.state)},
        stderr=subprocess.PIPE,
    )
    lock = env.state / "sampler.lock"
    try:
        until(lambda: lock.exists() and lock.read_text().strip())
        pid = lock.read_text().strip()
        time.sleep(minutes + 3)
        os.kill(int(pid), signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, errors.decode()
    found, current = [], Pass()
    for line in said.read_text("utf-8", "replace").splitlines():
        whose, _, rest = line.partition(" ")
        call = _CALL.match(rest.strip()) if whose == pid else None
        if call is None or "resumed" in call[0]:
            continue
        current[call[1]] += 1
        if call[1] in ("select", "pselect6"):
            found.append(current)
            current = Pass()
    return found[3:]


def reads(each: Pass) -> bool:
    """Whether it is a pass at all: a worker's end wakes the process, too."""
    return each["openat"] >= 4


def ordinary(passes: Sequence[Pass]) -> list[Pass]:
    """Passes that read what is read each minute, and no more: no process, no commit."""
    return [each for each in passes if reads(each) and not each["readlink"] and not each["pwrite64"]]


def excess(each: Pass) -> list[str]:
    """What an ordinary pass does too much of."""
    wrong = [f"{call}: {each[call]}" for call, most in MOST_OF_A_KIND.items() if each[call] > most]
    wrong += [f"{call}: {each[call]}" for call in NEVER if each[call]]
    return wrong + ([f"{each.total()} calls"] if each.total() > MOST else [])


@pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux")
class TestCalls:
    def test_of_ordinary_minutes(
        self, env: Env, tool: Callable[[str], str], count: Callable[[int, int], int]
    ) -> None:
        passes = traced(env, tool("strace"), count(2 * BATCH + 5, 8 * BATCH))
        minutes = ordinary(passes)
        assert len(minutes) > BATCH
        # Memory of the interpreter's own may be asked for once in a while; nothing else is ever more.
        assert sum(bool(excess(each)) for each in minutes) <= len(minutes) // 10, [*map(excess, minutes)]
        usual = sorted(each.total() for each in minutes)[len(minutes) // 2]
        assert usual <= MOST
        commits = [each for each in passes if each["pwrite64"]]
        assert 1 <= len(commits) <= len(passes) / BATCH + 2  # a batch of passes to each
        assert all(each["pwrite64"] <= MOST_WRITES and not each["fdatasync"] for each in commits)

    @pytest.mark.parametrize(
        "wrong",
        [
            "import subprocess; subprocess.run(['true'])",
            "[open('/proc/self/stat').read() for _ in range(9)]",
            "import _socket; _socket.socket().close()",
            "import os; os.write(2, b'x')",
        ],
    )
    def test_a_reading_that_does_more_is_noticed(
        self, wrong: str, env: Env, tool: Callable[[str], str]
    ) -> None:
        script = (
            "import sys, agent.probes.memory as memory; sys.argv[1:] = ['resident']\n"
            "before = memory.Memory._low\n"
            f"def more(self, moment, marks):\n    {wrong}\n    return before(self, moment, marks)\n"
            "memory.Memory._low = more\n"
            "from agent.__main__ import main; main()"
        )
        passes = traced(env, tool("strace"), 6, [sys.executable, "-P", "-c", script])
        found = [each for each in passes if reads(each)]
        assert found
        assert all(map(excess, found))


@pytest.mark.skipif(sys.platform != "linux", reason="Linux counts sleeps")
@pytest.mark.timeout(300)
def test_a_real_minute_wakes_it_once(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    """No demo: the process itself, by the kernel's count of how often it went to sleep."""
    env = real_env(tmp_path / "state")
    _choose(env)
    process = subprocess.Popen(
        [*PROGRAM, "resident"], env={**os.environ, "SHOAL_STATE": str(env.state)}, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: _passes(env) >= 1)
        time.sleep(70)  # the second pass reads everything, and the first worker ends
        minutes = count(1, 3)
        before = _sleeps(process.pid)
        time.sleep(60 * minutes)
        # The question to the package manager may have ended in between.
        assert minutes - 1 <= _sleeps(process.pid) - before <= minutes + 2
        before = _sleeps(process.pid)
        for _ in range(5):  # whoever wakes it is counted
            assert doorbell.ring(env, doorbell.FLUSH)
            time.sleep(0.5)
        assert _sleeps(process.pid) - before >= 5
    finally:
        process.terminate()
        process.wait(20)


def _passes(env: Env) -> int:
    store = Store.open(env, METRICS)
    try:
        return int(store.connection.execute("SELECT count(*) FROM samples").fetchone()[0])
    finally:
        store.close()


def _sleeps(pid: int) -> int:
    (found,) = re.findall(r"^voluntary_ctxt_switches:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
    return int(found)
