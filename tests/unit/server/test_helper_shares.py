"""The helper as plain functions: aggregate shares, and what stays afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from dap.constants import ReportError
from dap.messages import (
    AggregateShareReq,
    CollectionJobReq,
    Extension,
    Interval,
    Query,
    UploadRequest,
)
from dap.problems import ProblemError, ProblemType
from server.batches import BatchState
from server.periods import COLLECTABLE
from tests.aggregators import (
    DAY,
    Table,
    make_pair,
    totals,
    vectors,
)
from tests.unit.server.asking import batch, job_of, kind, only, outcomes, share_request


def query(start: int, duration: int) -> Query:
    return Query.over(Interval(start, duration))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda req: req._replace(report_count=7), ProblemType.BATCH_MISMATCH),
        (lambda req: req._replace(checksum=bytes(32)), ProblemType.BATCH_MISMATCH),
        (lambda req: req._replace(batch_selector=query(19_999, 1)), ProblemType.BATCH_INVALID),
        (lambda req: req._replace(batch_selector=query(20_000, 2)), ProblemType.BATCH_INVALID),
        (lambda req: req._replace(batch_selector=Query(2, b"")), ProblemType.INVALID_MESSAGE),
        (
            lambda req: req._replace(
                collection_job_req=CollectionJobReq(query(19_999, 2)), batch_selector=query(20_000, 1)
            ),
            ProblemType.BATCH_INVALID,
        ),
        (
            lambda req: req._replace(collection_job_req=CollectionJobReq(query(20_000, 1), b"x")),
            ProblemType.INVALID_AGGREGATION_PARAMETER,
        ),
        (
            lambda req: req._replace(
                collection_job_req=CollectionJobReq(query(20_000, 1), b"", (Extension(1),))
            ),
            ProblemType.UNSUPPORTED_EXTENSION,
        ),
        (
            lambda req: req._replace(
                collection_job_req=CollectionJobReq(query(19_999, 1)), batch_selector=query(19_999, 1)
            ),
            ProblemType.INVALID_BATCH_SIZE,
        ),
    ],
    ids=["count", "checksum", "other", "wider", "mode", "two days", "parameter", "extension", "empty"],
)
def test_the_helper_judges_for_itself(
    table: Table, change: Callable[[AggregateShareReq], AggregateShareReq], expected: ProblemType
) -> None:
    request = share_request(table)
    with pytest.raises(ProblemError) as error:
        table.helper.share(change(request).encode())
    assert kind(error) is expected
    # and nothing was burnt by it
    assert table.helper.share(request.encode()).response is not None


def test_a_share_is_handed_over_once_and_told_again(table: Table) -> None:
    request = share_request(table)
    first = table.helper.share(request.encode())
    assert table.helper.share(request.encode()) == first
    assert table.helper.handed_over(first.id) == first
    with pytest.raises(ProblemError) as error:
        table.helper.share(request._replace(report_count=9).encode())
    assert kind(error) is ProblemType.BATCH_OVERLAP
    table.helper.forget_share(first.id)
    for ask in (table.helper.handed_over, table.helper.forget_share):
        with pytest.raises(ProblemError) as gone:
            ask(first.id)
        assert gone.value.problem.status == 404
    with pytest.raises(ProblemError) as error:
        table.helper.share(request.encode())
    assert kind(error) is ProblemType.BATCH_OVERLAP


def test_before_the_grace_is_over_by_its_own_clock_the_helper_gives_nothing(table: Table) -> None:
    request = share_request(table)
    table.helper.now = lambda: table.clock.now - 1
    with pytest.raises(ProblemError) as error:
        table.helper.share(request.encode())
    assert kind(error) is ProblemType.BATCH_INVALID
    table.helper.now = table.clock
    assert table.helper.share(request.encode()).response is not None


@pytest.mark.parametrize("mismatch", [True, False], ids=["refused", "never asked for"])
def test_what_is_never_collected_is_erased_while_its_ids_stay(table: Table, mismatch: bool) -> None:
    request = share_request(table)
    if mismatch:
        with pytest.raises(ProblemError):
            table.helper.share(request._replace(report_count=7).encode())
    table.clock.now += COLLECTABLE - 1
    table.helper.sweep()
    share = batch(table.helper, table.period).share
    assert share is not None, "a collector that was away may still come"
    table.clock.now += 1
    table.helper.sweep()
    table.helper.database.forget()
    left = batch(table.helper, table.period)
    assert left == (table.period, BatchState.CLOSED, 6, bytes(32), None)
    with table.helper.database.write() as connection:
        assert connection.execute("SELECT count(*) FROM seen").fetchone() == (6,)
        assert connection.execute("SELECT count(*) FROM resources").fetchone() == (0,)
    assert share[:32] not in table.helper.database.path.read_bytes()
    with pytest.raises(ProblemError) as error:
        table.helper.share(request.encode())
    assert kind(error) is ProblemType.BATCH_INVALID


def test_a_clock_that_is_turned_back_opens_nothing_that_was_erased(table: Table) -> None:
    request, before = share_request(table), table.clock.now
    late = job_of(table, table.report(9))
    table.clock.now += COLLECTABLE
    table.helper.sweep()
    table.clock.now = before
    assert outcomes(table, late) == [ReportError.BATCH_COLLECTED]
    with pytest.raises(ProblemError) as error:
        table.helper.share(request.encode())
    assert kind(error) is ProblemType.BATCH_OVERLAP


def test_an_answer_outlives_the_shares(table: Table) -> None:
    request = share_request(table)
    first = table.helper.share(request.encode())
    table.clock.now += COLLECTABLE + DAY
    table.helper.sweep()
    assert table.helper.share(request.encode()) == first


def test_the_sum_and_its_noise_are_gone_once_handed_over(tmp_path: Path) -> None:
    table = Table(make_pair(tmp_path, noise=True))
    try:
        request = share_request(table)
        plain = batch(table.helper, table.period).share
        first = table.helper.share(request.encode())
        left = batch(table.helper, table.period)
        assert left == (table.period, BatchState.COLLECTED, 6, bytes(32), None)
        on_disk = b"".join(path.read_bytes() for path in table.helper.database.path.parent.iterdir())
        assert plain is not None and plain[:32] not in on_disk
        assert table.helper.share(request.encode()) == first
    finally:
        table.close()


def test_after_aggregation_neither_database_holds_anything_of_a_device_but_its_id(table: Table) -> None:
    reports = [only(table.report(n)) for n in range(8)]
    table.upload(*(UploadRequest((report,)).encode() for report in reports))
    job = table.leader.make_job(table.period, 10)
    assert job is not None
    made = table.helper.aggregate(job.request)
    states = table_states(table)

    def on_disk() -> bytes:
        found = b""
        for role in (table.leader, table.helper):
            role.database.forget()
            found += b"".join(path.read_bytes() for path in sorted(role.database.path.parent.iterdir()))
        return found

    traces = [
        trace
        for report in reports
        for trace in (
            report.public_share[:32],
            report.helper_encrypted_input_share.enc,
            report.helper_encrypted_input_share.payload[:24],
        )
    ] + [state[:24] for state in states]
    assert all(trace in on_disk() for trace in traces)
    table.leader.finish_job(job, made.response or b"")
    table.helper.forget_job(made.id)
    assert not [trace for trace in traces if trace in on_disk()]


def table_states(table: Table) -> list[bytes]:
    """The leader's halves of the sum, report by report."""
    with table.leader.database.write() as connection:
        return [state for (state,) in connection.execute("SELECT state FROM reports")]


def test_jobs_of_all_sizes_add_up(table: Table) -> None:
    source = random.Random(3)
    chosen = vectors(150, 12, 3)
    for number, vector in enumerate(chosen):
        table.upload(table.report(number, vector))
        if source.random() < 0.1:
            table.aggregate(size=source.randint(1, 20))
    table.aggregate()
    assert table.released() == totals(chosen, 12)
