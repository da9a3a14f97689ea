"""How the resident process comes by its database: made, migrated, or a new one beside a corrupt one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest

from agent import migrations, sampler
from agent.errors import StoreError
from agent.log import Log
from agent.model import Fact
from agent.store import Store
from tests.fakes import FakeEnv
from tests.unit.agent.sampling import METRICS


@pytest.fixture
def opening(env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Store]]:
    """open_store, with the migrating worker's work done in this process."""
    opened: list[Store] = []

    def worker(env: FakeEnv, command: object) -> int:
        try:
            migrations.migrate(env.database, METRICS)
        except StoreError as error:
            return error.exit_code
        return 0

    def open_it(damaged: bool = False) -> Store:
        opened.append(sampler.open_store(env, METRICS, ["worker"], Log(env, "sampler"), damaged))
        return opened[-1]

    monkeypatch.setattr(sampler, "migrate", worker)
    yield open_it
    for store in opened:
        store.close()


def test_a_worker_makes_the_first_database(env: FakeEnv, opening: Callable[..., Store]) -> None:
    assert opening().fact(Fact.SET_ASIDE) is None
    assert env.database.exists()


@pytest.mark.parametrize("content", [b"\0" * 9_000 + b"x", b"SQLite format 3\0" + b"\xff" * 9_000])
def test_a_corrupt_database_is_put_aside_at_the_start(
    env: FakeEnv, opening: Callable[..., Store], content: bytes
) -> None:
    env.database.write_bytes(content)
    store = opening()
    assert store.fact(Fact.SET_ASIDE) == "shoal.db.corrupt-1"
    assert (env.state / "shoal.db.corrupt-1").read_bytes() == content


def test_one_that_is_corrupt_below_an_old_schema_is_put_aside_too(
    env: FakeEnv, opening: Callable[..., Store]
) -> None:
    migrations.migrate(env.database, METRICS[:1])
    with sqlite3.connect(env.database) as connection:
        connection.executemany("INSERT INTO facts VALUES (?, 'x')", [(str(n),) for n in range(3_000)])
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(env.database.read_bytes())
    content[-8_192:] = b"\xa5" * 8_192
    env.database.write_bytes(bytes(content))
    assert opening().fact(Fact.SET_ASIDE) == "shoal.db.corrupt-1"


def test_a_disk_that_cannot_keep_a_database_is_named(
    env: FakeEnv, monkeypatch: pytest.MonkeyPatch, opening: Callable[..., Store]
) -> None:
    monkeypatch.setattr(sampler, "migrate", lambda *_: 19)
    with pytest.raises(StoreError, match="could not be brought up to date"):
        opening()


@pytest.mark.parametrize("stored", ["", "soon", "1e300"])
def test_one_whose_newest_pass_is_no_number_is_put_aside(
    env: FakeEnv, opening: Callable[..., Store], stored: str
) -> None:
    opening().set_fact(Fact.LAST_PASS, stored)
    store = opening()
    assert store.fact(Fact.SET_ASIDE) == "shoal.db.corrupt-1"
    assert store.fact(Fact.LAST_PASS) is None
