"""What is wrong, above the headline: what happened, what it means, and one thing to do."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ui.link.snapshot import Kind, Trouble
from ui.view_models import causes, first_run, sayings
from ui.view_models.first_run import Why, warning
from ui.widgets.data import Notice
from ui.words import translate

if TYPE_CHECKING:
    from ui.link.commands import Failure
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers


class Action(StrEnum):
    """What a notice's button does."""

    NONE = ""
    START = "start"
    """Start the sampler."""
    AGAIN = "again"
    """Look once more."""
    ASK = "ask"
    """Open the dialog that asks the person again."""
    VERIFY = "verify"
    DECIDE = "decide"
    """Show *Who decides*."""


class Item(NamedTuple):
    """A notice, and what its button does."""

    id: str
    """Stays the same for the same matter, so that it is told once."""
    notice: Notice
    action: Action = Action.NONE
    red: bool = True
    """Something is wrong; else it is only to be known."""


def notices(snapshot: Snapshot, numbers: Numbers) -> tuple[Item, ...]:
    """All that holds now, what weighs most first. They stand on every page."""
    found = [
        *_database(snapshot),
        *_ledger(snapshot),
        *_policy(snapshot),
        *_task(snapshot),
        *_sampler(snapshot, numbers),
        *_warnings(snapshot),
        *_sending(snapshot),
        *_aside(snapshot),
        *_elsewhere(snapshot),
        *_unasked(snapshot),
    ]
    return tuple(found)


def of_failure(failure: Failure, what: str) -> Item:
    """What a command said was wrong: `what` names what was to be done, such as "Send now"."""
    title = translate("Notices", "{what} did not succeed.").format(what=what)
    waits = failure.code in (17, 20)
    return Item(
        f"failure.{failure.code}",
        _notice(title, causes.told(failure.message, failure.cure, failure.code), waits=waits),
        Action.NONE,
        not waits,
    )


def of_trouble(trouble: Trouble) -> Item:
    """What a database that cannot be read means."""
    title, text, button, action = _words(trouble)
    return Item(f"database.{trouble.kind}", _notice(title, text, button), action)


# -- the parts


def _notice(title: str, text: str, button: str = "", *, waits: bool = False) -> Notice:
    return Notice(title, text, button, "verdict-warn" if waits else "verdict-bad")


def _database(snapshot: Snapshot) -> list[Item]:
    trouble = snapshot.trouble or snapshot.writing
    return [] if trouble is None else [of_trouble(trouble)]


def _words(trouble: Trouble) -> tuple[str, str, str, Action]:
    again = translate("Notices", "Try again")
    start = translate("Notices", "Start Shoal")
    match trouble.kind:
        case Kind.BUSY:
            return (
                translate("Notices", "Another process holds the database."),
                translate(
                    "Notices", "It has not let go for some seconds. If it stays so, restart the agent."
                ),
                again,
                Action.AGAIN,
            )
        case Kind.FULL:
            return (
                translate("Notices", "The disk is full."),
                translate("Notices", "Free some space. Nothing that was stored is lost."),
                again,
                Action.AGAIN,
            )
        case Kind.READ_ONLY:
            return (
                translate("Notices", "The database cannot be written."),
                translate(
                    "Notices",
                    "Its folder, its file or the disk is read-only. Make them writable for this account.",
                ),
                again,
                Action.AGAIN,
            )
        case Kind.GONE:
            return (
                translate("Notices", "The folder with Shoal’s data is gone."),
                translate(
                    "Notices",
                    "If it lies on a disk that was taken away, bring that back. If it was deleted, close "
                    "this window and open it again: Shoal begins anew; nothing is sent before you choose.",
                ),
                again,
                Action.AGAIN,
            )
        case Kind.CORRUPT:
            return (
                translate("Notices", "The database is damaged."),
                translate(
                    "Notices",
                    "Starting Shoal puts it aside, whole and unrepaired, and begins a new one. You choose "
                    "again then; nothing is sent before.",
                ),
                start,
                Action.START,
            )
        case Kind.NEWER:
            return (
                translate("Notices", "A newer Shoal made this database."),
                translate("Notices", "Use the newer version again. Nothing was changed."),
                again,
                Action.AGAIN,
            )
        case Kind.OLDER:
            return (
                translate("Notices", "An older Shoal made this database."),
                translate("Notices", "Starting Shoal brings it up to date."),
                start,
                Action.START,
            )
        case _:
            text = causes.told(trouble.message, trouble.cure, trouble.exit_code)
            return translate("Notices", "The database cannot be read."), text, again, Action.AGAIN


def _ledger(snapshot: Snapshot) -> list[Item]:
    if snapshot.book.broken is None and snapshot.book.trouble is None:
        return []
    row = "" if snapshot.book.broken is None else str(snapshot.book.broken[0])
    text = translate(
        "Notices",
        "Row {row} does not follow from the one before. Something other than Shoal changed it, or the disk "
        "is at fault. Keep the file.",
    ).format(row=row)
    if snapshot.book.trouble is not None:
        broken = snapshot.book.trouble
        text = causes.told(broken.message, broken.cure, broken.exit_code)
    title = translate("Notices", "The ledger was changed.")
    return [Item("ledger", _notice(title, text, translate("Notices", "Verify")), Action.VERIFY)]


