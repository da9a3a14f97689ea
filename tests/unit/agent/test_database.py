from __future__ import annotations

import math
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import database, migrations
from agent.database import CorruptError, DamagedError, UnmigratedError
from agent.errors import StoreError
from tests.fakes import FakeEnv, metric

METRICS = [metric("endpoint.a"), metric("network.b", statistic="ratio")]


@pytest.fixture
def path(env: FakeEnv) -> Path:
    migrations.migrate(env.database, METRICS)
    return env.database


def test_settings_of_a_connection(path: Path) -> None:
    for durable, synchronous, overwrite in ((False, 1, 2), (True, 2, 1)):
        connection = database.connect(path, durable=durable)
        shown = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        ]
        assert shown == ["wal", synchronous, overwrite, 1]
        connection.close()


def test_no_file_means_migration_and_makes_none(env: FakeEnv) -> None:
    with pytest.raises(UnmigratedError, match="no database"):
        database.connect(env.database)
    assert not env.database.exists()


def test_an_older_file_means_migration(path: Path) -> None:
    _change(path, "PRAGMA user_version = 0")
    with pytest.raises(UnmigratedError, match="older version"):
        database.connect(path)


def test_a_newer_file_is_refused_and_left_alone(path: Path) -> None:
    _change(path, "PRAGMA user_version = 99")
    before = path.read_bytes()
    for use in (lambda: database.connect(path), lambda: migrations.migrate(path, METRICS)):
        with pytest.raises(StoreError, match=r"newer Shoal.*99") as caught:
            use()
        assert not isinstance(caught.value, UnmigratedError)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"no database" * 1_000, b"\0" * 8_192, b"SQLite format 3\0" + b"\xff" * 8_000]
)
def test_what_is_no_database_is_named_as_corrupt(env: FakeEnv, content: bytes) -> None:
    env.database.write_bytes(content)
    with pytest.raises(CorruptError, match=r"shoal\.db is corrupt") as caught:
        database.connect(env.database)
    assert "corrupt-<n>" in caught.value.cure
    assert env.database.read_bytes() == content


def test_flipped_bytes_within_a_table_are_found_by_the_check(path: Path) -> None:
    connection = database.connect(path)
    connection.executemany(
        'INSERT INTO samples(t, "endpoint.a") VALUES (?, ?)', [(t, t / 7) for t in range(5_000)]
    )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.check(connection, path)
    connection.close()
    content = bytearray(path.read_bytes())
    page = database.PAGE * (len(content) // database.PAGE - 3)
    content[page : page + 64] = os.urandom(64)
    path.write_bytes(content)
    connection = database.connect(path)
    with pytest.raises(CorruptError):
        database.check(connection, path)
    connection.close()


def test_a_corrupt_file_is_put_aside_whole_with_its_journal(path: Path) -> None:
    holder = database.connect(path)
    holder.execute("INSERT INTO facts VALUES ('a', 'b')")
    parts = {ending: path.with_name(path.name + ending).read_bytes() for ending in ("", "-wal")}
    aside = database.set_aside(path)
    holder.close()
    assert aside.name == "shoal.db.corrupt-1"
    assert parts[""] == aside.read_bytes()[: len(parts[""])]
    assert not list(path.parent.glob("shoal.db")) + list(path.parent.glob("shoal.db-*"))

    path.write_bytes(b"again")
    assert database.set_aside(path).name == "shoal.db.corrupt-2"
    path.with_name("shoal.db.corrupt-3-wal").write_bytes(b"left by an interruption")
    path.write_bytes(b"and again")
    assert database.set_aside(path).name == "shoal.db.corrupt-4"

    path.write_bytes(b"the one in use")
    database.remove_aside(path)
    assert [found.name for found in path.parent.glob("shoal.db*")] == ["shoal.db"]


def test_only_old_ones_that_were_put_aside_go_if_an_age_is_named(path: Path) -> None:
    ages = {"1": 100, "1-wal": 300, "2": 100, "2-wal": 199, "2-shm": 100, "10": 0}
    for ending, written in ages.items():
        aside = path.with_name(f"shoal.db.corrupt-{ending}")
        aside.write_bytes(b"readings")
        os.utime(aside, (written, written))
    assert database.remove_aside(path, before=200) == ["shoal.db.corrupt-10", "shoal.db.corrupt-2"]
    left = {found.name for found in path.parent.glob("*.corrupt-*")}
    assert left == {"shoal.db.corrupt-1", "shoal.db.corrupt-1-wal"}  # its journal was written to later
    assert database.remove_aside(path) == ["shoal.db.corrupt-1"]
    assert database.remove_aside(path) == []


@given(st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-9e15, 9e15))
def test_numbers_come_back_as_they_were_written(written: float) -> None:
    assert database.number("t", str(written)) == written


