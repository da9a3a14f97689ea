"""A Release: the noisy totals of one batch with their error, as a file that others can build on.

The JSON form is described in docs/operators.md, "The release file". Estimates are kept raw: noise may push a
total below zero or above the report count, and clamping it would bias every sum made later. What is shown is
clamped, in `release_table`.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from catalogue import layout
from catalogue.labels import bucket_label
from dap.task import Mechanism
from server import noise
from server.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalogue.model import Catalogue, Metric
    from dap.task import Task

FORMAT: Final = "shoal-release-1"
_FRACTION: Final = re.compile(r"[0-9]{1,40}(/[0-9]{1,40})?")


class Estimate(NamedTuple):
    """A noisy count and its 95 % interval, raw: it may be negative or above the report count."""

    estimate: int
    low: int
    high: int

    @classmethod
    def around(cls, value: int, half_width: int) -> Estimate:
        """With an interval of this half-width to both sides."""
        return cls(value, value - half_width, value + half_width)


class Bucket(NamedTuple):
    """One answer that devices could give, and how many did."""

    label: str
    total: Estimate


class MetricTotals(NamedTuple):
    """All of one metric's buckets. `answers` is their sum; `no_answer` what is left of the report count."""

    id: str
    title: str
    unit: str
    buckets: tuple[Bucket, ...]
    answers: Estimate
    no_answer: Estimate


