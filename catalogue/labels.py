"""Buckets and values in words: "15–20 %", "20 % and more", "below 3 %", "3–4", a class's name."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catalogue.model import Metric

# UCUM code → as shown. Counts ("1") have none.
_SHOWN = {"1": "", "d": "days", "dB[mW]": "dBm"}
_MINUS = "−"


def shown_unit(metric: Metric) -> str:
    """The unit as a person reads it; empty for counts and classes."""
    return _SHOWN.get(metric.unit, metric.unit)


def bucket_label(metric: Metric, i: int, classes: Mapping[str, str] | None = None) -> str:
    """Bucket i in words. `classes` (of the metric's Texts) translates a class; without it its name stands."""
    if not 0 <= i < metric.buckets:
        raise IndexError(f"{metric.id} has no bucket {i}")
    if metric.classes:
        name = metric.classes[i]
        return classes.get(name, name) if classes else name
    edges = metric.edges
    if metric.unit == "1":
        return _count_label(edges, i)
    if i == 0:
        return f"below {_with_unit(metric, _number(edges[0]))}"
    if i == len(edges):
        return f"{_with_unit(metric, _number(edges[-1]))} and more"
    low, high = edges[i - 1], edges[i]
    between = " to " if low < 0 else "–"
    return _with_unit(metric, f"{_number(low)}{between}{_number(high)}")


def value_label(metric: Metric, value: float | None, classes: Mapping[str, str] | None = None) -> str:
    """A value in words, as precise as its size is worth: "17 %", "0.4 %", "−61 dBm", "5 h"; "–" for none."""
    if value is None:
        return "–"
    if metric.classes:
        return bucket_label(metric, int(value), classes)
    if (hours := in_hours(metric, value)) is not None:
        return f"{hours} h"
    return _with_unit(metric, _number(fitting(metric, value)))


def in_hours(metric: Metric, value: float) -> int | None:
    """Less than a day in whole hours, where that is of the same bucket; else None."""
    whole = floor(value * 24)
    fits = metric.unit == "d" and 0 < value < 1 and metric.bucket(value) == metric.bucket(whole / 24)
    return whole if fits else None


def _count_label(edges: tuple[float, ...], i: int) -> str:
    low = int(edges[i - 1]) if i else 0
    if i == len(edges):
        return f"{low} and more"
    high = int(edges[i]) - 1
    return str(low) if low == high else f"{low}–{high}"


def _with_unit(metric: Metric, number: str) -> str:
    unit = shown_unit(metric)
    if unit == "days" and number == "1":
        unit = "day"
    return f"{number} {unit}" if unit else number


def _number(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".").replace("-", _MINUS)


def fitting(metric: Metric, value: float) -> float:
    """The value with as few digits as leave it in its bucket: rounding must not contradict the bucket."""
    bucket = metric.bucket(value)
    start = 0 if abs(value) >= 10 else 1 if abs(value) >= 1 else 2
    for digits in range(start, 7):
        rounded = round(value, digits) + 0.0  # + 0.0 turns −0.0 into 0.0
        if metric.bucket(rounded) == bucket:
            return rounded
    return floor(value * 1_000_000) / 1_000_000
