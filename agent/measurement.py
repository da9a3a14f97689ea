"""From a summary to a task's vector: per metric at most one 1, nothing of what is blocked or silenced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalogue import layout
from dap.seal import Measurement

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from agent.store import Summarised
    from catalogue.model import Metric


def measure(
    period: int, summary: Mapping[str, Summarised], metrics: Sequence[Metric], left_out: Collection[str]
) -> Measurement:
    """The measurement of a period, by its number.

    `metrics` are the task's prefix of the catalogue. What is left out sets no bit, and neither does what has
    no value; nothing tells them apart.
    """
    buckets = {id: row.bucket for id, row in summary.items() if id not in left_out}
    return Measurement(period, layout.encode(buckets, metrics))


def zeros(period: int, length: int) -> Measurement:
    """An answer to nothing: what quiet sends, and what goes in place of a withheld report."""
    return Measurement(period, (0,) * length)
