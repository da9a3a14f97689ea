"""An aggregator's file: whole transactions, whose it is, and what is left on disk."""

from __future__ import annotations

import secrets
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dap.constants import Role
from server import batches, pending
from server.batches import BatchState, OutShare
from server.database import CACHE, Database
from server.errors import FolderError
from server.pending import Waiting
from server.resources import Kind, Resource
from tests.unit.server.stores import TASK, VDAF, database, report_id


def test_a_transaction_is_all_or_nothing(store: Database) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        batches.commit(connection, VDAF, [OutShare(report_id(1), 5, [1, 0, 0, 0])])
        raise ZeroDivisionError
    with store.write() as connection:
        assert batches.find(connection, 5).reports == 0
        assert not batches.is_seen(connection, report_id(1))


def test_a_full_disk_loses_the_transaction_and_nothing_else(store: Database) -> None:
    with store.write() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    big = Waiting(report_id(1), 5, b"i", bytes(100_000))
    with pytest.raises(sqlite3.OperationalError, match="full"), store.write() as connection:
        pending.accept(connection, big)
    with store.write() as connection:
        connection.execute("PRAGMA max_page_count = 1073741823")
        assert pending.accept(connection, big)


def on_disk(path: Path) -> bytes:
    """Every byte that the database has there."""
    return b"".join(part.read_bytes() for part in sorted(path.parent.iterdir()))


def test_nothing_of_a_report_is_left_on_disk_after_its_job(store: Database) -> None:
    canaries = [secrets.token_bytes(24) for _ in range(120)]
    with store.write() as connection:
        for number, canary in enumerate(canaries):
            pending.accept(connection, Waiting(report_id(number), 5, b"init" + canary, canary * 300))
        job = pending.start(connection, 5, [report_id(n) for n in range(120)], b"request" + canaries[0])
    store.forget()
    assert all(canary in on_disk(store.path) for canary in canaries)
    with store.write() as connection:
        pending.finish(connection, job)
        assert batches.is_seen(connection, report_id(0))
    store.forget()
    left = on_disk(store.path)
    assert not [canary for canary in canaries if canary in left]


def test_somebody_who_reads_does_not_hold_up_the_others(store: Database) -> None:
    with store.write() as connection:
        batches.see(connection, report_id(1), 5)
    reader = sqlite3.connect(store.path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM seen").fetchone() == (1,)
    begun = time.monotonic()
    with store.write() as connection:
        batches.see(connection, report_id(2), 5)
    store.forget()
    assert time.monotonic() - begun < 2
    reader.close()
    store.forget()
    assert not (store.path.with_name(store.path.name + "-wal")).stat().st_size


def test_no_column_holds_a_moment(store: Database) -> None:
    with store.write() as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        columns = {
            column for table in tables for _, column, *_ in connection.execute(f"PRAGMA table_info({table})")
        }
    assert columns == {
        *("key", "value", "period", "state", "reports", "checksum", "share", "report_id", "kind", "id"),
        *("digest", "request", "response", "problem", "row", "job", "location"),
    }


def test_the_file_is_private(store: Database) -> None:
    assert store.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("role", "task"), [(Role.HELPER, TASK), (Role.LEADER, bytes(32))], ids=["other role", "other task"]
)
def test_a_file_serves_one_role_of_one_task(store: Database, role: Role, task: bytes) -> None:
    with pytest.raises(FolderError, match="another role or task"):
        Database(store.path, role, task)


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "batches.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(FolderError, match="newer"):
        database(path)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "batches.db"
    path.write_bytes(b"no database at all " * 500)
    with pytest.raises(FolderError, match=r"batches\.db cannot be read"):
        database(path)
    assert path.read_bytes().startswith(b"no database")


def test_a_closed_database_says_so(store: Database) -> None:
    store.close()
    with pytest.raises(FolderError, match="closed"), store.write():
        pass
    store.close()


def test_secrets_stay_out_of_reprs() -> None:
    secret = b"\xca\xfe" * 8
    for value in (
        batches.Batch(5, BatchState.OPEN, 1, bytes(32), secret),
        OutShare(secret, 5, [0xCAFE]),
        Waiting(secret, 5, secret, secret),
        pending.Job(secret, 5, secret, None),
        Resource(Kind.AGGREGATE_SHARE, secret, secret, 5, secret, secret),
    ):
        assert "cafe" not in repr(value) and "xca" not in repr(value) and "51966" not in repr(value)


GROWS = """
import os, sys
from pathlib import Path
from dap.constants import Role
from server import batches, database

def own():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))

database.CACHE = int(sys.argv[2])
store = database.Database(Path(sys.argv[1]), Role.HELPER, bytes(32), durable=False)
sizes = []
for job in range(800):
    with store.write() as connection:
        for _ in range(100):
            batches.see(connection, os.urandom(16), 5)
    if job in (399, 799):
        sizes.append(own())
print(sizes[1] - sizes[0])
"""


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="read from Linux's /proc")
@pytest.mark.parametrize(("cache", "is_flat"), [(CACHE, True), (16_384, False)])
def test_memory_does_not_grow_with_the_number_of_reports(tmp_path: Path, cache: int, is_flat: bool) -> None:
    """From 40,000 to 80,000 reports; a large cache would go on filling with the pages of their random ids."""
    program = [sys.executable, "-c", GROWS, str(tmp_path / "batches.db"), str(cache)]
    root = Path(__file__).resolve().parents[3]
    ran = subprocess.run(program, cwd=root, check=True, capture_output=True, text=True)
    assert (int(ran.stdout) < 400) is is_flat, f"{ran.stdout} KiB more"
