"""Targets: DAP's messages in both dialects, HPKE, Prio3's encodings, problem documents, answers, URLs."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from agent.connection import Answer
from agent.connection.client import _clock
from agent.upload import judge
from dap import hpke
from dap.codec import decode_id, encode_id
from dap.constants import MediaType, ReportError, Role
from dap.dialect import DAP18, JANUS, Dialect
from dap.errors import DapError, DecodeError
from dap.hpke import HpkeCiphertext, HpkeConfig, HpkeConfigList
from dap.messages import (
    AggregateShare,
    AggregateShareReq,
    AggregationJobContinueReq,
    AggregationJobInitReq,
    AggregationJobResp,
    CollectionJobReq,
    CollectionJobResp,
    Extension,
    Interval,
    PingPong,
    PlaintextInputShare,
    Query,
    Report,
    ReportMetadata,
    ReportShare,
    ReportUploadStatus,
    UploadErrors,
    UploadRequest,
    VerifyContinue,
    VerifyInit,
    VerifyResp,
)
from dap.messages.binding import input_share_info, vdaf_context
from dap.prio3 import Prio3SumVec
from dap.problems import Problem, ProblemType
from dap.seal import Measurement, Recipients, derive, seal, seal_to
from dap.shares import ShareRefused, open_input_share
from dap.task import TaskConfiguration, TaskInfo, is_loopback, rho_of
from tests.proof.hostile.target import Target
from tests.unit.dap.making import HPKE, make_config, make_info, make_task

if TYPE_CHECKING:
    from collections.abc import Callable

PERIOD = 2_900
TASK = make_task()
VECTOR = (1, 0) * 30
OPENING = bytes(range(32))
SEALED = seal(Measurement(PERIOD, VECTOR), TASK, OPENING)
REPORT = UploadRequest.decode(SEALED.body).reports[0]
OTHER = UploadRequest.decode(seal(Measurement(PERIOD, (0,) * 60), TASK, bytes(32)).body).reports[0]
MARKED = REPORT._replace(
    report_metadata=REPORT.report_metadata._replace(public_extensions=(Extension(7, b"x"), Extension(9)))
)
VERIFY_KEY = b"\x33" * 32
CONTEXT = vdaf_context(TASK.task_id)
VDAF: Prio3SumVec = TASK.config.vdaf()
ID = REPORT.report_metadata.report_id

_REQUEST = CollectionJobReq(Query.over(Interval(PERIOD, 1)))
_SHARE = HpkeCiphertext(9, b"e" * 32, b"sealed share with its tag")


def _begin(index: int, share: bytes, public: bytes = SEALED.public_share) -> Any:
    return VDAF.verify_init(VERIFY_KEY, CONTEXT, index, ID, public, share)


LEADER_STATE, LEADER_VERIFIER = _begin(0, SEALED.leader_input_share)
HELPER_STATE, HELPER_VERIFIER = _begin(1, SEALED.helper_input_share)
MESSAGE = VDAF.verifier_shares_to_message(CONTEXT, [LEADER_VERIFIER, HELPER_VERIFIER])


def _messages(dialect: Dialect) -> dict[str, Target]:
    """What has another shape in another dialect."""
    extensions = () if dialect.partial_batch_selector else (Extension(3, b"abc"),)
    inits = tuple(
        VerifyInit(report.share(Role.HELPER), PingPong.initialize(LEADER_VERIFIER).encode())
        for report in (REPORT, OTHER)
    )
    answers = (
        VerifyResp.proceed(ID, PingPong.finish(MESSAGE).encode()),
        VerifyResp.finished(bytes(16)),
        VerifyResp.reject(b"r" * 16, ReportError.VDAF_VERIFY_ERROR),
    )
    known = [ReportUploadStatus(bytes([error]) * 16, error) for error in sorted(dialect.report_errors)]
    kinds: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "job-init": (
            AggregationJobInitReq,
            (AggregationJobInitReq(0, b"", (), inits), AggregationJobInitReq(1, b"p", extensions, inits[:1])),
        ),
        "job-resp": (AggregationJobResp, (AggregationJobResp(answers), AggregationJobResp(()))),
        "job-continue": (
            AggregationJobContinueReq,
            (AggregationJobContinueReq(1, (VerifyContinue(ID, b"payload"),) * 2),),
        ),
    }
    found = {
        f"{name}-{dialect.name}": Target(
            lambda data, kind=kind: kind.decode(data, dialect),  # type: ignore[misc]
            (DecodeError,),
            tuple(value.encode(dialect) for value in values),
            lambda value: value.encode(dialect),
        )
        for name, (kind, values) in kinds.items()
    }
    found[f"upload-errors-{dialect.name}"] = Target(
        lambda data: UploadErrors.decode(data, dialect),
        (DecodeError,),
        (UploadErrors(tuple(known)).encode(), UploadErrors(tuple(known[:1])).encode()),
        UploadErrors.encode,
    )
    found[f"task-configuration-{dialect.name}"] = Target(
        lambda data: _configuration(data, dialect),
        (DapError,),
        (
            make_config().encode(dialect),
            make_config(extensions=(Extension(1, Interval(5, 6).encode()),)).encode(dialect),
        ),
        lambda value: value.encode(dialect),
    )
    found[f"location-{dialect.name}"] = Target(
        lambda data: dialect.locate("https://helper.example/dap/", _text(data)),
        (DecodeError,),
        (b"/tasks/x/y?step=0", b"https://helper.example/dap/tasks/1", b"../z", b"//helper.example/a"),
    )
    return found


def _configuration(data: bytes, dialect: Dialect) -> TaskConfiguration:
    """Read, and all that is asked of one before its limits are checked."""
    found = TaskConfiguration.decode(data, dialect)
    _ = found.task_interval, found.sum_vec, found.info, found.terms()
    return found


def _text(data: bytes) -> str:
    """A header or a path as a server's library hands it over: one character for each byte."""
    return data.decode("latin-1")


