"""A metric's buckets as steps of one height: where they end, what they are called, how bad they are."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from catalogue.verdict import bucket_verdict
from ui.view_models import labels
from ui.widgets.data import Kind, Step

if TYPE_CHECKING:
    from catalogue.model import Catalogue, Metric
    from ui.view_models.numbers import Numbers


def kind(metric: Metric) -> Kind:
    """How its history is drawn: classes as lanes, counts as bars, all else as a line."""
    if metric.classes:
        return Kind.LANES
    return Kind.BARS if metric.unit == "1" or metric.statistic == "sum" else Kind.LINE


def posts(metric: Metric) -> tuple[float, ...]:
    """The ends of all buckets: one more than there are buckets. Classes: 0, 1, 2 …

    Open ends are closed: at 0 below where nothing is negative, at 100 above for %, else as far away as the
    neighbouring bucket is wide.
    """
    if metric.classes:
        return tuple(float(index) for index in range(len(metric.classes) + 1))
    edges = metric.edges
    below = edges[1] - edges[0] if len(edges) > 1 else max(abs(edges[0]), 1.0)
    above = edges[-1] - edges[-2] if len(edges) > 1 else max(abs(edges[0]), 1.0)
    low = 0.0 if edges[0] > 0 else edges[0] - below
    high = 100.0 if metric.unit == "%" and edges[-1] < 100 else edges[-1] + above
    return (low, *edges, high)


def steps(catalogue: Catalogue, metric: Metric, numbers: Numbers) -> tuple[Step, ...]:
    """The buckets, the lowest first; of classes the best."""
    ends = posts(metric)
    return tuple(
        Step(
            low=ends[index],
            high=ends[index + 1],
            edge=_edge(catalogue, metric, index, numbers),
            words=labels.bucket(catalogue, metric, index, numbers),
            verdict=bucket_verdict(metric, index),
        )
        for index in range(metric.buckets)
    )


def height(metric: Metric, value: float) -> float:
    """Where a value lies on the column of steps: 0 at the bottom, `buckets` at the top, linear in each."""
    index = metric.bucket(value) or 0
    if metric.classes:
        return index + 0.5
    ends = posts(metric)
    low, high = ends[index], ends[index + 1]
    return index + min(1.0, max(0.0, (value - low) / (high - low)))


def room(metric: Metric, low: float, high: float, last: float) -> tuple[float, float]:
    """What a small history spans: at least the width of the bucket that the last value lies in."""
    if metric.classes:
        return 0.0, float(len(metric.classes) - 1)
    if kind(metric) is Kind.BARS:
        return 0.0, max(high, metric.edges[0], 1.0)
    ends = posts(metric)
    index = metric.bucket(last) or 0
    widths = [above - below for below, above in pairwise(ends)]
    # an open end may be closed far away; its neighbour tells better how wide a step is
    inner = {0: 1, len(widths) - 1: len(widths) - 2}.get(index, index) if len(widths) > 2 else index
    missing = min(widths[index], widths[inner]) - (high - low)
    if missing > 0:
        low, high = low - missing / 2, high + missing / 2
        if ends[0] == 0 and low < 0:
            low, high = 0.0, high - low
    return low, high


def _edge(catalogue: Catalogue, metric: Metric, index: int, numbers: Numbers) -> str:
    if metric.classes:
        return labels.class_word(catalogue, metric, index)
    return "" if index == 0 else labels.edge(metric, metric.edges[index - 1], numbers)
