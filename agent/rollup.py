"""From samples to quarter-hours to days: what the store's three tables of readings hold and how they merge.

Every function works inside the caller's transaction. A rolled-up row holds, per metric, the text of a
mergeable tally, so that a value over a week is made of days and never of single minutes again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from agent import tally as tallies
from agent.database import DamagedError, number
from agent.schedule import DAY, HOUR, QUARTER

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from agent.model import Sample
    from agent.tally import Tally
    from catalogue.model import Metric

KEEP_SAMPLES = 48 * HOUR
KEEP_QUARTERS = 30 * DAY
KEEP_DAYS = 365 * DAY

# Facts of this module alone: up to where samples are rolled up into quarters, and quarters into days.
_QUARTERS_DONE = "quarters_done"
_DAYS_DONE = "days_done"

_Row = TypeVar("_Row")


def columns(metrics: Iterable[Metric]) -> list[str]:
    """The sample columns of these metrics: the id, and for a ratio a second one for the denominator."""
    return [
        name
        for metric in metrics
        if not metric.is_derived
        for name in ((metric.id, f"{metric.id}/of") if metric.statistic == "ratio" else (metric.id,))
    ]


def insertion(metrics: Collection[Metric]) -> str:
    """The statement that files one pass; its values are `row`'s."""
    names = columns(metrics)
    listed = "".join(f', "{name}"' for name in names)
    return f"INSERT OR REPLACE INTO samples(t{listed}) VALUES (?{', ?' * len(names)})"  # noqa: S608


def row(t: int, samples: Mapping[str, Sample | None], metrics: Iterable[Metric]) -> list[float | None]:
    """One pass as the values of `insertion`."""
    values: list[float | None] = [t]
    for metric in metrics:
        sample = samples.get(metric.id)
        if metric.statistic == "ratio":
            values += sample if isinstance(sample, tuple) else (None, None)
        else:
            values.append(None if isinstance(sample, tuple) else sample)
    return values


def turn_back(connection: sqlite3.Connection, t: int) -> None:
    """Have everything from `t` on rolled up again: the clock was set back to it.

    The rows that `t` lies within would be taken for complete; they go where what they were made of is
    still there.
    """
    for table, below, span, key in (
        ("quarters", "samples", QUARTER, _QUARTERS_DONE),
        ("days", "quarters", DAY, _DAYS_DONE),
    ):
        start = t // span * span
        connection.execute(
            f"DELETE FROM {table} WHERE t = ? AND EXISTS "  # noqa: S608  (names from above)
            f"(SELECT 1 FROM {below} WHERE t >= ? AND t < ?)",
            (start, start, start + span),
        )
        _set(connection, key, min(_get(connection, key), start))


def roll_up(connection: sqlite3.Connection, now: int, metrics: Collection[Metric]) -> bool:
    """Roll up what is complete at `now`; whether there was a quarter-hour's end since the last time."""
    since, until = _get(connection, _QUARTERS_DONE), now // QUARTER * QUARTER
    if since >= until:
        return False
    for start, group in _grouped(_samples(connection, since, until, metrics), QUARTER):
        _store(connection, "quarters", start, _of_samples(metrics, group), metrics)
    _set(connection, _QUARTERS_DONE, until)

    since, until = _get(connection, _DAYS_DONE), now // DAY * DAY
    if since < until:
        for start, texts in _grouped(_quarters(connection, since, until, metrics), DAY):
            _store(connection, "days", start, _of_tallies(metrics, texts), metrics)
        _set(connection, _DAYS_DONE, until)
    return True


