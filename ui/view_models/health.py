"""*On this device*: the headline, three categories, a row for each check; worst first."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from agent.model import Choice
from agent.schedule import DAY
from agent.summary import count
from catalogue.verdict import Verdict
from ui.view_models import labels, scale
from ui.widgets.data import Fish, Kind, Metric, Trend
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.history import Day
    from catalogue.model import Metric as Entry
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

STALE: Final = DAY
"""Seconds after which "now" is the day of the last measuring."""


class Filter(StrEnum):
    """Which rows are shown."""

    ALL = "all"
    ATTENTION = "attention"
    SILENT = "silent"


class Segment(NamedTuple):
    """One answer of the filter."""

    id: Filter
    words: str
    """ "Needs attention 2"."""
    size: int


class Start(NamedTuple):
    """Where to begin: "Start with **Free disk space**: 2 %, bad since 12 November."."""

    id: str
    before: str
    title: str
    after: str


class Category(NamedTuple):
    """One of the three groups."""

    id: str
    title: str
    summary: str
    """ "1 of 14 needs attention", "all 5 OK"."""
    rows: tuple[Metric, ...]
    """Those that have an answer, worst first."""
    silent: str
    """One line about those without: "No answer: Wi-Fi signal."; empty if all have one."""
    silent_rows: tuple[Metric, ...]
    """The same as rows, for the filter that shows them."""
    fish: tuple[Fish, ...]
    spoken: str


class Reading(NamedTuple):
    """That an account read this device's health."""

    account: str
    when: str


class Page(NamedTuple):
    """The page."""

    headline: str
    below: str
    start: Start | None
    categories: tuple[Category, ...]
    filters: tuple[Segment, ...]
    now_column: str
    """Above the values: "Now", or the day of the last measuring."""
    reader: str
    """The last reading in a sentence; empty if nobody read it."""
    readings: tuple[Reading, ...]
    readings_link: str
    """ "All 3 readings"; empty below two."""
    is_measured: bool


def page(snapshot: Snapshot, numbers: Numbers, reasons: Mapping[str, str] | None = None) -> Page:
    """The page as of a snapshot. `reasons`: metric → why it has no answer, if `shoal once` was asked."""
    checks = [metric for metric in snapshot.catalogue.metrics if not metric.is_derived]
    counts = count(checks, snapshot.health.summary)
    categories = tuple(
        _category(snapshot, id, title, numbers, reasons or {})
        for id, title in snapshot.catalogue.categories.items()
    )
    readers = snapshot.health.readers
    readings = tuple(Reading(read.account, numbers.moment(read.t)) for read in readers)
    n = len(readers)
    return Page(
        headline=_headline(snapshot, counts.fine, counts.answered, counts.attention),
        below=_below(snapshot, numbers),
        start=_start(snapshot, numbers) if counts.bad else None,
        categories=categories,
        filters=(
            Segment(Filter.ALL, translate("Health", "All {n}").format(n=counts.answered), counts.answered),
            Segment(
                Filter.ATTENTION,
                translate("Health", "Needs attention {n}").format(n=counts.attention),
                counts.attention,
            ),
            Segment(
                Filter.SILENT, translate("Health", "No answer {n}").format(n=counts.unknown), counts.unknown
            ),
        ),
        now_column=_now_column(snapshot, numbers),
        reader=_reader(snapshot, numbers),
        readings=readings,
        readings_link=translate("Health", "All %n readings", None, n) if n > 1 else "",
        is_measured=bool(counts.answered),
    )


def shown(category: Category, which: Filter) -> tuple[Metric, ...]:
    """The rows of a category under a filter."""
    if which is Filter.SILENT:
        return category.silent_rows
    if which is Filter.ATTENTION:
        return tuple(row for row in category.rows if row.verdict in (Verdict.BAD, Verdict.WARN))
    return category.rows


def row(snapshot: Snapshot, metric: Entry, numbers: Numbers, reason: str = "") -> Metric:
    """One check; `reason`: why it has no answer, if that is known."""
    found = snapshot.health.summary[metric.id]
    verdict = Verdict(found.verdict)
    texts = snapshot.catalogue.texts[metric.id]
    value = labels.value(snapshot.catalogue, metric, found.value, numbers)
    unit = (
        labels.over(metric)
        if value.unit in ("", labels.unit(metric)) and found.value is not None
        else value.unit
    )
    word = labels.verdict_word(verdict)
    since = snapshot.health.since.get(metric.id)
    spoken = [texts.title, f"{value.value} {unit}".strip(), word]
    if since is not None:
        spoken.append(_since_spoken(since.t, since.at_least, numbers))
    course = snapshot.health.courses.get(metric.id, ())
    note = reason.replace("`", "") if verdict is Verdict.UNKNOWN else ""  # a row is painted without marks
    if note:
        spoken.append(note)
    return Metric(
        id=metric.id,
        title=texts.title,
        value=value.value,
        unit="" if metric.classes else unit,
        verdict=verdict,
        verdict_words=word,
        since="" if since is None else _since(since.t, since.at_least, snapshot.now, numbers),
        trend=trend(metric, course, verdict),
        spoken=", ".join(spoken),
        note=note,
    )


def trend(metric: Entry, course: tuple[Day, ...], verdict: Verdict) -> Trend | None:
    """The small history; None where there is none."""
    if all(day.own is None for day in course):
        return None
    kind = scale.kind(metric)
    own = metric.statistic == "sum"
    values = tuple(None if day.own is None else day.own if own else day.value for day in course)
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = scale.room(metric, min(known), max(known), known[-1])
    verdicts = tuple(Verdict(day.verdict) for day in course) if kind is not Kind.LINE else ()
    return Trend(kind, values, low, high, verdict, verdicts)


