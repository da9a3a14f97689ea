"""Looks at clock, choice, policy, task and reports, and does what is due: nothing twice, nothing early.

Every step is found again from what is on the disk, so that a worker may be killed anywhere, and started as
often as anybody likes. With the choice off or local no name is even looked up.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from agent import decisions, measurement, schedule
from agent import enrolment as enrolling
from agent import policy as rules
from agent import report as reports
from agent.connection import Connection
from agent.database import remove_aside
from agent.enrolment import owner
from agent.errors import Declined, NotEnrolled, PolicyInvalid, ShoalError, TaskMismatch
from agent.ledger import Ledger, Unreadable
from agent.lock import WORKER, alone
from agent.log import Log
from agent.model import Choice, Fact, LedgerKind, ReportState
from agent.schedule import DAY, HOUR, Step
from agent.store import Store
from agent.summary import summarise
from agent.worker import checks
from agent.worker.sending import Sender, rule_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from agent.enrolment import Enrolment
    from agent.env import Env
    from agent.keychain import Keychain
    from agent.ledger import Report
    from agent.policy import Policy
    from agent.schedule import Times
    from agent.worker.sending import Sent
    from catalogue.model import Catalogue

SETTLING = HOUR
"""After the clock was set: how long nothing is given up or deleted because of its age."""
_PATIENCE = 45.0


class Tended(NamedTuple):
    """What a turn came to. `error` is what stands in the way, None if nothing does."""

    next_due: float
    error: ShoalError | None = None


def tend(
    env: Env,
    catalogue: Catalogue,
    *,
    connect: Callable[[Policy], Connection] | None = None,
    keychain: Keychain | None = None,
) -> Tended:
    """Do what is due, and leave word when to come again. Declined if another worker is at it."""
    with alone(env, WORKER), closing(Ledger.open(env)) as ledger, closing(_store(env, catalogue)) as store:
        return Turn(env, catalogue, ledger, store, connect, keychain).run()


def send_now(
    env: Env,
    catalogue: Catalogue,
    id: int | None = None,
    *,
    connect: Callable[[Policy], Connection] | None = None,
    keychain: Keychain | None = None,
) -> Sent:
    """Send a held report at once, at the person's wish, or try again one whose sending has begun.

    Declined if nothing is held, it is too late, or the choice does not send.
    """
    with (
        alone(env, WORKER, _PATIENCE),
        closing(Ledger.open(env)) as ledger,
        closing(_store(env, catalogue)) as store,
    ):
        return Turn(env, catalogue, ledger, store, connect, keychain).send_now(id)


def connection_of(env: Env, policy: Policy) -> Connection:
    """The way out that the policy names."""
    return Connection(
        monotonic=env.monotonic,
        proxy=str(policy.value("proxy")),
        ca_bundle=policy.value("ca_bundle"),
        use_system_trust=bool(policy.value("use_system_trust")),
    )


class Turn:
    """One worker's turn. Everything it needs is given; nothing outlives it but what is on the disk."""

    def __init__(
        self,
        env: Env,
        catalogue: Catalogue,
        ledger: Ledger,
        store: Store,
        connect: Callable[[Policy], Connection] | None,
        keychain: Keychain | None,
    ) -> None:
        self._env = env
        self._catalogue = catalogue
        self._ledger = ledger
        self._store = store
        self._connect = connect or (lambda policy: connection_of(env, policy))
        self._keychain = keychain
        self._due: list[float] = []
        now = env.now()
        self._woke = min(store.number(Fact.WOKE_AT) or 0.0, now)
        self._settles = min(store.number(Fact.CLOCK_SET) or 0.0, now) + SETTLING
        self._settled = now > self._settles or env.is_demo
        self._trouble: ShoalError | None = None
        self._since = now
        self._chosen: str | None = None
        """The person's setting that all of this turn follows; what is made under it is void if it changes."""

    def run(self) -> Tended:
        """All of it. What stands in the way is left as a fact and given; it is no failure of this process."""
        error: ShoalError | None = None
        try:
            self._run()
        except (PolicyInvalid, TaskMismatch, NotEnrolled, Declined) as found:
            error = self._trouble = found
        now = self._env.now()
        tomorrow = (now // DAY + 1) * DAY
        # Nothing comes of coming again within the second; and what is due already is tried again by its rule.
        next_due = max(min([*self._due, tomorrow]), now + (1 if self._env.is_demo else 30))
        self._store.set_fact(Fact.NEXT_DUE, str(next_due))
        self._store.set_fact(Fact.TROUBLE, self._words() or None)
        code = None if self._trouble is None else str(self._trouble.exit_code)
        self._store.set_fact(Fact.TROUBLE_CODE, code)
        quiet = error is None or isinstance(error, NotEnrolled | Declined)
        return Tended(next_due, None if quiet else error)

    def _words(self) -> str:
        """What stands in the way, or what the last attempt of a report met that is tried again."""
        if self._trouble is not None:
            return f"{self._trouble.message}. {self._trouble.cure}".strip()
        notes = [report.note for report in self._ledger.reports(ReportState.HELD, ReportState.SENDING)]
        return next((f"{note}." for note in reversed(notes) if note), "")

    def send_now(self, id: int | None) -> Sent:
        """Send one report at once."""
        policy, choice = self._rules()
        if not choice.sends:
            raise Declined(f"the choice is {choice}", decisions.NOTHING_SENT)
        found = self._enrolment(policy)
        self._put_zeros(choice)
        report = decisions.one(self._ledger, id, ReportState.HELD, ReportState.SENDING)
        rule = self._rule(report, policy)
        if rule is None or not report.is_open:
            raise Declined(f"the report is {report.state}", "`shoal ledger` shows its life.")
        now = self._env.now()
        if schedule.is_too_late(report.time, now, rule) or schedule.period_end(report.time, rule) > now:
            raise Declined("it is not the time of that report", "Check the date of this machine.")
        return self._sender(policy, found).send(report, rule)

    # -- the steps

    def _run(self) -> None:
        decisions.note_catalogue(self._ledger, self._catalogue, self._env.now())
        policy, choice = self._rules()
        if self._settled:
            self._prune(self._env.now() - policy.value("retention_days") * DAY)
        if not choice.sends:
            self._ledger.drop_all(f"the choice is {choice}", self._env.now())
            return
        self._give_up_late(policy)
        found = self._enrolment(policy)
        self._seal_due(policy, found, choice)
        self._put_zeros(choice)
        self._send_due(policy, found)

    def _prune(self, before: float) -> None:
        """Delete what is kept no longer: bodies, and databases that were put aside with theirs."""
        now = self._env.now()
        self._ledger.prune(before, now)
        if not (gone := remove_aside(self._env.database, before)):
            return
        self._ledger.append(LedgerKind.PRUNED, {"bodies": [], "databases": gone}, now)
        if self._store.fact(Fact.SET_ASIDE) in gone:
            self._store.set_fact(Fact.SET_ASIDE, None)
        Log(self._env, "worker").info(f"deleted after retention_days: {', '.join(gone)}")

    def _rules(self) -> tuple[Policy, Choice]:
        """The policy, and what the person's choice comes to under it; both noted where others look."""
        now = self._env.now()
        try:
            policy = rules.load(self._env, self._store.settings())
        except PolicyInvalid:
            self._store.set_fact(Fact.CHECKS, None)
            raise
        decisions.note_policy(self._ledger, policy, now)
        with self._ledger.atomic():
            chosen = decisions.chosen(self._ledger)
            self._chosen = None if chosen is None else str(chosen)
            choice = rules.effective(policy, chosen)
            if choice.sends and not owner.is_open_to(self._env):
                choice = Choice.LOCAL  # another account reports for this machine
            decisions.put(self._ledger, "facts", Fact.CHOICE, str(choice))
            self._since = decisions.follow(self._ledger, choice, now) or now
        self._store.set_fact(Fact.LOG_LEVEL, str(policy.value("log_level")))
        self._store.set_fact(Fact.CHECKS, checks.order(self._env, policy, choice))
        return policy, choice

    def _enrolment(self, policy: Policy) -> Enrolment:
        """The task, agreed to as it stands; Declined while something widened waits for a person."""
        found = enrolling.load(self._env, policy, self._catalogue)
        owner.claim(self._env)  # also where the choice is older than the machine's enrolment
        enrolling.remember(self._env, found)
        if policy.upload == "required" and found.accepted is None:
            # What was required is agreed to; what asks for more later waits for a person here, too.
            return decisions.agree(self._env, self._ledger, found, "policy")
        if not found.is_agreed:
            decisions.note_task(self._ledger, found, "waits", "", self._env.now())
            raise Declined(
                f"sending waits for you: {_widened(found)}",
                "Look at the changes and choose again: `shoal choose share`.",
            )
        return decisions.agree(self._env, self._ledger, found, "nothing widened")

    def _seal_due(self, policy: Policy, found: Enrolment, choice: Choice) -> None:
        """Seal every period that is over, was measured in, and was not reported yet."""
        now, rule = self._env.now(), self._times(policy, found)
        self._due.append(schedule.period_end(schedule.period_number(now, rule), rule))
        if not self._settled:
            self._due.append(self._settles)
            return  # a clock that was just set may be set again: what it says has ended may not have
        told = {
            k
            for report in self._ledger.reports()
            for k in range(report.start // rule.period, -(-report.stop // rule.period))
        }
        for k in schedule.due_periods(
            now, rule, first=schedule.period_number(self._since, rule), sealed=told
        ):
            start, stop = schedule.period_start(k, rule), schedule.period_end(k, rule)
            if not self._store.passes(start, stop):
                continue  # nothing was measured: there is nothing to report, and nothing is
            moment = self._sealing_moment(found, k, rule)
            if now < moment:
                self._due.append(moment)
            else:
                self._seal(policy, found, choice, k, rule)

    def _sealing_moment(self, found: Enrolment, k: int, rule: Times) -> float:
        """Drawn once for a period, and kept."""
        key = f"sealing/{found.task.task_id.hex()[:16]}/{k}"
        kept = self._store.number(key)
        if kept is None:
            kept = schedule.draw_sealing(k, rule, self._woke, self._env.uniform)
            self._store.set_fact(key, str(kept))
        return kept

    def _seal(self, policy: Policy, found: Enrolment, choice: Choice, k: int, rule: Times) -> None:
        start, stop = schedule.period_start(k, rule), schedule.period_end(k, rule)
        metrics, left_out = found.metrics(self._catalogue), policy.blocked_metrics
        summary = summarise(self._store, self._catalogue, start, stop, asked=metrics, left_out=left_out)
        quiet = choice is Choice.QUIET
        measured = (
            measurement.zeros(k, found.task.config.sum_vec.length)
            if quiet
            else measurement.measure(k, summary, metrics, left_out)
        )
        with self._ledger.atomic():
            if self._store.was_erased() or not self._store.passes(start, stop):
                return  # it was made of what is gone now
            reports.seal(
                self._env,
                self._ledger,
                found.task,
                measured,
                start=start,
                stop=stop,
                choice=self._chosen,
                zeros=quiet,
                because="quiet" if quiet else "",
            )
        self._store.set_fact(f"sealing/{found.task.task_id.hex()[:16]}/{k}", None)

    def _put_zeros(self, choice: Choice) -> None:
        """In place of what is withheld; quiet withholds what was sealed before it held, too."""
        if choice is Choice.QUIET:
            for report in self._ledger.reports(ReportState.HELD):
                if not report.zeros:
                    self._ledger.withhold(report, self._env.now())
        for withheld in self._ledger.awaiting_zeros():
            try:
                reports.replace(self._env, self._ledger, withheld, self._chosen)
            except Unreadable as error:
                self._trouble = error

    def _give_up_late(self, policy: Policy) -> None:
        """Mark what can no more be sent in time; not while the clock may be wrong."""
        if not self._settled:
            return
        now = self._env.now()
        open_ = [report for report in self._ledger.reports() if report.is_open]
        for report, rule in self._with_rules([*open_, *self._ledger.awaiting_zeros()], policy):
            if rule is None:
                self._ledger.drop(report, "its body is gone", now)
            elif schedule.is_too_late(report.time, now, rule):
                self._ledger.too_late(report, now)

    def _send_due(self, policy: Policy, found: Enrolment) -> None:
        sender: Sender | None = None
        open_ = self._ledger.reports(ReportState.HELD, ReportState.SENDING)
        for report, rule in self._with_rules(open_, policy):
            if rule is None:
                continue
            moment = self._moment(report, rule)
            if moment is not None and moment <= self._env.now():
                sender = sender or self._sender(policy, found)
                try:
                    sent = sender.send(self._ledger.report(report.id), rule)
                except Unreadable as error:
                    self._trouble = error
                    continue
                moment = sent.report.moment if sent.report.is_open else None
                self._trouble = sent.error or self._trouble
            if moment is not None:
                self._due.append(moment)

    def _moment(self, report: Report, rule: Times) -> float | None:
        """When to send a report, or try again: kept, or drawn (again) now. None: no more."""
        now, k = self._env.now(), report.time
        if schedule.is_too_late(k, now, rule):
            return None  # and marked so, once the clock is to be believed
        if report.state is ReportState.HELD:
            found = report.moment
            step = Step.DRAW_AGAIN if found is None else schedule.next_step(k, found, now, self._woke, rule)
            if step is Step.DRAW_AGAIN:
                found = schedule.draw_moment(k, now, report.sealed_at, self._woke, rule, self._env.uniform)
                self._ledger.set_moment(report, found)
            return found if found is None else max(found, schedule.period_end(k, rule))
        return self._retry_moment(report, rule, now)

    def _retry_moment(self, report: Report, rule: Times, now: float) -> float | None:
        """When to try again; drawn anew if the attempt was cut off, or the machine slept at the moment."""
        found, k = report.moment, report.time
        far = now + 2 * schedule.LONGEST_RETRY + DAY
        missed = found is not None and not rule.demo and schedule.is_missed(found, now, self._woke)
        if found is None or missed or found > far:
            found = schedule.draw_retry(k, max(report.attempts, 1), now, self._woke, rule, self._env.uniform)
            self._ledger.set_moment(report, found)
        return None if found is None else max(found, schedule.period_end(k, rule))

    # -- what the steps need

    def _times(self, policy: Policy, found: Enrolment) -> Times:
        info = found.task.info
        return schedule.times(info.period, info.grace, policy.value("review_hold_hours"), demo=info.demo)

    def _with_rules(self, found: Iterable[Report], policy: Policy) -> Iterator[tuple[Report, Times | None]]:
        """Reports with their own task's rules (None: the body is gone); a damaged one is named, and rests."""
        for report in found:
            try:
                rule = self._rule(report, policy)
            except Unreadable as error:
                self._trouble = error
            else:
                yield report, rule

    def _rule(self, report: Report, policy: Policy) -> Times | None:
        kept = self._ledger.body(report)
        return None if kept is None else rule_of(self._env, kept, policy.value("review_hold_hours"))

    def _sender(self, policy: Policy, found: Enrolment) -> Sender:
        keychain = self._keychain or decisions.keychain_of(self._env, found.task.task_id)
        return Sender(
            self._env,
            self._ledger,
            found,
            self._connect(policy),
            keychain,
            choice=self._chosen,
            woke=self._woke,
        )


def _widened(found: Enrolment) -> str:
    if found.accepted is None:
        return "the task was not agreed to yet"
    return f"the task asks for more than was agreed to ({', '.join(found.widened)})"


def _store(env: Env, catalogue: Catalogue) -> Store:
    return Store.open(env, catalogue.metrics)
