"""What every probe is: a subject of the host, the metrics it answers for, and a guard around each answer.

Whatever a host gives or throws, a probe gives a sample in its metric's domain or none with a reason.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Protocol

from agent.model import Reading
from agent.probes.host import Absent, Pending

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence

    from agent.model import Moment, Sample
    from agent.probes.host import Host
    from catalogue.model import Metric

__all__ = ["Pending", "Probe", "Source", "accept", "domain"]

_LARGEST = 1e9


class Source(Protocol):
    """A probe's way to one metric: a number, a class's name or a ratio's pair; raises Absent for none.

    `marks` is what outlives the process (see Probe.read). A mark's key is the metric's id, or begins with it.
    """

    def __call__(self, moment: Moment, marks: MutableMapping[str, str]) -> float | str | tuple[float, float]:
        """Read it now."""


class Probe:
    """A subject of the host, such as memory. Subclasses name themselves and list their sources."""

    name: ClassVar[str]
    """As `probe` in metrics.toml."""
    pending: frozenset[str] = frozenset()
    """Metrics that the last reading asked for and the next will have: to be read again at the next pass."""

    def __init__(self, host: Host, metrics: Sequence[Metric]) -> None:
        """For those metrics of this probe that the host's platform supplies. LookupError for a stranger."""
        self.host = host
        self._metrics = {metric.id: metric for metric in metrics}
        self._sources = self.sources()
        for id in self._metrics:
            if id not in self._sources:
                raise LookupError(f"the probe {self.name} knows nothing of {id}")

    @property
    def metrics(self) -> tuple[str, ...]:
        """The ids of the metrics it answers for."""
        return tuple(self._metrics)

    @property
    def every(self) -> int:
        """Seconds between two readings of its most frequent metric."""
        return min(metric.every for metric in self._metrics.values())

    def sources(self) -> Mapping[str, Source]:
        """Metric id → its source."""
        raise NotImplementedError

    def how(self, id: str) -> str:
        """What is made of the host's answers for a metric, in the words of its source's docstring."""
        return " ".join((self._sources[id].__doc__ or "").split())

    def read(self, moment: Moment, wanted: frozenset[str], marks: MutableMapping[str, str]) -> Reading:
        """Samples of the wanted metrics, or None and a reason for each; never raises for what a host does.

        `marks` is memory across processes: last counters, cursors, as short texts. Saved with the samples
        in one transaction, so that nothing is counted twice or lost. Keys are only ever set, never deleted;
        a source that fails (rather than says Absent) leaves them as they were.
        """
        samples: dict[str, Sample | None] = {}
        reasons: dict[str, str] = {}
        pending = self.pending - wanted
        for id in self._metrics:
            if id not in wanted:
                continue
            trial = dict(marks)
            samples[id] = None
            try:
                samples[id] = accept(self._metrics[id], self._sources[id](moment, trial))
            except Absent as absent:
                reasons[id] = str(absent) or "what it is read from went away meanwhile"
                pending |= {id} if isinstance(absent, Pending) else set()
            except Exception as error:  # noqa: BLE001  a probe's fault must never stop the sampler
                reasons[id] = f"the reading failed ({type(error).__name__})"
                continue
            marks.update(trial)
        self.pending = pending
        return Reading(samples, reasons)

    def stop(self, moment: Moment, marks: MutableMapping[str, str]) -> None:
        """Measuring ends in good order (SIGTERM, log-out, shutdown, the choice): note what the next start
        must know, and end whatever was begun. Whoever extends this calls it, too.
        """
        self.host.close()

    def forget(self) -> None:
        """Measuring was turned off: keep no earlier reading, so that nobody counts what happens meanwhile."""


def accept(metric: Metric, value: object) -> Sample:
    """The sample that a source's answer is. Raises Absent if it lies outside the metric's domain."""
    if metric.classes:
        if value not in metric.classes:
            raise Absent("the reading is none of the known classes")
        return float(metric.classes.index(str(value)))
    if metric.statistic == "ratio":
        if not isinstance(value, tuple) or len(value) != 2:
            raise Absent("the reading is no pair of numbers")
        return _within(value[0], 0, math.inf), _within(value[1], 0, math.inf)
    return _within(value, *domain(metric))


def domain(metric: Metric) -> tuple[float, float]:
    """The least and the greatest sample that a number metric may have."""
    if metric.statistic == "share":
        return 0, 1
    if metric.unit == "%":
        return 0, 100
    if metric.unit == "dB[mW]":
        return -200, 0
    # Where 0 is an edge, what lies below it means something: support that has ended.
    return -_LARGEST if metric.edges[0] <= 0 else 0, _LARGEST


def _within(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Absent("the reading is no number")
    if not low <= value <= high:
        raise Absent("the reading is out of range")
    return float(value)
