"""`shoal-server leader | helper | serve`: the roles as programs."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

import click

from dap.constants import Role
from server import config
from server.commands import options, output
from server.errors import NotSetUp
from server.operators import KEYS_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from server.config import OperatorConfig


START_SECONDS = 3.0
"""For leader and helper to be up before the collector asks."""


def _load(folder: Path, role: Role) -> OperatorConfig:
    found = config.load(folder)
    if found.role is not role:
        raise NotSetUp(
            f"{folder} is the {found.role.word}'s folder.",
            f"Run it: shoal-server {found.role.word} --dir {folder}",
        )
    for warning in found.task.warnings:
        output.red(warning.sentence, err=True)
    return found


def _log() -> None:
    """To standard error, without times: when a device reported is nobody's business."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)


@click.command()
@options.folder
def leader(folder: Path) -> None:
    """Run the leader: takes reports, verifies them with the helper, adds them up, serves the collector.

    Prints "ready leader URL" when it can be talked to; stop it with Ctrl-C or SIGTERM, at any point.
    """
    from server.serve import run_leader

    _log()
    run_leader(_load(folder, Role.LEADER))


@click.command()
@options.folder
def helper(folder: Path) -> None:
    """Run the helper: verifies its halves, holds the line on minimum, period and noise for itself.

    Prints "ready helper URL" when it can be talked to; stop it with Ctrl-C or SIGTERM, at any point.
    """
    from server.serve import run_helper

    _log()
    run_helper(_load(folder, Role.HELPER))


@click.command()
@options.folder
def serve(folder: Path) -> None:
    """Run leader, helper and collector in one process, from the folders that `init --both` made in DIR.

    Whoever runs this holds both halves of every answer. For trying out, never for people.
    """
    from server.commands.collect import watch
    from server.serve import BOTH_HALVES, run_all

    if not (folder / "leader" / KEYS_FILE).exists():
        raise NotSetUp(
            f"{folder} holds no folder of a leader, as `init --both` makes it.",
            f"Make it: shoal-server init --both --dir {folder}",
        )
    _log()
    # It is printed in red; the log goes to the same place, and need not say it again.
    logging.getLogger("shoal").addFilter(lambda record: record.getMessage() != BOTH_HALVES)
    roles = _load(folder / "leader", Role.LEADER), config.load(folder / "helper")
    config.load_collector(folder / "collector")  # its faults are better known before anything runs
    stop = threading.Event()
    collecting = threading.Thread(
        target=watch, args=(folder / "collector", stop), kwargs={"first": START_SECONDS}, daemon=True
    )
    collecting.start()
    task, token = folder / config.TASK_FILE, folder / "upload.token"
    output.progress("Releases are shown here when they are due. Invented devices, from another terminal:")
    output.progress(f"  shoal-server simulate {task} --token {token}")
    try:
        run_all(*roles)
    finally:
        stop.set()
        collecting.join(timeout=10)
