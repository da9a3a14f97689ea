"""An open row: what the check is, what helps, what it cannot show; its 30 days and its last 24 hours."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from agent.schedule import DAY, QUARTER
from catalogue.verdict import Verdict
from catalogue.verdict import verdict as verdict_of
from ui.view_models import labels, scale
from ui.widgets.data import Day, History, ReportMark, Span
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.store import Point
    from catalogue.model import Catalogue, Metric
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

_WEEK: Final = 7 * DAY


class Section(NamedTuple):
    """A heading and what it says."""

    heading: str
    text: str


class Detail(NamedTuple):
    """All that opens below a row, but for today's chart."""

    id: str
    title: str
    sections: tuple[Section, ...]
    month: History
    month_words: str
    """The button: "30 days"."""
    today_words: str
    hint: str
    """Above the chart of 30 days."""
    today_hint: str
    """Above the chart of today."""


def detail(snapshot: Snapshot, id: str, numbers: Numbers) -> Detail:
    """What opens below the row of a metric."""
    catalogue = snapshot.catalogue
    metric, texts = catalogue.metric(id), catalogue.texts[id]
    return Detail(
        id=id,
        title=texts.title,
        sections=(
            Section(translate("Chart", "What it is"), texts.explanation),
            Section(translate("Chart", "What helps"), texts.fix),
            Section(translate("Chart", "What it cannot show"), texts.cannot_show),
        ),
        month=month(snapshot, metric, numbers),
        month_words=translate("Chart", "30 days"),
        today_words=translate("Chart", "Today"),
        hint=_hint(metric),
        today_hint=translate("Chart", "The last 24 hours. Hatched: not measured."),
    )


def month(snapshot: Snapshot, metric: Metric, numbers: Numbers) -> History:
    """The last 30 days, each by the value over the metric's own window that ends with it."""
    course = snapshot.health.courses.get(metric.id, ())
    days = tuple(
        _day(
            snapshot.catalogue,
            metric,
            None if day.own is None else day.value,
            f"{numbers.weekday(numbers.utc(day.t))}, {numbers.utc_day(day.t)}",
            numbers,
        )
        for day in course
    )
    period = _WEEK if snapshot.enrolled is None else max(DAY, snapshot.enrolled.enrolment.task.info.period)
    spans = _spans([day.t for day in course], max(period, _WEEK), numbers)
    title = translate("Chart", "{title}, last 30 days").format(
        title=snapshot.catalogue.texts[metric.id].title
    )
    return _history(snapshot.catalogue, metric, days, spans, numbers, title)._replace(
        report=_report(snapshot, metric, [day.t for day in course], spans, numbers)
    )


def today(snapshot: Snapshot, id: str, points: Sequence[Point], numbers: Numbers) -> History:
    """The last 24 hours, from samples (`ui.link.snapshot.read_points`); gaps stay gaps."""
    catalogue = snapshot.catalogue
    metric = catalogue.metric(id)
    step = min(max(metric.every, QUARTER), DAY)
    count = DAY // step
    start = int(snapshot.now) // step * step - (count - 1) * step
    slots: list[list[float]] = [[] for _ in range(count)]
    for point in points:
        index = (point.t - start) // step
        if 0 <= index < count:
            slots[index].append(point.value)
    days = tuple(
        _day(
            catalogue,
            metric,
            _together(metric, values),
            numbers.clock_at(start + index * step),
            numbers,
        )
        for index, values in enumerate(slots)
    )
    title = translate("Chart", "{title}, last 24 hours").format(title=catalogue.texts[id].title)
    return _history(catalogue, metric, days, _hours(start, step, count, numbers), numbers, title)


# -- the parts


