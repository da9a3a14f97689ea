"""*Who decides*: the four choices and their consequences, which of them policy allows, silenced checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from agent.model import Choice, LedgerKind, ReportState
from agent.policy import Origin
from ui.view_models import parties
from ui.widgets import data
from ui.words import translate

if TYPE_CHECKING:
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

UPLOADS: Final = ("off", "local", "ask", "required")


class Required(NamedTuple):
    """Stands in the place of the buttons, where sharing is required."""

    title: str
    text: str


class Matrix(NamedTuple):
    """Which choices each policy allows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[bool, ...]], ...]
    """(the policy in words, whether it allows each choice)."""
    present: int
    """The row that holds here; −1: the policy cannot be read."""
    note: str


class Silence(NamedTuple):
    """One check, and whether reports leave it out."""

    id: str
    title: str
    silenced: bool
    locked: bool
    """By the organisation: not to be changed here."""
    words: str


class Network(NamedTuple):
    """The active network checks."""

    on: bool
    text: str
    may_turn_off: bool


class Page(NamedTuple):
    """The upper part of the page."""

    headline: str
    below: str
    table: data.ChoiceTable
    required: Required | None
    effect: str
    """Below the choices: when a change takes effect, and what it drops."""
    matrix: Matrix
    silenced: tuple[Silence, ...]
    network: Network


def page(snapshot: Snapshot, numbers: Numbers) -> Page:
    """The page as of a snapshot."""
    return Page(
        headline=headline(snapshot, numbers),
        below=_below(snapshot),
        table=table(snapshot),
        required=required(snapshot),
        effect=translate(
            "Decisions", "A change takes effect at once. Off and Local also drop a report that is held."
        ),
        matrix=_matrix(snapshot),
        silenced=_silenced(snapshot),
        network=_network(snapshot),
    )


def choice_word(choice: Choice) -> str:
    """Off, Local, Share or Quiet."""
    match choice:
        case Choice.OFF:
            return translate("Decisions", "Off")
        case Choice.LOCAL:
            return translate("Decisions", "Local")
        case Choice.SHARE:
            return translate("Decisions", "Share")
        case Choice.QUIET:
            return translate("Decisions", "Quiet")


def serial(snapshot: Snapshot) -> int | None:
    """The task file that a person who looks at this snapshot has read; None without a task."""
    return None if snapshot.enrolled is None else snapshot.enrolled.enrolment.task.serial


def chosen_at(snapshot: Snapshot) -> float | None:
    """When the present choice was made."""
    for row in reversed(snapshot.book.rows):
        if row.kind == LedgerKind.CHOICE:
            return row.t if row.facts.get("choice") == snapshot.chosen else None
    return None


def headline(snapshot: Snapshot, numbers: Numbers) -> str:
    """Who decides, and what holds, in a sentence."""
    if snapshot.policy is not None and snapshot.policy.upload == "required":
        return translate("Decisions", "{organisation} requires sharing. You can see all of it.").format(
            organisation=parties.organisation(snapshot)
        )
    if Choice.SHARE not in snapshot.left and snapshot.policy is not None and not snapshot.elsewhere:
        return translate("Decisions", "{organisation} has decided that nothing is sent.").format(
            organisation=parties.organisation(snapshot)
        )
    if snapshot.trouble is not None and snapshot.chosen is None:
        return translate("Decisions", "You decide. What you chose cannot be read now.")
    if snapshot.chosen is None:
        return translate("Decisions", "You decide. Until you have, nothing is measured and nothing is sent.")
    if snapshot.in_force.sends and snapshot.enrolled is not None and snapshot.enrolled.enrolment.widened:
        return translate("Decisions", "You decide. Sending waits until you choose again.")
    if not snapshot.in_force.sends:
        return translate("Decisions", "You decide. Nothing is sent from this computer.")
    at = chosen_at(snapshot)
    if at is None:
        if snapshot.in_force is Choice.QUIET:
            return translate("Decisions", "You decide. You have chosen to send zeros.")
        return translate("Decisions", "You decide. You have chosen to share.")
    day = numbers.dated(at, snapshot.now)
    if snapshot.in_force is Choice.QUIET:
        return translate("Decisions", "You decide. You have sent zeros since {day}.").format(day=day)
    return translate("Decisions", "You decide. You have shared since {day}.").format(day=day)


