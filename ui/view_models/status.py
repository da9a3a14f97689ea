"""The bar's right side, the tabs and the tray: one state, told in the same words for Share and for Quiet.

Whoever looks over the person's shoulder learns no choice from any of them: they are the same for Share, for
Quiet and for a report that was withheld.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from agent import schedule
from agent.model import ReportState
from ui.view_models import held, parties
from ui.view_models.hindrance import hindrance
from ui.words import translate

if TYPE_CHECKING:
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers


class Icon(StrEnum):
    """The tray's four pictures."""

    IDLE = "idle"
    HELD = "held"
    ATTENTION = "attention"
    OFF = "off"
    """Hollow: nothing is sent."""


class Status(NamedTuple):
    """What is said everywhere."""

    icon: Icon
    text: str
    """ "Next report leaves tonight or tomorrow", "Nothing is sent"."""
    strong: str
    """Before it, in red: "Not sending:"; empty if nothing is wrong."""
    badge: str
    """On the second tab: "1 held"; empty."""
    tooltip: str
    """Of the tray: "Shoal: nothing is sent"."""
    is_quiet: bool
    """The tray shows itself only when something needs a person."""


def status(snapshot: Snapshot, numbers: Numbers) -> Status:
    """The state as of a snapshot."""
    wrong = hindrance(snapshot)
    if wrong:
        icon, strong, text = Icon.ATTENTION, translate("Status", "Not sending:"), wrong
    elif not snapshot.in_force.sends:
        icon, strong, text = Icon.OFF, "", translate("Status", "Nothing is sent")
    else:
        icon, strong, text = (*_sending(snapshot, numbers),)
    # One that was withheld a moment ago counts, too: zeros take its place, and nobody is to see the change.
    replaced = {report.replaces for report in snapshot.book.reports}
    n = sum(
        report.state in (ReportState.HELD, ReportState.SENDING)
        or (report.state is ReportState.WITHHELD and report.id not in replaced)
        for report in snapshot.book.reports
    )
    said = f"{strong} {text}".strip()
    return Status(
        icon=icon,
        text=text,
        strong=strong,
        badge=translate("Status", "%n held", None, n) if n else "",
        tooltip=translate("Status", "Shoal: {text}").format(text=said[:1].lower() + said[1:]),
        is_quiet=snapshot.policy is not None and snapshot.policy.value("tray") == "quiet",
    )


def _sending(snapshot: Snapshot, numbers: Numbers) -> tuple[Icon, str, str]:
    report = held.open_report(snapshot)
    if report is None or held.is_over(snapshot, report):
        return Icon.IDLE, "", _next(snapshot, numbers)
    if report.state is ReportState.SENDING:
        return Icon.HELD, "", translate("Status", "A report is being sent")
    when = held.leaves(snapshot, *held.window(snapshot, report), numbers)
    return Icon.HELD, "", translate("Status", "Next report leaves {when}").format(when=when)


def _next(snapshot: Snapshot, numbers: Numbers) -> str:
    """When the present period ends: its report is made then."""
    task = parties.task(snapshot)
    if task is None:
        return translate("Status", "Nothing is held")
    period = task.info.period
    if period < schedule.DAY:
        return translate("Status", "Reports leave as periods end")
    end = (int(snapshot.now) // period + 1) * period
    return translate("Status", "Next report is made {when}").format(when=numbers.within(end, snapshot.now))
