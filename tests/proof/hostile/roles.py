"""Targets: what leader, helper and collector do with a body, behind HTTP and before any answer.

Plain objects on databases of this process, without noise; what one input changes, the next one finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dap import hpke
from dap.constants import ReportError, Role
from dap.dialect import DAP18, JANUS, Dialect
from dap.errors import DapError
from dap.messages import (
    AggregateShareReq,
    AggregationJobInitReq,
    CollectionJobReq,
    HpkeCiphertext,
    UploadRequest,
)
from dap.problems import ProblemError
from dap.shares import open_aggregate_share, seal_aggregate_share
from server import config, pending
from server.aggregator import ReportRefused
from server.dates import period_of
from server.errors import ServerError
from server.leader import AnswerUnusable
from tests.aggregators import Table, collection_request, make_pair
from tests.proof.hostile.target import Target, folder

if TYPE_CHECKING:
    from collections.abc import Callable

PERIOD = 20_000


def _table(name: str, dialect: Dialect) -> Table:
    base = folder() / name
    base.mkdir()
    return Table(make_pair(base, dialect=dialect, min_batch_size=2), PERIOD)


def _uploaded(table: Table) -> Callable[[bytes], object]:
    def decode(data: bytes) -> object:
        taken = []
        for report in UploadRequest.decode(data).reports:
            found = table.leader.receive(report)
            if not isinstance(found, ReportError):
                taken.append(found)
        return table.leader.store(taken)

    return decode


def _job(table: Table) -> tuple[Callable[[bytes], object], bytes, bytes]:
    """What the leader makes of an answer to one job that is never finished; the job; the right answer."""
    table.upload(*(table.report(number) for number in range(900, 903)))
    job = table.leader.make_job(PERIOD, 10)
    assert job is not None
    right = table.helper.aggregate(job.request).response
    assert right is not None
    with table.leader.database.write() as connection:
        states = pending.members(connection, job)

    def decode(data: bytes) -> object:
        answers = table.leader._read_answer(data, job)
        return [table.leader._outcome(answer, states[answer.report_id]) for answer in answers]

    return decode, job.request, right


def _of(dialect: Dialect) -> dict[str, Target]:
    table = _table(f"table-{dialect.name}", dialect)
    uploads = tuple(table.report(number) for number in range(3))
    answered, request, right = _job(table)
    share = AggregateShareReq(
        collection_request(PERIOD - 2), collection_request(PERIOD - 2).query, 3, bytes(32)
    ).encode()
    halved = AggregationJobInitReq.decode(request, dialect)
    halved = halved._replace(verify_inits=halved.verify_inits[:1])

    def handed_over(data: bytes) -> object:
        """Everything but the last comparison, which the batch here, without a report, would not pass."""
        return table.helper._read_share_request(data)

    def asked(data: bytes) -> object:
        table.end_grace()
        return table.leader.ask(data)

    return {
        f"upload-at-leader-{dialect.name}": Target(
            _uploaded(table), (DapError, ReportRefused), (*uploads, b"".join(uploads))
        ),
        f"job-at-helper-{dialect.name}": Target(
            lambda data: table.helper.aggregate(data, data[:16].ljust(16, b"x")),
            (ProblemError,),
            (request, halved.encode(dialect)),
        ),
        f"answer-at-leader-{dialect.name}": Target(answered, (AnswerUnusable,), (right,)),
        f"collection-at-leader-{dialect.name}": Target(
            asked,
            (ProblemError,),
            (collection_request(PERIOD).encode(), collection_request(PERIOD - 1).encode()),
        ),
        f"share-at-helper-{dialect.name}": Target(handed_over, (ProblemError,), (share,)),
    }


_TABLE = _table("table-sealed", DAP18)
_REQUEST = CollectionJobReq(collection_request(PERIOD).query)


def _sealed(plaintext: bytes) -> HpkeCiphertext:
    pair = _TABLE.pair
    return seal_aggregate_share(
        pair.leader.collector_hpke,
        Role.LEADER,
        pair.task.task_id,
        pair.task.configuration,
        _REQUEST,
        plaintext,
        bytes(hpke.SEED_SIZE),
    )


def _opened(ciphertext: HpkeCiphertext) -> bytes:
    pair = _TABLE.pair
    key = pair.collector_key
    return open_aggregate_share(
        key, Role.LEADER, pair.task.task_id, pair.task.configuration, _REQUEST, ciphertext
    )


def _behind_the_seal(data: bytes) -> object:
    """An aggregator's share of its own choice, rightly sealed, joined with an honest one."""
    vdaf = _TABLE.leader.vdaf
    return vdaf.unshard([_opened(_sealed(data)), vdaf.encode_aggregate(vdaf.zero())])


def _period(data: bytes) -> int:
    try:
        return period_of(data.decode("latin-1"), 7 * 86_400)
    except ValueError as error:
        raise ServerError(str(error)) from None


_VDAF: Any = _TABLE.leader.vdaf
TARGETS: dict[str, Target] = {
    **_of(DAP18),
    **_of(JANUS),
    "aggregate-share-sealed": Target(
        lambda data: _opened(HpkeCiphertext.decode(data)),
        (DapError,),
        (_sealed(_VDAF.encode_aggregate(_VDAF.zero())).encode(),),
    ),
    "aggregate-share-behind-the-seal": Target(
        _behind_the_seal, (DapError,), (_VDAF.encode_aggregate([3] * 12),)
    ),
    "period": Target(_period, (ServerError,), (b"2026-11-19", b"2941")),
    "listen": Target(
        lambda data: config.parse_listen(data.decode("latin-1")),
        (ValueError,),
        (b"127.0.0.1:8601", b"[::1]:1"),
    ),
}