# -- the parts


def _category(
    snapshot: Snapshot, id: str, title: str, numbers: Numbers, reasons: Mapping[str, str]
) -> Category:
    metrics = [m for m in snapshot.catalogue.metrics if m.category == id and not m.is_derived]
    metrics.sort(key=lambda metric: metric.slot is not None)  # products by name stand together
    rows = sorted(
        (row(snapshot, metric, numbers, reasons.get(metric.id, "")) for metric in metrics),
        key=lambda one: labels.WORST_FIRST.index(one.verdict),
    )
    counts = count(metrics, snapshot.health.summary)
    if not counts.answered:
        summary = translate("Health", "no answer yet")
    elif not counts.attention:
        summary = translate("Health", "all {n} OK").format(n=counts.answered)
    elif counts.attention == 1:
        summary = translate("Health", "1 of {n} needs attention").format(n=counts.answered)
    else:
        summary = translate("Health", "{some} of {n} need attention").format(
            some=counts.attention, n=counts.answered
        )
    silent = tuple(one for one in rows if one.verdict is Verdict.UNKNOWN)
    return Category(
        id=id,
        title=title,
        summary=summary,
        rows=tuple(one for one in rows if one.verdict is not Verdict.UNKNOWN),
        silent=_silent(silent, reasons),
        silent_rows=silent,
        fish=tuple(Fish(one.id, one.verdict, _fish(one)) for one in rows),
        spoken=f"{title}: {summary}",
    )


def _fish(one: Metric) -> str:
    return f"{one.title}: {f'{one.value} {one.unit}'.strip()}, {one.verdict_words}"


def _silent(rows: tuple[Metric, ...], reasons: Mapping[str, str]) -> str:
    if not rows:
        return ""
    groups: dict[str, list[str]] = {}
    for one in rows:
        groups.setdefault(reasons.get(one.id, ""), []).append(one.title)
    named = [f"{', '.join(titles)} ({why})" if why else ", ".join(titles) for why, titles in groups.items()]
    return translate("Health", "No answer: {titles}.").format(titles="; ".join(named))


def _headline(snapshot: Snapshot, fine: int, answered: int, attention: int) -> str:
    if not answered:
        if snapshot.trouble is not None:
            return translate("Health", "The readings cannot be shown now.")
        if snapshot.in_force is Choice.OFF:
            return translate("Health", "Shoal measures nothing on this computer.")
        return translate("Health", "No check has an answer yet.")
    if not attention:
        return translate("Health", "All {n} checks that have an answer need no attention.").format(n=answered)
    if attention == 1:
        return translate("Health", "{fine} of {all} checks need no attention, 1 does.").format(
            fine=fine, all=answered
        )
    return translate("Health", "{fine} of {all} checks need no attention, {some} do.").format(
        fine=fine, all=answered, some=attention
    )


def _below(snapshot: Snapshot, numbers: Numbers) -> str:
    last = snapshot.facts.last_pass
    if last is None:
        if snapshot.trouble is not None:
            return translate("Health", "They stay on this computer; what keeps them from here is said above.")
        if snapshot.in_force is Choice.OFF:
            return translate("Health", "It measures once you choose so. “Measure now” keeps nothing.")
        return translate("Health", "The first readings come within a minute; some checks need days.")
    ago = numbers.ago(snapshot.now - last)
    if snapshot.in_force is Choice.OFF:
        return translate("Health", "Last measured {ago}. The readings stay on this computer.").format(ago=ago)
    return translate("Health", "Measured {ago}. The readings stay on this computer.").format(ago=ago)


def _start(snapshot: Snapshot, numbers: Numbers) -> Start | None:
    """The first of the bad ones, in the catalogue's order: those a help desk acts on come first."""
    for metric in snapshot.catalogue.metrics:
        found = snapshot.health.summary[metric.id]
        if metric.is_derived or found.verdict != Verdict.BAD:
            continue
        one = row(snapshot, metric, numbers)
        what = f"{one.value} {one.unit}".strip()
        since = snapshot.health.since.get(metric.id)
        if since is None:
            after = f": {what}."
        elif since.at_least:
            after = translate("Health", ": {value}, bad for 30 days or more.").format(value=what)
        else:
            after = translate("Health", ": {value}, bad since {day}.").format(
                value=what, day=numbers.utc_day(since.t)
            )
        return Start(metric.id, translate("Health", "Start with "), one.title, after)
    return None


def _since(t: int, at_least: bool, now: float, numbers: Numbers) -> str:
    if at_least:
        return translate("Health", "30+ days")
    n = max(0, int(now) // DAY - t // DAY)
    if n == 0:
        return translate("Health", "today")
    return f"{numbers.short_utc_day(t)}, {numbers.days(n)}"


def _since_spoken(t: int, at_least: bool, numbers: Numbers) -> str:
    if at_least:
        return translate("Health", "for 30 days or more")
    return translate("Health", "since {day}").format(day=numbers.utc_day(t))


def _now_column(snapshot: Snapshot, numbers: Numbers) -> str:
    last = snapshot.facts.last_pass
    if last is not None and snapshot.now - last > STALE:
        return numbers.weekday(numbers.local(last))
    return translate("Health", "Now")


def _reader(snapshot: Snapshot, numbers: Numbers) -> str:
    if not snapshot.health.readers:
        return ""
    newest = snapshot.health.readers[0]
    return translate(
        "Health", "The account {account} read this page with `shoal status` on {day} at {clock}."
    ).format(account=newest.account, day=numbers.local_day(newest.t), clock=numbers.clock_at(newest.t))