@given(st.sampled_from(["inf", "nan", "-1e16", str(2**53)]) | st.text(st.characters(codec="ascii")))
def test_what_is_no_number_is_damage_and_says_which(stored: str) -> None:
    try:
        found = float(stored)
    except ValueError:
        found = math.inf
    if abs(found) < 2**53:
        assert database.number("the-key", stored) == found
    else:
        with pytest.raises(DamagedError, match="the-key should be a number"):
            database.number("the-key", stored)


def test_damage_of_a_value_that_a_worker_found_is_found_by_the_check(path: Path) -> None:
    connection = database.connect(path)
    database.check(connection, path)
    with pytest.raises(CorruptError) as caught, database.trouble(path):
        database.number("woke_at", "soon")
    database.note_damage(path, caught.value)
    with pytest.raises(CorruptError, match="woke_at should be a number") as again:
        database.check(connection, path)
    assert "corrupt-<n>" in again.value.cure
    connection.close()
    aside = database.set_aside(path)
    database.note_damage(path, caught.value)  # where no database is, there is nothing to leave word in
    assert aside.exists() and not path.exists()


def test_damage_of_the_file_needs_no_word(path: Path) -> None:
    with pytest.raises(CorruptError) as caught, database.trouble(path):
        raise sqlite3.DatabaseError("Could not decode to UTF-8")
    database.note_damage(path, caught.value)
    connection = database.connect(path)
    database.check(connection, path)
    connection.close()


def test_transactions_are_all_or_nothing(path: Path) -> None:
    connection = database.connect(path)
    with pytest.raises(ZeroDivisionError), database.transaction(connection, path):
        connection.execute("INSERT INTO facts VALUES ('a', '1')")
        raise ZeroDivisionError
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM facts").fetchone() == (0,)
    with database.transaction(connection, path):
        connection.execute("INSERT INTO facts VALUES ('a', '1')")
    assert connection.execute("SELECT count(*) FROM facts").fetchone() == (1,)
    connection.close()


def test_a_locked_file_is_said_to_be_in_use(path: Path) -> None:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    connection = database.connect(path, wait=0.05)
    with pytest.raises(StoreError, match="in use by another process"), database.transaction(connection, path):
        pass
    holder.execute("COMMIT")
    with database.transaction(connection, path):
        connection.execute("INSERT INTO facts VALUES ('a', '1')")
    connection.close()
    holder.close()


def test_a_full_disk_is_named_and_loses_nothing(path: Path) -> None:
    connection = database.connect(path)
    connection.execute("INSERT INTO facts VALUES ('kept', '1')")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with (
        pytest.raises(StoreError, match=r"disk .* is full") as caught,
        database.transaction(connection, path),
    ):
        connection.execute("INSERT INTO facts VALUES ('big', ?)", ("x" * 100_000,))
    assert "space" in caught.value.cure
    assert connection.execute("SELECT key FROM facts").fetchall() == [("kept",)]
    connection.close()


READ_ONLY = """
import os, sys
from pathlib import Path
from agent import database
from agent.errors import StoreError
path = Path(sys.argv[1])
if os.geteuid() == 0:  # root writes whatever the mode says
    os.chown(path, 65534, 65534)
    os.chown(path.parent, 65534, 65534)
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    connection = database.connect(path)
    with database.transaction(connection, path):
        connection.execute("INSERT INTO facts VALUES ('a', '1')")
except StoreError as error:
    print(type(error).__name__, error.message, "|", error.cure)
"""


def test_a_read_only_state_is_named() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        path = Path(folder) / "state" / "shoal.db"
        path.parent.mkdir()
        migrations.migrate(path, METRICS)
        path.chmod(0o400)
        path.parent.chmod(0o500)
        command = [sys.executable, "-c", READ_ONLY, str(path)]
        shown = subprocess.run(command, capture_output=True, text=True, check=False)
        path.parent.chmod(0o700)
    assert shown.stdout.startswith(f"ReadOnlyError {path}"), shown
    assert "read-only" in shown.stdout or "cannot be opened" in shown.stdout


def test_other_errors_keep_their_words(path: Path) -> None:
    connection = database.connect(path)
    with pytest.raises(StoreError, match="no such table"), database.trouble(path):
        connection.execute("SELECT * FROM missing")
    connection.close()


def _change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