class Release(NamedTuple):
    """The totals of one period of one task, as published."""

    organisation: str
    task_id: bytes
    serial: int
    digest: bytes  # of the catalogue's prefix
    demo: bool
    period: int  # number since the Epoch, in `seconds`
    seconds: int  # length of a period
    collected: int  # UTC seconds, whole days but for a demo
    report_count: int
    min_batch_size: int
    mechanism: str
    rho: Fraction  # of this release
    sigma: float  # of one joined total
    rho_year: Fraction  # spent in the 364 days up to this period's end, this release included
    metrics: tuple[MetricTotals, ...]

    @property
    def start(self) -> datetime:
        """The period's first moment."""
        return datetime.fromtimestamp(self.period * self.seconds, UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.fromtimestamp((self.period + 1) * self.seconds, UTC)


def make(
    task: Task,
    catalogue: Catalogue,
    period: int,
    report_count: int,
    totals: Sequence[int],
    *,
    now: float,
    rho_before: Fraction,
) -> Release:
    """The release of a batch's joined, signed totals.

    now: UTC seconds.  rho_before: ρ of the year's earlier releases.  ValueError for totals of another length.
    """
    info = task.info
    metrics = catalogue.prefix(info.metrics)
    length = layout.length(metrics)
    if len(totals) != length:
        raise ValueError(f"{len(totals)} totals where {length} are needed")
    spans = layout.spans(metrics)
    rows = []
    for metric in metrics:
        start, stop = spans[metric.id]
        rows.append(_metric(task, catalogue, metric, report_count, totals[start:stop], length))
    return Release(
        organisation=task.organisation,
        task_id=task.task_id,
        serial=task.serial,
        digest=info.digest,
        demo=info.demo,
        period=period,
        seconds=info.period,
        collected=int(now) if info.demo else int(now) // 86_400 * 86_400,
        report_count=report_count,
        min_batch_size=task.config.min_batch_size,
        mechanism=info.mechanism.word,
        rho=info.rho,
        sigma=noise.deviation(info, length),
        rho_year=rho_before + info.rho,
        metrics=tuple(rows),
    )


def _metric(
    task: Task, catalogue: Catalogue, metric: Metric, reports: int, totals: Sequence[int], length: int
) -> MetricTotals:
    single = noise.half_width(task.info, length)
    together = noise.half_width(task.info, length, len(totals))
    texts = catalogue.texts.get(metric.id)
    labels = [bucket_label(metric, i, texts.classes if texts else None) for i in range(metric.buckets)]
    answers = sum(totals)
    return MetricTotals(
        metric.id,
        texts.title if texts else metric.id,
        metric.unit,
        tuple(
            Bucket(label, Estimate.around(total, single)) for label, total in zip(labels, totals, strict=True)
        ),
        Estimate.around(answers, together),
        Estimate.around(reports - answers, together),
    )


# -- the file ------------------------------------------------------------------------------------


def dump(release: Release) -> str:
    """The JSON file's text."""
    return json.dumps(as_json(release), indent=2, ensure_ascii=False) + "\n"


def as_json(release: Release) -> dict[str, Any]:
    """The release as plain data: bytes as lower-case hex, ρ as fractions' text, moments in ISO 8601 (UTC)."""
    return {
        "format": FORMAT,
        "organisation": release.organisation,
        "task_id": release.task_id.hex(),
        "serial": release.serial,
        "digest": release.digest.hex(),
        "demo": release.demo,
        "period": {
            "number": release.period,
            "seconds": release.seconds,
            "start": _moment(release.start),
            "end": _moment(release.end),
        },
        "collected": _moment(datetime.fromtimestamp(release.collected, UTC)),
        "report_count": release.report_count,
        "min_batch_size": release.min_batch_size,
        "mechanism": release.mechanism,
        "rho": str(release.rho),
        "sigma": release.sigma,
        "confidence": noise.CONFIDENCE,
        "rho_year": str(release.rho_year),
        "metrics": [_metric_json(metric) for metric in release.metrics],
    }


def _metric_json(metric: MetricTotals) -> dict[str, Any]:
    return {
        "id": metric.id,
        "title": metric.title,
        "unit": metric.unit,
        "answers": metric.answers._asdict(),
        "no_answer": metric.no_answer._asdict(),
        "buckets": [{"label": bucket.label, **bucket.total._asdict()} for bucket in metric.buckets],
    }


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def load(text: str) -> Release:
    """Read a release file strictly; FolderError naming what is odd."""
    try:
        value = json.loads(text, object_pairs_hook=_distinct, parse_constant=_no_constant)
        return _release(_Members(value, "release"))
    except (ValueError, OverflowError, OSError, RecursionError) as error:
        raise FolderError(f"This is no release file: {error}.") from error


def _release(members: _Members) -> Release:
    if members.take("format", str) != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    if members.take("confidence", float) != noise.CONFIDENCE:
        raise ValueError(f"confidence is not {noise.CONFIDENCE}")
    period = members.inner("period")
    mechanism = members.take("mechanism", str)
    if mechanism not in {known.word for known in Mechanism}:
        raise ValueError("mechanism is unknown")
    sigma = members.take("sigma", float)
    if not math.isfinite(sigma) or sigma < 0:
        raise ValueError("sigma is no deviation")
    release = Release(
        organisation=members.take("organisation", str),
        task_id=members.octets("task_id"),
        serial=members.take("serial", int),
        digest=members.octets("digest"),
        demo=members.take("demo", bool),
        period=period.take("number", int),
        seconds=period.take("seconds", int),
        collected=members.moment("collected"),
        report_count=members.take("report_count", int),
        min_batch_size=members.take("min_batch_size", int),
        mechanism=mechanism,
        rho=members.fraction("rho"),
        sigma=sigma,
        rho_year=members.fraction("rho_year"),
        metrics=tuple(_read_metric(inner) for inner in members.each("metrics")),
    )
    for name, expected in (("start", release.start), ("end", release.end)):
        if period.take(name, str) != _moment(expected):
            raise ValueError(f"period.{name} is not what its number says")
    period.end()
    members.end()
    return release


def _read_metric(members: _Members) -> MetricTotals:
    metric = MetricTotals(
        members.take("id", str),
        members.take("title", str),
        members.take("unit", str),
        tuple(_read_bucket(inner) for inner in members.each("buckets")),
        _read_estimate(members.inner("answers")),
        _read_estimate(members.inner("no_answer")),
    )
    members.end()
    if sum(bucket.total.estimate for bucket in metric.buckets) != metric.answers.estimate:
        raise ValueError(f"{metric.id}: answers are not the sum of the buckets")
    return metric


def _read_bucket(members: _Members) -> Bucket:
    return Bucket(members.take("label", str), _read_estimate(members))


def _read_estimate(members: _Members) -> Estimate:
    estimate = Estimate(*(members.take(name, int) for name in Estimate._fields))
    members.end()
    if not estimate.low <= estimate.estimate <= estimate.high:
        raise ValueError(f"{members.where}: the estimate is outside of its interval")
    return estimate


class _Members:
    """One JSON object's members: each taken once with its type, none left over."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{where} is no object")
        self._left = dict(value)
        self.where = where

    def take(self, name: str, kind: type) -> Any:
        if name not in self._left:
            raise ValueError(f"{self.where}: {name} is missing")
        value = self._left.pop(name)
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise ValueError(f"{self.where}: {name} has the wrong type")
        return value

    def inner(self, name: str) -> _Members:
        return _Members(self.take(name, dict), f"{self.where}.{name}")

    def each(self, name: str) -> list[_Members]:
        values = self.take(name, list)
        return [_Members(value, f"{self.where}.{name}[{i}]") for i, value in enumerate(values)]

    def octets(self, name: str) -> bytes:
        value = bytes.fromhex(self.take(name, str))
        if len(value) != 32:
            raise ValueError(f"{self.where}: {name} is not 32 bytes")
        return value

    def fraction(self, name: str) -> Fraction:
        text = self.take(name, str)
        try:
            # as `dump` writes it: Fraction itself would also take 1e999999999, and fill the memory
            return Fraction(text if _FRACTION.fullmatch(text) else "")
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"{self.where}: {name} is no fraction") from None

    def moment(self, name: str) -> int:
        text = self.take(name, str)
        return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())

    def end(self) -> None:
        for name in self._left:
            raise ValueError(f"{self.where}: {name} is unknown")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number")
