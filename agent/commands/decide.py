"""`choose`: what is measured and what leaves, decided by the person at the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from agent import decisions, enrolment, policy
from agent.commands import tables
from agent.doorbell import WORK
from agent.errors import NotEnrolled, TaskMismatch
from agent.model import Choice

if TYPE_CHECKING:
    from agent.commands.session import Session
    from agent.enrolment import Enrolment

# (choice, what is measured, what leaves, what the leader sees, what the network's administrator sees)
CONSEQUENCES = (
    (Choice.OFF, "nothing", "nothing", "nothing", "nothing"),
    (Choice.LOCAL, "yes, kept here", "nothing", "nothing", "nothing"),
    (
        Choice.SHARE,
        "yes, kept here",
        "one report a period, at a random moment",
        "an address sent a report of this period; no content",
        "contact with the leader",
    ),
    (
        Choice.QUIET,
        "yes, kept here",
        "one report of zeros a period, in the same way",
        "the same as share",
        "the same as share",
    ),
)


@click.command()
@click.argument("choice", type=click.Choice([str(choice) for choice in Choice]), required=False)
@click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")
@click.pass_obj
def choose(session: Session, choice: str | None, json_: bool) -> None:
    """Choose what leaves: off, local, share or quiet. Without an argument: show what holds.

    Off is what holds until somebody chooses. share and quiet are also the agreement to the task as it
    stands now; if it ever asks for more, sending pauses until you choose again. Choosing off or local
    drops a held report, choosing quiet withholds it. Any choice can be changed at any time.
    """
    with session.ledger() as ledger:
        made = None
        if choice is not None:
            made = decisions.choose(session.env, ledger, session.catalogue, Choice(choice))
        rules = decisions.load_policy(session.env, ledger)
        chosen = decisions.chosen(ledger)
    if made is not None:
        session.ask_sampler(WORK)
    found = {
        "choice": None if chosen is None else str(chosen),
        "in_force": str(policy.effective(rules, chosen)),
        "left": [str(left) for left in policy.allowed(rules)],
        "source": rules.values["upload"].source,
        **_waiting(session, rules),
    }
    if json_:
        tables.show(tables.as_json(found))
        return
    if made is not None:
        _tell(made)
    else:
        _describe(found)


def _waiting(session: Session, rules: Any) -> dict[str, Any]:
    """Whether the task waits for a person, and for what."""
    try:
        task: Enrolment = enrolment.load(session.env, rules, session.catalogue)
    except (NotEnrolled, TaskMismatch) as error:
        return {"enrolled": False, "note": error.message, "widened": [], "changes": []}
    changes = [list(change) for change in task.changes]
    return {"enrolled": True, "note": "", "widened": list(task.widened), "changes": changes}


def _tell(made: decisions.Chosen) -> None:
    tables.show(f"You chose {made.choice}.")
    if made.effective is not made.choice:
        tables.show(f"Under the policy in force that comes to {made.effective} (`shoal policy`).")
    if made.dropped:
        tables.show("The held report was dropped: it is not sent.")
    if made.withheld:
        tables.show("The held report is withheld: zeros go in its place, at the same moment.")
    if made.kept is not None and made.kept.warning:
        tables.show(made.kept.warning)


def _describe(found: dict[str, Any]) -> None:
    rows = [
        (
            "→" if str(row[0]) == found["in_force"] else "",
            *map(str, row),
            "yes" if row[0] in found["left"] else "no",
        )
        for row in CONSEQUENCES
    ]
    headers = (
        "",
        "choice",
        "measures",
        "sends",
        "leader sees",
        "network's administrator sees",
        "left to you",
    )
    tables.show(tables.table(rows, headers))
    chosen = found["choice"]
    tables.show("")
    tables.show(f"You chose {chosen}." if chosen else "You have not chosen yet; until then it is off.")
    if chosen and chosen != found["in_force"]:
        tables.show(f"Under the policy in force that comes to {found['in_force']} ({found['source']}).")
    if found["note"]:
        tables.show(f"Nothing can be sent: {found['note']}.")
    for field, before, after in found["changes"]:
        tables.show(f"The task changed: {field} was {before}, is {after}.")
    if found["widened"]:
        tables.show("Sending waits until you choose again, because the task asks for more than before.")
