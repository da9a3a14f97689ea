"""The leader: takes reports in, agrees on each with the helper, and answers the collector.

What it stores of a report (its half of the sum and what the helper needs) goes in the transaction that adds
the report to its period. The driver (`server.driver`) does the talking; here is what each word does to the
database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from dap import hpke
from dap.codec import whole
from dap.constants import ReportError, Role
from dap.errors import DecodeError
from dap.messages import (
    AggregateShareReq,
    AggregationJobInitReq,
    AggregationJobResp,
    CollectionJobReq,
    CollectionJobResp,
    Interval,
    PingPong,
    PingPongType,
    VerifyInit,
    VerifyRespType,
)
from dap.problems import Problem, ProblemError, ProblemType
from server import batches, pending, resources
from server.aggregator import Aggregator, ReportRefused
from server.batches import BatchState, OutShare
from server.pending import Waiting
from server.periods import LEEWAY
from server.resources import Kind, Resource

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

    from dap.messages import HpkeCiphertext, Report, VerifyResp
    from server.batches import Batch
    from server.pending import Job

MOST_HELPER_SHARE = 1_024
"""Bytes of a report's sealed half for the helper: ours has 86, and it must fit into a job with others."""
_FINAL: Final = {ProblemType.BATCH_MISMATCH, ProblemType.INVALID_BATCH_SIZE, ProblemType.BATCH_OVERLAP}
"""Refusals of a frozen batch that asking again cannot change; others may be of a clock or a setting."""


class AnswerUnusable(Exception):  # noqa: N818 - an answer that the leader cannot go on with
    """The helper's answer to a job is not one that the draft allows."""


class Counted(NamedTuple):
    """What became of a job: reports added, refused (with why), and to be tried again later."""

    added: int
    refused: dict[str, int]
    again: int