def _plain(kind: Any, *values: Any) -> Target:
    """A message that is the same in every dialect."""
    return Target(kind.decode, (DecodeError,), tuple(v.encode() for v in values), lambda v: bytes(v.encode()))


def _interval_of(data: bytes) -> object:
    return CollectionJobReq.decode(data).query.interval


def _behind_the_seal(role: Role) -> Callable[[bytes], object]:
    """A plaintext of a client's choice, rightly sealed: opened, and begun to be verified."""
    key = HPKE[role]
    index = 0 if role is Role.LEADER else 1

    def decode(data: bytes) -> object:
        from dap.messages import input_share_aad

        aad = input_share_aad(TASK.task_id, TASK.configuration, REPORT.report_metadata, REPORT.public_share)
        sealed = hpke.seal(key.config, input_share_info(role), aad, data, bytes(32))
        half = ReportShare(REPORT.report_metadata, REPORT.public_share, sealed)
        payload = open_input_share(key, role, TASK.task_id, TASK.configuration, half)
        return _begin(index, payload)

    return decode


def _sealed_share(data: bytes) -> object:
    half = ReportShare.decode(data)
    return open_input_share(HPKE[Role.LEADER], Role.LEADER, TASK.task_id, TASK.configuration, half)


def _recomputed(data: bytes) -> object:
    """What a ledger keeps to recompute a body: a configuration, from which a vector is sealed again."""
    configs = (TASK.leader.hpke_config.encode(), TASK.helper.hpke_config.encode())
    recipients = Recipients(TASK.task_id, data, *configs)
    measurement = Measurement(PERIOD, VECTOR)
    derive(recipients, measurement, OPENING)
    return seal_to(measurement, recipients, OPENING)


def _sealed_to(data: bytes) -> object:
    return hpke.seal(HpkeConfig.decode(data), b"info", b"aad", b"text", bytes(32))


def _opened(data: bytes) -> object:
    return HPKE[Role.LEADER].open(b"info", b"aad", HpkeCiphertext.decode(data))


def _message_joined(data: bytes) -> object:
    message = VDAF.verifier_shares_to_message(CONTEXT, [data, HELPER_VERIFIER])
    return VDAF.verify_next(CONTEXT, HELPER_STATE, message)


