"""The helper: verifies what the leader sends, adds it up, and hands its noisy share over once.

It trusts the leader with nothing: it opens its own half, checks every proof, replay, minimum, count and
checksum itself, and stores each answer so that an equal request gets an equal one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from dap.constants import ReportError
from dap.errors import DecodeError
from dap.messages import (
    AggregateShare,
    AggregateShareReq,
    AggregationJobInitReq,
    AggregationJobResp,
    ExtensionError,
    PingPong,
    PingPongType,
    VerifyResp,
    require_known,
)
from dap.problems import Problem, ProblemError, ProblemType
from server import batches, resources
from server.aggregator import Aggregator, ReportRefused
from server.batches import BatchState, OutShare
from server.resources import Kind, Resource

if TYPE_CHECKING:
    import sqlite3

    from dap.messages import VerifyInit
    from server.batches import Batch

MAX_REPORTS: Final = 1_000
"""In one aggregation job: it is verified before the answer begins."""


class _Verified(NamedTuple):
    """A report that proved valid, and what the leader needs to finish it."""

    out: OutShare
    message: bytes


class Helper(Aggregator):
    """One task's helper. All of it blocks: a job takes about a millisecond a report."""

    def aggregate(self, body: bytes, id: bytes | None = None) -> Resource:
        """Verify and commit a job, or find the answer to an equal one. ``id``: the leader's choice (Janus).

        ProblemError for a request that is wrong as a whole; what is wrong with one report is in its answer.
        """
        id = resources.id_for(body) if id is None else id
        with self.database.write() as connection:
            known = self._known(connection, Kind.AGGREGATION_JOB, body, id)
        if known is not None:
            return known
        request = self._read_job(body)
        found = [self._verify(init) for init in request.verify_inits]
        with self.database.write() as connection:
            # an equal request may have come in between
            known = self._known(connection, Kind.AGGREGATION_JOB, body, id)
            if known is not None:
                return known
            return self._commit(connection, request, found, body, id)

    def job(self, id: bytes) -> Resource:
        """A finished job; ProblemError if there is none (any more)."""
        with self.database.write() as connection:
            found = resources.find(connection, Kind.AGGREGATION_JOB, id)
        if found is None:
            raise self.problem(ProblemType.UNRECOGNIZED_AGGREGATION_JOB, status=404)
        return found

    def forget_job(self, id: bytes) -> None:
        """Erase a job's answer: the leader has it, or gives it up. What prevents replays stays."""
        with self.database.write() as connection:
            found = resources.remove(connection, Kind.AGGREGATION_JOB, id)
        if not found:
            raise self.problem(ProblemType.UNRECOGNIZED_AGGREGATION_JOB, status=404)

    def _read_job(self, body: bytes) -> AggregationJobInitReq:
        try:
            request = AggregationJobInitReq.decode(body, self.config.dialect)
            require_known(request.extensions)
        except ExtensionError as error:
            kind = ProblemType.UNSUPPORTED_EXTENSION if error.unknown else ProblemType.INVALID_MESSAGE
            raise ProblemError(
                Problem.of(
                    kind, detail=str(error), task_id=self.task_id, unsupported_extensions=error.unknown
                )
            ) from None
        except DecodeError as error:
            raise self.problem(ProblemType.INVALID_MESSAGE, str(error)) from None
        if request.agg_param:
            raise self.problem(ProblemType.INVALID_AGGREGATION_PARAMETER, "Prio3 has none")
        if request.verification_key_id != 0:
            raise self.problem(ProblemType.INVALID_MESSAGE, "the task has one verification key, number 0")
        ids = {init.report_share.report_metadata.report_id for init in request.verify_inits}
        if not ids or len(ids) != len(request.verify_inits) or len(ids) > MAX_REPORTS:
            raise self.problem(
                ProblemType.INVALID_MESSAGE, f"a job holds 1 to {MAX_REPORTS} reports, each once"
            )
        return request

    def _verify(self, init: VerifyInit) -> _Verified | ReportError:
        metadata = init.report_share.report_metadata
        try:
            inbound = PingPong.decode(init.payload)
            if inbound.kind is not PingPongType.INITIALIZE or inbound.verifier_share is None:
                return ReportError.INVALID_MESSAGE
            state, verifier_share = self.begin(init.report_share)
            message = self.join(inbound.verifier_share, verifier_share)
            out = OutShare(metadata.report_id, metadata.time, self.finish(state, message))
        except ReportRefused as refused:
            return refused.error
        except DecodeError:
            return ReportError.INVALID_MESSAGE
        return _Verified(out, PingPong.finish(message).encode())

    def _commit(
        self,
        connection: sqlite3.Connection,
        request: AggregationJobInitReq,
        found: list[_Verified | ReportError],
        body: bytes,
        id: bytes,
    ) -> Resource:
        valid = [outcome for outcome in found if isinstance(outcome, _Verified)]
        refused = batches.commit(connection, self.vdaf, (outcome.out for outcome in valid))
        answers = []
        for init, outcome in zip(request.verify_inits, found, strict=True):
            report_id = init.report_share.report_metadata.report_id
            if isinstance(outcome, ReportError):
                answers.append(VerifyResp.reject(report_id, outcome))
            elif report_id in refused:
                answers.append(VerifyResp.reject(report_id, refused[report_id]))
            else:
                answers.append(VerifyResp.proceed(report_id, outcome.message))
        period = max((outcome.out.period for outcome in valid), default=batches.floor(connection))
        response = AggregationJobResp(tuple(answers)).encode(self.config.dialect)
        job = Resource(Kind.AGGREGATION_JOB, id, resources.digest(body), period, response=response)
        if len(refused) < len(valid):
            resources.put(connection, job)
        # a job of which nothing was added is verified anew when it comes again: what was too early may be due
        return job

    # ------------------------------------------------------------ aggregate shares

    def share(self, body: bytes, id: bytes | None = None) -> Resource:
        """Hand over a batch, or find the answer to an equal request; ProblemError.

        In one transaction: nothing is marked as collected before count and checksum have been compared.
        """
        id = resources.id_for(body) if id is None else id
        with self.database.write() as connection:
            known = self._known(connection, Kind.AGGREGATE_SHARE, body, id)
        if known is not None:
            return known
        request, period = self._read_share_request(body)
        with self.database.write() as connection:
            known = self._known(connection, Kind.AGGREGATE_SHARE, body, id)
            if known is not None:
                return known
            batch = batches.find(connection, period)
            self._require_same(batch, request)
            sealed = self.hand_over(connection, batch, request.collection_job_req)
            resources.remove_period(connection, Kind.AGGREGATION_JOB, period)
            response = AggregateShare(sealed).encode()
            made = Resource(Kind.AGGREGATE_SHARE, id, resources.digest(body), period, response=response)
            resources.put(connection, made)
        self.log.info("period %d: handed over, %d reports", period, batch.reports)
        self.database.forget()
        return made

    def handed_over(self, id: bytes) -> Resource:
        """A share that was handed over before; ProblemError if there is none."""
        with self.database.write() as connection:
            found = resources.find(connection, Kind.AGGREGATE_SHARE, id)
        if found is None:
            raise ProblemError(Problem(title="There is no such aggregate share.", status=404))
        return found

    def forget_share(self, id: bytes) -> None:
        """Erase a handed-over share. Its batch stays collected."""
        with self.database.write() as connection:
            found = resources.remove(connection, Kind.AGGREGATE_SHARE, id)
        if not found:
            raise ProblemError(Problem(title="There is no such aggregate share.", status=404))

    def _read_share_request(self, body: bytes) -> tuple[AggregateShareReq, int]:
        try:
            request = AggregateShareReq.decode(body)
        except DecodeError as error:
            raise self.problem(ProblemType.INVALID_MESSAGE, str(error)) from None
        if request.batch_selector.batch_mode != request.collection_job_req.query.batch_mode:
            raise self.problem(ProblemType.INVALID_MESSAGE, "selector and query have different batch modes")
        period = self.queried_period(request.collection_job_req)
        if request.batch_selector != request.collection_job_req.query:
            raise self.problem(ProblemType.BATCH_INVALID, "selector and query name different intervals")
        return request, period

    def _require_same(self, batch: Batch, request: AggregateShareReq) -> None:
        if batch.state is not BatchState.OPEN:
            raise self.problem(ProblemType.BATCH_OVERLAP, "the period was collected before")
        if batch.reports < self.terms.min_batch_size:
            raise self.problem(ProblemType.INVALID_BATCH_SIZE, "the batch is below the minimum")
        if (batch.reports, batch.checksum) != (request.report_count, request.checksum):
            self.log.error("period %d: the leader's count or checksum is another", batch.period)
            raise self.problem(ProblemType.BATCH_MISMATCH, "count or checksum differ")

    def _drop_before(self, connection: sqlite3.Connection, period: int) -> None:
        resources.remove_before(connection, Kind.AGGREGATION_JOB, period)

    def _known(self, connection: sqlite3.Connection, kind: Kind, body: bytes, id: bytes) -> Resource | None:
        try:
            return resources.match(connection, kind, body, id)
        except resources.ConflictError:
            raise ProblemError(
                Problem(title="This id names the answer to another request.", status=409)
            ) from None
