"""The helper as plain functions: it believes the leader nothing."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.constants import ReportError, Role
from dap.dialect import JANUS
from dap.messages import (
    AggregationJobInitReq,
    Extension,
    PingPong,
    UploadRequest,
)
from dap.problems import ProblemError, ProblemType
from server.helper import MAX_REPORTS
from server.periods import COLLECTABLE
from tests.aggregators import (
    DAY,
    Table,
    cheat,
    reseal,
    vectors,
)
from tests.unit.server.asking import batch, job_of, kind, only, outcomes

# --------------------------------------------------------------------- aggregation jobs


def test_an_equal_request_gets_an_equal_answer_and_counts_once(table: Table) -> None:
    job = job_of(table, *(table.report(n) for n in range(4)))
    first = table.helper.aggregate(job.encode())
    assert table.helper.aggregate(job.encode()) == first
    assert table.helper.job(first.id) == first
    assert batch(table.helper, table.period).reports == 4


def test_a_forgotten_job_is_not_counted_again(table: Table) -> None:
    job = job_of(table, *(table.report(n) for n in range(4)))
    made = table.helper.aggregate(job.encode())
    table.helper.forget_job(made.id)
    for ask in (table.helper.job, table.helper.forget_job):
        with pytest.raises(ProblemError) as error:
            ask(made.id)
        assert kind(error) is ProblemType.UNRECOGNIZED_AGGREGATION_JOB
        assert error.value.problem.status == 404
    assert outcomes(table, job) == [ReportError.REPORT_REPLAYED] * 4
    assert batch(table.helper, table.period).reports == 4


def test_a_replay_in_another_job_is_refused(table: Table) -> None:
    assert outcomes(table, job_of(table, table.report(1), table.report(2))) == [None, None]
    later = job_of(table, table.report(3), table.report(1), table.report(4))
    assert outcomes(table, later) == [None, ReportError.REPORT_REPLAYED, None]
    assert batch(table.helper, table.period).reports == 4


def test_a_collected_period_takes_nothing(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    table.collect()
    with table.helper.database.write() as connection:
        assert connection.execute("SELECT count(*) FROM resources WHERE kind = 1").fetchone() == (0,)
    assert outcomes(table, job_of(table, table.report(9))) == [ReportError.BATCH_COLLECTED]


P = 2**128 - 7 * 2**66 + 1
CHEATS = {
    "two": [2] + [0] * 11,
    "minus one": [P - 1] + [0] * 11,
    "many": [1_000_000] * 12,
    "two that cancel": [2, P - 1] + [0] * 10,
    "random": [random.Random(1).randrange(P) for _ in range(12)],
}


@pytest.mark.parametrize("name", CHEATS)
def test_a_vector_of_anything_but_zeros_and_ones_proves_nothing(table: Table, name: str) -> None:
    content = cheat(table.pair, table.period, CHEATS[name], name)
    assert table.upload(table.report(1), content, table.report(2)) == [None] * 3
    counted = table.aggregate()
    assert counted == (2, {"vdaf_verify_error": 1}, 0)


def test_the_cheating_client_of_these_tests_can_be_honest(table: Table) -> None:
    vector = vectors(1, 12, 5)[0]
    table.upload(cheat(table.pair, table.period, vector, "honest"))
    assert table.aggregate().added == 1


def test_the_proof_of_another_report_proves_nothing(table: Table) -> None:
    one, two = (only(table.report(n)) for n in (1, 2))
    proof = 16 * 12

    stolen: list[bytes] = []

    def steal(plaintext: bytes) -> bytes:
        stolen.append(plaintext)
        return plaintext

    reseal(table.pair, two, Role.LEADER, steal)

    def other_proof(plaintext: bytes) -> bytes:
        return plaintext[: 6 + proof] + stolen[0][6 + proof :]

    mixed = reseal(table.pair, one, Role.LEADER, other_proof)
    assert table.upload(UploadRequest((mixed,)).encode()) == [None]
    assert table.aggregate() == (0, {"vdaf_verify_error": 1}, 0)


@given(at=st.integers(0, 10_000), change=st.integers(1, 255), payload=st.booleans())
def test_any_changed_byte_of_a_half_refuses_that_report_only(
    shared: Table, at: int, change: int, payload: bool
) -> None:
    table = shared
    reports = [table.report(secrets.randbits(64)) for _ in range(2)]
    job = job_of(table, *reports)
    target = job.verify_inits[1]
    if payload:
        data = bytearray(target.payload)
        data[at % len(data)] ^= change
        spoiled = target._replace(payload=bytes(data))
    else:
        sealed = target.report_share.encrypted_input_share
        data = bytearray(sealed.payload)
        data[at % len(data)] ^= change
        half = target.report_share._replace(encrypted_input_share=sealed._replace(payload=bytes(data)))
        spoiled = target._replace(report_share=half)
    found = outcomes(table, job._replace(verify_inits=(job.verify_inits[0], spoiled)))
    assert found[0] is None and found[1] is not None


@pytest.mark.parametrize("what", ["id", "time", "public share", "enc", "key"])
def test_each_thing_that_a_share_is_bound_to(table: Table, what: str) -> None:
    job = job_of(table, table.report(1))
    share = job.verify_inits[0].report_share
    metadata, sealed = share.report_metadata, share.encrypted_input_share
    altered = {
        "id": share._replace(report_metadata=metadata._replace(report_id=bytes(16))),
        "time": share._replace(report_metadata=metadata._replace(time=metadata.time - 1)),
        "public share": share._replace(public_share=share.public_share[::-1]),
        "enc": share._replace(encrypted_input_share=sealed._replace(enc=sealed.enc[::-1])),
        "key": share._replace(encrypted_input_share=sealed._replace(config_id=200)),
    }[what]
    spoiled = job._replace(verify_inits=(job.verify_inits[0]._replace(report_share=altered),))
    assert outcomes(table, spoiled) == [ReportError.HPKE_DECRYPT_ERROR]
    assert outcomes(table, job) == [None]


@pytest.mark.parametrize(
    "change",
    [
        lambda plaintext: b"\0\4\0\7\0\0" + plaintext[2:],
        lambda plaintext: plaintext[:-1],
        lambda plaintext: plaintext[:5] + b"\x3f" + plaintext[6:-1],
    ],
    ids=["private extension", "short", "share too short"],
)
def test_a_half_that_only_the_helper_can_read_is_its_own_matter(
    table: Table, change: Callable[[bytes], bytes]
) -> None:
    bad = reseal(table.pair, only(table.report(1)), Role.HELPER, change)
    assert table.upload(UploadRequest((bad,)).encode(), table.report(2)) == [None, None]
    assert table.aggregate() == (1, {"invalid_message": 1}, 0)


def test_public_extensions_are_refused(table: Table) -> None:
    job = job_of(table, table.report(1))
    share = job.verify_inits[0].report_share
    metadata = share.report_metadata._replace(public_extensions=(Extension(3),))
    extended = job.verify_inits[0]._replace(report_share=share._replace(report_metadata=metadata))
    (found,) = outcomes(table, job._replace(verify_inits=(extended,)))
    assert found in (ReportError.INVALID_MESSAGE, ReportError.HPKE_DECRYPT_ERROR)


def test_what_is_too_early_or_too_old_for_the_helper(table: Table) -> None:
    job = job_of(table, table.report(1))
    table.clock.now = (table.period - 1) * DAY
    assert outcomes(table, job) == [ReportError.REPORT_TOO_EARLY]
    table.clock.now = (table.period + 1) * DAY
    assert outcomes(table, job) == [None], "the same bytes again, when they are due"
    other = job_of(table, table.report(2))
    table.clock.now = table.periods.collectable_from(table.period) + COLLECTABLE - 1
    assert outcomes(table, job_of(table, table.report(3))) == [None], "the leader may have been away"
    table.clock.now += 1
    assert outcomes(table, other) == [ReportError.REPORT_DROPPED]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda job: job._replace(agg_param=b"x"), ProblemType.INVALID_AGGREGATION_PARAMETER),
        (lambda job: job._replace(extensions=(Extension(9),)), ProblemType.UNSUPPORTED_EXTENSION),
        (
            lambda job: job._replace(extensions=(Extension(9), Extension(9))),
            ProblemType.INVALID_MESSAGE,
        ),
        (lambda job: job._replace(verification_key_id=1), ProblemType.INVALID_MESSAGE),
        (lambda job: job._replace(verify_inits=()), ProblemType.INVALID_MESSAGE),
        (lambda job: job._replace(verify_inits=job.verify_inits * 2), ProblemType.INVALID_MESSAGE),
        (
            lambda job: job._replace(verify_inits=job.verify_inits * (MAX_REPORTS + 1)),
            ProblemType.INVALID_MESSAGE,
        ),
    ],
    ids=["parameter", "extension", "extension order", "key", "empty", "twice", "too many"],
)
def test_a_job_that_is_wrong_as_a_whole(
    table: Table,
    change: Callable[[AggregationJobInitReq], AggregationJobInitReq],
    expected: ProblemType,
) -> None:
    job = job_of(table, table.report(1))
    with pytest.raises(ProblemError) as error:
        table.helper.aggregate(change(job).encode())
    assert kind(error) is expected
    assert batch(table.helper, table.period).reports == 0


@given(st.binary(max_size=400))
def test_any_bytes_are_a_problem(shared: Table, content: bytes) -> None:
    for ask in (shared.helper.aggregate, shared.helper.share):
        with pytest.raises(ProblemError) as error:
            ask(content)
        assert error.value.problem.status == 400


def test_a_payload_of_another_kind_refuses_its_report(table: Table) -> None:
    job = job_of(table, table.report(1), table.report(2))
    wrong = job.verify_inits[0]._replace(payload=PingPong.finish(bytes(32)).encode())
    assert outcomes(table, job._replace(verify_inits=(wrong, job.verify_inits[1]))) == [
        ReportError.INVALID_MESSAGE,
        None,
    ]


def test_janus_names_its_jobs_and_a_name_belongs_to_one_request(janus: Table) -> None:
    one, two = (job_of(janus, janus.report(n)).encode(JANUS) for n in (1, 2))
    made = janus.helper.aggregate(one, b"a" * 16)
    assert janus.helper.aggregate(one, b"a" * 16) == made
    with pytest.raises(ProblemError) as error:
        janus.helper.aggregate(two, b"a" * 16)
    assert error.value.problem.status == 409
    janus.helper.aggregate(two, b"b" * 16)
    assert batch(janus.helper, janus.period).reports == 2