def table(snapshot: Snapshot) -> data.ChoiceTable:
    """The choices as columns, their consequences as rows: the same table as in the documentation."""
    nothing = translate("Decisions", "Nothing")
    measures = translate("Decisions", "Yes, for you and the help desk")
    alike = translate("Decisions", "The same as Share")
    leader = parties.names(snapshot).leader
    every = parties.every(snapshot)
    rows = (
        (translate("Decisions", "This computer measures"), (nothing, measures, measures, measures)),
        (
            translate("Decisions", "It sends"),
            (
                nothing,
                nothing,
                translate("Decisions", "One sealed report {every}, at a random moment").format(every=every),
                translate("Decisions", "A report of zeros, in the same way"),
            ),
        ),
        (
            translate("Decisions", "{leader} sees").format(leader=leader[:1].upper() + leader[1:]),
            (
                nothing,
                nothing,
                translate("Decisions", "That a computer at an address sent a report; not what is in it"),
                alike,
            ),
        ),
        (
            translate("Decisions", "The network’s administrator sees"),
            (
                nothing,
                nothing,
                translate("Decisions", "Contact with {host}").format(host=parties.leader_host(snapshot)),
                alike,
            ),
        ),
    )
    return data.ChoiceTable(
        choices=tuple(_choice(snapshot, choice) for choice in Choice),
        rows=rows,
        chosen=None if snapshot.chosen is None else str(snapshot.chosen),
        badge=translate("Decisions", "Your choice"),
    )


def short(snapshot: Snapshot, choice: Choice) -> str:
    """A choice in one sentence, for the first run."""
    every = parties.every(snapshot)
    match choice:
        case Choice.OFF:
            return translate("Decisions", "Measure nothing, send nothing.")
        case Choice.LOCAL:
            return translate("Decisions", "Measure for you and the help desk. Send nothing.")
        case Choice.SHARE:
            return translate("Decisions", "Send one sealed report {every}.").format(every=every)
        case Choice.QUIET:
            return translate("Decisions", "Send only zeros. To each operator it looks like Share.")


def consequences(snapshot: Snapshot, choice: Choice) -> tuple[str, ...]:
    """What choosing this now would do beyond what the table says; empty: nothing more."""
    open_ = [report for report in snapshot.book.reports if report.is_open]
    held = [report for report in open_ if report.state is ReportState.HELD and not report.zeros]
    found = []
    if not choice.sends and open_:
        found.append(translate("Decisions", "The report that is held is dropped: it is not sent."))
    if choice is Choice.QUIET and held:
        found.append(translate("Decisions", "The report that is held is withheld: zeros go in its place."))
    if choice is Choice.OFF and snapshot.in_force.measures and found:  # alone it can be taken back
        found.append(translate("Decisions", "Measuring stops. What was measured stays until you erase it."))
    if choice.sends and snapshot.enrolled is not None and snapshot.enrolled.enrolment.widened:
        found.append(translate("Decisions", "You agree to the task as it stands now."))
    return tuple(found)


# -- the parts


def _choice(snapshot: Snapshot, choice: Choice) -> data.Choice:
    reason = _reason(snapshot, choice)
    return data.Choice(str(choice), choice_word(choice), short(snapshot, choice), not reason, reason)


def _reason(snapshot: Snapshot, choice: Choice) -> str:
    """Why a choice cannot be made; empty if it can."""
    if choice in snapshot.left:
        if choice.sends and snapshot.enrolled is None:
            return translate("Decisions", "This computer takes part in no task yet.")
        return ""
    if snapshot.policy is None:
        return translate("Decisions", "The policy file has an error; until it is mended nothing is sent.")
    if choice.sends and snapshot.elsewhere:
        return translate("Decisions", "This computer reports through another account.")
    value = snapshot.policy.values["upload"]
    if snapshot.policy.is_shared and value.value not in ("off", "local"):
        value = snapshot.policy.values["machine_kind"]
    elif choice is Choice.QUIET and Choice.SHARE in snapshot.left:
        value = snapshot.policy.values["allow_quiet"]
    where = f" {value.where}." if value.where else ""
    return translate("Decisions", "Your organisation does not allow this choice.") + where


def unreadable() -> str:
    """What a policy file with a mistake means."""
    return translate("Decisions", "The policy file cannot be read; until it is mended nothing is sent.")


