"""`enrol`: take part in a task that two operators signed; silent, for one account or the whole machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent import decisions, enrolment, policy
from agent.commands import promises, tables
from agent.doorbell import WORK
from agent.enrolment import owner
from agent.errors import TaskMismatch, UsageError
from dap.task import Mechanism, SignedTask, TaskRefused, TaskWarning, summary

if TYPE_CHECKING:
    from agent.commands.session import Session

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("task_file", type=FILE, required=False)
@click.option("--token-file", type=FILE, help="The upload token, as the leader's operator gave it.")
@click.option(
    "--expect",
    "expected",
    multiple=True,
    metavar="FINGERPRINT",
    help="An operator's fingerprint that you were told by other means; give it twice, once for each. "
    "Enrolment is refused if they differ.",
)
@click.option(
    "--machine", is_flag=True, help="Enrol the whole machine, for all its accounts (administrator)."
)
@click.option("--replace", is_flag=True, help="With --machine: accept other operators than the pinned ones.")
@click.option("--demo", is_flag=True, help="Make this state a demo's: only then are demo tasks accepted.")
@click.option("--leave", is_flag=True, help="End this account's enrolment instead; another may then enrol.")
@click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")
@click.pass_obj
def enrol(
    session: Session,
    task_file: Path | None,
    token_file: Path | None,
    expected: tuple[str, ...],
    machine: bool,
    replace: bool,
    demo: bool,
    leave: bool,
    json_: bool,
) -> None:
    """Enrol in a task that two operators signed.

    Pins both operators' keys: later task files must be signed by the same two. Compare the fingerprints
    shown here with what the operators published. Nothing is asked, and nothing is sent by enrolling: the
    person at the machine still chooses (`shoal choose`). Run it again with a newer task file to update.

    \b
    One account:     shoal enrol task.json --token-file upload.token
    Whole machine:   sudo shoal enrol task.json --token-file upload.token --machine
    """
    if replace and not machine:
        raise UsageError("--replace is for --machine", "An account leaves first: `shoal enrol --leave`.")
    if leave:
        if machine:
            raise UsageError(
                "--leave is for one account", "docs/admins.md says how a machine's enrolment is removed."
            )
        _leave(session, json_)
        return
    if task_file is None:
        raise UsageError("name the task file", "`shoal enrol TASK_FILE --token-file FILE`")
    if demo:
        session.env.mark_demo()
    text = enrolment.read_task_file(task_file)
    _require_expected(text, expected)
    if machine:
        found = _enrol_machine(session, text, token_file, replace)
    else:
        found = _enrol_account(session, text, task_file, token_file)
    tables.show(tables.as_json(found) if json_ else describe(found))


def _enrol_machine(session: Session, text: str, token_file: Path | None, replace: bool) -> dict[str, Any]:
    if token_file is None:
        raise UsageError("the machine's accounts need the token", "Add --token-file FILE.")
    rules = policy.load(session.env, {})
    token = enrolment.read_token(token_file)
    task = enrolment.enrol_machine(session.env, rules, session.catalogue, text, token, replace=replace)
    return {
        "scope": "machine",
        **summary(task),
        "promises": promises.sentences(task),
        "token": "machine",
        "notes": [],
    }


def _enrol_account(session: Session, text: str, task_file: Path, token_file: Path | None) -> dict[str, Any]:
    if token_file is None:
        raise UsageError("reports need the upload token", "Add --token-file FILE.")
    with session.ledger() as ledger:
        found, kept = decisions.enrol(
            session.env,
            ledger,
            session.catalogue,
            text,
            enrolment.read_token(token_file),
            task_file=task_file.absolute(),
            token_file=token_file.absolute(),
        )
    session.ask_sampler(WORK)
    return {
        **found.summary(),
        "promises": promises.sentences(found.task),
        "token": kept.where,
        "notes": [kept.warning] if kept.warning else [],
    }


def _leave(session: Session, json_: bool) -> None:
    was = enrolment.read_record(session.env) is not None or owner.holder(session.env) == owner.my_id()
    with session.ledger() as ledger:
        open_ = [report for report in ledger.reports() if report.is_open]
        note = decisions.leave(session.env, ledger)
    session.ask_sampler(WORK)
    if json_:
        tables.show(tables.as_json({"was_enrolled": was, "dropped": len(open_), "note": note}))
        return
    tables.show("This account is enrolled no more." if was else "This account was not enrolled.")
    if open_:
        tables.show("The held report was dropped: it is not sent.")
    tables.show("Readings and the ledger stay.")
    if note:
        tables.show(note)


def _require_expected(text: str, expected: tuple[str, ...]) -> None:
    """TaskMismatch unless the file names exactly the two operators that somebody was told of."""
    if not expected:
        return
    if len(expected) != 2:
        raise UsageError("--expect needs both operators' fingerprints", "Give it twice.")
    try:
        claimed = SignedTask.load(text).claimed()
    except TaskRefused as refused:
        raise TaskMismatch(
            f"the task file is refused: {refused.field}: {refused.reason}", "Ask for the file again."
        ) from None
    named = {_plain(claimed.leader.fingerprint), _plain(claimed.helper.fingerprint)}
    for fingerprint in expected:
        if _plain(fingerprint) not in named:
            raise TaskMismatch(
                f"neither operator of the task has the fingerprint {fingerprint}",
                "Do not enrol: the file is not from the operators that you were told of.",
            )
    if len({_plain(fingerprint) for fingerprint in expected}) != 2:
        raise UsageError("--expect was given the same fingerprint twice", "Give each operator's.")


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.split()).lower()


def describe(found: dict[str, Any]) -> str:
    """An enrolment as a person reads it."""
    lines = [TaskWarning(warning).sentence.upper() for warning in found["warnings"]]
    lines += [f"{found['organisation']} asks for one report every {tables.span(found['period'])}.", ""]
    rows = [
        (role, found[role]["name"], found[role]["contact"], found[role]["url"], found[role]["fingerprint"])
        for role in ("leader", "helper")
    ]
    lines.append(tables.table(rows, ("operator", "name", "contact", "address", "fingerprint")))
    noise = Mechanism[found["mechanism"].upper()].in_words
    lines += [
        "",
        "Compare both fingerprints with what the operators published.",
        "",
        f"Questions      {found['metrics']} metrics",
        f"Noise          {noise}, ρ = {found['rho']} a release",
        f"Agreement      {found['agreement'] or 'none named'}",
        "",
        *(click.wrap_text(sentence, 100) for sentence in found["promises"]),
    ]
    lines += [f"Changed: {field}: {before} → {after}" for field, before, after in found.get("changes", ())]
    if found.get("widened"):
        lines += ["", f"It asks for more than you agreed to ({', '.join(found['widened'])}): sending waits."]
    lines += ["", *found["notes"]] if found["notes"] else []
    if found.get("agreed"):
        lines += ["", "You agreed to this task already: nobody is asked again."]
    else:
        lines += ["", "Nothing leaves by enrolling. See `shoal preview`, then choose: `shoal choose`."]
    return "\n".join(lines)
