"""What is left of many samples: per statistic a small state that merges, so that a week is made of days.

Merging is associative and commutative to the last bit (sums are whole numbers of millionths), so the order
of roll-ups changes nothing. Quantiles are nearest-rank over a histogram whose cells subdivide the metric's
own edges: their bucket is exactly that of the raw samples' quantile, their value within its cell.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from catalogue.model import QUANTILES

if TYPE_CHECKING:
    from agent.model import Sample
    from catalogue.model import Metric

# Cells per step between two edges, and that many of the last step's width above the last edge.
FINENESS = 8
_MILLIONTHS = 1_000_000
_LARGEST = 10**300  # far above all samples together, far enough below the largest float to add up


class Tally:
    """The state of one metric over a stretch of time; `start` and `load` make the right kind.

    `add` takes a sample and its UTC time; `merge` another tally of the same metric. `dump` is short text
    that `load` reads back to an equal tally.
    """

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self.count = 0
        """How many samples are in it."""

    def add(self, sample: Sample, t: float) -> None:
        """Take in one sample. Raises ValueError for NaN, infinity, or a pair where a number belongs."""
        self._add(_plain(self.metric, sample), t)
        self.count += 1

    def merge(self, other: Tally) -> None:
        """Take in all that another tally of this metric holds; the other stays as it is."""
        if type(self) is not type(other) or self.metric.id != other.metric.id:
            raise ValueError(f"tallies of {self.metric.id} and {other.metric.id} do not merge")
        if other.count:
            self._merge(other)
            self.count += other.count

    def value(self) -> float | None:
        """The statistic; None below the metric's `least` observations (ratio: denominator)."""
        return self.estimate() if self.count >= self.metric.least else None

    def estimate(self) -> float | None:
        """The statistic of whatever is there, for a chart's single points; None for nothing."""
        return self._value() if self.count else None

    def dump(self) -> str:
        """The state as text without spaces at its ends, at most a few hundred characters."""
        return " ".join([str(self.count), *self._fields()])

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Tally) and self._state() == other._state()

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"<tally of {self.metric.id}: {self.dump()}>"

    def _state(self) -> tuple[str, str]:
        return self.metric.id, self.dump()

    def _add(self, sample: float, t: float) -> None:
        raise NotImplementedError

    def _merge(self, other: Tally) -> None:
        raise NotImplementedError

    def _value(self) -> float | None:
        raise NotImplementedError

    def _fields(self) -> list[str]:
        raise NotImplementedError

    def _read(self, fields: list[str]) -> None:
        raise NotImplementedError


def start(metric: Metric) -> Tally:
    """An empty tally for a metric. ValueError for a derived one, which has no samples."""
    return _kind(metric.statistic, metric.id)(metric)


def takes(metric: Metric, sample: Sample) -> bool:
    """Whether `add` would take a sample of this metric; asked of each one each minute, so nothing is made."""
    if metric.statistic == "ratio":
        return isinstance(sample, tuple) and len(sample) == 2 and all(map(_is_amount, sample))
    if not isinstance(sample, int | float) or not math.isfinite(sample):
        return False
    return metric.statistic != "share" or sample in (0, 1)


def load(metric: Metric, text: str) -> Tally:
    """The tally that `dump` wrote. ValueError if the text is not one of this metric's."""
    tally = start(metric)
    count, *fields = text.split(" ")
    try:
        tally.count = _whole(count)
        if tally.count < 0 or bool(fields) != bool(tally.count):
            raise ValueError("its count does not fit")
        if fields:
            tally._read(fields)
    except (ValueError, IndexError) as error:
        raise ValueError(f"no tally of {metric.id}: {text[:80]!r} ({error})") from error
    return tally


