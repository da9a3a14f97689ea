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
from server.dates import clause, moment, period_name, period_of, sentence
from server.errors import NotReleased, UsageError
from server.leader_client import LeaderClient

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server.collector import Collected, Outcome

NOT_RELEASED = NotReleased.exit_code


@click.command()
@options.folder
@click.option(
    "--period",
    "named",
    metavar="DATE|NUMBER",
    multiple=True,
    help="Only the period with this date in it (2026-11-19), or this number.",
)
@click.option(
    "--wait",
    type=click.FloatRange(0),
    help="Seconds to wait for aggregators that are still at work.  [default: 300; in a demo 10]",
)
@click.option("--watch", "watching", is_flag=True, help="Go on for ever, collecting what becomes due.")
@click.option(
    "--last", is_flag=True, help="Show the latest release again (with --period: that one); ask nobody."
)
@click.option("--metric", "only", multiple=True, help="Show only these metrics (an id, or how it begins).")
@options.as_json
def collect(
    folder: Path,
    named: tuple[str, ...],
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
    and run it again as you like, even twice at once: it goes on where it was. Exit code 20: something is not
    released (yet).
    """
    if last:
        _show_again(folder, named, only, as_json)
        return
    if watching:
        import threading

        watch(folder, threading.Event(), as_json=as_json)
        return
    with _collector(folder, output.progress) as collector:
        periods = _numbers(named, collector.periods.length)
        collected = collector.collect(periods or collector.due(), _patience(collector, wait))
        _report(collector, collected, only, as_json)
    _complain(collector, collected)
    if collected.errors:
        sys.exit(collected.errors[0][1].exit_code)
    if any(outcome.state is not State.RELEASED for outcome in collected.outcomes):
        sys.exit(NOT_RELEASED)


def _numbers(named: tuple[str, ...], seconds: int) -> list[int]:
    """The numbers of periods of this length that were given by number or date; UsageError."""
    try:
        return [period_of(text, seconds) for text in named]
    except ValueError as error:
        text = ", ".join(named)
        raise UsageError(f"--period {text}: {error}.", "Give a date within it, or its number.") from error


def _complain(collector: Collector, collected: Collected) -> None:
    """Each error once, with the periods that it holds up unless it names them."""
    held_up: dict[str, list[str]] = {}
    for period, error in collected.errors:
        held_up.setdefault(str(error), []).append(collector.name(period))
    for text, names in held_up.items():
        output.progress(f"shoal-server: {text}")
        if names[0] not in clause(text):
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            output.progress(f"  Not collected: {names[0]}{more}.")


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


def _report(collector: Collector, collected: Collected, only: tuple[str, ...], as_json: bool) -> None:
    period, due = collector.next_due()
    if as_json:
        found = [_outcome_json(outcome) for outcome in collected.outcomes]
        at = datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        output.print_json({"outcomes": found, "next": {"period": period, "due": at}})
        return
    for outcome in collected.outcomes:
        show(collector, outcome, only)
    if not collected.outcomes and not collected.errors:
        output.say(f"Nothing is due. Next: {collector.name(period)}, {moment(due)}.")


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    release = releases.as_json(outcome.release) if outcome.release else None
    return {"period": outcome.period, "state": outcome.state.value, "note": outcome.note, "release": release}


def show(collector: Collector, outcome: Outcome, only: tuple[str, ...] = ()) -> None:
    """One period on a terminal."""
    if outcome.release is None:
        output.say(f"{sentence(collector.name(outcome.period))}: {clause(outcome.note)}")
        return
    _table(outcome.release, only)
    output.say()
    output.say(f"Written to {release_path(collector.config.folder, outcome.period)}")


def _table(release: releases.Release, only: tuple[str, ...]) -> None:
    if only:
        kept = tuple(metric for metric in release.metrics if metric.id.startswith(only))
        if not kept:
            output.progress(f"--metric {', '.join(only)}: no metric's id begins like this.")
        release = release._replace(metrics=kept)
    plain = not output.speaks_unicode()
    output.say(release_table.render(release, red=output.is_terminal(), ascii_only=plain))


def _show_again(folder: Path, named: tuple[str, ...], only: tuple[str, ...], as_json: bool) -> None:
    config = load_collector(folder)
    seconds = config.task.info.period
    periods = _numbers(named, seconds)
    with Archive(config.database, config.task.task_id) as archive:
        for period in periods or (None,):
            release = archive.released(period)
            if release is None:
                what = "Nothing" if period is None else sentence(period_name(period, seconds))
                verb = "has been" if period is None else "has not been"
                raise NotReleased(f"{what} {verb} released yet.", f"shoal-server collect --dir {folder}")
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
            _complain(collector, collected)
            for outcome in collected.outcomes:
                if outcome.state is State.ASKED:
                    continue
                if as_json:
                    output.print_json(_outcome_json(outcome))
                else:
                    show(collector, outcome)
            stop.wait(pause)