def _policy(snapshot: Snapshot) -> list[Item]:
    if snapshot.policy_trouble is None:
        return []
    text = translate(
        "Notices", "{where}. Nothing is sent until it is corrected; ask your administrator."
    ).format(where=sayings.policy(snapshot.policy_trouble.message))
    return [Item("policy", _notice(translate("Notices", "The policy cannot be read."), text))]


def _task(snapshot: Snapshot) -> list[Item]:
    if snapshot.task_trouble is not None:
        title = translate("Notices", "The task file is refused.")
        refused = snapshot.task_trouble
        text = causes.told(refused.message, refused.cure, refused.exit_code)
        return [Item("task", _notice(title, text))]
    if snapshot.enrolled is not None and snapshot.enrolled.enrolment.widened and snapshot.in_force.sends:
        title = translate("Notices", "The task asks for more than you agreed to.")
        text = translate("Notices", "Sending waits until you choose again.")
        button = translate("Notices", "See what changed")
        return [Item("widened", _notice(title, text, button, waits=True), Action.ASK, False)]
    return []


def _sampler(snapshot: Snapshot, numbers: Numbers) -> list[Item]:
    # with a policy that cannot be read nothing is sent, but what was chosen goes on measuring
    measures = snapshot.in_force.measures or (
        snapshot.policy is None and snapshot.chosen is not None and snapshot.chosen.measures
    )
    if snapshot.sampler is not False or not measures or snapshot.trouble or snapshot.writing:
        return []
    button = translate("Notices", "Start measuring")
    if snapshot.unstarted:
        title = translate("Notices", "Shoal’s background process does not stay.")
        text = translate(
            "Notices", "It was started, and ended at once. Its log says why: {file}. So does `shoal run`."
        ).format(file=snapshot.state / "agent.log")
        return [Item("sampler.unstarted", _notice(title, text, button), Action.START)]
    last = snapshot.facts.last_pass
    if last is None:
        title = translate("Notices", "Shoal does not measure yet.")
        text = translate("Notices", "Its background process is not running.")
        return [Item("sampler", _notice(title, text, button, waits=True), Action.START)]
    local = numbers.local(last)
    title = translate("Notices", "Shoal stopped measuring on {weekday}, {day}, at {clock}.").format(
        weekday=numbers.weekday(local), day=numbers.day(local), clock=numbers.clock(local)
    )
    text = translate(
        "Notices", "Its background process has ended. What you see was last measured {ago}."
    ).format(ago=numbers.ago(snapshot.now - last))
    return [Item("sampler", _notice(title, text, button), Action.START)]


def _warnings(snapshot: Snapshot) -> list[Item]:
    if snapshot.enrolled is None:
        return []
    return [
        Item(f"warning.{one}", _notice(*warning(one, snapshot)))
        for one in snapshot.enrolled.enrolment.task.warnings
    ]


def _sending(snapshot: Snapshot) -> list[Item]:
    """What the last worker met, where nothing above says it already."""
    facts = snapshot.facts
    if not (facts.trouble and snapshot.in_force.sends) or snapshot.task_trouble or snapshot.policy_trouble:
        return []
    if snapshot.enrolled is not None and snapshot.enrolled.enrolment.widened:
        return []
    final = facts.trouble_code != 0
    title = (
        translate("Notices", "Reports cannot be sent now.")
        if final
        else translate("Notices", "The report has not arrived yet; it is tried again.")
    )
    text = causes.told(facts.trouble, code=facts.trouble_code or 17)
    return [Item("sending", _notice(title, text, waits=not final), Action.NONE, final)]


def _aside(snapshot: Snapshot) -> list[Item]:
    if not snapshot.facts.set_aside:
        return []
    title = translate("Notices", "A damaged database was put aside.")
    text = translate("Notices", "It lies, whole, as {name} in {folder}. Erase deletes it.").format(
        name=snapshot.facts.set_aside, folder=snapshot.state
    )
    return [Item("aside", _notice(title, text, waits=True), Action.NONE, False)]


def _unasked(snapshot: Snapshot) -> list[Item]:
    """The way back to a question that was closed without an answer."""
    if first_run.why(snapshot) is not Why.FIRST:
        return []
    title = translate("Notices", "You have not chosen yet.")
    text = translate("Notices", "Until you do, nothing is measured and nothing is sent.")
    found = Notice(title, text, translate("Notices", "Choose…"), "person")
    return [Item("unasked", found, Action.ASK, False)]


def _elsewhere(snapshot: Snapshot) -> list[Item]:
    if not snapshot.elsewhere:
        return []
    title = translate("Notices", "This computer reports through another account.")
    text = translate("Notices", "From this one it can only be measured.")
    return [Item("elsewhere", _notice(title, text, waits=True), Action.NONE, False)]
