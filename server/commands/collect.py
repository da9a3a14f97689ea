"""`shoal-server collect`: the periods that are due, and their releases on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from server import release_table, releases
from server.archive import Archive, State
from server.collector import DEMO_WAIT, WAIT, Collector, release_path
from server.commands import options, output
from server.config import load_collector
from server.errors import NotReleased
from server.leader_client import LeaderClient

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server.collector import Outcome

NOT_RELEASED = NotReleased.exit_code


@click.command()
@options.folder
@click.option("--period", "periods", type=click.IntRange(0), multiple=True, help="Only this period's number.")
@click.option(
    "--wait",
    type=click.FloatRange(0),
    help="Seconds to wait for aggregators that are still at work [default: 300; in a demo 10].",
)
@click.option("--watch", "watching", is_flag=True, help="Go on for ever, collecting what becomes due.")
@click.option(
    "--last", is_flag=True, help="Show the latest release again (with --period: that one); ask nobody."
)
@click.option("--metric", "only", multiple=True, help="Show only these (an id, or how it begins).")
@options.as_json
def collect(
    folder: Path,
    periods: tuple[int, ...],
    wait: float | None,
    watching: bool,
    last: bool,
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Collect every period whose grace is over, join the two noisy halves, and show the release.

    \b
    DIR/releases/release-NUMBER.json    each release, as a file (docs/operators.md describes it)
    DIR/releases.db                     all of them in tables, to query

    A period is released once. One with fewer reports than the minimum is never released, and says so. Stop
    and run it again as you like: it goes on where it was. Exit code 20: something is not released (yet).
    """
    if last:
        _show_again(folder, periods, only, as_json)
        return
    if watching:
        import threading

        watch(folder, threading.Event(), as_json=as_json)
        return
    with _collector(folder, output.progress) as collector:
        collected = collector.collect(periods or collector.due(), _patience(collector, wait))
        _report(collector, collected.outcomes, only, as_json)
    for period, error in collected.errors:
        output.progress(f"period {period}: {error}")
    if collected.errors:
        sys.exit(collected.errors[0][1].exit_code)
    if any(outcome.state is not State.RELEASED for outcome in collected.outcomes):
        sys.exit(NOT_RELEASED)


def _patience(collector: Collector, wait: float | None) -> float:
    if wait is not None:
        return wait
    return DEMO_WAIT if collector.periods.demo else WAIT


@contextmanager
def _collector(folder: Path, progress: Callable[[str], None]) -> Iterator[Collector]:
    config = load_collector(folder)
    task_id = config.task.task_id
    with (
        Archive(config.database, task_id) as archive,
        LeaderClient(config.leader_url, task_id, config.leader_token, config.dialect) as client,
    ):
        yield Collector(config, options.catalogue(), archive, client, progress=progress)


def _report(collector: Collector, outcomes: list[Outcome], only: tuple[str, ...], as_json: bool) -> None:
    period, due = collector.next_due()
    moment = datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if as_json:
        found = [_outcome_json(outcome) for outcome in outcomes]
        output.print_json({"outcomes": found, "next": {"period": period, "due": moment}})
        return
    for outcome in outcomes:
        show(outcome, collector.config.folder, only)
    if not outcomes:
        output.say(f"Nothing is due. Period {period} will be, at {moment}.")


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    release = releases.as_json(outcome.release) if outcome.release else None
    return {"period": outcome.period, "state": outcome.state.value, "note": outcome.note, "release": release}


def show(outcome: Outcome, folder: Path, only: tuple[str, ...] = ()) -> None:
    """One period on a terminal."""
    if outcome.release is None:
        output.say(f"Period {outcome.period}: {outcome.note}")
        return
    _table(outcome.release, only)
    output.say(f"Written to {release_path(folder, outcome.period)}")


def _table(release: releases.Release, only: tuple[str, ...]) -> None:
    if only:
        kept = tuple(metric for metric in release.metrics if metric.id.startswith(only))
        release = release._replace(metrics=kept)
    plain = not output.speaks_unicode()
    output.say(release_table.render(release, red=output.is_terminal(), ascii_only=plain))


def _show_again(folder: Path, periods: tuple[int, ...], only: tuple[str, ...], as_json: bool) -> None:
    config = load_collector(folder)
    with Archive(config.database, config.task.task_id) as archive:
        for period in periods or (None,):
            release = archive.released(period)
            if release is None:
                named = "No period" if period is None else f"Period {period}"
                raise NotReleased(f"{named} is released yet.", f"shoal-server collect --dir {folder}")
            if as_json:
                output.print_json(releases.as_json(release))
            else:
                _table(release, only)


def watch(folder: Path, stop: threading.Event, *, as_json: bool = False, first: float = 0.0) -> None:
    """Collect what becomes due until `stop`; errors are said and tried again.

    first: seconds before the first round, for a leader that is starting, too.
    """
    stop.wait(first)
    with _collector(folder, lambda _: None) as collector:
        pause = min(60.0, max(1.0, collector.periods.length / 10))
        while not stop.is_set():
            collected = collector.collect(collector.due(), 0.0)
            for period, error in collected.errors:
                output.progress(f"period {period}: {error}")
            for outcome in collected.outcomes:
                if outcome.state is State.ASKED:
                    continue
                if as_json:
                    output.print_json(_outcome_json(outcome))
                else:
                    show(outcome, folder)
            stop.wait(pause)
