"""How each metric went over the past days, and since when its verdict holds: for person and help desk.

Days are UTC days, as the store rolls them up. A day is judged as the report would judge it: by the value over
the metric's own window of days, which ends with that day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from agent.schedule import DAY
from agent.tally import start as start_tally
from catalogue import verdict
from catalogue.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.store import Store, Summarised
    from agent.tally import Tally
    from catalogue.model import Catalogue, Metric

DAYS = 30
_AT_ONCE = 6
"""Of so many metrics two months of tallies lie in memory together: of all of them they would be megabytes."""


class Day(NamedTuple):
    """One metric on one day."""

    t: int
    """The day's first second, UTC."""
    own: float | None
    """The statistic of this day's samples alone; None: not measured on that day."""
    value: float | None
    """The value over the metric's window that ends with this day."""
    verdict: str


class Since(NamedTuple):
    """Since when a verdict holds without a break."""

    t: int
    """The first second of the first day."""
    at_least: bool
    """It holds for all the days that were looked at; perhaps for longer."""


def courses(
    store: Store, catalogue: Catalogue, now: float, current: Mapping[str, Summarised], days: int = DAYS
) -> dict[str, tuple[Day, ...]]:
    """Metric → its last `days` days, the oldest first; the last is today so far, judged as `current` says.

    The derived counts are made of the days' own verdicts.
    """
    today = int(now) // DAY * DAY
    dates = [today - DAY * back for back in reversed(range(days))]
    first = dates[0] - DAY * max(m.window for m in catalogue.metrics)
    # A day is rolled up by the first pass after it: what comes last may still lie in quarters and samples.
    newest = max(store.days(first, today, ()), default=dates[0] - DAY)
    loose = [t for t in dates if t > newest and store.passes(t, t + DAY)]
    found: dict[str, list[Day]] = {}
    for at in range(0, len(store.metrics), _AT_ONCE):
        few = store.metrics[at : at + _AT_ONCE]
        tallies = store.days(first, today, few)
        for metric in few:
            by_day = {t: row[metric.id] for t, row in tallies.items() if metric.id in row}
            for t in loose:
                if (part := store.tally(metric, t, min(t + DAY, int(now) + 1))).count:
                    by_day[t] = part
            found[metric.id] = [_day(metric, by_day, t) for t in dates]
    for metric in catalogue.metrics:
        if metric.is_derived:
            found[metric.id] = [_derived(metric, catalogue, found, i, t) for i, t in enumerate(dates)]
        found.setdefault(metric.id, [Day(t, None, None, Verdict.UNKNOWN.value) for t in dates])
        if (row := current.get(metric.id)) is not None:
            last = found[metric.id][-1]
            found[metric.id][-1] = last._replace(value=row.value, verdict=row.verdict)
    return {metric.id: tuple(found[metric.id]) for metric in catalogue.metrics}


def since(course: Sequence[Day]) -> Since | None:
    """Since when the last day's verdict holds; None if nothing was ever measured in these days.

    A day without a sample interrupts nothing: the machine may have been off.
    """
    if not course or all(day.own is None for day in course):
        return None
    current, first = course[-1].verdict, course[-1]
    for day in reversed(course):
        if day.own is None and current != Verdict.UNKNOWN:
            continue
        if day.verdict != current:
            return Since(first.t, False)
        first = day
    return Since(first.t, first is course[0])


def _day(metric: Metric, by_day: Mapping[int, Tally], t: int) -> Day:
    total = start_tally(metric)
    for back in range(metric.window):
        if (part := by_day.get(t - back * DAY)) is not None:
            total.merge(part)
    own = by_day.get(t)
    value = total.value()
    return Day(t, None if own is None else own.estimate(), value, verdict.verdict(metric, value).value)


def _derived(
    metric: Metric, catalogue: Catalogue, found: Mapping[str, Sequence[Day]], index: int, t: int
) -> Day:
    days = {id: course[index] for id, course in found.items()}
    plain = {m.id for m in catalogue.metrics if not m.is_derived and m.category == metric.category}
    verdicts = {id: Verdict(day.verdict) for id, day in days.items()}
    count = verdict.bad_count(metric.category, verdicts, catalogue.metrics)
    value = None if count is None else float(count)
    measured = any(days[id].own is not None for id in plain & days.keys())
    return Day(t, value if measured else None, value, verdict.verdict(metric, value).value)