class _Last(Tally):
    """The newest sample; of two of one second the larger, so that order does not matter."""

    newest = (-math.inf, 0.0)

    def _add(self, sample: float, t: float) -> None:
        self.newest = max(self.newest, (t, sample))

    def _merge(self, other: Tally) -> None:
        assert isinstance(other, _Last)
        self.newest = max(self.newest, other.newest)

    def _value(self) -> float:
        return self.newest[1]

    def _fields(self) -> list[str]:
        return [_short(part) for part in self.newest] if self.count else []

    def _read(self, fields: list[str]) -> None:
        t, sample = fields
        self.newest = (_finite(t), _finite(sample))


class _Extreme(Tally):
    """The smallest or the largest sample."""

    extreme: float | None = None

    def _add(self, sample: float, t: float) -> None:
        self.extreme = sample if self.extreme is None else self.pick(self.extreme, sample)

    def _merge(self, other: Tally) -> None:
        assert isinstance(other, _Extreme)
        if other.extreme is not None:
            self._add(other.extreme, 0)

    def _value(self) -> float | None:
        return self.extreme

    def _fields(self) -> list[str]:
        return [] if self.extreme is None else [_short(self.extreme)]

    def _read(self, fields: list[str]) -> None:
        (extreme,) = fields
        self.extreme = _finite(extreme)

    def pick(self, one: float, other: float) -> float:
        raise NotImplementedError


class _Min(_Extreme):
    def pick(self, one: float, other: float) -> float:
        return min(one, other)


class _Max(_Extreme):
    def pick(self, one: float, other: float) -> float:
        return max(one, other)


class _Sum(Tally):
    """The sum, in millionths."""

    total = 0

    def _add(self, sample: float, t: float) -> None:
        self.total += _millionths(sample)

    def _merge(self, other: Tally) -> None:
        assert isinstance(other, _Sum)
        self.total += other.total

    def _value(self) -> float:
        return self.total / _MILLIONTHS

    def _fields(self) -> list[str]:
        return [str(self.total)] if self.count else []

    def _read(self, fields: list[str]) -> None:
        (total,) = fields
        self.total = _whole(total)


class _Mean(_Sum):
    """The mean."""

    def _value(self) -> float:
        return self.total / (self.count * _MILLIONTHS)


class _Share(_Sum):
    """The percentage of samples that are 1."""

    def _add(self, sample: float, t: float) -> None:
        if sample not in (0, 1):
            raise ValueError(f"a sample of {self.metric.id} is 0 or 1, not {sample!r}")
        super()._add(sample, t)

    def _value(self) -> float:
        return 100 * self.total / (self.count * _MILLIONTHS)


class _Ratio(Tally):
    """100 · Σ numerators / Σ denominators, both in millionths."""

    above = 0
    below = 0

    def add(self, sample: Sample, t: float) -> None:
        """Take in a pair (numerator, denominator), neither negative."""
        if not isinstance(sample, tuple) or len(sample) != 2 or not all(map(_is_amount, sample)):
            raise ValueError(f"a sample of {self.metric.id} is two amounts, not {sample!r}")
        self.above += _millionths(sample[0])
        self.below += _millionths(sample[1])
        self.count += 1

    def _merge(self, other: Tally) -> None:
        assert isinstance(other, _Ratio)
        self.above += other.above
        self.below += other.below

    def value(self) -> float | None:
        """The percentage; None below `least` of the denominator."""
        return self.estimate() if self.below >= self.metric.least * _MILLIONTHS else None

    def _value(self) -> float | None:
        return 100 * self.above / self.below if self.below else None

    def _fields(self) -> list[str]:
        return [str(self.above), str(self.below)] if self.count else []

    def _read(self, fields: list[str]) -> None:
        above, below = map(_whole, fields)
        if above < 0 or below < 0:
            raise ValueError("amounts are not negative")
        self.above, self.below = above, below