def _helper_says(data: bytes) -> object:
    """What the leader makes of the helper's word about one report."""
    inbound = PingPong.decode(data)
    state = VDAF.decode_state(LEADER_STATE.encode())
    return VDAF.verify_next(CONTEXT, state, inbound.verifier_message or b"")


def _judged(data: bytes) -> object:
    """What a device makes of an answer: a status, headers, a body; every answer means something."""
    answer = _answer(data)
    url = "https://leader.example/dap/tasks/x/reports"
    _clock(answer, 1.7e9)
    return [judge(answer, ID, url=url, before=before, now=1.7e9) for before in (False, True)]


def _answer(data: bytes) -> Answer:
    head, _, body = data.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(b":")
        headers[_text(name).lower()] = _text(value).strip()
    return Answer(int.from_bytes(first[:3], "big") % 600, headers, body)


def _said(status: int, body: bytes = b"", **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return status.to_bytes(3, "big") + b"\n" + lines.encode() + b"\n" + body


_PROBLEM = Problem.of(
    ProblemType.UNSUPPORTED_EXTENSION,
    detail="Fünf",
    task_id=bytes(range(32)),
    unsupported_extensions=(1, 65_535),
)
_NEW = "Tue, 14 Nov 2023 22:13:20 GMT"


def _told_on(data: bytes) -> Problem:
    """A peer's problem is kept and told on: it must have an encoding, though not the peer's very bytes."""
    problem = Problem.decode(data)
    assert Problem.decode(problem.encode()) == problem
    return problem


TARGETS: dict[str, Target] = {
    **_messages(DAP18),
    **_messages(JANUS),
    "upload-request": _plain(UploadRequest, UploadRequest((REPORT,)), UploadRequest((REPORT, MARKED, OTHER))),
    "report": _plain(Report, REPORT, MARKED),
    "report-metadata": _plain(ReportMetadata, REPORT.report_metadata, MARKED.report_metadata),
    "report-share": _plain(ReportShare, REPORT.share(Role.HELPER), MARKED.share(Role.LEADER)),
    "plaintext-input-share": _plain(
        PlaintextInputShare,
        PlaintextInputShare((), SEALED.helper_input_share),
        PlaintextInputShare((Extension(2, b"y"),), b"z"),
    ),
    "interval": _plain(Interval, Interval(PERIOD, 1)),
    "collection-request": _plain(
        CollectionJobReq, _REQUEST, CollectionJobReq(Query(2, b""), b"p", (Extension(1),))
    ),
    "collection-request-interval": Target(_interval_of, (DecodeError,), (_REQUEST.encode(),)),
    "collection-response": _plain(
        CollectionJobResp, CollectionJobResp(60, Interval(PERIOD, 1), _SHARE, _SHARE)
    ),
    "aggregate-share-request": _plain(
        AggregateShareReq, AggregateShareReq(_REQUEST, _REQUEST.query, 60, b"c" * 32)
    ),
    "aggregate-share-message": _plain(AggregateShare, AggregateShare(_SHARE)),
    "ping-pong": _plain(
        PingPong,
        PingPong.initialize(LEADER_VERIFIER),
        PingPong.finish(MESSAGE),
        PingPong(PingPong.decode(b"\x01" + bytes(8)).kind, b"m", b"s"),
    ),
    "hpke-config": _plain(HpkeConfig, HPKE[Role.LEADER].config, HpkeConfig(0, 1, 2, 3, b"k")),
    "hpke-config-list": _plain(
        HpkeConfigList,
        HpkeConfigList((HPKE[Role.LEADER].config, HPKE[Role.HELPER].config)),
        HpkeConfigList((HPKE[Role.HELPER].config,)),
    ),
    "hpke-ciphertext": _plain(HpkeCiphertext, _SHARE, REPORT.helper_encrypted_input_share),
    "hpke-public-key": Target(_sealed_to, (DapError,), (HPKE[Role.LEADER].config.encode(),)),
    "hpke-open": Target(
        _opened,
        (DapError,),
        (hpke.seal(HPKE[Role.LEADER].config, b"info", b"aad", b"text", bytes(32)).encode(),),
    ),
    "task-info": _plain(TaskInfo, make_info(), make_info(demo=True, rho=Fraction(1, 3))),
    "rho": Target(lambda data: rho_of(_text(data)), (DapError,), (b"0.5", b"1/2", b"1e-3")),
    "problem": Target(_told_on, (DecodeError,), (_PROBLEM.encode(), b"{}", b'{"status": 503, "x": [{}]}')),
    "identifier": Target(
        lambda data: decode_id(_text(data), 16),
        (DecodeError,),
        (encode_id(bytes(range(16))).encode(), encode_id(b"\xff" * 16).encode()),
        lambda value: encode_id(value).encode(),
    ),
    "media-type": Target(
        lambda data: [media.accepts(_text(data)) for media in MediaType],
        (),
        (*(media.encode() for media in MediaType), b'Application/ppm-dap ; message="upload-req";a=b'),
    ),
    "host": Target(lambda data: is_loopback(_text(data)), (), (b"::1", b"127.0.0.1", b"localhost")),
    "input-share-leader": Target(
        lambda data: _begin(0, data),
        (DapError,),
        (SEALED.leader_input_share, bytes(len(SEALED.leader_input_share))),
    ),
    "input-share-helper": Target(lambda data: _begin(1, data), (DapError,), (SEALED.helper_input_share,)),
    "public-share": Target(
        lambda data: _begin(0, SEALED.leader_input_share, data), (DapError,), (SEALED.public_share, bytes(64))
    ),
    "verifier-share": Target(_message_joined, (DapError,), (LEADER_VERIFIER,)),
    "verifier-message": Target(
        lambda data: VDAF.verify_next(CONTEXT, LEADER_STATE, data), (DapError,), (MESSAGE,)
    ),
    "helper-answer": Target(_helper_says, (DapError,), (PingPong.finish(MESSAGE).encode(),)),
    "verify-state": Target(
        VDAF.decode_state, (DecodeError,), (LEADER_STATE.encode(),), lambda state: bytes(state.encode())
    ),
    "aggregate-share": Target(
        VDAF.decode_aggregate, (DecodeError,), (VDAF.encode_aggregate(VDAF.zero()),), VDAF.encode_aggregate
    ),
    "aggregate-shares-joined": Target(
        lambda data: VDAF.unshard([data, VDAF.encode_aggregate(VDAF.zero())]),
        (DecodeError,),
        (VDAF.encode_aggregate(LEADER_STATE.out_share),),
    ),
    "input-share-sealed": Target(
        _sealed_share, (DecodeError, ShareRefused), (REPORT.share(Role.LEADER).encode(),)
    ),
    "plaintext-behind-leaders-seal": Target(
        _behind_the_seal(Role.LEADER),
        (DapError,),
        (PlaintextInputShare((), SEALED.leader_input_share).encode(),),
    ),
    "plaintext-behind-helpers-seal": Target(
        _behind_the_seal(Role.HELPER),
        (DapError,),
        (PlaintextInputShare((), SEALED.helper_input_share).encode(),),
    ),
    "kept-configuration": Target(_recomputed, (DapError,), (TASK.configuration,)),
    "leaders-answer": Target(
        _judged,
        (),
        (
            _said(200),
            _said(
                200,
                UploadErrors((ReportUploadStatus(ID, ReportError.OUTDATED_CONFIG),)).encode(),
                content_type=MediaType.UPLOAD_ERRORS,
            ),
            _said(400, _PROBLEM.encode(), content_type="application/problem+json"),
            _said(
                404,
                Problem.of(ProblemType.UNRECOGNIZED_TASK).encode(),
                content_type="application/problem+json",
            ),
            _said(307, location="https://portal.example/login?x#y", date=_NEW),
            _said(503, retry_after=_NEW, date="Sun, 06 Nov 1994 08:49:37 +0100"),
            _said(429, retry_after="120"),
            _said(407) + b"x",
        ),
    ),
}
