"""`erase` and `purge`: what goes now, what stays and why. Both work without any network."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from agent import decisions, enrolment
from agent.commands import tables
from agent.doorbell import WORK
from agent.errors import Declined, StoreError
from agent.lock import SAMPLER, end_holder

if TYPE_CHECKING:
    from agent.commands.session import Session

YES = click.option("--yes", is_flag=True, help="Do not ask for the word.")
JSON = click.option("--json", "json_", is_flag=True, help="Print JSON instead of sentences.")

STAYS = (
    "Pieces that were already added to a total cannot be found again: nothing says which were yours. A "
    "piece that waits at the aggregators is deleted there once its total is made."
)


@click.command()
@YES
@JSON
@click.pass_obj
def erase(session: Session, yes: bool, json_: bool) -> None:
    """Delete this device's readings and past reports.

    Readings, summaries, notes of who read them, the bodies and openings of all reports go now; a held
    report is dropped. The ledger's rows stay: they hold hashes, no answers, and show that nothing was
    hidden. Enrolment, choice and settings stay (`shoal purge` takes them, too). Works offline.
    """
    if not session.has_database:
        _tell({"erased": False, "bodies": 0}, json_, "There is nothing to erase.")
        return
    _ask("erase", yes)
    with session.store() as store, session.ledger() as ledger:
        store.erase()  # first: what a worker makes of readings until then goes with the ledger's bodies
        bodies = decisions.erase(session.env, ledger)
    session.ask_sampler(WORK)  # it forgets what it has in memory; if it hangs now, at its next commit
    what = "1 report's bytes" if bodies == 1 else f"{bodies} reports' bytes"
    _tell(
        {"erased": True, "bodies": bodies},
        json_,
        f"Erased: all readings, summaries and notes, and {what}. The ledger's rows stay.",
        STAYS,
    )


@click.command()
@YES
@JSON
@click.pass_obj
def purge(session: Session, yes: bool, json_: bool) -> None:
    """Erase, and forget enrolment and settings too.

    Ends the sampler of this state, leaves the enrolment, forgets the token in the keychain, and removes
    the state directory's files with the ledger. Shoal is then as on its first day. A report that is being
    sealed or sent is waited for, a little. Works offline.
    """
    state = session.env.state
    if not state.exists():
        _tell({"purged": False}, json_, "There is nothing to purge.")
        return
    if not (session.has_database or (state / "sampler.lock").exists() or enrolment.read_record(session.env)):
        raise StoreError(f"{state} holds nothing of Shoal's", "Name the right directory with --state.")
    _ask("purge", yes)
    end_holder(session.env, SAMPLER)  # it would go on writing
    decisions.purge(session.env)
    with suppress(OSError):  # somebody else's files in it stay, and so does it
        state.rmdir()
    _tell({"purged": True}, json_, f"Purged: nothing of Shoal's is left in {state}.", STAYS)


def _tell(data: dict[str, Any], json_: bool, *sentences: str) -> None:
    if json_:
        tables.show(tables.as_json(data))
        return
    for sentence in sentences:
        tables.show(click.wrap_text(sentence, 100))


def _ask(word: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Declined("nobody is here to confirm: nothing was done", f"Repeat with `shoal {word} --yes`.")
    typed = click.prompt(f"This cannot be undone. Type {word} to go on", default="", show_default=False)
    if typed.strip() != word:
        raise Declined("nothing was done", "")
