"""Sends one report: each attempt is on the disk before its first byte leaves, each outcome right after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from agent import report as reports
from agent import schedule, upload
from agent.enrolment import read_token
from agent.errors import KeychainError, ShoalError, TokenRefused
from agent.ledger import Unreadable
from agent.model import ReportState
from agent.upload import Verdict
from dap.errors import DapError
from dap.task import TaskConfiguration

if TYPE_CHECKING:
    from agent.connection import Connection
    from agent.enrolment import Enrolment
    from agent.env import Env
    from agent.keychain import Keychain
    from agent.ledger import Kept, Ledger, Report
    from agent.schedule import Times
    from agent.upload import Outcome

_NOT_SOON = 8
"""As many attempts as make the pause the longest: for what time alone will not mend in minutes."""


class Sent(NamedTuple):
    """What became of a report; `error` is what a command should say, None when nothing is wrong."""

    report: Report
    error: ShoalError | None = None


class Sender:
    """What sending takes, apart from the report."""

    def __init__(
        self,
        env: Env,
        ledger: Ledger,
        enrolment: Enrolment,
        connection: Connection,
        keychain: Keychain,
        *,
        choice: str | None,
        woke: float,
    ) -> None:
        self._env = env
        self._ledger = ledger
        self._enrolment = enrolment
        self._connection = connection
        self._keychain = keychain
        self._choice = choice
        self._woke = woke

    def send(self, report: Report, rule: Times) -> Sent:
        """Make an attempt now, and at most one more: with a renewed token, or sealed to a newer key.

        Declined if the report may not leave any more; nothing was sent then.
        """
        try:
            token = self._token()
        except ShoalError as error:
            return Sent(self._postpone(report, rule, error.message), error)
        if report.state is ReportState.HELD and reports.is_outdated(
            self._ledger, report, self._enrolment.task
        ):
            # Its bytes never left, so sealing them again shows nothing to anybody.
            report = reports.reseal(self._ledger, report, self._enrolment.task, self._env.now())
        outcome = self._attempt(report, token)
        if outcome.verdict is Verdict.TOKEN and (renewed := self._renewed(token)) is not None:
            outcome = self._attempt(report, renewed)
        elif outcome.verdict is Verdict.OUTDATED and self._may_reseal(report):
            reports.reseal(self._ledger, report, self._enrolment.task, self._env.now())
            outcome = self._attempt(report, token)
        return Sent(self._record(report, rule, outcome), outcome.error)

    # -- inside

    def _attempt(self, report: Report, token: str) -> Outcome:
        before = self._ledger.report(report.id).unanswered
        kept = self._ledger.begin(report, self._env.now(), self._choice)
        outcome = upload.send(
            self._connection,
            leader_of(kept),
            report.task_id,
            kept.sealed.body,
            token,
            before=before,
            now=self._env.now(),
        )
        if not outcome.unanswered:
            # known not to have arrived (or decided): the next attempt is a first one again
            self._ledger.retry(report, None, outcome.reason, unanswered=False)
        return outcome

    def _may_reseal(self, report: Report) -> bool:
        """Once, and only to a key that both operators signed in a newer file."""
        found = self._ledger.report(report.id)
        return found.resealed == 0 and reports.is_outdated(self._ledger, found, self._enrolment.task)

    def _record(self, report: Report, rule: Times, outcome: Outcome) -> Report:
        now = self._env.now()
        if outcome.verdict in (Verdict.DELIVERED, Verdict.PROBABLY_DELIVERED):
            probably = outcome.verdict is Verdict.PROBABLY_DELIVERED
            return self._ledger.delivered(report, now, probably=probably)
        found = self._ledger.report(report.id)
        if outcome.verdict is Verdict.OUTDATED and found.resealed:
            return self._ledger.refused(report, "its newer key was not accepted either", now)
        if outcome.verdict is Verdict.REFUSED:
            return self._ledger.refused(report, outcome.reason, now)
        slow = outcome.verdict in (Verdict.LATER, Verdict.OUTDATED, Verdict.TOKEN)
        attempts = max(found.attempts, _NOT_SOON) if slow else found.attempts
        moment = self._retry_at(report, rule, attempts, outcome.after)
        return self._ledger.retry(report, moment, outcome.reason, unanswered=outcome.unanswered)

    def _retry_at(
        self, report: Report, rule: Times, attempts: int, after: float | None = None
    ) -> float | None:
        now = self._env.now()
        drawn = schedule.draw_retry(report.time, attempts, now, self._woke, rule, self._env.uniform)
        if drawn is None:
            return schedule.deadline(report.time, rule)  # where it becomes too late
        return max(drawn, now + min(after or 0.0, schedule.DAY))

    def _postpone(self, report: Report, rule: Times, note: str) -> Report:
        """Not even an attempt was possible."""
        moment = self._retry_at(report, rule, max(report.attempts, 3))
        self._ledger.retry(report, moment, note, unanswered=report.unanswered)
        return self._ledger.set_moment(report, moment)

    def _token(self) -> str:
        """From the keychain; where it fails, from the token file."""
        trouble: ShoalError = TokenRefused(
            "there is no upload token on this machine", "Enrol again with the task file and the token."
        )
        try:
            if (found := self._keychain.get()) is not None:
                return found
        except KeychainError as error:
            trouble = error
        path = self._enrolment.token_file
        if path is not None and path.exists():
            return read_token(path)
        raise trouble

    def _renewed(self, refused: str) -> str | None:
        """The token file's token, if it is another than the one that was refused; kept from now on."""
        path = self._enrolment.token_file
        if path is None or not path.exists():
            return None
        try:
            found = read_token(path)
        except TokenRefused:
            return None
        if found == refused:
            return None
        self._keychain.set(found)
        return found


def rule_of(env: Env, kept: Kept, hold_hours: float) -> Times:
    """The time rules of a report's own task, which may be an older one; Unreadable if it is damaged."""
    try:
        info = TaskConfiguration.decode(kept.sealed.configuration).info
    except DapError as error:
        raise Unreadable(kept, error) from error
    return schedule.times(info.period, info.grace, hold_hours, demo=info.demo and env.is_demo)


def leader_of(kept: Kept) -> str:
    """The URL that a report's own task names."""
    return TaskConfiguration.decode(kept.sealed.configuration).leader_aggregator_endpoint
