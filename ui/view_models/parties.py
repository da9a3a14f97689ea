"""Who is meant: the task in question, its operators, the organisation, by the names they gave themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from ui.view_models.numbers import DAY
from ui.words import translate

if TYPE_CHECKING:
    from dap.task import Task
    from ui.link.snapshot import Snapshot


class Names(NamedTuple):
    """What the two operators are called."""

    leader: str
    helper: str


def task(snapshot: Snapshot) -> Task | None:
    """The task that was agreed to; before that the one that is offered; None without any."""
    if snapshot.enrolled is None:
        return None
    found = snapshot.enrolled.enrolment
    return found.accepted or found.task


def names(snapshot: Snapshot) -> Names:
    """The operators' names; plain words where there is no task."""
    found = task(snapshot)
    if found is None:
        return Names(translate("Parties", "the first operator"), translate("Parties", "the second operator"))
    return Names(found.leader.name, found.helper.name)


def organisation(snapshot: Snapshot) -> str:
    """Who asks for reports, and sets policy."""
    found = task(snapshot)
    return translate("Parties", "Your organisation") if found is None else found.organisation


def leader_host(snapshot: Snapshot) -> str:
    """The host that reports go to: what the network's administrator can see."""
    found = task(snapshot)
    if found is None:
        return translate("Parties", "the first operator’s server")
    return urlsplit(found.config.leader_aggregator_endpoint).hostname or ""


def contact(snapshot: Snapshot) -> str:
    """Whom to ask; empty if nobody is named."""
    if snapshot.policy is not None and snapshot.policy.value("contact"):
        return str(snapshot.policy.value("contact"))
    found = task(snapshot)
    return "" if found is None else found.leader.contact


def every(snapshot: Snapshot) -> str:
    """How often a report is made: "a week", "a day"."""
    found = task(snapshot)
    if found is None or found.info.period == 7 * DAY:
        return translate("Parties", "a week")
    if found.info.period == DAY:
        return translate("Parties", "a day")
    return translate("Parties", "a period")
