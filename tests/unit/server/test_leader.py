"""The leader as plain functions: uploads, jobs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dap.constants import ReportError, Role
from dap.messages import (
    AggregationJobInitReq,
    AggregationJobResp,
    Extension,
    PingPong,
    Report,
    VerifyResp,
)
from dap.problems import ProblemType
from server import pending
from server.leader import MOST_HELPER_SHARE, AnswerUnusable, Leader
from server.periods import PATIENCE
from tests.aggregators import DAY, Table, cheat, make_pair, reseal, totals, vectors
from tests.unit.server.asking import batch, only

# --------------------------------------------------------------------------- uploads


def test_a_good_report_is_kept_and_a_repeated_one_discarded_in_silence(table: Table) -> None:
    assert table.upload(table.report(1), table.report(1), table.report(2)) == [None, None, None]
    assert table.aggregate().added == 2
    assert table.upload(table.report(1)) == [None]
    assert table.aggregate().added == 0


def test_another_report_under_a_known_id_is_discarded(table: Table) -> None:
    table.upload(table.report(1))
    with table.leader.database.write() as connection:
        before = connection.execute("SELECT share FROM reports").fetchall()
    found = table.leader.receive(only(table.report(2)))
    assert not isinstance(found, ReportError)
    assert table.leader.store(
        [found._replace(report_id=only(table.report(1)).report_metadata.report_id)]
    ) == [None]
    with table.leader.database.write() as connection:
        assert connection.execute("SELECT share FROM reports").fetchall() == before


def altered(report: Report) -> dict[str, Report]:
    """The report with one thing changed, for each thing that its shares are bound to."""
    metadata, sealed = report.report_metadata, report.leader_encrypted_input_share
    other = bytes([report.public_share[0] ^ 1]) + report.public_share[1:]
    return {
        "id": report._replace(report_metadata=metadata._replace(report_id=bytes(16))),
        "time": report._replace(report_metadata=metadata._replace(time=metadata.time - 1)),
        "public share": report._replace(public_share=other),
        "enc": report._replace(leader_encrypted_input_share=sealed._replace(enc=bytes([9]) + sealed.enc[1:])),
        "payload": report._replace(
            leader_encrypted_input_share=sealed._replace(payload=sealed.payload[:-1] + b"\0")
        ),
        "empty enc": report._replace(leader_encrypted_input_share=sealed._replace(enc=b"\0")),
        "swapped shares": report._replace(
            leader_encrypted_input_share=report.helper_encrypted_input_share._replace(
                config_id=sealed.config_id
            )
        ),
    }


@pytest.mark.parametrize(
    "what", ["id", "time", "public share", "enc", "payload", "empty enc", "swapped shares"]
)
def test_an_altered_report_does_not_open(table: Table, what: str) -> None:
    assert table.leader.receive(altered(only(table.report(1)))[what]) is ReportError.HPKE_DECRYPT_ERROR


def test_extensions_are_refused_in_public_and_in_private(table: Table) -> None:
    report = only(table.report(1))
    metadata = report.report_metadata._replace(public_extensions=(Extension(7, b"x"),))
    # not even decrypted: the additional data has changed with it
    assert isinstance(table.leader.receive(report._replace(report_metadata=metadata)), ReportError)
    sealed = reseal(table.pair, report, Role.LEADER, lambda plaintext: b"\0\4\0\7\0\0" + plaintext[2:])
    assert table.leader.receive(sealed) is ReportError.INVALID_MESSAGE


@pytest.mark.parametrize(
    "change",
    [
        lambda plaintext: plaintext[:-1],
        lambda plaintext: plaintext + b"\0",
        lambda plaintext: b"",
        lambda plaintext: plaintext[:2] + b"\xff" * 4 + plaintext[6:],
        lambda plaintext: plaintext[:6] + b"\xff" * 16 + plaintext[22:],
    ],
    ids=["short", "long", "empty", "wrong length", "element beyond the field"],
)
def test_a_share_that_is_none_is_refused_at_once(table: Table, change: Callable[[bytes], bytes]) -> None:
    report = reseal(table.pair, only(table.report(1)), Role.LEADER, change)
    assert table.leader.receive(report) is ReportError.INVALID_MESSAGE


def test_a_bloated_half_for_the_helper_is_refused(table: Table) -> None:
    report = only(table.report(1))
    sealed = report.helper_encrypted_input_share._replace(payload=bytes(MOST_HELPER_SHARE))
    bloated = report._replace(helper_encrypted_input_share=sealed)
    assert table.leader.receive(bloated) is ReportError.INVALID_MESSAGE


def test_times_beyond_the_task_are_refused(table: Table) -> None:
    table.clock.now = (table.period + 1) * DAY
    future = table.report(1, period=table.period + 3)
    assert table.upload(future) == [ReportError.REPORT_TOO_EARLY]
    endless = only(table.report(1))
    metadata = endless.report_metadata._replace(time=2**64 - 1)
    assert table.leader.receive(endless._replace(report_metadata=metadata)) is ReportError.REPORT_TOO_EARLY
    assert table.upload(table.report(1)) == [None]


def test_once_the_grace_is_over_nothing_new_is_taken_and_what_is_there_stays_known(table: Table) -> None:
    table.upload(table.report(1), table.report(2))
    table.aggregate()
    table.upload(table.report(3))
    table.clock.now = table.periods.collectable_from(table.period) - 1
    assert table.upload(table.report(4)) == [None]
    table.clock.now += 1
    late = [ReportError.REPORT_DROPPED]
    assert table.upload(table.report(5)) == late
    assert table.upload(*(table.report(n) for n in (1, 3, 4))) == [None] * 3, "an answer that was lost"
    assert table.aggregate().added == 2
    assert table.upload(table.report(6, period=table.period + 1)) == [None]


def test_whoever_uploads_without_end_holds_no_collection_up(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    collection = table.ask()
    for number in range(100, 105):
        assert table.upload(table.report(number)) == [ReportError.REPORT_DROPPED]
        job = table.leader.make_job(table.period, 2)
        if job is not None:
            table.leader.finish_job(job, table.helper.aggregate(job.request).response or b"")
    wanted = table.leader.ready_to_collect(collection)
    assert wanted is not None and wanted.report_count == 6


def test_a_demo_takes_reports_until_it_is_collected_with_enough(tmp_path: Path) -> None:
    table = Table(make_pair(tmp_path, demo=True, period=10, grace=0))
    try:
        table.clock.now += 5
        table.upload(*(table.report(n) for n in range(3)))
        table.aggregate()
        collection = table.ask()
        cheating = cheat(table.pair, table.period, [2] + [0] * 11, "a cheat")
        assert table.upload(table.report(3), cheating) == [None, None], "two more make five: now it is full"
        late = [ReportError.REPORT_DROPPED]
        assert table.upload(table.report(4)) == late
        assert table.upload(table.report(3)) == [None]
        table.aggregate()
        assert table.leader.ready_to_collect(collection) is None
        assert table.upload(table.report(5), table.report(6)) == [None, *late], "the cheat left room for one"
        table.aggregate()
        assert table.upload(table.report(7)) == late
        wanted = table.leader.ready_to_collect(collection)
        assert wanted is not None and wanted.report_count == 5
    finally:
        table.close()


def test_a_demo_s_small_batch_stays_open_no_longer_than_it_is_waited_for(tmp_path: Path) -> None:
    table = Table(make_pair(tmp_path, demo=True, period=10, grace=0))
    try:
        table.clock.now += PATIENCE
        assert table.upload(table.report(1)) == [None], "nobody has asked"
        table.aggregate()
        collection = table.ask()
        assert table.upload(table.report(2)) == [ReportError.REPORT_DROPPED]
        assert table.leader.ready_to_collect(collection) is None
        found = table.leader.collection(collection.id).problem
        assert found is not None and found.kind is ProblemType.INVALID_BATCH_SIZE
    finally:
        table.close()


# ------------------------------------------------------------------------------ jobs


def test_the_sum_is_right_whatever_the_job_size(table: Table) -> None:
    chosen = vectors(23, table.pair.length, 7)
    table.upload(*(table.report(n, vector) for n, vector in enumerate(chosen)))
    assert table.aggregate(size=4).added == 23
    assert table.released() == totals(chosen, table.pair.length)


def test_a_job_holds_one_period_and_no_order_of_arrival(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(9)), table.report(50, period=table.period - 1))
    job = table.leader.make_job(table.period, 100)
    assert job is not None
    inits = AggregationJobInitReq.decode(job.request).verify_inits
    metadata = [init.report_share.report_metadata for init in inits]
    assert {found.time for found in metadata} == {table.period}
    assert [found.report_id for found in metadata] == sorted(found.report_id for found in metadata)


def test_a_job_that_is_not_full_can_wait(table: Table) -> None:
    table.upload(table.report(1))
    assert table.leader.make_job(table.period, 10, least=2) is None
    assert table.leader.make_job(table.period, 10, least=1) is not None


def test_a_job_survives_a_restart_byte_for_byte(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(3)))
    job = table.leader.make_job(table.period, 10)
    assert job is not None
    again = Leader(table.pair.leader, table.leader.database, now=table.clock)
    assert again.open_jobs() == ([job], [])
    located = again.locate_job(job, "http://127.0.0.1/there?step=0")
    assert again.open_jobs() == ([located], [])
    assert again.open_jobs({job.id}) == ([], [])


def test_finishing_twice_counts_once(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(3)))
    job = table.leader.make_job(table.period, 10)
    assert job is not None
    answer = table.helper.aggregate(job.request).response or b""
    assert table.leader.finish_job(job, answer).added == 3
    assert table.leader.finish_job(job, answer).added == 0
    assert batch(table.leader, table.period).reports == 3


def test_shares_are_erased_with_their_job(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(3)))
    table.aggregate()
    with table.leader.database.write() as connection:
        assert connection.execute("SELECT count(*) FROM reports").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM seen").fetchone() == (3,)


def answers(table: Table, job: pending.Job) -> list[VerifyResp]:
    return list(AggregationJobResp.decode(table.helper.aggregate(job.request).response or b"").verify_resps)


def test_what_the_helper_refuses_is_dropped_for_good(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(3)))
    job = table.leader.make_job(table.period, 10)
    assert job is not None
    found = answers(table, job)
    found[1] = VerifyResp.reject(found[1].report_id, ReportError.VDAF_VERIFY_ERROR)
    counted = table.leader.finish_job(job, AggregationJobResp(tuple(found)).encode())
    assert counted == (2, {"vdaf_verify_error": 1}, 0)
    assert table.upload(*(table.report(n) for n in range(3))) == [None] * 3
    assert table.leader.make_job(table.period, 10) is None


def test_what_came_too_early_for_the_helper_is_tried_again(table: Table) -> None:
    table.upload(table.report(1))
    table.helper.now = lambda: (table.period - 1) * DAY
    assert table.aggregate().again == 1
    table.helper.now = table.clock
    assert table.aggregate().added == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found[:-1],
        lambda found: found[::-1],
        lambda found: [*found, found[0]],
        lambda found: [VerifyResp.finished(found[0].report_id), *found[1:]],
        lambda found: [],
    ],
    ids=["one missing", "another order", "one too many", "finish", "none"],
)
def test_an_answer_that_is_none_changes_nothing(
    table: Table, spoil: Callable[[list[VerifyResp]], list[VerifyResp]]
) -> None:
    table.upload(*(table.report(n) for n in range(3)))
    job = table.leader.make_job(table.period, 10)
    assert job is not None
    found = answers(table, job)
    with pytest.raises(AnswerUnusable):
        table.leader.finish_job(job, AggregationJobResp(tuple(spoil(found))).encode())
    with pytest.raises(AnswerUnusable):
        table.leader.finish_job(job, b"\xff" * 20)
    assert table.leader.finish_job(job, AggregationJobResp(tuple(found)).encode()).added == 3


@pytest.mark.parametrize(
    "payload",
    [PingPong.finish(bytes(32)).encode(), PingPong.initialize(b"x").encode(), b"\x02", b"\xff"],
    ids=["another seed", "another kind", "cut short", "no message"],
)
def test_a_message_that_does_not_fit_drops_its_report_only(table: Table, payload: bytes) -> None:
    table.upload(*(table.report(n) for n in range(3)))
    job = table.leader.make_job(table.period, 10)
    assert job is not None
    found = answers(table, job)
    found[0] = VerifyResp.proceed(found[0].report_id, payload)
    counted = table.leader.finish_job(job, AggregationJobResp(tuple(found)).encode())
    assert counted.added == 2 and sum(counted.refused.values()) == 1


def test_a_refused_job_is_halved_down_to_the_report_at_fault(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(5)))
    job = table.leader.make_job(table.period, 10)
    assert job is not None and not table.leader.is_single(job)
    bad = min(only(table.report(n)).report_metadata.report_id for n in range(5))
    rounds = 0
    while (jobs := table.leader.open_jobs()[0]) and rounds < 10:
        rounds += 1
        for part in jobs:
            asked = AggregationJobInitReq.decode(part.request).verify_inits
            if bad in {init.report_share.report_metadata.report_id for init in asked}:
                table.leader.halve_job(part)
            else:
                table.leader.finish_job(part, table.helper.aggregate(part.request).response or b"")
    assert batch(table.leader, table.period).reports == 4
