"""Values, buckets and verdicts in the person's language.

In English a bucket reads as `catalogue.labels` writes it for the command line and the dashboard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from catalogue.labels import fitting, in_hours, shown_unit
from catalogue.verdict import Verdict
from ui.words import translate

if TYPE_CHECKING:
    from catalogue.model import Catalogue, Metric
    from ui.view_models.numbers import Numbers

WORST_FIRST: Final = (Verdict.BAD, Verdict.WARN, Verdict.OK, Verdict.UNKNOWN)


class Shown(NamedTuple):
    """A value, and its unit apart; an empty unit for counts and classes."""

    value: str
    unit: str = ""

    @property
    def both(self) -> str:
        """ "12 %"."""
        return f"{self.value} {self.unit}".strip()


def verdict_word(verdict: Verdict) -> str:
    """OK, Warn, Bad or Unknown."""
    match verdict:
        case Verdict.OK:
            return translate("Verdict", "OK")
        case Verdict.WARN:
            return translate("Verdict", "Warn")
        case Verdict.BAD:
            return translate("Verdict", "Bad")
        case Verdict.UNKNOWN:
            return translate("Verdict", "Unknown")


def unit(metric: Metric) -> str:
    """The unit alone, as it stands behind a number: "%", "days"."""
    shown = shown_unit(metric)
    if shown == "days":
        return translate("Units", "days")
    return shown


def over(metric: Metric) -> str:
    """The unit of a value that covers a window: "% of time", "in 7 days"; else the unit."""
    if metric.statistic == "share":
        return translate("Units", "% of time")
    if metric.statistic == "sum" and metric.unit == "1":
        n = metric.window
        return translate("Units", "in %n days", None, n)
    return unit(metric)


def window(metric: Metric) -> str:
    """ "7 days"."""
    days = metric.window
    return translate("Numbers", "%n days", None, days)


def value(catalogue: Catalogue, metric: Metric, number: float | None, numbers: Numbers) -> Shown:
    """A value as precise as its size is worth; a dash for none."""
    if number is None:
        return Shown("–")
    if metric.classes:
        return Shown(class_word(catalogue, metric, int(number)))
    if (hours := in_hours(metric, number)) is not None:
        return Shown(numbers.whole(hours), translate("Units", "h"))
    shown = fitting(metric, number)
    if metric.unit == "d" and shown == 1:
        return Shown(numbers.decimal(shown), translate("Units", "day"))
    return Shown(numbers.decimal(shown), unit(metric))


def class_word(catalogue: Catalogue, metric: Metric, index: int) -> str:
    """A class as it stands alone: "On"."""
    name = metric.classes[index]
    word = catalogue.texts[metric.id].classes.get(name, name)
    return word[:1].upper() + word[1:]


def bucket(catalogue: Catalogue, metric: Metric, index: int, numbers: Numbers) -> str:
    """A bucket in words: "15–20 %", "50 % and more", "below 3 %", "3–4", "On"."""
    if metric.classes:
        return class_word(catalogue, metric, index)
    edges = metric.edges
    if metric.unit == "1":
        return _counts(edges, index, numbers)
    if index == 0:
        return translate("Answers", "below {edge}").format(edge=edge(metric, edges[0], numbers))
    if index == len(edges):
        return translate("Answers", "{edge} and more").format(edge=edge(metric, edges[-1], numbers))
    low, high = edges[index - 1], edges[index]
    pattern = translate("Answers", "{low} to {high}") if low < 0 else "{low}–{high}"
    return pattern.format(low=numbers.decimal(low), high=edge(metric, high, numbers))


def edge(metric: Metric, number: float, numbers: Numbers) -> str:
    """An edge with its unit: "20 %", "1 day"."""
    if metric.unit == "d" and number == 1:
        return translate("Answers", "1 day")
    return numbers.with_unit(numbers.decimal(number), unit(metric))


def _counts(edges: tuple[float, ...], index: int, numbers: Numbers) -> str:
    low = int(edges[index - 1]) if index else 0
    if index == len(edges):
        return translate("Answers", "{edge} and more").format(edge=numbers.whole(low))
    high = int(edges[index]) - 1
    return numbers.whole(low) if low == high else f"{numbers.whole(low)}–{numbers.whole(high)}"
