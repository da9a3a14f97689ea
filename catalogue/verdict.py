"""Verdicts for the help desk: ok, warn, bad or unknown, from a metric's own thresholds.

Thresholds are edges, so a verdict follows from the bucket alone: window, report and dashboard agree.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catalogue.model import Metric


class Verdict(StrEnum):
    """What the help desk reads."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"


def verdict(metric: Metric, value: float | str | None) -> Verdict:
    """The verdict on a value; unknown for none."""
    return bucket_verdict(metric, metric.bucket(value))


def bucket_verdict(metric: Metric, bucket: int | None) -> Verdict:
    """The verdict on a bucket; unknown for none."""
    if bucket is None:
        return Verdict.UNKNOWN
    if _reached(metric, metric.bad, bucket):
        return Verdict.BAD
    if _reached(metric, metric.warn, bucket):
        return Verdict.WARN
    return Verdict.OK


def _reached(metric: Metric, threshold: float | None, bucket: int) -> bool:
    """Whether a bucket lies on the worse side of a threshold (an edge belongs to its upper side)."""
    if threshold is None:
        return False
    if metric.classes:
        return bucket >= int(threshold)
    first_above = metric.edges.index(threshold) + 1
    return bucket < first_above if metric.better == "higher" else bucket >= first_above


def bad_count(category: str, verdicts: Mapping[str, Verdict], metrics: Sequence[Metric]) -> int | None:
    """How many of a category's metrics are bad: the value of its derived bad_count.

    `metrics` is the task's prefix (on the device's own page: the whole catalogue); `verdicts` holds those of
    the metrics that count, so a silenced or blocked one is left out by whoever asks. None if no metric of the
    category has a verdict other than unknown: a device that knows nothing must not look healthy.
    """
    known = [
        verdicts.get(metric.id, Verdict.UNKNOWN)
        for metric in metrics
        if metric.category == category and not metric.is_derived
    ]
    if all(found is Verdict.UNKNOWN for found in known):
        return None
    return sum(found is Verdict.BAD for found in known)
