"""`shoal-server simulate`: invented devices, plainly labelled, for trying out."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dap.errors import DapError
from server import simulator
from server.commands import options, output
from server.config import load_signed
from server.errors import FolderError, TaskMismatch, UsageError

if TYPE_CHECKING:
    from dap.task import Task

_file = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("task", type=_file)
@click.option("--token", type=_file, required=True, help="The file with the devices' upload token.")
@click.option("--devices", type=click.IntRange(1), default=100, show_default=True)
@click.option(
    "--period", type=click.IntRange(0), help="The period's number [default: the last one that ended]."
)
@click.option("--seed", default="0", show_default=True, help="Equal seeds give equal devices.")
@options.as_json
def simulate(task: Path, token: Path, devices: int, period: int | None, seed: str, as_json: bool) -> None:
    """Send the reports of SIMULATED devices to the leader that the signed file TASK names.

    Their answers are invented, their reports are real: sealed as the agent seals its own. Never mix them with
    people's: nothing in a report says that it was simulated.
    """
    claimed = _both_signed(task)
    info = claimed.info
    catalogue = options.catalogue()
    if info.metrics > len(catalogue.metrics):
        raise TaskMismatch(f"metrics: {info.metrics} are asked for, more than the catalogue here has.")
    metrics = catalogue.prefix(info.metrics)
    if period is None:
        period = int(time.time()) // info.period - 1
    result = asyncio.run(
        simulator.simulate(
            claimed,
            metrics,
            devices=devices,
            period=period,
            token=_read_token(token),
            seed=seed,
            progress=lambda count: _progress(count, devices),
        )
    )
    if as_json:
        output.print_json({"label": simulator.LABEL, **result._asdict()})
        return
    output.say(f"{simulator.LABEL}: {result.taken} of {devices} reports of period {period} taken.")
    for reason, count in result.refused.items():
        output.say(f"  refused, {reason}: {count}")


def _both_signed(path: Path) -> Task:
    """The task, if both operators that it names have signed it."""
    signed = load_signed(path)
    try:
        claimed = signed.claimed()
        return signed.verify(claimed.leader.signing_key, claimed.helper.signing_key)
    except DapError as error:
        raise TaskMismatch(f"{path}: {error}.") from error


def _read_token(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FolderError(f"{path} cannot be read: {error}.") from error
    if not token or not token.isascii() or any(c.isspace() for c in token):
        raise UsageError(f"{path} holds no token.")
    return token


def _progress(count: int, devices: int) -> None:
    if count % max(1, devices // 10) == 0 or count == devices:
        output.progress(f"{simulator.LABEL}: {count} of {devices} devices answered")