def prune(connection: sqlite3.Connection, now: int) -> None:
    """Delete what is older than its level is kept; whole quarter-hours and days only.

    A row of the level above is never made of half of what lay below it, should it be made again.
    """
    for table, keep, step in (
        ("samples", KEEP_SAMPLES, QUARTER),
        ("quarters", KEEP_QUARTERS, DAY),
        ("days", KEEP_DAYS, DAY),
        ("readings", KEEP_DAYS, 1),
    ):
        oldest = -(-(now - keep) // step) * step
        connection.execute(f"DELETE FROM {table} WHERE t < ?", (oldest,))  # noqa: S608
    connection.execute("DELETE FROM summaries WHERE stop < ?", (now - KEEP_DAYS,))


def forget(connection: sqlite3.Connection) -> None:
    """Forget how far things were rolled up: nothing is left to roll."""
    connection.execute("DELETE FROM facts WHERE key IN (?, ?)", (_QUARTERS_DONE, _DAYS_DONE))


def tally(connection: sqlite3.Connection, metric: Metric, start: int, stop: int) -> Tally:
    """All samples of a metric within [start, stop), once: from days, beside them quarters, then samples."""
    total = tallies.start(metric)
    for _, _, part in parts(connection, metric, start, stop):
        total.merge(part)
    return total


def parts(
    connection: sqlite3.Connection, metric: Metric, start: int, stop: int
) -> Iterator[tuple[int, int, Tally]]:
    """What that is made of: (first second, length, tally), of single samples with length 0."""
    gaps = [(start, stop)]
    for table, span in (("days", DAY), ("quarters", QUARTER)):
        rest: list[tuple[int, int]] = []
        for low, high in gaps:
            at = low
            for t, text in connection.execute(_rolled(metric, table), (low, high - span)):
                if text is not None:
                    yield t, span, _load(metric, text)
                rest += [(at, t)] if at < t else []
                at = t + span
            rest += [(at, high)] if at < high else []
        gaps = rest
    for low, high in gaps:
        for t, samples in _samples(connection, low, high, [metric]):
            for sample in samples:
                if sample is not None:
                    single = tallies.start(metric)
                    _add(single, sample, t)
                    yield t, 0, single


def days(
    connection: sqlite3.Connection, metrics: Collection[Metric], start: int, stop: int
) -> dict[int, list[Tally | None]]:
    """First second of each rolled-up UTC day within [start, stop) → its tally for each of `metrics`."""
    listed = "".join(f', "{metric.id}"' for metric in metrics)
    query = f"SELECT t{listed} FROM days WHERE t >= ? AND t <= ? ORDER BY t"  # noqa: S608
    return {
        t: [
            None if text is None else _load(metric, text) for metric, text in zip(metrics, texts, strict=True)
        ]
        for t, *texts in connection.execute(query, (start, stop - DAY))
    }


def history(
    connection: sqlite3.Connection, metric: Metric, start: int, stop: int
) -> list[tuple[int, int, float]]:
    """(t, seconds, value) within [start, stop): samples, where they are gone quarters, then days."""
    points: list[tuple[int, int, float]] = []
    covered: set[int] = set()
    for t, (sample,) in _samples(connection, start, stop, [metric]):
        covered.add(t // QUARTER * QUARTER)
        if sample is not None:
            single = tallies.start(metric)
            _add(single, sample, t)
            points += _point(t, metric.every, single)
    for table, span in (("quarters", QUARTER), ("days", DAY)):
        above: set[int] = {t // DAY * DAY for t in covered}
        for t, text in connection.execute(_rolled(metric, table), (start, stop - span)):
            above.add(t // DAY * DAY)
            if t not in covered and text is not None:
                points += _point(t, span, _load(metric, text))
        covered = above
    return sorted(points)


def _point(t: int, seconds: int, tally: Tally) -> list[tuple[int, int, float]]:
    value = tally.estimate()
    return [] if value is None else [(t, seconds, value)]


def _rolled(metric: Metric, table: str) -> str:
    return f'SELECT t, "{metric.id}" FROM {table} WHERE t >= ? AND t <= ? ORDER BY t'  # noqa: S608


def _samples(
    connection: sqlite3.Connection, since: int, until: int, metrics: Collection[Metric]
) -> Iterator[tuple[int, list[Sample | None]]]:
    """(t, a sample or None for each of `metrics`) of [since, until), oldest first."""
    listed = "".join(f', "{name}"' for name in columns(metrics))
    query = f"SELECT t{listed} FROM samples WHERE t >= ? AND t < ? ORDER BY t"  # noqa: S608
    shapes = [metric.statistic == "ratio" for metric in metrics]
    for t, *values in connection.execute(query, (since, until)):
        each = iter(values)
        samples: list[Sample | None] = []
        for is_ratio in shapes:
            sample = next(each)
            if is_ratio:
                of = next(each)
                sample = None if sample is None or of is None else (sample, of)
            samples.append(sample)
        yield t, samples


def _quarters(
    connection: sqlite3.Connection, since: int, until: int, metrics: Collection[Metric]
) -> Iterator[tuple[int, list[str | None]]]:
    """(t, the text of a tally or None for each of `metrics`) in [since, until), oldest first."""
    listed = "".join(f', "{metric.id}"' for metric in metrics)
    query = f"SELECT t{listed} FROM quarters WHERE t >= ? AND t < ? ORDER BY t"  # noqa: S608
    for t, *texts in connection.execute(query, (since, until)):
        yield t, texts


def _grouped(rows: Iterator[tuple[int, _Row]], span: int) -> Iterator[tuple[int, list[tuple[int, _Row]]]]:
    """The rows of each stretch of `span` seconds: (its start, its rows)."""
    group: list[tuple[int, _Row]] = []
    for t, values in rows:
        if group and group[0][0] // span != t // span:
            yield group[0][0] // span * span, group
            group = []
        group.append((t, values))
    if group:
        yield group[0][0] // span * span, group


def _of_samples(
    metrics: Collection[Metric], group: list[tuple[int, list[Sample | None]]]
) -> list[str | None]:
    """The texts of a quarter-hour's tallies, for each of `metrics`; None where there was no sample."""
    texts: list[str | None] = []
    for index, metric in enumerate(metrics):
        total = None
        for t, samples in group:
            sample = samples[index]
            if sample is not None:
                total = total or tallies.start(metric)
                _add(total, sample, t)
        texts.append(None if total is None else total.dump())
    return texts


def _of_tallies(metrics: Collection[Metric], group: list[tuple[int, list[str | None]]]) -> list[str | None]:
    """The texts of a day's tallies from those of its quarter-hours."""
    texts: list[str | None] = []
    for index, metric in enumerate(metrics):
        total = None
        for _, quarter in group:
            text = quarter[index]
            if text is not None:
                found = _load(metric, text)
                if total is None:
                    total = found
                else:
                    total.merge(found)
        texts.append(None if total is None else total.dump())
    return texts


def _load(metric: Metric, text: str) -> Tally:
    try:
        return tallies.load(metric, text)
    except ValueError as error:
        raise DamagedError(str(error)) from error


def _add(total: Tally, sample: Sample, t: int) -> None:
    """Add what the file holds; `fits` let nothing else in."""
    try:
        total.add(sample, t)
    except ValueError as error:
        raise DamagedError(str(error)) from error


def _store(
    connection: sqlite3.Connection, table: str, t: int, texts: list[str | None], metrics: Collection[Metric]
) -> None:
    listed = "".join(f', "{metric.id}"' for metric in metrics)
    connection.execute(
        f"INSERT OR REPLACE INTO {table}(t{listed}) VALUES (?{', ?' * len(texts)})",  # noqa: S608
        (t, *texts),
    )


def _get(connection: sqlite3.Connection, key: str) -> int:
    found = connection.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
    return 0 if found is None else int(number(key, found[0]))


def _set(connection: sqlite3.Connection, key: str, value: int) -> None:
    connection.execute("INSERT OR REPLACE INTO facts(key, value) VALUES (?, ?)", (key, str(value)))