def _history(
    catalogue: Catalogue,
    metric: Metric,
    days: tuple[Day, ...],
    spans: tuple[Span, ...],
    numbers: Numbers,
    title: str,
) -> History:
    last = next((day for day in reversed(days) if day.value is not None), None)
    return History(
        kind=scale.kind(metric),
        steps=scale.steps(catalogue, metric, numbers),
        days=days,
        spans=spans,
        report=None,
        verdict_words=tuple((one, labels.verdict_word(one)) for one in Verdict if one is not Verdict.UNKNOWN),
        now=translate("Chart", "now"),
        title=title,
        text=_text(catalogue, metric, days, numbers),
        last="" if last is None else labels.value(catalogue, metric, last.value, numbers).both,
    )


def _day(catalogue: Catalogue, metric: Metric, value: float | None, label: str, numbers: Numbers) -> Day:
    if value is None:
        return Day(None, label, translate("Chart", "not measured"))
    shown = labels.value(catalogue, metric, value, numbers).both
    return Day(value, label, f"{shown}, {labels.verdict_word(verdict_of(metric, _fit(metric, value)))}")


def _fit(metric: Metric, value: float) -> float:
    """A class's index is whole, whatever a chart's arithmetic made of it."""
    return int(value) if metric.classes else value


def _text(catalogue: Catalogue, metric: Metric, days: tuple[Day, ...], numbers: Numbers) -> str:
    """The chart in words."""
    known = [day for day in days if day.value is not None]
    if not known:
        return translate("Chart", "Nothing was measured.")
    values = [day.value for day in known if day.value is not None]
    low, high = (labels.value(catalogue, metric, find(values), numbers).both for find in (min, max))
    parts = [
        translate("Chart", "Always {value}.").format(value=low)
        if low == high
        else translate("Chart", "Between {low} and {high}.").format(low=low, high=high),
        translate("Chart", "Last: {label}, {value}.").format(label=known[-1].label, value=known[-1].words),
    ]
    if missing := len(days) - len(known):
        parts.append(translate("Chart", "Not measured: {n} of {all}.").format(n=missing, all=len(days)))
    return " ".join(parts)


def _spans(starts: Sequence[int], period: int, numbers: Numbers) -> tuple[Span, ...]:
    """The periods that the days lie in; those that are cut to less than half have no label."""
    spans = []
    for k, group in groupby(range(len(starts)), key=lambda index: starts[index] // period):
        indexes = list(group)
        whole = len(indexes) * DAY * 2 >= period
        label = numbers.span(k * period, (k + 1) * period) if whole else ""
        spans.append(Span(indexes[0], indexes[-1], label))
    return tuple(spans)


def _hours(start: int, step: int, count: int, numbers: Numbers) -> tuple[Span, ...]:
    """Four stretches of six hours, or as many as there are points."""
    parts = min(4, count)
    size = count // parts
    return tuple(
        Span(part * size, (part + 1) * size - 1, numbers.clock_at(start + part * size * step))
        for part in range(parts)
    )


def _report(
    snapshot: Snapshot, metric: Metric, starts: Sequence[int], spans: tuple[Span, ...], numbers: Numbers
) -> ReportMark | None:
    """What the newest period that is over came to."""
    period = snapshot.health.period
    found = None if period is None else period.summary.get(metric.id)
    if period is None or found is None or found.bucket is None:
        return None
    for index, span in enumerate(spans):
        if starts[span.first] <= period.stop - 1 < starts[span.last] + DAY:
            words = labels.bucket(snapshot.catalogue, metric, found.bucket, numbers)
            when = numbers.span(period.start, period.stop)
            return ReportMark(index, found.bucket, found.value, words, when)
    return None


def _together(metric: Metric, values: Sequence[float]) -> float | None:
    if not values:
        return None
    if metric.statistic in ("share", "ratio", "mean"):
        return sum(values) / len(values)
    if metric.statistic == "sum":
        return sum(values)
    if metric.statistic in ("min", "max"):
        return min(values) if metric.statistic == "min" else max(values)
    return values[-1]


def _hint(metric: Metric) -> str:
    each = translate("Chart", "Each step is one box of the report. Hatched: not measured.")
    if metric.is_derived or metric.window <= 1 or metric.statistic == "last":
        return each
    over = translate("Chart", "Each day stands for the {days} up to it.").format(days=labels.window(metric))
    return f"{over} {each}"
