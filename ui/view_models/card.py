"""The health card: one page for the help desk, the ticked rows and nothing else. Never sent by itself."""

from __future__ import annotations

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


class Card(NamedTuple):
    """The page."""

    title: str
    made: str
    """When, and that it was made by hand."""
    columns: tuple[str, str, str, str]
    rows: tuple[Row, ...]
    foot: str


def choices(snapshot: Snapshot, numbers: Numbers) -> tuple[tuple[str, str, bool], ...]:
    """What may be ticked: (id, "Free disk space: 12 %, Warn", ticked at first). What needs attention is."""
    page = health.page(snapshot, numbers)
    rows = [row for category in page.categories for row in category.rows]
    return tuple((row.id, _line(row), row.verdict in (Verdict.BAD, Verdict.WARN)) for row in rows)


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
                rows.append(Row(one.title, value, one.verdict_words, one.since, fix))
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


def _line(row: Metric) -> str:
    return f"{row.title}: {f'{row.value} {row.unit}'.strip()}, {row.verdict_words}"


def html(made: Card) -> str:
    """The card as a page of HTML, with nothing loaded from elsewhere."""
    head = "".join(f'<th align="left">{escape(name)}</th>' for name in made.columns)
    body = []
    for row in made.rows:
        cells = "".join(f"<td>{escape(text)}</td>" for text in row[:4])
        body.append(f"<tr>{cells}</tr>")
        if row.fix:
            body.append(f'<tr><td colspan="4"><small>{escape(row.fix)}</small></td></tr>')
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(made.title)}</title></head><body>'
        f"<h1>{escape(made.title)}</h1><p>{escape(made.made)}</p>"
        f'<table cellpadding="6" width="100%"><tr>{head}</tr>{"".join(body)}</table>'
        f"<p><small>{escape(made.foot)}</small></p></body></html>\n"
    )


def plain(made: Card) -> str:
    """The card as text, for a chat or a ticket."""
    lines = [made.title, made.made, ""]
    for row in made.rows:
        since = f" ({made.columns[3].lower()} {row.since})" if row.since else ""
        lines.append(f"{row.verdict:<8} {row.title}: {row.value}{since}")
        if row.fix:
            lines.append(f"         {row.fix}")
    return "\n".join([*lines, "", made.foot, ""])