class _Quantile(Tally):
    """A nearest-rank quantile: the ⌈q·n⌉-th smallest sample, known to its cell."""

    def __init__(self, metric: Metric) -> None:
        super().__init__(metric)
        self.cells: dict[int, int] = {}
        """Cell → samples in it; cell i holds [bounds[i-1], bounds[i]), the first and last are open."""

    def _add(self, sample: float, t: float) -> None:
        cell = bisect_right(bounds(self.metric.edges), sample)
        self.cells[cell] = self.cells.get(cell, 0) + 1

    def _merge(self, other: Tally) -> None:
        assert isinstance(other, _Quantile)
        for cell, count in other.cells.items():
            self.cells[cell] = self.cells.get(cell, 0) + count

    def _value(self) -> float:
        percent = QUANTILES[self.metric.statistic]
        rank = max(1, -(-percent * self.count // 100))
        for cell in sorted(self.cells):
            rank -= self.cells[cell]
            if rank <= 0:
                break
        return _middle(bounds(self.metric.edges), cell)

    def _fields(self) -> list[str]:
        return [f"{cell}:{self.cells[cell]}" for cell in sorted(self.cells)]

    def _read(self, fields: list[str]) -> None:
        highest = len(bounds(self.metric.edges))
        for field in fields:
            cell, _, count = field.partition(":")
            if not 0 <= int(cell) <= highest or _whole(count) < 1 or int(cell) in self.cells:
                raise ValueError(f"{field} is no cell")
            self.cells[int(cell)] = _whole(count)
        if sum(self.cells.values()) != self.count:
            raise ValueError("the cells do not add up")


_KINDS: dict[str, type[Tally]] = {
    "last": _Last,
    "min": _Min,
    "max": _Max,
    "mean": _Mean,
    "share": _Share,
    "sum": _Sum,
    "ratio": _Ratio,
}


def _kind(statistic: str, id: str) -> type[Tally]:
    if statistic in QUANTILES:
        return _Quantile
    if statistic not in _KINDS:
        raise ValueError(f"{id} is {statistic}: it has no samples")
    return _KINDS[statistic]


_bounds: dict[tuple[float, ...], tuple[float, ...]] = {}


def bounds(edges: tuple[float, ...]) -> tuple[float, ...]:
    """The lower bounds of all histogram cells but the first for a metric's edges; every edge is one.

    Below the first edge cells reach down to 0 (if the edge is above it; else as far as the first step),
    above the last edge as far as the last step; beyond lie the two open cells.
    """
    found = _bounds.get(edges)
    if found is None:
        first, last = edges[0], edges[-1]
        step_down = edges[1] - first if len(edges) > 1 else 1.0
        step_up = last - edges[-2] if len(edges) > 1 else max(abs(last), 1.0)
        posts = [0.0 if first > 0 else first - step_down, *edges, last + step_up]
        cells = [low + (high - low) * i / FINENESS for low, high in pairwise(posts) for i in range(FINENESS)]
        found = _bounds[edges] = (*cells, posts[-1])
    return found


def _middle(bounds: tuple[float, ...], cell: int) -> float:
    """A value that stands for a cell: its middle; for the open ones the bound itself or just below it."""
    if cell == 0:
        return bounds[0] - (bounds[1] - bounds[0]) / 2
    if cell == len(bounds):
        return bounds[-1]
    return (bounds[cell - 1] + bounds[cell]) / 2


def _plain(metric: Metric, sample: Sample) -> float:
    if not isinstance(sample, int | float) or not math.isfinite(sample):
        raise ValueError(f"a sample of {metric.id} is a number, not {sample!r}")
    return float(sample)


def _is_amount(number: object) -> bool:
    return isinstance(number, int | float) and math.isfinite(number) and number >= 0


def _millionths(number: float) -> int:
    return round(number * _MILLIONTHS)


def _whole(text: str) -> int:
    """A whole number that was stored; ValueError also for one that no samples come to."""
    number = int(text)
    if abs(number) > _LARGEST:
        raise ValueError("a number is too large")
    return number


def _short(number: float) -> str:
    """The shortest text that reads back to the same double."""
    whole = int(number)
    return str(whole) if whole == number and abs(whole) < 1 << 53 else repr(number)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no finite number")
    return number
