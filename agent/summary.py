"""One device's answers for a stretch of time: per metric one value, its bucket and its verdict.

A period's summary is fixed once: what was summed up, sealed and shown stays the same, whatever is measured
or deleted later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from agent.schedule import DAY
from agent.store import Summarised
from agent.tally import start as start_tally
from catalogue import verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from agent.model import Reading
    from agent.store import Store
    from catalogue.model import Catalogue, Metric


class Counts(NamedTuple):
    """How many checks stand how. The derived counts are no checks: they count others once more."""

    fine: int
    warn: int
    bad: int
    unknown: int

    @property
    def answered(self) -> int:
        """Those that have a verdict."""
        return self.fine + self.warn + self.bad

    @property
    def attention(self) -> int:
        """Those that need attention."""
        return self.warn + self.bad


def count(metrics: Iterable[Metric], found: Mapping[str, Summarised]) -> Counts:
    """The checks among `metrics` by their verdicts."""
    words = [found[metric.id].verdict for metric in metrics if not metric.is_derived and metric.id in found]
    kinds = (verdict.Verdict.OK, verdict.Verdict.WARN, verdict.Verdict.BAD, verdict.Verdict.UNKNOWN)
    return Counts(*(words.count(kind) for kind in kinds))


def summarise(
    store: Store,
    catalogue: Catalogue,
    start: int,
    stop: int,
    *,
    asked: Sequence[Metric] | None = None,
    left_out: Collection[str] = (),
) -> dict[str, Summarised]:
    """The summary of the period [start, stop), by metric id, fixed at the first call.

    Each metric is judged over its own window of days, which ends with the period. The derived counts
    count within `asked` (the task's prefix; all of the catalogue if None) but for `left_out` (what the
    policy blocks or the person silenced). What has no value has neither bucket nor a verdict.
    """
    fixed = store.summary(start, stop)
    if fixed is not None:
        return fixed
    return store.fix_summary(start, stop, _rows(_stored(store, stop), catalogue, asked, left_out))


def today(
    store: Store,
    catalogue: Catalogue,
    now: float,
    *,
    asked: Sequence[Metric] | None = None,
    left_out: Collection[str] = (),
) -> dict[str, Summarised]:
    """The same as of now, for the person at the machine; fixes nothing."""
    return {row.metric: row for row in _rows(_stored(store, int(now) + 1), catalogue, asked, left_out)}


def momentary(
    catalogue: Catalogue,
    reading: Reading,
    *,
    asked: Sequence[Metric] | None = None,
    left_out: Collection[str] = (),
) -> dict[str, Summarised]:
    """The same of one pass alone, for a preview before anything is kept. What needs more samples has none."""

    def value(metric: Metric) -> float | None:
        tally = start_tally(metric)
        if (sample := reading.samples.get(metric.id)) is not None:
            tally.add(sample, 0)
        return tally.value()

    return {row.metric: row for row in _rows(value, catalogue, asked, left_out)}


def _stored(store: Store, stop: int) -> Callable[[Metric], float | None]:
    """A metric's value over its own window of days, ending at `stop`."""
    return lambda metric: store.tally(metric, stop - metric.window * DAY, stop).value()


def _rows(
    value: Callable[[Metric], float | None],
    catalogue: Catalogue,
    asked: Sequence[Metric] | None,
    left_out: Collection[str],
) -> Iterable[Summarised]:
    rows = {metric.id: _row(metric, value(metric)) for metric in catalogue.metrics if not metric.is_derived}
    verdicts = {id: verdict.Verdict(row.verdict) for id, row in rows.items() if id not in left_out}
    for metric in catalogue.metrics:
        if metric.is_derived:
            count = verdict.bad_count(metric.category, verdicts, asked or catalogue.metrics)
            rows[metric.id] = _row(metric, None if count is None else float(count))
    return [rows[metric.id] for metric in catalogue.metrics]


def _row(metric: Metric, value: float | None) -> Summarised:
    bucket = metric.bucket(value)
    return Summarised(metric.id, value, bucket, verdict.bucket_verdict(metric, bucket).value)
