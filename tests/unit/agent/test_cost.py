"""What keeps the resident process light, told by what does not flicker: modules, wakings, bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agent import doorbell, migrations
from agent import store as stores
from agent.env import Env, real_env
from agent.log import Log
from agent.sampler import Passes, Sampler
from agent.schedule import DAY, HOUR
from agent.store import Store
from agent.tending import Tending
from bench import year
from catalogue.load import load
from tests.fakes import FakeEnv

METRICS = load(None).metrics

# Each of these costs the resident process a megabyte or ten milliseconds, and its work needs none of them.
HEAVY = frozenset(
    {
        *("ssl", "http", "email", "asyncio", "concurrent", "multiprocessing", "logging", "argparse", "json"),
        *("dataclasses", "inspect", "decimal", "tempfile", "shutil", "random", "hashlib", "uuid", "xml"),
        *("cryptography", "pyhpke", "httpcore", "httpx", "h11", "anyio", "certifi", "keyring", "click"),
        *("sqlite_utils", "numpy", "PySide6", "Cryptodome", "dap", "server", "ui", "importlib.metadata"),
        "urllib.request",
    }
)
MOST_MODULES = 175
"""On Python 3.11 to 3.13 a little fewer are there."""
MOST_HANDED = 800
MOST_TO_DISK = 3_000
"""Bytes a pass, over days of the real store with all metrics; see bench.year."""


@pytest.fixture
def demo(tmp_path: Path) -> Env:
    env = real_env(tmp_path / "state")
    env.mark_demo()
    choose(env, "local")
    return env


def choose(env: Env, choice: str) -> None:
    migrations.migrate(env.database, METRICS)
    store = Store.open(env, METRICS)
    store.set_setting("choice", choice)
    store.close()


def resident(env: Env, also: str = "") -> set[str]:
    """The modules of the real resident process when it leaves after ten minutes (of a demo: ten seconds)."""
    script = (
        f"import atexit, sys; sys.argv[1:] = ['resident']; {also}\n"
        "atexit.register(lambda: print(*sys.modules))\n"
        "from agent.__main__ import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", script],
        env={**os.environ, "SHOAL_STATE": str(env.state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        end = time.monotonic() + 60
        while passes(env) < stores.BATCH:
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        shown, said = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, said
    return set(shown.split())


def passes(env: Env) -> int:
    store = Store.open(env, METRICS)
    try:
        return int(store.connection.execute("SELECT count(*) FROM samples").fetchone()[0])
    finally:
        store.close()


def heavy(modules: set[str]) -> set[str]:
    """Those of HEAVY that are there, whole or in part."""
    names = {name.rsplit(".", depth)[0] for name in modules for depth in range(name.count(".") + 1)}
    return names & HEAVY


class TestModules:
    def test_a_process_that_did_all_its_readings_holds_little(self, demo: Env) -> None:
        found = resident(demo)
        assert {"agent.sampler", "agent.rollup", "agent.probes.host", "psutil", "sqlite3"} <= found
        assert not {
            name for name in found if name.endswith((".explanation", ".watched", ".replay", ".words"))
        }
        assert not heavy(found)
        assert len(found) <= MOST_MODULES, sorted(found)

    @pytest.mark.parametrize("one", ["ssl", "logging", "asyncio", "cryptography.x509", "urllib.request"])
    def test_a_heavy_one_is_noticed(self, one: str) -> None:
        script = f"import sys, agent.sampler; before = set(sys.modules); import {one}; print(*sys.modules)"
        shown = subprocess.run(
            [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True
        )
        assert heavy(set(shown.stdout.split()))


class Bell:
    """Time passes while somebody waits at it."""

    def __init__(self, env: FakeEnv, hours: float, ring: float = 0.0) -> None:
        self.env, self.waits, self.end, self.ring = env, 0, env.now() + hours * HOUR, ring
        self.stop: Callable[[], None] = lambda: None

    def wait(self, seconds: float) -> bytes:
        self.waits += 1
        self.env.pass_time(min(seconds, self.ring or seconds))
        if self.env.now() >= self.end:
            self.stop()
        return doorbell.FLUSH if self.ring and self.ring < seconds else b""


class Worker(Tending):
    """Has done its work."""

    def wait(self) -> float:
        return DAY


def wakings(env: FakeEnv, choice: str, ring: float = 0.0) -> float:
    """How often in a minute the sampler wakes, over five hours."""
    env.prepare()
    choose(env, choice)
    log = Log(env, "sampler")
    bell = Bell(env, 5, ring)
    given: tuple[object, ...] = (
        *(env, Passes(env, [], METRICS), lambda damaged: Store.open(env, METRICS)),
        *(bell, Worker(env, ["none"], log), log),
    )
    sampler = Sampler(*given)  # type: ignore[arg-type]
    bell.stop = sampler.stop
    sampler.run()
    return bell.waits / 300


class TestWakings:
    def test_once_a_minute_and_no_more(self, env: FakeEnv) -> None:
        assert wakings(env, "local") == pytest.approx(1, abs=0.01)

    def test_never_while_nothing_is_measured(self, env: FakeEnv) -> None:
        assert wakings(env, "off") <= 1 / 300

    def test_each_ring_is_noticed(self, env: FakeEnv) -> None:
        assert wakings(env, "local", ring=20) > 2


class TestBytes:
    @pytest.fixture(autouse=True)
    def days(self, monkeypatch: pytest.MonkeyPatch) -> None:
        if not Path("/proc/self/io").exists():
            pytest.skip("Linux tells what a process wrote")
        monkeypatch.setattr(year, "WEEK", 2)

    def test_what_ten_thousand_passes_write_with_all_that_comes_of_them(self, tmp_path: Path) -> None:
        found = year.main(tmp_path, 4)
        assert 400 < found["handed"] <= MOST_HANDED, found
        assert found["disk"] <= MOST_TO_DISK, found  # 0 in a file system in memory

    def test_a_commit_for_each_pass_is_noticed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stores, "BATCH", 1)
        monkeypatch.setattr(year, "WEEK", 1)
        monkeypatch.setattr(year, "_follow", lambda database: None)
        assert year.main(tmp_path, 1)["handed"] > 2 * MOST_HANDED
