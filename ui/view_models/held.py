"""The report that has not left: when it may, when it must, and what sending or withholding it would tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from agent import schedule
from agent.errors import Declined
from agent.model import ReportState
from agent.policy import require_withholding
from ui.view_models import parties
from ui.view_models.hindrance import hindrance
from ui.widgets.data import Stop
from ui.words import translate

if TYPE_CHECKING:
    from agent.ledger import Report
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers


class Option(NamedTuple):
    """One of the equal answers, with its price beside it."""

    id: str
    """ "wait", "send" or "withhold"."""
    title: str
    price: str
    allowed: bool = True
    reason: str = ""
    """Why it is not allowed."""


class Held(NamedTuple):
    """A report that is held, or whose sending has begun."""

    report: Report
    row: int
    """Its row, for `commands.show`."""
    sending: bool
    earliest: float
    latest: float
    headline: str
    below: str
    stops: tuple[Stop, ...]
    """Sealed, now, from, at the latest: along the line."""
    options: tuple[Option, ...]


def open_report(snapshot: Snapshot) -> Report | None:
    """The newest report that may still leave, or in whose place zeros will."""
    reports = snapshot.book.reports
    replaced = {report.replaces for report in reports}
    open_ = [
        report
        for report in reports
        if report.is_open or (report.state is ReportState.WITHHELD and report.id not in replaced)
    ]
    return open_[-1] if open_ else None


def window(snapshot: Snapshot, report: Report) -> tuple[float, float]:
    """From when on, and until when, it leaves by itself."""
    rule = _rule(snapshot)
    if rule is None:
        return report.sealed_at, report.moment or report.sealed_at
    woke, deadline = snapshot.facts.woke_at, float(schedule.deadline(report.time, rule))
    earliest = min(report.sealed_at + rule.hold, deadline)
    latest = min(earliest + schedule.SENDING_WINDOW, deadline)
    if report.moment is not None and (rule.demo or not schedule.is_missed(report.moment, snapshot.now, woke)):
        return earliest, min(max(latest, report.moment), deadline)  # drawn again, it may lie later
    if not rule.demo:  # it is drawn, or drawn again, when a worker comes
        low = max(earliest, snapshot.now, woke + schedule.QUIET_AFTER_WAKING)
        latest = min(max(latest, low + schedule.SENDING_WINDOW), deadline)
    return earliest, latest


def is_over(snapshot: Snapshot, report: Report) -> bool:
    """Whether it is too late for it: it will not be sent, though no worker has said so yet."""
    rule = _rule(snapshot)
    return rule is not None and schedule.is_too_late(report.time, snapshot.now, rule)


def _rule(snapshot: Snapshot) -> schedule.Times | None:
    task = parties.task(snapshot)
    if task is None:
        return None
    hours = 12.0 if snapshot.policy is None else float(snapshot.policy.value("review_hold_hours"))
    return schedule.times(task.info.period, task.info.grace, hours, demo=task.info.demo)


def held(snapshot: Snapshot, numbers: Numbers) -> Held | None:
    """The report that is open; None if there is none."""
    report = open_report(snapshot)
    if report is None:
        return None
    earliest, latest = window(snapshot, report)
    if hindrance(snapshot) and (rule := _rule(snapshot)) is not None:
        latest = float(schedule.deadline(report.time, rule))
    sending = report.state is ReportState.SENDING
    week = numbers.long_span(report.start, report.stop)
    size = snapshot.book.sizes.get(report.sealed_row, 0)
    below = translate("Held", "{period}: {size}, sealed. Shoal sends nothing else from this computer.")
    return Held(
        report=report,
        row=report.sealed_row,
        sending=sending,
        earliest=earliest,
        latest=latest,
        headline=_headline(snapshot, report, earliest, latest, numbers),
        below=below.format(period=week[:1].upper() + week[1:], size=numbers.size(size)),
        stops=_stops(snapshot, report, earliest, latest, numbers),
        options=_options(snapshot, report),
    )


def leaves(snapshot: Snapshot, earliest: float, latest: float, numbers: Numbers) -> str:
    """When it leaves, in few words: "tonight or tomorrow"."""
    now = snapshot.now
    first, last = numbers.within(max(earliest, now), now), numbers.within(max(latest, now), now)
    if first == last:
        return first
    return translate("Held", "{one} or {other}").format(one=first, other=last)


def _headline(snapshot: Snapshot, report: Report, earliest: float, latest: float, numbers: Numbers) -> str:
    if report.state is ReportState.SENDING:
        return translate("Held", "One report is being sent; it has not arrived yet.")
    if is_over(snapshot, report):
        return translate("Held", "One report is held. It is too late for it: it will not be sent.")
    if why := hindrance(snapshot):
        return translate("Held", "One report is held. It waits: {why}.").format(why=why)
    when = leaves(snapshot, earliest, latest, numbers)
    return translate("Held", "One report is held. It leaves {when}.").format(when=when)


def _stops(
    snapshot: Snapshot, report: Report, earliest: float, latest: float, numbers: Numbers
) -> tuple[Stop, ...]:
    start, now = report.sealed_at, snapshot.now
    length = max(latest - start, 1.0)

    def at(t: float) -> float:
        return min(1.0, max(0.0, (t - start) / length))

    left = max(0.0, earliest - now)
    holding = (
        translate("Held", "Held: {time} left").format(time=numbers.lasting(left))
        if left
        else translate("Held", "Leaves any time now")
    )
    when = numbers.within(earliest, now)
    return (
        Stop(0.0, numbers.clock_at(start), translate("Held", "Sealed")),
        Stop(at(now), translate("Held", "Now, {clock}").format(clock=numbers.clock_at(now)), holding),
        Stop(
            at(earliest),
            translate("Held", "From {day}, {clock}").format(day=when, clock=numbers.clock_at(earliest)),
            translate("Held", "At a random moment, once nothing stands in the way")
            if hindrance(snapshot)
            else translate("Held", "Leaves at a random moment, chosen by this computer"),
        ),
        Stop(
            1.0,
            numbers.moment(latest),
            translate("Held", "Too late from then on")
            if hindrance(snapshot)
            else translate("Held", "At the latest"),
        ),
    )


def _options(snapshot: Snapshot, report: Report) -> tuple[Option, ...]:
    leader = parties.names(snapshot).leader
    unsendable = _unsendable(snapshot, report)
    reason = ""
    if snapshot.policy is not None:
        try:
            require_withholding(snapshot.policy)
        except Declined:
            reason = translate("Held", "{organisation} does not allow this.").format(
                organisation=parties.organisation(snapshot)
            )
    if report.state is ReportState.SENDING:
        reason = translate("Held", "Sending has begun.")
    elif report.zeros or report.state is ReportState.WITHHELD:
        reason = translate("Held", "It is zeros already.")
    return (
        Option(
            "wait",
            translate("Held", "Do nothing"),
            _waiting(snapshot, report),
        ),
        Option(
            "send",
            translate("Held", "Send now"),
            translate(
                "Held",
                "It leaves within a minute. {leader} can then tell that a computer at this address is on.",
            ).format(leader=leader),
            not unsendable,
            unsendable,
        ),
        Option(
            "withhold",
            translate("Held", "Withhold"),
            translate(
                "Held",
                "A report of zeros goes in its place, at the random moment. Neither operator can tell.",
            ),
            not reason,
            reason,
        ),
    )


def _waiting(snapshot: Snapshot, report: Report) -> str:
    """What follows from doing nothing."""
    if is_over(snapshot, report):
        return translate("Held", "It is dropped by itself: too late, and not sent.")
    if hindrance(snapshot):
        return translate(
            "Held",
            "It stays here while that stands in the way; once its time is over, it is not sent at all.",
        )
    return translate("Held", "It leaves by itself. The random moment hides when this computer is on.")


def _unsendable(snapshot: Snapshot, report: Report) -> str:
    """Why it cannot be sent now either; empty if it can be tried."""
    if is_over(snapshot, report):
        return translate("Held", "It is too late for it.")
    if snapshot.policy is None:
        return translate("Held", "Nothing is sent while the policy file has an error.")
    if snapshot.task_trouble is not None:
        return translate("Held", "Nothing is sent while the task file is refused.")
    if snapshot.enrolled is not None and snapshot.enrolled.enrolment.widened:
        return translate("Held", "Sending waits until you choose again.")
    return ""
