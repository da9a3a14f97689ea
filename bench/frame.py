"""What a subject of the bench is given, what it gives back, and the arithmetic that all of them share.

A subject is a module of this package, named in ``bench.__main__.SUBJECTS``, with

    TITLE: str
    def run(options: Options) -> Section

It says on ``options.say`` what it is doing; it draws nothing and writes no file but below ``options.folder``.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bench.targets import Target

Cell = str | int | float | None

K = TypeVar("K")
T = TypeVar("T")


class Unavailable(Exception):  # noqa: N818 - a circumstance, not a fault
    """A subject cannot be measured here; the message says what is missing and how to get it."""


@dataclass(frozen=True)
class Options:
    """How to run. ``minutes`` is how long what is at rest is watched: an hour, or less if the caller says."""

    folder: Path
    """An empty folder for whatever is made; deleted afterwards."""
    quick: bool = False
    """A few minutes in all: smaller counts, whose figures are not kept."""
    minutes: float = 60.0
    say: Callable[[str], None] = lambda _: None

    def count(self, reduced: int, full: int) -> int:
        """The reduced number in a quick run."""
        return reduced if self.quick else full


class Table(NamedTuple):
    """Figures in rows. Numbers are drawn with three significant digits; say units in the headers."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""


class Verdict(NamedTuple):
    """One figure against its target."""

    target: Target
    figure: float
    remark: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the promise is kept."""
        return self.target.is_met_by(self.figure)


class Section(NamedTuple):
    """What a subject found.

    ``prose`` is paragraphs of Markdown; ``versions`` names what was measured beside us.
    """

    title: str
    prose: Sequence[str] = ()
    tables: Sequence[Table] = ()
    verdicts: Sequence[Verdict] = ()
    versions: dict[str, str] = {}  # noqa: RUF012 - never changed


# ------------------------------------------------------------------------ figures


def interleaved(
    rounds: int, sides: Mapping[K, Callable[[], T]], say: Callable[[str], None] = lambda _: None
) -> dict[K, list[T]]:
    """Each side's figure (or tuple of figures) in each round.

    The sides take turns, and turn their order about from round to round, so that all of them meet whatever
    else the machine is doing.
    """
    figures: dict[K, list[T]] = {name: [] for name in sides}
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        for name in list(sides)[:: 1 if number % 2 == 0 else -1]:
            figures[name].append(sides[name]())
    return figures


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times as much theirs is: the median over the rounds' own ratios."""
    return statistics.median([b / a for a, b in zip(ours, theirs, strict=True)])


def median(figures: Sequence[float]) -> float:
    """The middle one: what a single disturbance cannot move."""
    return statistics.median(figures)


def spread(figures: Sequence[float]) -> str:
    """Least, median and most, as text."""
    return f"{draw(min(figures))} – {draw(median(figures))} – {draw(max(figures))}"


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """By how much y rises with each unit of x: the median of the slopes between all pairs (Theil and Sen).

    Single outliers, of which memory and time have many, do not move it.
    """
    pairs = [
        (y[j] - y[i]) / (x[j] - x[i]) for i in range(len(x)) for j in range(i + 1, len(x)) if x[i] != x[j]
    ]
    return statistics.median(pairs) if pairs else 0.0


def draw(cell: Cell) -> str:
    """A cell as people read it: three significant digits, thousands with commas."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        if cell == 0 or abs(cell) >= 100:
            return f"{cell:,.0f}"
        return f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
