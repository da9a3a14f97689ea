"""The leader as plain functions: collections."""

from __future__ import annotations

from pathlib import Path

import pytest

from dap.constants import ReportError
from dap.dialect import JANUS
from dap.problems import Problem, ProblemError, ProblemType
from server.batches import BatchState
from server.periods import COLLECTABLE
from server.resources import Resource
from tests.aggregators import Table, collection_request, make_pair
from tests.unit.server.asking import batch, kind


def test_garbage_is_no_collection(table: Table) -> None:
    with pytest.raises(ProblemError) as error:
        table.leader.ask(b"\1\2\3")
    assert kind(error) is ProblemType.INVALID_MESSAGE


def test_equal_requests_find_the_same_answer(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    first = table.collect()
    request = collection_request(table.period).encode()
    again = table.leader.ask(request)
    assert again.response == first.encode()
    with pytest.raises(ProblemError) as error:  # the same period under another name
        table.leader.ask(request, b"another id......")
    assert kind(error) is ProblemType.BATCH_OVERLAP


def test_nothing_enters_a_collected_period(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    table.collect()
    assert table.upload(table.report(9)) == [ReportError.REPORT_REPLAYED]
    assert batch(table.leader, table.period) == (table.period, BatchState.COLLECTED, 6, bytes(32), None)


def test_a_collection_waits_until_every_report_is_agreed_on(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    collection = table.ask()
    assert table.leader.ready_to_collect(collection) is None
    job = table.leader.make_job(table.period, 10)
    assert job is not None
    assert table.leader.ready_to_collect(collection) is None
    table.leader.finish_job(job, table.helper.aggregate(job.request).response or b"")
    wanted = table.leader.ready_to_collect(collection)
    assert wanted is not None and wanted.report_count == 6
    # frozen: asking again, after a restart say, gives the same bytes whatever is uploaded
    assert table.upload(table.report(9)) == [ReportError.REPORT_REPLAYED]
    assert table.leader.ready_to_collect(collection) == wanted


def test_a_small_batch_is_closed_unreleased_and_an_empty_one_too(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(4)))
    table.aggregate()
    for period, size in ((table.period, 4), (table.period - 1, 0)):
        with pytest.raises(ProblemError) as error:
            table.collect(period)
        assert kind(error) is ProblemType.INVALID_BATCH_SIZE
        assert batch(table.leader, period) == (period, BatchState.CLOSED, size, bytes(32), None)
        assert table.upload(table.report(9, period=period)) == [ReportError.REPORT_REPLAYED]
        with pytest.raises(ProblemError) as error:
            table.collect(period)
        assert kind(error) is ProblemType.INVALID_BATCH_SIZE


def test_a_demos_small_batch_is_waited_for(tmp_path: Path) -> None:
    table = Table(make_pair(tmp_path, demo=True, period=10, grace=0))
    try:
        table.upload(*(table.report(n) for n in range(4)))
        table.aggregate()
        collection = table.ask()
        assert table.leader.ready_to_collect(collection) is None
        assert table.leader.collection(collection.id).problem is None
        table.upload(table.report(4))
        table.aggregate()
        assert table.leader.ready_to_collect(collection) is not None
    finally:
        table.close()


def test_janus_refuses_a_small_batch_at_once_and_a_larger_one_may_follow(tmp_path: Path) -> None:
    table = Table(make_pair(tmp_path, demo=True, period=10, grace=0, dialect=JANUS))
    try:
        table.upload(*(table.report(n) for n in range(4)))
        table.aggregate()
        with pytest.raises(ProblemError) as error:
            table.collect()
        assert kind(error) is ProblemType.INVALID_BATCH_SIZE
        table.upload(table.report(4))
        table.aggregate()
        assert table.collect().report_count == 5
    finally:
        table.close()


def failed(table: Table, problem: Problem) -> Resource:
    """A collection of six reports that the helper refuses."""
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    collection = table.ask()
    assert table.leader.ready_to_collect(collection) is not None
    table.leader.fail(collection, problem)
    assert table.leader.collection(collection.id).problem == problem
    assert table.leader.open_collections() == []
    return collection


@pytest.mark.parametrize(
    "problem",
    [Problem.of(ProblemType.BATCH_INVALID), Problem.of(ProblemType.UNRECOGNIZED_TASK), Problem(title="409")],
    ids=["clock", "not installed", "no DAP"],
)
def test_what_operators_can_mend_is_tried_again(table: Table, problem: Problem) -> None:
    failed(table, problem)
    assert batch(table.leader, table.period).state is BatchState.FROZEN
    assert table.collect().report_count == 6


@pytest.mark.parametrize(
    "final", [ProblemType.BATCH_MISMATCH, ProblemType.INVALID_BATCH_SIZE, ProblemType.BATCH_OVERLAP]
)
def test_a_final_refusal_erases_the_share(table: Table, final: ProblemType) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    share = batch(table.leader, table.period).share
    collection = failed(table, table.leader.problem(final).problem)
    assert batch(table.leader, table.period) == (table.period, BatchState.CLOSED, 6, bytes(32), None)
    folder = table.leader.database.path.parent
    assert share is not None and share[:32] not in b"".join(path.read_bytes() for path in folder.iterdir())
    assert table.leader.ready_to_collect(collection) is None, "a driver that looked a moment earlier"
    with pytest.raises(ProblemError) as error:  # the same words to an equal request, and no second attempt
        table.collect()
    assert kind(error) is final
    table.leader.forget_collection(collection.id)
    with pytest.raises(ProblemError) as error:
        table.collect()
    assert kind(error) is ProblemType.BATCH_MISMATCH
    assert table.upload(table.report(9)) == [ReportError.REPORT_REPLAYED]


def test_a_late_refusal_takes_nothing_from_a_collected_batch(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    table.collect()
    collection = table.ask()
    table.leader.fail(collection, table.leader.problem(ProblemType.BATCH_MISMATCH).problem)
    assert batch(table.leader, table.period).state is BatchState.COLLECTED


def test_a_frozen_share_is_erased_when_nobody_can_collect_it_any_more(table: Table) -> None:
    collection = failed(table, Problem.of(ProblemType.BATCH_INVALID))
    request = collection_request(table.period).encode()
    table.clock.now += COLLECTABLE - 1
    table.leader.sweep()
    assert batch(table.leader, table.period).state is BatchState.FROZEN
    assert table.leader.ask(request).problem is None
    table.clock.now += 1
    table.leader.sweep()
    assert batch(table.leader, table.period) == (table.period, BatchState.CLOSED, 6, bytes(32), None)
    assert table.leader.ready_to_collect(table.leader.collection(collection.id)) is None
    found = table.leader.collection(collection.id).problem
    assert (
        found is not None and found.kind is ProblemType.BATCH_INVALID and "too long ago" in str(found.detail)
    )


def test_a_deleted_collection_stays_collected(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    table.collect()
    id = table.ask().id
    table.leader.forget_collection(id)
    with pytest.raises(ProblemError):
        table.leader.collection(id)
    with pytest.raises(ProblemError):
        table.leader.forget_collection(id)
    with pytest.raises(ProblemError) as error:
        table.ask()
    assert kind(error) is ProblemType.BATCH_OVERLAP


def test_completing_twice_hands_over_once(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    first = table.collect()
    collection = table.leader.collection(table.ask().id)
    table.leader.complete(
        collection._replace(request=collection_request(table.period).encode()),
        first.helper_encrypted_agg_share,
    )
    assert table.leader.collection(collection.id).response == first.encode()
