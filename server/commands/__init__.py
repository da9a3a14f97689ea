"""The command line `shoal-server`. Each command's module is loaded when the command is used."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from server.errors import ServerError

COMMANDS = {
    "init": ("server.commands.init", "Make an operator's keys, or try everything out with --both."),
    "task": ("server.commands.task", "Agree on a task: new, sign, install, show, renew …"),
    "leader": ("server.commands.roles", "Run the leader."),
    "helper": ("server.commands.roles", "Run the helper."),
    "serve": ("server.commands.roles", "Run all roles in one process: for trying out only."),
    "collect": ("server.commands.collect", "Collect the periods that are due and show their releases."),
    "simulate": ("server.commands.simulate", "Send the reports of SIMULATED devices."),
}


class Program(click.Group):
    """Loads a command when it is asked for; shows an error as cause and cure, and exits with its code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which an operator needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in --help, without loading every command for its first line."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except ServerError as error:
            click.echo(f"shoal-server: {error}", err=True)
            sys.exit(error.exit_code)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="shoal", prog_name="shoal-server")
def shoal_server() -> None:
    """The organisation's side of Shoal: fleet health in noisy totals, readable by nobody one by one.

    Two operators who do not report to each other (say IT and the works council) run the leader and the
    helper, on machines, backups and accounts of their own. Each makes its own keys:

    \b
      IT               shoal-server init leader --name … --contact … --url … --dir leader
                       shoal-server init collector --name … --contact … --dir collector
      works council    shoal-server init helper --name … --contact … --url … --dir helper

    They exchange the public files NAME.operator.json, read each other the fingerprints, and sign one task
    file:

    \b
      IT               shoal-server task new --dir leader --helper FILE --collector FILE …
      works council    shoal-server task sign task.json --dir helper --leader FILE --collector FILE
      IT               shoal-server task install task.json --dir leader   (and --dir collector)

    To try it out alone, in three folders: shoal-server init --both --dir try
    """
