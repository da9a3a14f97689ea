"""What the widgets show. Free of Qt; all texts are finished, in the person's language."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from catalogue.verdict import Verdict

__all__ = [
    "Answer",
    "Bar",
    "BitGroup",
    "Cell",
    "Choice",
    "ChoiceTable",
    "Day",
    "Field",
    "Fish",
    "Flow",
    "History",
    "Kind",
    "Metric",
    "Notice",
    "ReportMark",
    "Span",
    "State",
    "Station",
    "Step",
    "Stop",
    "Trend",
    "Verdict",
]


class State(StrEnum):
    """What became of a period's report; each has a mark `state-….svg`."""

    HELD = "held"
    SENDING = "sending"
    DELIVERED = "delivered"
    WITHHELD = "withheld"
    LATE = "late"
    REFUSED = "refused"
    DROPPED = "dropped"
    NOTHING = "nothing"


class Kind(StrEnum):
    """How a metric's history is drawn."""

    LINE = "line"
    BARS = "bars"
    """Counts: a bar a day."""
    LANES = "lanes"
    """Classes: a lane each, a block a day."""


class Fish(NamedTuple):
    """One check in the shoal."""

    id: str
    verdict: Verdict
    words: str
    """As read out: "Free space: 12 %, Warn"."""


class Trend(NamedTuple):
    """A small history, one value a day, oldest first; None: not measured."""

    kind: Kind
    values: tuple[float | None, ...]
    low: float
    high: float
    """What the height spans; never narrower than a bucket, so that calm looks calm."""
    verdict: Verdict
    """Coloured only if warn or bad."""
    verdicts: tuple[Verdict, ...] = ()
    """Of each day, for BARS and LANES; empty: `verdict` for all."""


class Metric(NamedTuple):
    """A row of the health page."""

    id: str
    title: str
    value: str
    """"12"; "–" where there is none."""
    unit: str
    verdict: Verdict
    verdict_words: str
    since: str
    trend: Trend | None
    spoken: str
    """The row's accessible name: "Free space, 12 %, Warn, since 9 November"."""
    note: str = ""
    """In place of history and since: why there is no answer."""


class Step(NamedTuple):
    """One bucket of a metric."""

    low: float
    high: float
    """What it spans, open ends closed. LANES: the class's index, and one more."""
    edge: str
    """The label at its lower edge, "" for none. LANES: the class's name."""
    words: str
    """As the report says it: "10–15 %"."""
    verdict: Verdict


class Day(NamedTuple):
    """One point of a history."""

    value: float | None
    """None: not measured. LANES: the class's index."""
    label: str
    """"Monday, 9 November"."""
    words: str
    """"12 %, Warn", or "not measured"."""


class Span(NamedTuple):
    """A stretch of the time axis, days `first` to `last` inclusive."""

    first: int
    last: int
    label: str


class ReportMark(NamedTuple):
    """What the last report's week came to."""

    span: int
    """Which of the spans."""
    step: int
    """Which box is lit."""
    value: float | None
    """Where the bar lies; None: in the middle of its step."""
    words: str
    """"10–15 %"."""
    when: str
    """"12–18 Nov"."""


class History(NamedTuple):
    """A metric's chart."""

    kind: Kind
    steps: tuple[Step, ...]
    """Lowest first; drawn equally tall."""
    days: tuple[Day, ...]
    """Oldest first."""
    spans: tuple[Span, ...]
    report: ReportMark | None
    verdict_words: tuple[tuple[Verdict, str], ...]
    """The words that stand in the bands: ((Verdict.OK, "OK"), …)."""
    now: str
    """What stands at the axis' end: "now"."""
    title: str
    """The accessible name: "Free space, last 30 days"."""
    text: str
    """The whole chart in words."""
    last: str = ""
    """Beside the last point: "12 %"."""


class Bar(NamedTuple):
    """One bucket of a histogram of devices."""

    label: str
    amount: float
    words: str
    """As read out: "10–15 %: 40 computers"."""


class Cell(NamedTuple):
    """One period in the calendar."""

    id: str
    state: State
    words: str
    """As read out: "12 to 18 November: held"."""
    month: str = ""
    """Stands below the first cell of a month."""
    rank: int = 0
    """For daily periods the weekday, 0 to 6; for weekly ones 0."""


class Station(NamedTuple):
    """A box of the flow drawing."""

    title: str
    text: str


class Flow(NamedTuple):
    """Who gets which piece."""

    device: Station
    first: Station
    second: Station
    totals: Station
    text: str
    """The whole drawing in words."""
    together: str = ""
    """Not empty: one operator holds both pieces; said in red between the two."""


class Stop(NamedTuple):
    """A moment of the held report's way, `at` from 0 to 1 of the line."""

    at: float
    title: str
    text: str


class Field(NamedTuple):
    """A stretch of the sealed body."""

    id: str
    first: int
    size: int
    """Bytes."""
    title: str
    range: str
    """"16–23: 8 bytes"."""
    text: str


class Answer(NamedTuple):
    """A question of the report, and its answer."""

    id: str
    title: str
    words: str
    """"10–15 %", "no answer"."""
    boxes: int
    lit: int | None
    spoken: str


class BitGroup(NamedTuple):
    """One question's stretch of zeros and ones."""

    id: str
    bits: str
    """Of "0" and "1"."""
    words: str
    """As read out: "Free space, numbers 61 to 68: 00010000"."""


class Choice(NamedTuple):
    """One answer to "What leaves?"."""

    id: str
    title: str
    text: str
    allowed: bool = True
    reason: str = ""
    """Why it is not allowed."""


class ChoiceTable(NamedTuple):
    """The choices as columns, their consequences as rows."""

    choices: tuple[Choice, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """(question, an answer for each choice)."""
    chosen: str | None
    badge: str
    """Beside the chosen one: "Your choice"."""


class Notice(NamedTuple):
    """What happened, what it means, and at most one thing to do."""

    title: str
    text: str
    button: str = ""
    mark: str = "verdict-bad"
    """An icon's name."""
    action: str = ""
    """What the button does; told by whoever shows the notice."""
    is_calm: bool = False
    """Nothing is wrong; it is only to be known."""
