"""How `shoal-server` speaks: warnings in red where there is colour, questions that a script can answer."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from typing import Any

import click

from server.errors import TaskMismatch, UsageError


def say(text: str = "") -> None:
    """One line for the reader, on standard output."""
    click.echo(text)


def progress(text: str) -> None:
    """What goes on, on standard error, so that --json stays clean."""
    click.echo(text, err=True)


def wrapped(text: str) -> str:
    """Prose, broken at the terminal's width."""
    return textwrap.fill(text, min(100, shutil.get_terminal_size((100, 24)).columns), break_on_hyphens=False)


def red(text: str, *, err: bool = False) -> None:
    """What must not be overlooked: red on a terminal, and in words either way."""
    click.secho(text, fg="red", bold=True, err=err)


def is_terminal() -> bool:
    """Whether standard output shows colour."""
    return sys.stdout.isatty()


def speaks_unicode() -> bool:
    """Whether standard output can show block characters."""
    encoding = (sys.stdout.encoding or "ascii").lower()
    return encoding.startswith("utf")


def print_json(value: Any) -> None:
    """Plain data for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def confirm(question: str, *, yes: bool, refused: str) -> None:
    """Ask, unless --yes answered; TaskMismatch(refused) on no, UsageError if nobody is there to ask."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is here to answer.", "Look at it, then repeat with --yes.")
    if not click.confirm(question):
        raise TaskMismatch(refused)
