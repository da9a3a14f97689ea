"""The one dialog: what is asked, and when it is asked again, showing only what changed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from agent.model import Choice
from dap.task import Mechanism, TaskWarning
from ui.view_models import decisions, labels, parties
from ui.view_models.numbers import DAY
from ui.view_models.terms import Term, terms
from ui.widgets import data
from ui.words import translate

if TYPE_CHECKING:
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

EXAMPLE = "endpoint.disk_free"


class Why(StrEnum):
    """Why somebody is asked."""

    FIRST = "first"
    """Nothing was ever chosen."""
    WIDENED = "widened"
    """The task asks for more than was agreed to."""
    REQUIRED = "required"
    """Policy requires reports: nothing to choose between yes and no, but told before the first leaves."""


class Line(NamedTuple):
    """A word in the margin, and what it says."""

    label: str
    text: str


class Ask(NamedTuple):
    """The dialog."""

    why: Why
    title: str
    lines: tuple[Line, ...]
    example: data.Answer | None
    """The row of boxes beside the first line."""
    changes: tuple[Term, ...]
    """Only what changed, what widens first; empty the first time."""
    preview: str
    """The link: "See exactly what would be sent"."""
    question: str
    choices: tuple[data.Choice, ...]
    foot: str
    warnings: tuple[str, ...]
    """Said in red."""
    required: decisions.Required | None = None
    """Stands in the place of the buttons."""


def why(snapshot: Snapshot) -> Why | None:
    """Whether somebody has to be asked; None if not.

    Not where there is nothing to choose: policy forbids sending, or another account reports. Where policy
    requires it, nobody is asked but told.
    """
    if snapshot.trouble is not None or snapshot.policy is None:
        return None
    may_send = any(choice.sends for choice in snapshot.left)
    if snapshot.enrolled is not None and snapshot.enrolled.enrolment.widened:
        return Why.WIDENED if may_send and snapshot.in_force.sends else None
    if snapshot.chosen is not None or not may_send:
        return None
    if Choice.OFF in snapshot.left:
        return Why.FIRST
    return Why.REQUIRED if snapshot.policy.upload == "required" else None


def ask(snapshot: Snapshot, numbers: Numbers) -> Ask | None:
    """The dialog, if somebody has to be asked."""
    reason = why(snapshot)
    if reason is None:
        return None
    if reason is Why.WIDENED:
        return _again(snapshot, numbers)
    return _first(snapshot, numbers) if reason is Why.FIRST else _told(snapshot, numbers)


def _told(snapshot: Snapshot, numbers: Numbers) -> Ask:
    """Under a policy that requires reports: a note takes the buttons' place, where only Share is left."""
    choices = tuple(choice for choice in decisions.table(snapshot).choices if choice.allowed)
    several = len(choices) > 1
    return _first(snapshot, numbers)._replace(
        why=Why.REQUIRED,
        title=translate("FirstRun", "A weekly health summary is shared")
        if _is_weekly(snapshot)
        else translate("FirstRun", "A health summary is shared"),
        question=translate("FirstRun", "You can choose between these, and change it at any time.")
        if several
        else "",
        choices=choices if several else (),
        foot=translate("FirstRun", "The preview measures once and keeps nothing."),
        required=decisions.required(snapshot),
    )


def _first(snapshot: Snapshot, numbers: Numbers) -> Ask:
    return Ask(
        why=Why.FIRST,
        title=_title(snapshot),
        lines=(
            Line(translate("FirstRun", "What"), _what(snapshot, numbers)),
            Line(
                translate("FirstRun", "Never"),
                translate("FirstRun", "Names, files, websites, activity times, device numbers."),
            ),
            Line(translate("FirstRun", "Who reads it"), _who(snapshot, numbers)),
            Line(translate("FirstRun", "Its limits"), _limits()),
        ),
        example=_example(snapshot, numbers),
        changes=(),
        preview=translate("FirstRun", "See exactly what would be sent"),
        question=translate("FirstRun", "Choose one. You can change it at any time."),
        choices=decisions.table(snapshot).choices,
        foot=translate(
            "FirstRun",
            "Shoal is off until you choose; the preview measures once and keeps nothing. Closing is not "
            "choosing.",
        ),
        warnings=_warnings(snapshot),
    )


