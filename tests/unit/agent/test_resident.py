"""The resident process itself, as the system runs it: a demo's state, so that a minute lasts a second."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from agent import database, doorbell, migrations
from agent.env import Env, program, real_env
from agent.model import Fact
from agent.store import BATCH, Store
from catalogue.load import load

METRICS = load(None).metrics

# What stays in memory day and night. Each line is here for a reason; a new one needs one as well.
ALLOWED = {
    # the interpreter itself, and the machinery of imports
    *("__future__", "__main__", "_abc", "_codecs", "_collections_abc", "_frozen_importlib", "_imp", "_io"),
    *("_frozen_importlib_external", "_signal", "_sitebuiltins", "_stat", "_thread", "_warnings", "_weakref"),
    *("abc", "builtins", "codecs", "encodings", "genericpath", "importlib", "io", "marshal", "ntpath", "os"),
    *("posix", "posixpath", "runpy", "pkgutil", "site", "stat", "sys", "time", "warnings", "zipimport"),
    # classes, patterns, paths, numbers
    *("_bisect", "_collections", "_functools", "_locale", "_operator", "_sre", "_string", "_struct"),
    *("_typing", "_weakrefset", "bisect", "collections", "contextlib", "copyreg", "enum", "fnmatch"),
    *("functools", "ipaddress", "itertools", "keyword", "locale", "math", "operator", "pathlib", "re"),
    *("reprlib", "string", "struct", "types", "typing", "urllib", "weakref", "_string", "unicodedata"),
    *("grp", "linecache"),  # which 3.13 brings with pathlib and warnings
    # the catalogue, the database (which brings datetime), the bell, the worker, the locks
    *("tomllib", "sqlite3", "_sqlite3", "datetime", "_datetime", "errno", "fcntl", "select", "selectors"),
    *("signal", "subprocess", "threading", "_posixsubprocess"),
    # the host: psutil and what it brings, netlink a socket, one system call ctypes
    *("psutil", "_socket", "socket", "array", "base64", "binascii", "glob", "pwd", "resource"),
    *("_ctypes", "ctypes"),
    # ours
    *("agent", "catalogue"),
}
# Whatever starts a Python program from a checkout or an environment, and no shipped bundle contains.
OF_THE_ENVIRONMENT = (
    "__editable__",
    "_distutils_hack",
    "distutils-precedence",
    "_virtualenv",
    "sitecustomize",
)

# Of ours, what must stay out of the process that measures: everything that can send, seal or ask.
NEVER = (
    "agent.connection",
    "agent.keychain",
    "agent.upload",
    "agent.report",
    "agent.worker",
    "agent.commands",
)


@pytest.fixture
def env(tmp_path: Path) -> Env:
    env = real_env(tmp_path / "state")
    env.mark_demo()
    migrations.migrate(env.database, METRICS)
    with_store(env, lambda store: store.set_setting("choice", "local"))
    return env


@pytest.fixture
def start(env: Env) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts resident processes, and leaves none behind."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one() -> subprocess.Popen[bytes]:
        environment = {**os.environ, "SHOAL_STATE": str(env.state)}
        process = subprocess.Popen([*program(), "resident"], env=environment, stderr=subprocess.PIPE)
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


def with_store(env: Env, what: Callable[[Store], object]) -> None:
    store = Store.open(env, METRICS)
    what(store)
    store.close()


def rows(env: Env) -> list[int]:
    connection = sqlite3.connect(env.database)
    found = [t for (t,) in connection.execute("SELECT t FROM samples ORDER BY t")]
    connection.close()
    return found


def until(what: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def answered(env: Env) -> str | None:
    store = Store.open(env, METRICS)
    found = store.fact(Fact.ANSWERED)
    store.close()
    return found


def test_it_measures_answers_and_leaves_in_good_order(
    env: Env, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = start()
    until(lambda: len(rows(env)) >= 1)
    time.sleep(2.5)
    assert doorbell.ring_and_wait(env, doorbell.FLUSH, lambda: answered(env), 10)
    flushed = len(rows(env))
    assert flushed >= 2
    time.sleep(1.5)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert len(rows(env)) > flushed  # what was in memory is there
    assert process.stderr is not None
    log = process.stderr.read().decode()
    assert "started" in log and "stopped" in log
    assert str(env.state) not in log


def test_a_kill_costs_a_batch_of_passes_at_most_and_no_soundness(
    env: Env, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    before: list[int] = []
    for passes in (1, 1, 1 + BATCH):  # the first is committed at once, then a batch at a time, unasked
        process = start()
        until(lambda: len(rows(env)) >= len(before) + passes, 60)  # noqa: B023  (called before the next turn)
        time.sleep(1.3)
        process.kill()
        process.wait()
        found = rows(env)
        assert found[: len(before)] == before
        assert len(found) >= len(before) + passes
        before = found
    connection = database.connect(env.database)
    database.check(connection, env.database)
    connection.close()
    assert len(before) == len(set(before)) >= 3 + BATCH


def test_a_second_one_says_who_holds_the_place(
    env: Env, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    first = start()
    until(lambda: bool(rows(env)))
    second = start()
    assert second.wait(20) == 20
    assert second.stderr is not None
    assert f"process {first.pid}" in second.stderr.read().decode()
    assert first.poll() is None


def test_until_something_is_chosen_it_sleeps(env: Env, start: Callable[[], subprocess.Popen[bytes]]) -> None:
    with_store(env, lambda store: store.set_setting("choice", None))
    process = start()
    until(lambda: doorbell.ring(env, doorbell.FLUSH))
    until(lambda: answered(env) is not None)
    time.sleep(2)
    assert rows(env) == []
    with_store(env, lambda store: store.set_setting("choice", "quiet"))
    assert doorbell.ring_and_wait(env, doorbell.WORK, lambda: answered(env), 10)
    until(lambda: bool(rows(env)))
    process.terminate()
    assert process.wait(10) == 0


def test_what_stays_resident_imports_little_and_nothing_that_sends() -> None:
    script = (
        "import sys, agent.__main__; sys.argv = ['shoal', 'resident']; import agent.sampler as s; "
        "p = s._passes(s.real_env(), s._catalogue()); p.take(); p.rest(); print(*sys.modules)"
    )
    command = [sys.executable, "-P", "-c", script]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    foreign = {name.partition(".")[0] for name in shown if not name.startswith(OF_THE_ENVIRONMENT)}
    assert foreign <= ALLOWED, sorted(foreign - ALLOWED)
    assert not [name for name in shown if name.startswith(NEVER)]


@pytest.mark.skipif(sys.platform != "linux", reason="asks apt")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_measures_on_while_the_package_manager_is_asked_and_leaves_no_question_behind(
    env: Env, tmp_path: Path, ending: signal.Signals
) -> None:
    apt = tmp_path / "apt"
    apt.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; sleep 60\n")
    apt.chmod(0o755)
    script = (
        "import sys; from agent.probes.host.linux import child, updates; from agent.sampler import main; "
        f"child.ENVIRONMENT['PATH'] = '{tmp_path}:/usr/bin:/bin'; "
        "updates.lists_fetched = lambda system: 9e9; sys.exit(main(['--state', sys.argv[1]]))"
    )
    process = subprocess.Popen([sys.executable, "-P", "-c", script, str(env.state)], stderr=subprocess.PIPE)
    try:
        until((tmp_path / "pid").exists)
        pid = int((tmp_path / "pid").read_text())
        begun = len(rows(env))
        time.sleep(3)  # three passes; a question that is waited for would hold them up for thirty seconds
        assert doorbell.ring_and_wait(env, doorbell.FLUSH, lambda: answered(env), 5)
        assert len(rows(env)) >= begun + 2
        assert psutil.Process(pid).nice() >= 15
        process.send_signal(ending)
        assert process.wait(10) == 0
        until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE, 5)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="Linux tells a process's share of memory"
)
def test_it_stays_small(env: Env, start: Callable[[], subprocess.Popen[bytes]]) -> None:
    process = start()
    until(lambda: bool(rows(env)))
    time.sleep(2)
    shown = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    (pss,) = [int(line.split()[1]) for line in shown.splitlines() if line.startswith("Pss:")]
    assert pss < 20_000, shown
