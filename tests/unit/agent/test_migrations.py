from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from agent import database, migrations
from agent.database import CorruptError
from agent.store import Store
from tests.fakes import FakeEnv, metric

FIRST = [metric("endpoint.a"), metric("network.b", statistic="ratio"), metric("app.bad_count", "derived")]
GROWN = [*FIRST, metric("app.c", "p50"), metric("app.d", "ratio")]


def columns(path: Path, table: str) -> set[str]:
    connection = sqlite3.connect(path)
    found = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    connection.close()
    return found


def test_a_new_database_has_the_metrics_columns_and_the_version(env: FakeEnv) -> None:
    migrations.migrate(env.database, FIRST)
    assert columns(env.database, "samples") == {"t", "endpoint.a", "network.b", "network.b/of"}
    assert (
        columns(env.database, "quarters") == columns(env.database, "days") == {"t", "endpoint.a", "network.b"}
    )
    connection = database.connect(env.database)
    assert database.version(connection) == database.VERSION == len(migrations.MIGRATIONS)
    assert connection.execute("PRAGMA page_size").fetchone() == (database.PAGE,)
    connection.close()


def test_a_grown_catalogue_adds_columns_and_keeps_what_was_measured(env: FakeEnv) -> None:
    migrations.migrate(env.database, FIRST)
    store = Store.open(env, FIRST)
    store.add(1_000, {"endpoint.a": 3.0, "network.b": (1.0, 2.0)}, {})
    store.flush()
    store.close()
    migrations.migrate(env.database, GROWN)
    store = Store.open(env, GROWN)
    store.add(1_060, {"endpoint.a": 5.0, "app.c": 7.0}, {})
    store.flush()
    assert store.tally(FIRST[0], 0, 2_000).value() == 4.0
    assert store.tally(FIRST[1], 0, 2_000).value() == 50.0
    assert store.tally(GROWN[3], 0, 2_000).count == 1
    store.close()


def test_a_catalogue_that_lost_metrics_keeps_their_columns(env: FakeEnv) -> None:
    migrations.migrate(env.database, GROWN)
    migrations.migrate(env.database, FIRST)
    assert "app.c" in columns(env.database, "samples")
    Store.open(env, FIRST).close()


def test_migrating_twice_changes_nothing(env: FakeEnv) -> None:
    migrations.migrate(env.database, GROWN)
    before = env.database.read_bytes()
    migrations.migrate(env.database, GROWN)
    assert env.database.read_bytes() == before


def test_a_step_that_fails_leaves_the_file_as_it_was(env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations.migrate(env.database, FIRST)

    def half(db: Database) -> None:
        db.table("halfway").create({"a": int})
        db.table("facts").add_column("more", str)
        raise ZeroDivisionError

    monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, half])
    monkeypatch.setattr(migrations, "VERSION", 2)
    monkeypatch.setattr(database, "VERSION", 2)
    with pytest.raises(ZeroDivisionError):
        migrations.migrate(env.database, FIRST)
    assert columns(env.database, "halfway") == set()
    assert "more" not in columns(env.database, "facts")
    connection = sqlite3.connect(env.database)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()


def test_steps_run_in_order_from_where_the_file_is(env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations.migrate(env.database, FIRST)
    ran: list[int] = []
    steps = [*migrations.MIGRATIONS, lambda db: ran.append(2), lambda db: ran.append(3)]
    monkeypatch.setattr(migrations, "MIGRATIONS", steps)
    monkeypatch.setattr(migrations, "VERSION", 3)
    monkeypatch.setattr(database, "VERSION", 3)
    migrations.migrate(env.database, FIRST)
    migrations.migrate(env.database, FIRST)
    assert ran == [2, 3]


def test_a_damaged_file_is_found_before_it_is_changed(env: FakeEnv) -> None:
    migrations.migrate(env.database, FIRST)
    store = Store.open(env, FIRST)
    for t in range(0, 60_000, 60):
        store.add(t, {"endpoint.a": 1.0}, {})
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    content = bytearray(env.database.read_bytes())
    page = database.PAGE * (len(content) // database.PAGE - 2)
    content[page : page + 40] = b"\xa5" * 40
    env.database.write_bytes(content)
    with pytest.raises(CorruptError):
        migrations.migrate(env.database, GROWN)
    assert env.database.read_bytes() == bytes(content)


def test_two_migrations_at_once_both_end_well(env: FakeEnv) -> None:
    script = (
        "import sys; from pathlib import Path; from agent import migrations; from tests.fakes import metric; "
        "migrations.migrate(Path(sys.argv[1]), [metric('endpoint.a'), metric('app.c', 'p50')])"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(env.database)], cwd=Path(__file__).parents[3])
        for _ in range(3)
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert "app.c" in columns(env.database, "days")


def test_where_nothing_is_due_the_tool_for_it_is_not_loaded(env: FakeEnv) -> None:
    script = (
        "import sys; from pathlib import Path; from agent import migrations; from tests.fakes import metric; "
        "migrations.migrate(Path(sys.argv[1]), [metric('endpoint.a')]); print('sqlite_utils' in sys.modules)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script, str(env.database)], check=True, capture_output=True, text=True
        )
        for _ in range(2)
    ]
    assert [run.stdout.strip() for run in runs] == ["True", "False"]
