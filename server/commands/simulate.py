"""`shoal-server simulate`: invented devices, plainly labelled, for trying out."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from dap.errors import DapError
from server import simulator
from server.commands import options, output
from server.config import load_signed
from server.dates import moment, period_name, period_of
from server.errors import FolderError, TaskMismatch, UsageError
from server.periods import Periods

if TYPE_CHECKING:
    from dap.task import Task

_file = click.Path(path_type=Path, dir_okay=False)
_REFUSALS: Final = {
    "batch_collected": "since the period has been collected already",
    "report_replayed": "since the period has been collected already",
    "report_dropped": "since the period's grace is over",
    "report_too_early": "since the period has not begun",
    "outdated_config": "since an operator has a newer HPKE key; use the newest task file",
}


@click.command()
@click.argument("task", type=_file)
@click.option("--token", type=_file, required=True, help="The file with the devices' upload token.")
@click.option("--devices", type=click.IntRange(1), default=100, show_default=True)
@click.option(
    "--period",
    "named",
    metavar="DATE|NUMBER",
    help="The period with this date in it (2026-11-19), or this number.  [default: the last one that ended]",
)
@click.option(
    "--seed",
    default="0",
    show_default=True,
    help="Equal seeds give equal reports, which the leader counts once.",
)
@options.as_json
def simulate(task: Path, token: Path, devices: int, named: str | None, seed: str, as_json: bool) -> None:
    """Send the reports of SIMULATED devices to the leader that the signed file TASK names.

    Their answers are invented, their reports are real: sealed as the agent seals its own. Never mix them with
    people's: nothing in a report says that it was simulated.

    \b
    shoal-server simulate try/task.json --token try/upload.token --devices 200
    """
    claimed = _both_signed(task)
    info = claimed.info
    catalogue = options.catalogue()
    if info.metrics > len(catalogue.metrics):
        raise TaskMismatch(
            f"metrics: {info.metrics} are asked for, but the catalogue here has {len(catalogue.metrics)}.",
            "Install the version of Shoal that the task was made with, or a later one.",
        )
    metrics = catalogue.prefix(info.metrics)
    now = time.time()
    period = _number(named, info.period, now)
    periods = Periods.of(claimed.config)
    name, due = period_name(period, info.period), periods.collectable_from(period)
    output.progress(
        f"{simulator.LABEL}: {devices} devices report on {name}, to be collected {_due(due, now)}"
    )
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
    output.say(f"{simulator.LABEL}: the leader took {result.taken} of {devices} reports for {name}.")
    for reason, count in result.refused.items():
        output.say(f"  refused: {count}, {_REFUSALS.get(reason, reason)}")
    if result.taken:
        beside = task.parent / "collector"
        where = str(beside) if beside.is_dir() else "DIR (the collector's folder)"
        # a collector leaves out what ended before its task was installed, unless it is named
        only = "" if info.demo else f" --period {period}"
        output.say(f"Next, {_due(due, time.time())}: shoal-server collect --dir {where}{only}")


def _due(due: int, now: float) -> str:
    return "at once" if due <= now else moment(due)


def _number(named: str | None, seconds: int, now: float) -> int:
    if named is None:
        return int(now) // seconds - 1
    try:
        return period_of(named, seconds)
    except ValueError as error:
        raise UsageError(f"--period {named}: {error}.", "Give a date within it, or its number.") from error


def _both_signed(path: Path) -> Task:
    """The task, if both operators that it names have signed it."""
    signed = load_signed(path)
    try:
        claimed = signed.claimed()
        return signed.verify(claimed.leader.signing_key, claimed.helper.signing_key)
    except DapError as error:
        raise TaskMismatch(
            f"{path}: {error}.", "Devices take part in what both operators signed, and so do simulated ones."
        ) from error


def _read_token(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise FolderError(
            f"{path} cannot be read: {reason}.", "--token is the file upload.token that came with the task."
        ) from error
    if not token or not token.isascii() or any(c.isspace() for c in token):
        raise UsageError(
            f"{path} holds no token.", "--token is the file upload.token that came with the task."
        )
    return token


def _progress(count: int, devices: int) -> None:
    if count % max(1, devices // 10) == 0 or count == devices:
        output.progress(f"{simulator.LABEL}: {count} of {devices} devices answered")
