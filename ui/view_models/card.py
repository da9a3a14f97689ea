"""The health card: one page for the help desk, the ticked rows and nothing else. Never sent by itself."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from catalogue.verdict import Verdict
from ui.view_models import health
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Collection

    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers
    from ui.widgets.data import Metric


class Row(NamedTuple):
    """One ticked check."""

    title: str
    value: str
    """With its unit."""
    verdict: str
    since: str
    fix: str
    """What helps; empty if nothing has to."""
    kind: str
    """The verdict's id, for its colour; the word stands beside it."""


class Card(NamedTuple):
    """The page."""

    title: str
    made: str
    """When, and that it was made by hand."""
    columns: tuple[str, str, str, str]
    rows: tuple[Row, ...]
    foot: str


class Group(NamedTuple):
    """What may be ticked of one category."""

    title: str
    rows: tuple[Metric, ...]


def at_first(row: Metric) -> bool:
    """Whether a check is ticked before anybody ticks: what needs attention is."""
    return row.verdict in (Verdict.BAD, Verdict.WARN)


def choices(snapshot: Snapshot, numbers: Numbers) -> tuple[tuple[str, str, bool], ...]:
    """What may be ticked: (id, "Free disk space: 12 %, Warn", ticked at first). What needs attention is."""
    rows = [row for group in groups(snapshot, numbers) for row in group.rows]
    return tuple((row.id, line(row), at_first(row)) for row in rows)


def groups(snapshot: Snapshot, numbers: Numbers) -> tuple[Group, ...]:
    """The same by category; those without an answer left out."""
    page = health.page(snapshot, numbers)
    return tuple(Group(category.title, category.rows) for category in page.categories if category.rows)


def file_name(ending: str) -> str:
    """A name for a saved card, without anything of the device's."""
    name = translate("Card", "health-card")
    return f"{name}.{ending}"


def card(snapshot: Snapshot, ticked: Collection[str], numbers: Numbers) -> Card:
    """The card of these checks, in the page's order."""
    page = health.page(snapshot, numbers)
    rows = []
    for category in page.categories:
        for one in category.rows:
            if one.id in ticked:
                fix = (
                    snapshot.catalogue.texts[one.id].fix if one.verdict in (Verdict.BAD, Verdict.WARN) else ""
                )
                value = f"{one.value} {one.unit}".strip()
                rows.append(Row(one.title, value, one.verdict_words, one.since, fix, str(one.verdict)))
    made = translate("Card", "Made on {day} at {clock}, by hand. It holds what was ticked, and no name.")
    return Card(
        title=translate("Card", "Health of this computer"),
        made=made.format(day=numbers.dated(snapshot.now, snapshot.now), clock=numbers.clock_at(snapshot.now)),
        columns=(
            translate("Card", "Check"),
            translate("Card", "Value"),
            translate("Card", "Verdict"),
            translate("Card", "Since"),
        ),
        rows=tuple(rows),
        foot=translate("Card", "Shoal sends this to nobody. Who gets it, you decide."),
    )


def line(row: Metric) -> str:
    """A check as it is read out: "Free disk space: 12 %, Warn"."""
    return f"{row.title}: {f'{row.value} {row.unit}'.strip()}, {row.verdict_words}"


_WIDTHS = (34, 21, 21, 24)
"""Of the columns, per cent."""
_EXACT = re.compile(r"`(.+?)`")


def _html(text: str) -> str:
    return _EXACT.sub(r"<code>\1</code>", escape(text))


def html(made: Card) -> str:
    """The card as a page of HTML, with nothing loaded from elsewhere; dark on white everywhere."""
    head = "".join(
        f'<th align="left" width="{wide}%">{escape(name)}</th>'
        for name, wide in zip(made.columns, _WIDTHS, strict=True)
    )
    body = []
    for row in made.rows:
        kind = f' class="{row.kind}"'
        cells = (
            f"<td><b>{escape(row.title)}</b></td>"
            f"<td>{escape(row.value)}</td>"
            f"<td{kind}>{escape(row.verdict)}</td>"
            f"<td>{escape(row.since)}</td>"
        )
        body.append(f"<tr>{cells}</tr>")
        if row.fix:
            body.append(f'<tr><td colspan="4" class="fix">{_html(row.fix)}</td></tr>')
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(made.title)}</title>'
        f"<style>{_STYLE}</style></head><body>"
        f"<h1>{escape(made.title)}</h1><p>{escape(made.made)}</p>"
        f'<table width="100%" cellspacing="0" cellpadding="0"><tr>{head}</tr>{"".join(body)}</table>'
        f'<p class="foot">{escape(made.foot)}</p></body></html>\n'
    )


_STYLE = (
    "body { font-family: sans-serif; color: #172127; background-color: #FFFFFF; } "
    "h1 { font-size: x-large; font-weight: 600; } "
    "table { border-collapse: collapse; margin-top: 14px; margin-bottom: 14px; } "
    "th, td { padding: 4px 8px 4px 0px; } "
    "th { color: #566269; font-weight: normal; border-bottom: 1px solid #7C868A; } "
    ".fix { color: #48545B; padding-top: 0px; padding-bottom: 12px; } .foot { color: #48545B; } "
    ".warn { color: #7D5100; font-weight: 600; } "
    ".bad { color: #B3202A; font-weight: 600; }"
)


def plain(made: Card) -> str:
    """The card as text, for a chat or a ticket."""
    lines = [made.title, made.made, ""]
    for row in made.rows:
        since = f" ({made.columns[3].lower()} {row.since})" if row.since else ""
        lines.append(f"{row.verdict:<8} {row.title}: {row.value}{since}")
        if row.fix:
            lines.append(f"         {row.fix.replace('`', '')}")
    return "\n".join([*lines, "", made.foot, ""])
