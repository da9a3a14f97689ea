"""The catalogue's records: a metric, its words, the whole list.

NamedTuple only, since the resident sampler keeps them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

CATEGORIES = ("endpoint", "network", "app")

# How a window's samples become one value. share: samples are 0 or 1, the value is 100 · mean. ratio: samples
# are (numerator, denominator), the value is 100 · Σ numerators / Σ denominators. derived: worked out from the
# verdicts of other metrics, see `catalogue.verdict.bad_count`.
STATISTICS = ("last", "min", "max", "mean", "p25", "p50", "p95", "share", "sum", "ratio", "derived")
QUANTILES = {"p25": 25, "p50": 50, "p95": 95}

BETTER = ("higher", "lower")


class Slot(NamedTuple):
    """A product that may be measured by name; slots.toml is the closed list, and says what each field is."""

    id: str
    product: str
    kind: str
    """One of catalogue.slots.KINDS."""
    publisher: str
    programs: tuple[str, ...]
    dpkg: tuple[str, ...] = ()
    rpm: tuple[str, ...] = ()
    flatpak: tuple[str, ...] = ()
    snap: tuple[str, ...] = ()
    macos: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()


class Metric(NamedTuple):
    """One catalogue entry; its meaning is fixed once the lock is frozen."""

    id: str
    """category.name or category.slot.name; append-only."""
    probe: str
    """The probe that reads it, in agent.probes; empty for a derived metric."""
    unit: str
    """UCUM; "1" is a count; empty for classes."""
    every: int
    """Seconds between two readings; 0 for a derived metric."""
    statistic: str
    """One of STATISTICS."""
    window: int
    """Days, ending with the period, that the value covers; 0 for a derived metric."""
    edges: tuple[float, ...]
    """Lower bounds of all buckets but the first, rising; empty for classes."""
    classes: tuple[str, ...]
    """Names of the classes from best to worst; a sample is a class's index. Empty for numbers."""
    warn: float | None
    """An edge (for classes: an index) from which the verdict is warn; None: never."""
    bad: float | None
    """An edge (for classes: an index) from which the verdict is bad; None: never."""
    better: str
    """"higher" or "lower"; classes count upwards from the best, so "lower"."""
    weight: int = 0
    """Share in its category's score, 1 to 3; 0: none."""
    platforms: tuple[str, ...] = ()
    """Where a probe has an implemented source: linux, windows, macos."""
    evidence: str = ""
    """Where the thresholds come from; J marks our judgement."""
    least: int = 1
    """Fewer observations (for a ratio: a smaller denominator) than this give no value."""
    slot: Slot | None = None
    """The product that it tells of: the middle of the id of app.SLOT.name; None for all other metrics."""

    @property
    def category(self) -> str:
        """The part of the id before the first dot."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The part of the id after the first dot."""
        return self.id.partition(".")[2]

    @property
    def buckets(self) -> int:
        """How many buckets, and so bits of the vector, it has."""
        return len(self.classes) or len(self.edges) + 1

    @property
    def is_derived(self) -> bool:
        """Whether it is worked out from other metrics instead of read."""
        return self.statistic == "derived"

    def bucket(self, value: float | str | None) -> int | None:
        """The bucket of a value, from 0; None for no value. A class may be given by name or index.

        Raises ValueError for what is neither: an unknown class, NaN, a class index out of range.
        """
        if value is None:
            return None
        if self.classes:
            names = (*self.classes, *range(len(self.classes)))
            if value not in names:
                raise ValueError(f"{self.id} has no class {value!r}")
            return names.index(value) % len(self.classes)
        if isinstance(value, str) or math.isnan(value):
            raise ValueError(f"{self.id} is a number, not {value!r}")
        return bisect_right(self.edges, value)


class Texts(NamedTuple):
    """The words of one metric in one language."""

    title: str
    explanation: str
    cannot_show: str
    fix: str
    """What helps on this system; on one that cannot supply the metric, on the first that can."""
    classes: Mapping[str, str]
    """Class name → label; empty for numbers."""
    fixes: Mapping[str, str]
    """Platform → what helps there; empty where one text fits all."""


class Catalogue(NamedTuple):
    """The whole list in its order, with the words of one language."""

    metrics: tuple[Metric, ...]
    texts: Mapping[str, Texts]
    """Metric id → words; empty if loaded without a language."""
    categories: Mapping[str, str]
    """Category → its title; empty if loaded without a language."""

    def metric(self, id: str) -> Metric:
        """The metric of that id; KeyError if there is none."""
        for metric in self.metrics:
            if metric.id == id:
                return metric
        raise KeyError(id)

    def prefix(self, n: int) -> tuple[Metric, ...]:
        """The first n metrics, which a task of n metrics asks for. ValueError unless 1 ≤ n ≤ all."""
        if not 1 <= n <= len(self.metrics):
            raise ValueError(f"the catalogue has {len(self.metrics)} metrics, not {n}")
        return self.metrics[:n]