def _below(snapshot: Snapshot) -> str:
    name = parties.organisation(snapshot)
    if snapshot.policy is None:
        return unreadable()
    if snapshot.policy.upload == "ask":
        return translate(
            "Decisions",
            "{organisation} leaves this choice to you. It can narrow what is sent, never widen it, and never "
            "hide this page.",
        ).format(organisation=name)
    return translate(
        "Decisions", "{organisation} can narrow what is sent, never widen it, and never hide this page."
    ).format(organisation=name)


def required(snapshot: Snapshot) -> Required | None:
    """The note, where policy requires sharing."""
    rules = snapshot.policy
    if rules is None or rules.upload != "required":
        return None
    return Required(
        translate("Decisions", "Sharing is required by {organisation} under {agreement}.").format(
            organisation=parties.organisation(snapshot), agreement=_agreement(snapshot)
        ),
        translate("Decisions", "Questions: {contact}. You can still see every byte, and erase.").format(
            contact=rules.value("contact")
        ),
    )


def _agreement(snapshot: Snapshot) -> str:
    task = parties.task(snapshot)
    if task is not None and task.agreement:
        return task.agreement
    return "" if snapshot.policy is None else str(snapshot.policy.value("agreement_url"))


def _matrix(snapshot: Snapshot) -> Matrix:
    quiet = snapshot.policy is None or bool(snapshot.policy.value("allow_quiet"))
    rows = (
        (translate("Decisions", "Off: nothing is measured or sent"), (True, False, False, False)),
        (translate("Decisions", "Local: measured only"), (True, True, False, False)),
        (translate("Decisions", "Ask: the person decides"), (True, True, True, True)),
        (translate("Decisions", "Required: sharing is agreed"), (False, False, True, quiet)),
    )
    upload = "" if snapshot.policy is None else snapshot.policy.upload
    return Matrix(
        columns=tuple(choice_word(choice) for choice in Choice),
        rows=rows,
        present=UPLOADS.index(upload) if upload in UPLOADS else -1,
        note=_note(snapshot),
    )


def _note(snapshot: Snapshot) -> str:
    said = [
        translate(
            "Decisions",
            "Choosing Quiet while a report is held withholds it; choosing Off or Local drops it. On a "
            "computer that people share, only Off and Local are ever allowed.",
        )
    ]
    if snapshot.policy is None or snapshot.policy.value("allow_withhold"):
        said.append(
            translate("Decisions", "Where sharing is required, a single report may be withheld all the same.")
        )
    else:
        said.append(
            translate("Decisions", "Where sharing is required, withholding a report is not allowed here.")
        )
    return " ".join(said)


def _silenced(snapshot: Snapshot) -> tuple[Silence, ...]:
    if snapshot.policy is None:
        return ()
    value = snapshot.policy.values["blocked_metrics"]
    mine = own_silenced(snapshot)
    blocked = set(value.value)
    found = []
    for metric in snapshot.catalogue.metrics:
        silenced = metric.id in blocked
        locked = silenced and metric.id not in mine
        if locked:
            words = translate("Decisions", "Silenced by your organisation")
        elif silenced:
            words = translate("Decisions", "Silenced by you")
        else:
            words = translate("Decisions", "May be answered")
        found.append(Silence(metric.id, snapshot.catalogue.texts[metric.id].title, silenced, locked, words))
    return tuple(found)


def own_silenced(snapshot: Snapshot) -> frozenset[str]:
    """The checks that the person silenced, whatever the organisation blocks."""
    from agent.errors import PolicyInvalid
    from agent.policy import own

    try:
        return frozenset(own(snapshot.own).get("blocked_metrics", ()))
    except PolicyInvalid:
        return frozenset()


def _network(snapshot: Snapshot) -> Network:
    if snapshot.policy is None:
        return Network(False, translate("Decisions", "Off."), False)
    value = snapshot.policy.values["network_target"]
    if value.value is None:
        if value.origin is Origin.YOU:
            return Network(False, translate("Decisions", "Off: you turned them off."), False)
        return Network(
            False, translate("Decisions", "Off. No target is set, so none can be turned on."), False
        )
    return Network(
        True,
        translate("Decisions", "On: to {target}, which is no aggregator.").format(target=value.value),
        True,
    )