class Leader(Aggregator):
    """One task's leader. `receive` is arithmetic only; the rest blocks on the database."""

    # ------------------------------------------------------------------- uploads

    def receive(self, report: Report) -> Waiting | ReportError:
        """Open and begin to verify one report: about a millisecond. Nothing is stored yet."""
        metadata = report.report_metadata
        sealed = report.leader_encrypted_input_share
        if hpke.key_for(self.config.hpke_keys, sealed.config_id) is None:
            return ReportError.OUTDATED_CONFIG
        if len(report.helper_encrypted_input_share.encode()) > MOST_HELPER_SHARE:
            return ReportError.INVALID_MESSAGE
        try:
            state, verifier_share = self.begin(report.share(Role.LEADER))
        except ReportRefused as refused:
            return _upload_error(refused.error)
        init = VerifyInit(report.share(Role.HELPER), PingPong.initialize(verifier_share).encode())
        return Waiting(metadata.report_id, metadata.time, init.encode(), state.encode())

    def store(self, reports: Sequence[Waiting]) -> list[ReportError | None]:
        """Keep reports, on disk when this returns; for each what is wrong with it.

        A repeated id is discarded without an error, since the first one is kept: whoever repeats an upload
        because the answer was lost is told the truth. A collected period is answered with report_replayed, as
        the draft says (section 4.4.2), one that is over but not collected yet with report_dropped.
        """
        with self.database.write() as connection:
            periods = {report.period for report in reports}
            errors = {period: self._refusal(connection, period) for period in periods}
            return [_keep(connection, report, errors[report.period]) for report in reports]

    def _refusal(self, connection: sqlite3.Connection, period: int) -> ReportError | None:
        """Why a period takes no new report, if it does not.

        Once its grace is over no honest device sends, and a collection, which waits for what is there, must
        not be kept waiting for ever by whoever has the upload token. A demo has no grace: there a collection
        that was asked for ends the intake, but a batch below the minimum may grow while there is hope.
        """
        batch = batches.find(connection, period)
        if period < batches.floor(connection):
            return ReportError.REPORT_DROPPED
        if batch.state is not BatchState.OPEN:
            return ReportError.REPORT_REPLAYED
        now = self.now()
        if not self.periods.takes_reports(period, now):
            return ReportError.REPORT_DROPPED
        asked = resources.of_period(connection, Kind.COLLECTION_JOB, period)
        if asked is None or asked.problem is not None:
            return None
        enough = batch.reports + pending.count(connection, period) >= self.terms.min_batch_size
        over = enough or self.periods.is_hopeless(period, now)
        return ReportError.REPORT_DROPPED if over else None

    # --------------------------------------------------------- aggregation jobs

    def make_job(self, period: int, most: int, least: int = 1) -> Job | None:
        """Bind up to `most` waiting reports of a period to a job; None if fewer than `least` wait.

        The collected check is made here, before a report joins a job (draft 18, section 4.5.3.4); the replay
        check was part of storing it.
        """
        with self.database.write() as connection:
            if batches.find(connection, period).state is not BatchState.OPEN:
                pending.drop_period(connection, period)
                return None
            found = pending.take(connection, period, most)
            if len(found) < least:
                return None
            return self._start(connection, period, found)

    def halve_job(self, job: Job) -> None:
        """Make two jobs of one that the helper refused as a whole; a single report is dropped.

        So that a report which the helper cannot even read blocks no other.
        """
        with self.database.write() as connection:
            found = pending.shares(connection, job)
            middle = len(found) // 2
            pending.finish(connection, job, again=[report_id for report_id, _ in found] if middle else ())
            if middle:
                self._start(connection, job.period, found[:middle])
                self._start(connection, job.period, found[middle:])

    def _start(self, connection: sqlite3.Connection, period: int, found: list[tuple[bytes, bytes]]) -> Job:
        inits = tuple(whole(share, "VerifyInit", VerifyInit.read) for _, share in found)
        body = AggregationJobInitReq(0, b"", (), inits).encode(self.config.dialect)
        return pending.start(connection, period, [report_id for report_id, _ in found], body)

    def abandon_job(self, job: Job) -> None:
        """Give a job's reports up."""
        with self.database.write() as connection:
            pending.finish(connection, job)

    def is_single(self, job: Job) -> bool:
        """Whether a job holds one report only."""
        return len(AggregationJobInitReq.decode(job.request, self.config.dialect).verify_inits) == 1

    def locate_job(self, job: Job, location: str | None) -> Job:
        """Remember where the helper will answer, or that it will not."""
        with self.database.write() as connection:
            pending.locate(connection, job, location)
        return job._replace(location=location)

    def open_jobs(self, but: Collection[bytes] = ()) -> tuple[list[Job], list[int]]:
        """Jobs under way, without those of the given ids, and periods with reports in none."""
        with self.database.write() as connection:
            return pending.jobs(connection, but), pending.waiting_periods(connection)

    def finish_job(self, job: Job, answer: bytes) -> Counted:
        """Commit what the helper has committed, drop what it refused; AnswerUnusable changes nothing."""
        with self.database.write() as connection:
            if not pending.exists(connection, job):
                return Counted(0, {}, 0)
            states = pending.members(connection, job)
            responses = self._read_answer(answer, job)
            shares: list[OutShare] = []
            again: list[bytes] = []
            refused: dict[str, int] = {}
            for response in responses:
                outcome = self._outcome(response, states[response.report_id])
                if outcome is ReportError.REPORT_TOO_EARLY:
                    again.append(response.report_id)
                elif isinstance(outcome, ReportError):
                    refused[outcome.name.lower()] = refused.get(outcome.name.lower(), 0) + 1
                else:
                    shares.append(OutShare(response.report_id, job.period, outcome))
            late = batches.commit(connection, self.vdaf, shares)
            pending.finish(connection, job, again)
        if late:
            self.log.error(
                "period %d: %d reports counted by the helper only; the batch cannot be collected",
                job.period,
                len(late),
            )
        return Counted(len(shares) - len(late), refused, len(again))

    def _read_answer(self, answer: bytes, job: Job) -> tuple[VerifyResp, ...]:
        try:
            responses = AggregationJobResp.decode(answer, self.config.dialect).verify_resps
            asked = AggregationJobInitReq.decode(job.request, self.config.dialect).verify_inits
        except DecodeError as error:
            raise AnswerUnusable(str(error)) from None
        ids = [init.report_share.report_metadata.report_id for init in asked]
        if [response.report_id for response in responses] != ids:
            raise AnswerUnusable("other reports, or in another order")
        if any(response.kind is VerifyRespType.FINISH for response in responses):
            raise AnswerUnusable("finish where Prio3 has continue or reject")
        return responses

    def _outcome(self, response: VerifyResp, state: bytes) -> Sequence[int] | ReportError:
        if response.error is not None:
            return response.error
        try:
            inbound = PingPong.decode(response.payload or b"")
            if inbound.kind is not PingPongType.FINISH or inbound.verifier_message is None:
                return ReportError.INVALID_MESSAGE
            return self.finish(self.vdaf.decode_state(state), inbound.verifier_message)
        except ReportRefused as refused:
            return refused.error
        except DecodeError:
            return ReportError.INVALID_MESSAGE

    # -------------------------------------------------------------- collections

    def ask(self, body: bytes, id: bytes | None = None) -> Resource:
        """Begin a collection, or find the one that an equal request began; ProblemError.

        One that failed is tried again: the collector may, and the problem may have been the helper's absence.
        """
        id = resources.id_for(body) if id is None else id
        with self.database.write() as connection:
            known = self._again(connection, body, id)
        if known is not None:
            return known
        try:
            request = CollectionJobReq.decode(body)
        except DecodeError as error:
            raise self.problem(ProblemType.INVALID_MESSAGE, str(error)) from None
        period = self.queried_period(request)
        with self.database.write() as connection:
            # an equal request may have come in between
            known = self._again(connection, body, id)
            if known is not None:
                return known
            self._require_uncollected(connection, period)
            made = Resource(Kind.COLLECTION_JOB, id, resources.digest(body), period, request=body)
            resources.put(connection, made)
        return made

    def _again(self, connection: sqlite3.Connection, body: bytes, id: bytes) -> Resource | None:
        """What an equal request began; one that failed begins anew, unless its batch is closed for good."""
        known = self._known(connection, body, id)
        if known is None or known.problem is None:
            return known
        if batches.find(connection, known.period).state in (BatchState.OPEN, BatchState.FROZEN):
            known = known._replace(problem=None)
            resources.put(connection, known)
        return known

    def _require_uncollected(self, connection: sqlite3.Connection, period: int) -> None:
        batch = batches.find(connection, period)
        other = resources.of_period(connection, Kind.COLLECTION_JOB, period)
        if other is not None or batch.state in (BatchState.COLLECTED, BatchState.CLOSED):
            raise self._over(batch)

    def _over(self, batch: Batch) -> ProblemError:
        """Why a period that is not open cannot be collected (any more)."""
        if batch.state is not BatchState.CLOSED:
            return self.problem(ProblemType.BATCH_OVERLAP, "the period was collected before")
        if batch.reports < self.terms.min_batch_size:
            return self.problem(ProblemType.INVALID_BATCH_SIZE, "the period was closed below the minimum")
        if batch.period < self.periods.lowest_collectable(self.now()):
            return self.problem(ProblemType.BATCH_INVALID, "the period is too long ago: its share is erased")
        return self.problem(ProblemType.BATCH_MISMATCH, "leader and helper disagreed: the share is erased")

    def collection(self, id: bytes) -> Resource:
        """A collection's state; ProblemError if there is none."""
        with self.database.write() as connection:
            found = resources.find(connection, Kind.COLLECTION_JOB, id)
        if found is None:
            raise ProblemError(Problem(title="There is no such collection job.", status=404))
        return found

    def forget_collection(self, id: bytes) -> None:
        """Erase a collection and its answer. Its batch, once collected, stays collected."""
        with self.database.write() as connection:
            found = resources.find(connection, Kind.COLLECTION_JOB, id)
            resources.remove(connection, Kind.COLLECTION_JOB, id)
        if found is None:
            raise ProblemError(Problem(title="There is no such collection job.", status=404))

    def open_collections(self) -> list[Resource]:
        """Those that have neither answer nor problem yet."""
        with self.database.write() as connection:
            return resources.unfinished(connection, Kind.COLLECTION_JOB)

    def ready_to_collect(self, collection: Resource) -> AggregateShareReq | None:
        """What to ask the helper for, once every report of the period is agreed on; None while it must wait.

        From here on nothing enters the batch, so the request stays the same however often it is sent. A batch
        below the minimum is waited for as long as there is hope, then closed unreleased.
        """
        period = collection.period
        with self.database.write() as connection:
            current = resources.find(connection, Kind.COLLECTION_JOB, collection.id)
            if current is None or current.response is not None or current.problem is not None:
                return None  # deleted or answered since it was looked up
            batch = batches.find(connection, period)
            if batch.state is BatchState.OPEN:
                if not pending.is_idle(connection, period):
                    return None
                if batch.reports < self.terms.min_batch_size:
                    self._give_up(connection, collection)
                    return None
                batches.freeze(connection, period)
            elif batch.state is not BatchState.FROZEN:
                problem = self._over(batch).problem
                resources.put(connection, collection._replace(problem=problem))
                return None
            request = CollectionJobReq.decode(collection.request or b"")
            return AggregateShareReq(request, request.query, batch.reports, batch.checksum)

    def complete(self, collection: Resource, helper_share: HpkeCiphertext) -> None:
        """Answer the collector: own noise, own share sealed and erased, batch collected; all or nothing."""
        period = collection.period
        request = CollectionJobReq.decode(collection.request or b"")
        with self.database.write() as connection:
            current = resources.find(connection, Kind.COLLECTION_JOB, collection.id)
            batch = batches.find(connection, period)
            if batch.state is not BatchState.FROZEN:
                return
            leader_share = self.hand_over(connection, batch, request)
            response = CollectionJobResp(batch.reports, Interval(period, 1), leader_share, helper_share)
            if current is not None:  # the collector may have deleted it meanwhile
                resources.put(connection, current._replace(response=response.encode(), request=None))
        self.log.info("period %d: collected, %d reports", period, batch.reports)
        self.database.forget()

    def is_early_for_helper(self, collection: Resource, problem: Problem) -> bool:
        """Whether the helper refuses a batch only because its clock is a little behind: worth another try."""
        begun = self.periods.collectable_from(collection.period)
        return problem.kind is ProblemType.BATCH_INVALID and self.now() < begun + LEEWAY

    def fail(self, collection: Resource, problem: Problem) -> None:
        """Answer the collector with what went wrong, and erase the share if that is final."""
        self.log.warning("period %d: not collected (%s)", collection.period, problem.said)
        with self.database.write() as connection:
            if resources.find(connection, Kind.COLLECTION_JOB, collection.id) is not None:
                resources.put(connection, collection._replace(problem=problem))
            state = batches.find(connection, collection.period).state
            if problem.kind in _FINAL and state is BatchState.FROZEN:
                batches.erase(connection, collection.period, BatchState.CLOSED)
        self.database.forget()

    def _give_up(self, connection: sqlite3.Connection, collection: Resource) -> None:
        """Refuse a batch below the minimum if it will not grow, and close it then, empty ones too."""
        hopeless = self.periods.is_hopeless(collection.period, self.now())
        if not hopeless and not self.config.dialect.refuses_small_batches:
            return
        problem = self.problem(ProblemType.INVALID_BATCH_SIZE, "the batch is below the minimum").problem
        resources.put(connection, collection._replace(problem=problem))
        if hopeless:
            batches.erase(connection, collection.period, BatchState.CLOSED)
            self.log.warning("period %d: closed below the minimum, unreleased", collection.period)

    def _known(self, connection: sqlite3.Connection, body: bytes, id: bytes) -> Resource | None:
        try:
            return resources.match(connection, Kind.COLLECTION_JOB, body, id)
        except resources.ConflictError:
            raise ProblemError(
                Problem(title="This id names the answer to another request.", status=409)
            ) from None

    def _drop_before(self, connection: sqlite3.Connection, period: int) -> None:
        pending.drop_before(connection, period)


def _keep(connection: sqlite3.Connection, report: Waiting, error: ReportError | None) -> ReportError | None:
    if error is None:
        pending.accept(connection, report)
    elif error is ReportError.REPORT_DROPPED and pending.is_known(connection, report.report_id):
        return None
    return error


def _upload_error(error: ReportError) -> ReportError:
    """Outside of the task's interval an upload is dropped (section 4.4.2); a job would say which side."""
    if error in (ReportError.TASK_NOT_STARTED, ReportError.TASK_EXPIRED):
        return ReportError.REPORT_DROPPED
    return error
