"""What leader and helper have in common: opening and verifying a report, judging a query, handing over a sum.

No HTTP and no waiting in here; everything is a plain function of the operator's settings, the database and
the clock, so that a test can put any moment and any bytes to it.
"""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

from dap import hpke
from dap.constants import ReportError, Role
from dap.errors import DapError, DecodeError
from dap.messages import CollectionJobReq, ExtensionError, HpkeConfigList, require_known
from dap.messages.binding import vdaf_context
from dap.problems import Problem, ProblemError, ProblemType
from dap.shares import ShareRefused, open_input_share, seal_aggregate_share
from dap.task import Mechanism
from server import batches, noise
from server.periods import Periods

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from dap.messages import HpkeCiphertext, ReportShare
    from dap.prio3 import VerifyState
    from server.config import OperatorConfig
    from server.database import Database


class ReportRefused(Exception):  # noqa: N818 - the word of the protocol
    """One report is not taken; the others of its request are not concerned."""

    def __init__(self, error: ReportError) -> None:
        super().__init__(error.name.lower())
        self.error = error


class Aggregator:
    """One role of one task. ``now`` gives UTC seconds."""

    def __init__(
        self,
        config: OperatorConfig,
        database: Database,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.config = config
        self.database = database
        self.now = now
        self.task_id = config.task.task_id
        self.terms = config.task.config
        self.vdaf = self.terms.vdaf()
        self.periods = Periods.of(self.terms)
        self.log = logging.getLogger(f"shoal.{config.role.word}")
        self._swept = 0  # the period before which this role's own tables hold nothing
        self._context = vdaf_context(self.task_id)
        noise.draw(self.terms.info, 0)  # refuses now what it could not draw at the first collection
        self._noisy = config.noise and self.terms.info.mechanism is not Mechanism.NONE

    # ------------------------------------------------------------------ reports

    def begin(self, share: ReportShare) -> tuple[VerifyState, bytes]:
        """Check one report share as far as this role can alone: its verify state and verifier share.

        ReportRefused with the error that the draft names (sections 4.5.3.2 and 4.5.3.3).
        """
        metadata = share.report_metadata
        error = self.periods.refusal(metadata.time, self.now())
        if error is not None:
            raise ReportRefused(error)
        payload = self._open(share)
        index = 0 if self.config.role is Role.LEADER else 1
        try:
            return self.vdaf.verify_init(
                self.config.verify_key, self._context, index, metadata.report_id, share.public_share, payload
            )
        except DecodeError:
            raise ReportRefused(ReportError.INVALID_MESSAGE) from None
        except DapError:
            raise ReportRefused(ReportError.VDAF_VERIFY_ERROR) from None

    def _open(self, share: ReportShare) -> bytes:
        key = hpke.key_for(self.config.hpke_keys, share.encrypted_input_share.config_id)
        if key is None:
            raise ReportRefused(ReportError.HPKE_DECRYPT_ERROR)
        try:
            return open_input_share(key, self.config.role, self.task_id, self.config.configuration, share)
        except ShareRefused as refused:
            raise ReportRefused(refused.error) from None

    def join(self, leader_share: bytes, helper_share: bytes) -> bytes:
        """The verifier message of both verifier shares; ReportRefused if they prove nothing valid."""
        try:
            return self.vdaf.verifier_shares_to_message(self._context, [leader_share, helper_share])
        except DecodeError:
            raise ReportRefused(ReportError.INVALID_MESSAGE) from None
        except DapError:
            raise ReportRefused(ReportError.VDAF_VERIFY_ERROR) from None

    def finish(self, state: VerifyState, message: bytes) -> list[int]:
        """The out share; ReportRefused if the message does not fit."""
        try:
            return self.vdaf.verify_next(self._context, state, message)
        except DapError:
            raise ReportRefused(ReportError.VDAF_VERIFY_ERROR) from None

    # -------------------------------------------------------------- collections

    def queried_period(self, request: CollectionJobReq) -> int:
        """The one period that a collection asks for, if it may be collected now; ProblemError otherwise.

        Exactly one period: k reports of one device in a batch would cost k² in ρ, and both aggregators hold
        that line, each for itself.
        """
        self._require_plain(request)
        try:
            interval = request.query.interval
        except DecodeError as error:
            raise self.problem(ProblemType.INVALID_MESSAGE, str(error)) from None
        if interval.duration != 1:
            raise self.problem(ProblemType.BATCH_INVALID, "a batch is exactly one period (duration 1)")
        now, period = self.now(), interval.start
        if not self.periods.is_collectable(period, now):
            raise self.problem(
                ProblemType.BATCH_INVALID, "the period or its grace is not over by this aggregator's clock"
            )
        if period < self.periods.lowest_collectable(now):
            raise self.problem(ProblemType.BATCH_INVALID, "the period is too long ago: its shares are erased")
        return period

    def _require_plain(self, request: CollectionJobReq) -> None:
        if request.agg_param:
            raise self.problem(ProblemType.INVALID_AGGREGATION_PARAMETER, "Prio3 has none")
        try:
            require_known(request.extensions)
        except ExtensionError as error:
            if not error.unknown:
                raise self.problem(ProblemType.INVALID_EXTENSION, str(error)) from None
            raise ProblemError(
                Problem.of(
                    ProblemType.UNSUPPORTED_EXTENSION,
                    detail=str(error),
                    task_id=self.task_id,
                    unsupported_extensions=error.unknown,
                )
            ) from None

    def hand_over(
        self, connection: sqlite3.Connection, batch: batches.Batch, request: CollectionJobReq
    ) -> HpkeCiphertext:
        """This aggregator's share of a batch, with its own noise, sealed to the collector; the batch ends.

        In the caller's transaction: the noise is drawn once, and the sum without it is gone with the commit.
        """
        share = self.vdaf.zero() if batch.share is None else self.vdaf.decode_aggregate(batch.share)
        if self._noisy:
            modulus = self.vdaf.field.modulus
            drawn = noise.draw(self.terms.info, len(share))
            share = self.vdaf.add(share, [value % modulus for value in drawn])
        batches.erase(connection, batch.period, batches.BatchState.COLLECTED)
        return seal_aggregate_share(
            self.config.collector_hpke,
            self.config.role,
            self.task_id,
            self.config.configuration,
            request,
            self.vdaf.encode_aggregate(share),
            os.urandom(hpke.SEED_SIZE),
        )

    # -------------------------------------------------------------------- upkeep

    def hpke_configs(self) -> bytes:
        """The HpkeConfigList: the current key first. Reports to the older ones are still opened."""
        current = self.config.task.operator(self.config.role).hpke_config
        others = [key.config for key in self.config.hpke_keys if key.config != current]
        return HpkeConfigList((current, *others)).encode()

    def sweep(self) -> None:
        """Erase shares that nobody collected in time, also after a refusal; later ids and answers, too.

        Only with a clock that is trusted: it cannot be undone.
        """
        now = self.now()
        lowest = self.periods.lowest_collectable(now)
        with self.database.write() as connection:
            closed = batches.close_before(connection, lowest)
            if lowest > self._swept:
                self._drop_before(connection, lowest)
            batches.raise_floor(connection, self.periods.lowest_kept(now))
        self._swept = max(self._swept, lowest)
        for batch in closed:
            self.log.warning("period %d: erased uncollected, %d reports", batch.period, batch.reports)

    def _drop_before(self, connection: sqlite3.Connection, period: int) -> None:
        """Erase what only this role keeps until a period is collected."""

    def problem(self, kind: ProblemType, detail: str | None = None, status: int = 400) -> ProblemError:
        """A problem about this task, to raise."""
        return ProblemError(Problem.of(kind, status=status, detail=detail, task_id=self.task_id))
