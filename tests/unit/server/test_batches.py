"""The database: sums, replays and what is left on disk."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.constants import ReportError, Role
from dap.prio3 import Prio3SumVec
from server import batches, pending, resources
from server.batches import BatchState, OutShare
from server.database import Database
from server.errors import FolderError
from server.pending import Waiting
from server.resources import Kind, Resource

TASK = bytes(range(32))
VDAF = Prio3SumVec(4, 1, 2)
P = VDAF.field.modulus


def database(path: Path, role: Role = Role.LEADER) -> Database:
    return Database(path, role, TASK, durable=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    found = database(tmp_path / "batches.db")
    yield found
    found.close()


def report_id(number: int) -> bytes:
    return hashlib.sha256(f"{number}".encode()).digest()[:16]


SHARES = st.lists(
    st.tuples(st.integers(0, 15), st.integers(3, 5), st.lists(st.integers(0, P - 1), min_size=4, max_size=4)),
    max_size=12,
)


@given(jobs=st.lists(SHARES, max_size=5), collected=st.sets(st.integers(3, 5), max_size=1))
def test_commit_agrees_with_a_plain_model(
    tmp_path_factory: pytest.TempPathFactory,
    jobs: list[list[tuple[int, int, list[int]]]],
    collected: set[int],
) -> None:
    store = database(tmp_path_factory.mktemp("db") / "batches.db", Role.HELPER)
    sums = {period: [0] * 4 for period in (3, 4, 5)}
    members: dict[int, list[bytes]] = {3: [], 4: [], 5: []}
    try:
        with store.write() as connection:
            for period in collected:
                batches.erase(connection, period, BatchState.COLLECTED)
        for job in jobs:
            seen_before = {id for ids in members.values() for id in ids}
            with store.write() as connection:
                refused = batches.commit(
                    connection, VDAF, [OutShare(report_id(n), period, e) for n, period, e in job]
                )
            for number, period, elements in job:
                id = report_id(number)
                known = any(id in ids for ids in members.values())
                if period not in collected and not known:
                    members[period].append(id)
                    sums[period] = [(a + b) % P for a, b in zip(sums[period], elements, strict=True)]
                elif id in seen_before or all(p in collected for n, p, _ in job if n == number):
                    assert id in refused
        for period in (3, 4, 5):
            with store.write() as connection:
                batch = batches.find(connection, period)
            checksum = 0
            for id in members[period]:
                checksum ^= int.from_bytes(hashlib.sha256(id).digest(), "big")
            assert batch.reports == len(members[period])
            if period in collected:
                assert batch.state is BatchState.COLLECTED and batch.share is None
                continue
            assert batch.checksum == checksum.to_bytes(32, "big")
            share = VDAF.zero() if batch.share is None else VDAF.decode_aggregate(batch.share)
            assert share == sums[period]
    finally:
        store.close()


def test_refusals_name_their_reason(store: Database) -> None:
    with store.write() as connection:
        batches.erase(connection, 8, BatchState.COLLECTED)
        batches.erase(connection, 9, BatchState.CLOSED)
        batches.freeze(connection, 10)
        batches.raise_floor(connection, 7)
        shares = [OutShare(report_id(n), n, [1, 0, 0, 0]) for n in (6, 7, 8, 9, 10)]
        refused = batches.commit(connection, VDAF, [*shares, shares[1]])
    assert refused == {
        report_id(6): ReportError.REPORT_DROPPED,
        report_id(7): ReportError.REPORT_REPLAYED,
        report_id(8): ReportError.BATCH_COLLECTED,
        report_id(9): ReportError.BATCH_COLLECTED,
        report_id(10): ReportError.BATCH_COLLECTED,
    }
    with store.write() as connection:
        assert batches.find(connection, 7).reports == 1


def test_ids_stay_known_when_their_batch_is_collected(store: Database) -> None:
    with store.write() as connection:
        batches.commit(connection, VDAF, [OutShare(report_id(1), 5, [1, 0, 0, 0])])
        batches.erase(connection, 5, BatchState.COLLECTED)
        replay = batches.commit(connection, VDAF, [OutShare(report_id(1), 6, [1, 0, 0, 0])])
    assert replay == {report_id(1): ReportError.REPORT_REPLAYED}


def test_the_floor_only_rises(store: Database) -> None:
    with store.write() as connection:
        batches.commit(connection, VDAF, [OutShare(report_id(1), 5, [1, 0, 0, 0])])
        resources.put(connection, Resource(Kind.AGGREGATION_JOB, b"j" * 16, b"d" * 32, 5, response=b"r"))
        assert batches.raise_floor(connection, 6)
        assert not batches.raise_floor(connection, 4)
        assert batches.floor(connection) == 6
        assert not batches.is_seen(connection, report_id(1))
        assert resources.find(connection, Kind.AGGREGATION_JOB, b"j" * 16) is None
        late = batches.commit(connection, VDAF, [OutShare(report_id(1), 5, [1, 0, 0, 0])])
    assert late == {report_id(1): ReportError.REPORT_DROPPED}


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


def test_ids_are_kept_in_no_order_of_arrival(store: Database) -> None:
    with store.write() as connection:
        for number in range(50):
            batches.see(connection, report_id(number), 5)
        stored = [id for (id,) in connection.execute("SELECT report_id FROM seen")]
    assert stored == sorted(stored)


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


# ------------------------------------------------------------------ waiting reports


def waiting(number: int, period: int = 5) -> Waiting:
    return Waiting(report_id(number), period, b"init %d" % number, b"state %d" % number)


def test_a_report_is_kept_once(store: Database) -> None:
    with store.write() as connection:
        assert pending.accept(connection, waiting(1))
        assert not pending.accept(connection, waiting(1))
        job = pending.start(connection, 5, [report_id(1)], b"request")
        pending.finish(connection, job)
        assert not pending.accept(connection, waiting(1))


def test_jobs_take_what_waits_period_by_period(store: Database) -> None:
    with store.write() as connection:
        for number in range(10):
            pending.accept(connection, waiting(number, 5 + number % 2))
        assert pending.waiting_periods(connection) == [5, 6]
        taken = pending.take(connection, 6, 3)
        assert [id for id, _ in taken] == sorted(id for id, _ in taken) and len(taken) == 3
        job = pending.start(connection, 6, [id for id, _ in taken], b"request")
        assert pending.jobs(connection) == [job] and pending.jobs(connection, {job.id}) == []
        assert pending.shares(connection, job) == taken
        assert set(pending.members(connection, job)) == {id for id, _ in taken}
        assert len(pending.take(connection, 6, 100)) == 2
        pending.finish(connection, job, again=[taken[0][0]])
        assert not pending.exists(connection, job)
        assert len(pending.take(connection, 6, 100)) == 3
        assert not pending.is_idle(connection, 6)
        pending.drop_period(connection, 6)
        assert pending.is_idle(connection, 6)
        pending.drop_before(connection, 6)
        assert pending.waiting_periods(connection) == []


# ------------------------------------------------------------------------- resources


def test_an_id_belongs_to_one_request(store: Database) -> None:
    made = Resource(Kind.AGGREGATION_JOB, b"j" * 16, resources.digest(b"one"), 5, response=b"answer")
    with store.write() as connection:
        assert resources.match(connection, Kind.AGGREGATION_JOB, b"one", b"j" * 16) is None
        resources.put(connection, made)
        assert resources.match(connection, Kind.AGGREGATION_JOB, b"one", b"j" * 16) == made
        assert resources.match(connection, Kind.AGGREGATE_SHARE, b"one", b"j" * 16) is None
        with pytest.raises(resources.ConflictError):
            resources.match(connection, Kind.AGGREGATION_JOB, b"two", b"j" * 16)
        assert resources.remove(connection, Kind.AGGREGATION_JOB, b"j" * 16)
        assert not resources.remove(connection, Kind.AGGREGATION_JOB, b"j" * 16)


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
