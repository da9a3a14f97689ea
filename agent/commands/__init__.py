"""The command line `shoal`: one file per subject, each command a thin sheet over the rooms below.

Nothing heavy is imported before the command that needs it is known: `--help` stays quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from agent.commands.session import Session
from agent.errors import ShoalError

# command → (module below agent.commands, what the list of commands says of it)
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("measure", "Measure this device, each minute, until told to stop."),
    "once": ("measure", "Measure once, now, and keep nothing."),
    "status": ("measure", "Show this device's health."),
    "choose": ("decide", "Choose what leaves: off, local, share or quiet."),
    "policy": ("rules", "Show every setting, its source, and who may change it."),
    "preview": ("reports", "Show what the next report would say."),
    "send-now": ("reports", "Send the held report within a minute."),
    "withhold": ("reports", "Take the held report back; zeros go in its place."),
    "ledger": ("ledger", "Show what was sealed, held, withheld, sent."),
    "verify": ("ledger", "Recompute every kept report, and check the ledger's chain."),
    "enrol": ("enrol", "Enrol in a task that two operators signed."),
    "doctor": ("doctor", "Try every hop to the leader, and say what to do."),
    "erase": ("leave", "Delete this device's readings and past reports."),
    "purge": ("leave", "Erase, and forget enrolment and settings too."),
}


class Lazy(click.Group):
    """Knows the commands by name; imports the one that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a newcomer's questions."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that holds it."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"agent.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list, without importing what it lists."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a suggestion for a slip of the finger."""
        import difflib

        if args and args[0] not in COMMANDS:
            close = difflib.get_close_matches(args[0], COMMANDS, 1)
            ctx.fail(f"there is no command {args[0]!r}" + (f"; did you mean {close[0]}?" if close else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Say the cause and the cure of what went wrong, and exit with its code."""
        try:
            return super().invoke(ctx)
        except ShoalError as error:
            tell(error)
            sys.exit(error.exit_code)


def tell(error: ShoalError) -> None:
    """An error as a person reads it, on standard error."""
    click.echo(f"shoal: {error.message}", err=True)
    if error.cure:
        click.echo(f"       {error.cure}", err=True)


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="A fish in a shoal cannot be singled out; the shoal can still be seen. "
    "Start with `shoal once`, then `shoal preview`; nothing leaves before you have chosen (`shoal choose`).",
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where this account's readings, ledger and settings lie (else SHOAL_STATE, else the usual place).",
)
@click.version_option(package_name="shoal", prog_name="shoal")
@click.pass_context
def shoal(ctx: click.Context, state: Path | None) -> None:
    """Measure this device's health here; let only totals over many devices be known elsewhere."""
    ctx.obj = Session(state)
