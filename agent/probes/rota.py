"""Which metrics are due at a pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalogue.model import Metric

# How much too early a pass may wake without skipping a metric: a share of its interval, at most seconds.
_EARLY, _EARLIEST = 0.05, 3.0


class Rota:
    """Remembers, for one process, when each metric was last read."""

    def __init__(self, metrics: Iterable[Metric], hasten: float = 1.0) -> None:
        """`hasten` divides every interval: 60 for a demo that passes each second."""
        self._every = {metric.id: metric.every / hasten for metric in metrics if not metric.is_derived}
        self._last: dict[str, float] = {}

    def due(self, ticking: float) -> frozenset[str]:
        """The metrics due at this moment (seconds since boot, `Moment.ticking`); they count as read now.

        All of them at the first call, so that a page has something to show soon.
        """
        due = frozenset(
            id
            for id, every in self._every.items()
            if id not in self._last
            or not 0 <= ticking - self._last[id] < every - min(every * _EARLY, _EARLIEST)
        )
        self._last.update(dict.fromkeys(due, ticking))
        return due
