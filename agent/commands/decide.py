"""`choose`: what is measured and what leaves, decided by the person at the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from agent import decisions, enrolment, policy
from agent.commands import tables
from agent.doorbell import WORK
from agent.enrolment import owner
from agent.errors import NotEnrolled, PolicyInvalid, TaskMismatch
from agent.model import Choice, Setting

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
@click.option("--serial", type=int, help="Agree to the task file of this serial number, and to no other.")
@click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")
@click.pass_obj
def choose(session: Session, choice: str | None, serial: int | None, json_: bool) -> None:
    """Choose what leaves: off, local, share or quiet. Without an argument: show what holds.

    Off is what holds until somebody chooses, unless a policy requires reports. share and quiet are also the
    agreement to the task as it stands now; if it ever asks for more, sending pauses until you choose again.
    Choosing off or local drops a held report, choosing quiet withholds it. Any choice can be changed at any
    time.
    """
    made, runs = None, False
    if choice is not None:
        with session.ledger() as ledger:
            made = decisions.choose(session.env, ledger, session.catalogue, Choice(choice), serial=serial)
        runs = session.ask_sampler(WORK)
    found = _found(session)
    if json_:
        names = ("choice", "measures", "sends", "leader_sees", "network_administrator_sees")
        rows = [dict(zip(names, map(str, row), strict=True)) for row in CONSEQUENCES]
        tables.show(tables.as_json(found | {"consequences": rows}))
    elif made is not None:
        _tell(made, found, runs)
    else:
        _describe(found)


def _found(session: Session) -> dict[str, Any]:
    """What holds, as plain data. A policy that cannot be read leaves off and local, and is said."""
    settings = session.settings()
    chosen = Choice.of(settings.get(Setting.CHOICE))
    try:
        rules = session.policy(settings)
    except PolicyInvalid as error:
        return {
            "choice": None if chosen is None else str(chosen),
            "in_force": str(chosen) if chosen in (Choice.OFF, Choice.LOCAL) else "off",
            "left": [str(Choice.OFF), str(Choice.LOCAL)],
            "source": "",
            "required": None,
            "enrolled": False,
            "note": f"the policy cannot be read: {error.message}",
            "widened": [],
            "changes": [],
        }
    left, in_force = policy.allowed(rules), policy.effective(rules, chosen)
    note = ""
    if not owner.is_open_to(session.env):
        left = tuple(one for one in left if not one.sends)
        in_force = Choice.LOCAL if in_force.sends else in_force
        note = "this machine reports through another account; here only off and local can be chosen"
    required = rules.upload == "required"
    return {
        "choice": None if chosen is None else str(chosen),
        "in_force": str(in_force),
        "left": [str(one) for one in left],
        "source": rules.values["upload"].source,
        "required": {name: str(rules.value(name)) for name in ("agreement_url", "contact")}
        if required
        else None,
        **(_waiting(session, rules) | ({"note": note} if note else {})),
    }


def _waiting(session: Session, rules: Any) -> dict[str, Any]:
    """Whether the task waits for a person, and for what."""
    try:
        task: Enrolment = enrolment.load(session.env, rules, session.catalogue)
    except (NotEnrolled, TaskMismatch) as error:
        return {"enrolled": False, "note": error.message, "widened": [], "changes": []}
    changes = [list(change) for change in task.changes]
    return {"enrolled": True, "note": "", "widened": list(task.widened), "changes": changes}


def _tell(made: decisions.Chosen, found: dict[str, Any], runs: bool) -> None:
    tables.show(f"You chose {made.choice}.")
    if made.effective is not made.choice:
        tables.show(f"Under the policy in force that comes to {made.effective} (`shoal policy`).")
    if made.effective is Choice.QUIET:
        tables.show("Zeros are sent in place of your answers, in the same way and as often.")
    if made.dropped:
        tables.show("The held report was dropped: it is not sent.")
    if made.withheld:
        tables.show("The held report is withheld: zeros go in its place, at the same moment.")
    if made.kept is not None and made.kept.warning:
        tables.show(made.kept.warning)
    if made.effective.sends:
        tables.show(
            "When a period has ended its report is sealed and held for you to read (`shoal ledger`); you may "
            "send it now or withhold it. Then it leaves at a random moment."
        )
    if found["note"]:
        tables.show(f"Note: {found['note']}.")
    if made.effective.measures and not runs:
        tables.show("The agent does not run now: nothing is measured or sent until it does (`shoal run`).")


def _describe(found: dict[str, Any]) -> None:
    rows = [
        (
            "→" if str(row[0]) == found["in_force"] else "",
            *(click.wrap_text(str(cell), 24) for cell in row),
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
        "your network's\nadministrator sees",
        "you may",
    )
    tables.show(tables.table(rows, headers))
    tables.show("")
    tables.show(_standing(found))
    if found["note"]:
        tables.show(f"Nothing can be sent: {found['note']}.")
    for field, before, after in found["changes"]:
        tables.show(f"The task changed: {field} was {before}, is {after}.")
    if found["widened"]:
        tables.show("Sending waits until you choose again, because the task asks for more than before.")


def _standing(found: dict[str, Any]) -> str:
    """Who decided what holds now."""
    chosen, required = found["choice"], found["required"]
    if required is not None and found["in_force"] == Choice.SHARE and chosen != Choice.SHARE:
        return (
            f"Required by your organisation under {required['agreement_url']}, so share is in force; ask "
            f"{required['contact']}."
        )
    if chosen is None:
        return "You have not chosen yet; until then it is off."
    if chosen != found["in_force"]:
        return f"You chose {chosen}. Under the policy that comes to {found['in_force']} ({found['source']})."
    return f"You chose {chosen}."
