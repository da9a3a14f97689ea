"""The database: sums, replays and what is left on disk."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.constants import ReportError, Role
from server import batches, resources
from server.batches import BatchState, OutShare
from server.database import Database
from server.resources import Kind, Resource
from tests.unit.server.stores import VDAF, database, report_id

P = VDAF.field.modulus
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


def test_closing_takes_what_was_not_collected_and_leaves_the_rest(store: Database) -> None:
    with store.write() as connection:
        batches.commit(connection, VDAF, [OutShare(report_id(n), n, [1, 0, 0, 0]) for n in (4, 5, 6, 7)])
        batches.freeze(connection, 5)
        batches.erase(connection, 6, BatchState.COLLECTED)
        closed = batches.close_before(connection, 7)
        assert [(batch.period, batch.state, batch.reports, batch.share) for batch in closed] == [
            (4, BatchState.CLOSED, 1, None),
            (5, BatchState.CLOSED, 1, None),
        ]
        assert batches.close_before(connection, 7) == []
        assert batches.find(connection, 6).state is BatchState.COLLECTED
        assert batches.find(connection, 7).share is not None
        assert all(batches.is_seen(connection, report_id(n)) for n in (4, 5, 6, 7))


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


def test_ids_are_kept_in_no_order_of_arrival(store: Database) -> None:
    with store.write() as connection:
        for number in range(50):
            batches.see(connection, report_id(number), 5)
        stored = [id for (id,) in connection.execute("SELECT report_id FROM seen")]
    assert stored == sorted(stored)
