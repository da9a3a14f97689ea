from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.codec import EncodeError
from dap.constants import ReportError
from dap.dialect import DAP18, JANUS, Dialect
from dap.messages import (
    AggregationJobContinueReq,
    AggregationJobInitReq,
    AggregationJobResp,
    Extension,
    PingPong,
    PingPongType,
    VerifyContinue,
    VerifyInit,
    VerifyResp,
    VerifyRespType,
)
from tests.unit.dap.making import damaged, refused_or_faithful, refuses
from tests.unit.dap.messages import samples

INITS = (
    VerifyInit(samples.FIRST_SHARE, samples.INITIALIZE.encode()),
    VerifyInit(samples.SECOND_SHARE, samples.FINISH.encode()),
)
INITS_HEX = (
    *(samples.FIRST_SHARE_HEX, "0000000b", samples.INITIALIZE_HEX),
    *(samples.SECOND_SHARE_HEX, "00000005", samples.FINISH_HEX),
)
INIT_REQ = AggregationJobInitReq(7, b"012345", (), INITS)

CONTINUE = PingPong(PingPongType.CONTINUE, b"01234", b"56789").encode()
ANSWERS = (VerifyResp.proceed(samples.UP, CONTINUE), VerifyResp.finished(samples.DOWN))
ANSWERS_HEX = (
    *(samples.UP.hex(), "00", "00000013", "01", "00000005", "3031323334", "00000005", "3536373839"),
    *(samples.DOWN.hex(), "01"),
)
CONTINUE_REQ = AggregationJobContinueReq(
    0xA5A5,
    (
        VerifyContinue(samples.UP, samples.INITIALIZE.encode()),
        VerifyContinue(samples.DOWN, samples.INITIALIZE.encode()),
    ),
)
DIALECTS = st.sampled_from([DAP18, JANUS])


def test_a_job_for_janus_is_janus_s_bytes() -> None:
    digits = "".join(("07", "00000006", "303132333435", "01", "0000", "00000082", *INITS_HEX))
    assert INIT_REQ.encode(JANUS).hex() == digits
    assert AggregationJobInitReq.decode(bytes.fromhex(digits), JANUS) == INIT_REQ


def test_a_job_of_the_draft_has_extensions_and_a_list_to_the_end() -> None:
    digits = "".join(("07", "00000006", "303132333435", "0000", *INITS_HEX))
    assert INIT_REQ.encode().hex() == digits
    assert AggregationJobInitReq.decode(bytes.fromhex(digits)) == INIT_REQ
    extended = INIT_REQ._replace(extensions=(Extension(1, b"x"),))
    assert AggregationJobInitReq.decode(extended.encode()) == extended


def test_janus_knows_no_extensions_and_we_no_other_batch_mode() -> None:
    with pytest.raises(EncodeError):
        INIT_REQ._replace(extensions=(Extension(1),)).encode(JANUS)
    for selector in ("02" + "0020" + "02" * 32, "00" + "0000", "01" + "0001" + "00"):
        data = bytes.fromhex("07" + "00000000" + selector + "00000000")
        refuses(lambda body: AggregationJobInitReq.decode(body, JANUS), data)


def test_one_dialect_s_job_is_not_the_other_s() -> None:
    refuses(AggregationJobInitReq.decode, INIT_REQ.encode(JANUS))
    refuses(lambda body: AggregationJobInitReq.decode(body, JANUS), INIT_REQ.encode(DAP18))


@pytest.mark.parametrize(("dialect", "prefix"), [(JANUS, "00000039"), (DAP18, "")])
def test_answers(dialect: Dialect, prefix: str) -> None:
    answers = AggregationJobResp(ANSWERS)
    digits = prefix + "".join(ANSWERS_HEX)
    assert answers.encode(dialect).hex() == digits
    assert AggregationJobResp.decode(bytes.fromhex(digits), dialect) == answers


@pytest.mark.parametrize(("dialect", "prefix"), [(JANUS, "0000003e"), (DAP18, "")])
def test_later_rounds(dialect: Dialect, prefix: str) -> None:
    digits = "a5a5" + prefix
    for report_id in (samples.UP, samples.DOWN):
        digits += report_id.hex() + "0000000b" + samples.INITIALIZE_HEX
    assert CONTINUE_REQ.encode(dialect).hex() == digits
    assert AggregationJobContinueReq.decode(bytes.fromhex(digits), dialect) == CONTINUE_REQ


def test_a_rejection_names_its_error() -> None:
    answers = AggregationJobResp((VerifyResp.reject(b"\xff" * 16, ReportError.VDAF_VERIFY_ERROR),))
    assert answers.encode().hex() == "ff" * 16 + "02" + "06"
    outdated = AggregationJobResp((VerifyResp.reject(bytes(16), ReportError.OUTDATED_CONFIG),))
    assert AggregationJobResp.decode(outdated.encode()) == outdated
    with pytest.raises(EncodeError):
        outdated.encode(JANUS)


@pytest.mark.parametrize(
    "answer",
    [
        VerifyResp(samples.UP, VerifyRespType.CONTINUE),
        VerifyResp(samples.UP, VerifyRespType.CONTINUE, b""),
        VerifyResp(samples.UP, VerifyRespType.CONTINUE, b"x", ReportError.TASK_EXPIRED),
        VerifyResp(samples.UP, VerifyRespType.FINISH, b"x"),
        VerifyResp(samples.UP, VerifyRespType.REJECT),
        VerifyResp(samples.UP, VerifyRespType.REJECT, b"x", ReportError.TASK_EXPIRED),
        VerifyResp(samples.UP[1:], VerifyRespType.FINISH),
    ],
)
def test_an_answer_has_the_parts_of_its_kind(answer: VerifyResp) -> None:
    with pytest.raises(EncodeError):
        answer.encode()


@pytest.mark.parametrize("tail", ["", "03", "00", "0000000000", "0200", "020c", "02ff", "0100"])
def test_other_answers_are_refused(tail: str) -> None:
    refuses(AggregationJobResp.decode, samples.UP + bytes.fromhex(tail))


@given(DIALECTS.flatmap(lambda d: st.tuples(st.just(d), damaged(INIT_REQ.encode(d)))))
def test_a_damaged_job_is_refused_or_faithful(case: tuple[Dialect, bytes]) -> None:
    dialect, data = case
    refused_or_faithful(
        data, lambda body: AggregationJobInitReq.decode(body, dialect), lambda value: value.encode(dialect)
    )


@given(DIALECTS.flatmap(lambda d: st.tuples(st.just(d), damaged(AggregationJobResp(ANSWERS).encode(d)))))
def test_damaged_answers_are_refused_or_faithful(case: tuple[Dialect, bytes]) -> None:
    dialect, data = case
    refused_or_faithful(
        data, lambda body: AggregationJobResp.decode(body, dialect), lambda value: value.encode(dialect)
    )


@given(DIALECTS.flatmap(lambda d: st.tuples(st.just(d), damaged(CONTINUE_REQ.encode(d)))))
def test_a_damaged_later_round_is_refused_or_faithful(case: tuple[Dialect, bytes]) -> None:
    dialect, data = case
    refused_or_faithful(
        data,
        lambda body: AggregationJobContinueReq.decode(body, dialect),
        lambda value: value.encode(dialect),
    )