def _again(snapshot: Snapshot, numbers: Numbers) -> Ask:
    assert snapshot.enrolled is not None
    found = snapshot.enrolled.enrolment
    return Ask(
        why=Why.WIDENED,
        title=translate("FirstRun", "{organisation} asks for more than you agreed to").format(
            organisation=parties.organisation(snapshot)
        ),
        lines=(),
        example=None,
        changes=terms(found.changes, found.widened, snapshot.catalogue, numbers),
        preview=translate("FirstRun", "See exactly what would be sent"),
        question=translate("FirstRun", "Nothing is sent until you choose again."),
        choices=decisions.table(snapshot).choices,
        foot=translate(
            "FirstRun", "Nothing else has changed. Closing is not choosing: sending goes on waiting."
        ),
        warnings=_warnings(snapshot),
    )


def warning(one: TaskWarning, snapshot: Snapshot) -> tuple[str, str]:
    """What must be said in red: a short sentence, and what it means."""
    names = parties.names(snapshot)
    match one:
        case TaskWarning.ONE_OPERATOR:
            return (
                translate("Warnings", "One operator holds both pieces."),
                translate("Warnings", "{name} runs both servers and could read your answers.").format(
                    name=names.leader
                ),
            )
        case TaskWarning.ONE_HOST:
            return (
                translate("Warnings", "Both servers are one computer."),
                translate("Warnings", "Whoever controls it holds both pieces and could read your answers."),
            )
        case TaskWarning.NO_NOISE:
            return (
                translate("Warnings", "No noise is added."),
                translate("Warnings", "Totals are exact, and can give single answers away."),
            )
        case TaskWarning.DEMO:
            return (
                translate("Warnings", "This is a demo."),
                translate("Warnings", "Short periods and small groups: nothing is protected by this."),
            )


def _warnings(snapshot: Snapshot) -> tuple[str, ...]:
    found = None if snapshot.enrolled is None else snapshot.enrolled.enrolment.task
    if found is None:
        return ()
    return tuple(" ".join(warning(one, snapshot)) for one in found.warnings)


def _title(snapshot: Snapshot) -> str:
    task = parties.task(snapshot)
    if task is not None and task.info.period == DAY:
        return translate("FirstRun", "Share a daily health summary?")
    return translate("FirstRun", "Share a weekly health summary?")


def _is_weekly(snapshot: Snapshot) -> bool:
    task = parties.task(snapshot)
    return task is None or task.info.period == 7 * DAY


def _what(snapshot: Snapshot, numbers: Numbers) -> str:
    task = parties.task(snapshot)
    n = len(snapshot.catalogue.metrics) if task is None else task.info.metrics
    example = _example(snapshot, numbers)
    if example is None:
        return translate("FirstRun", "%n answers", None, n)
    return translate("FirstRun", "{n} answers, such as “{title}: {answer}”").format(
        n=numbers.whole(n), title=example.title, answer=example.words
    )


def _example(snapshot: Snapshot, numbers: Numbers) -> data.Answer | None:
    """An example, the same on every computer: it says nothing about this one."""
    try:
        metric = snapshot.catalogue.metric(EXAMPLE)
    except KeyError:
        return None
    lit = metric.buckets // 2 - 1
    title = snapshot.catalogue.texts[EXAMPLE].title
    words = labels.bucket(snapshot.catalogue, metric, lit, numbers)
    return data.Answer(EXAMPLE, title, words, metric.buckets, lit, f"{title}: {words}")


def _who(snapshot: Snapshot, numbers: Numbers) -> str:
    task = parties.task(snapshot)
    if task is None:
        return translate("FirstRun", "Nobody: this computer takes part in no task yet.")
    text = translate(
        "FirstRun",
        "No operator alone. Each answer becomes two random-looking pieces: {leader} gets one, {helper} the "
        "other. Only totals over at least {n} computers are joined.",
    ).format(
        leader=task.leader.name,
        helper=task.helper.name,
        n=numbers.whole(task.config.min_batch_size),
    )
    if task.info.mechanism is Mechanism.NONE:
        return text
    noise = translate("FirstRun", "Small random amounts are added before.")
    return f"{text} {noise}"


def _limits() -> str:
    return translate(
        "FirstRun",
        "If the two broke their agreement, they could put pieces together and read your answers. We cannot "
        "speak for other tools your employer runs.",
    )
