"""What a fleet of N computers will be able to see through the noise, and what the noise is worth to each.

Everything is computed from the task's own terms, so that what set-up prints, what the documents say and what
is signed cannot drift apart. Formulas: docs/operators.md, "What the numbers mean".
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from catalogue import layout
from catalogue.verdict import Verdict, bucket_verdict
from dap.task import DAY, Mechanism, Odds, epsilon, odds, of_100, releases_a_year
from server import noise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from catalogue.model import Metric
    from dap.task import TaskInfo

_NORMAL: Final = NormalDist()
_SURE: Final = _NORMAL.inv_cdf(0.975)
"""A change this many standard deviations wide is noise in 5 releases of 100 only."""
_POWER: Final = _NORMAL.inv_cdf(0.8)
USEFUL_SHARE: Final = 0.2
"""A bucket is worth looking at while a change of a fifth of the fleet shows."""
VIEW: Final = 28
"""Days of the longest view that people look at: its releases are averaged."""
POINTS: Final = {Verdict.OK: 100.0, Verdict.WARN: 50.0, Verdict.BAD: 0.0}
"""What a device's verdict adds to a score, so that a score is 0 to 100."""


class Visible(NamedTuple):
    """The smallest change from one release to the next that shows."""

    beyond_noise: float  # wider than what noise alone does 95 times in 100
    noticed: float  # noticed 4 times in 5 when it happens


class Fleet(NamedTuple):
    """What N devices will see under these terms. Counts are devices, scores are points of 100."""

    devices: int
    deviation: float  # of one joined bucket total
    half_width: int  # 95 % interval of one joined bucket total
    bucket: Visible  # devices that change bucket, release to release
    bucket_view: Visible  # the same between two 28-day views
    scores: dict[str, Visible]  # category -> points
    scores_view: dict[str, Visible]
    useful_from: tuple[int, int]  # fleet sizes: a fifth of the fleet shows at all; is noticed 4 times in 5
    rho: Fraction  # a release
    rho_year: Fraction
    epsilon: float  # of a release, at δ = 1e-6
    epsilon_year: float
    odds: Odds
    warnings: tuple[str, ...]


def _visible(deviation: float) -> Visible:
    """Of a value with this standard deviation in each of two releases."""
    difference = math.sqrt(2) * deviation
    return Visible(_SURE * difference, (_SURE + _POWER) * difference)


def score_deviation(metrics: Sequence[Metric], deviation: float, devices: int) -> float:
    """Standard deviation, in points, of a score of these metrics when N devices answer; inf for 0.

    A metric's score is Σ points·estimate / Σ estimate over its buckets. For a fleet spread evenly over the
    buckets, noise moves it by σ·√Σ(points − mean)² / N; metrics add up by weight.
    """
    weighted, weights = 0.0, 0
    for metric in metrics:
        points = [POINTS[bucket_verdict(metric, i)] for i in range(metric.buckets)]
        mean = sum(points) / len(points)
        weighted += metric.weight**2 * sum((point - mean) ** 2 for point in points)
        weights += metric.weight
    if not weights or not devices:
        return math.inf
    return deviation * math.sqrt(weighted) / (weights * devices)


def see(info: TaskInfo, metrics: Sequence[Metric], min_batch_size: int, devices: int) -> Fleet:
    """What N devices will see of these metrics (the task's prefix) under these terms."""
    length = layout.length(metrics)
    deviation = noise.deviation(info, length)
    averaged = deviation / math.sqrt(max(1, VIEW * DAY // info.period))
    categories: dict[str, list[Metric]] = {}
    for metric in metrics:
        if metric.weight:
            categories.setdefault(metric.category, []).append(metric)
    bucket = _visible(deviation)
    year = releases_a_year(info)
    fleet = Fleet(
        devices=devices,
        deviation=deviation,
        half_width=noise.half_width(info, length),
        bucket=bucket,
        bucket_view=_visible(averaged),
        scores=_scores(categories, deviation, devices),
        scores_view=_scores(categories, averaged, devices),
        useful_from=(_useful(bucket.beyond_noise), _useful(bucket.noticed)),
        rho=info.rho,
        rho_year=info.rho * year,
        epsilon=epsilon(float(info.rho)),
        epsilon_year=epsilon(float(info.rho * year)),
        odds=odds(info, length),
        warnings=(),
    )
    return fleet._replace(warnings=_warnings(info, fleet, min_batch_size))


def _scores(categories: dict[str, list[Metric]], deviation: float, devices: int) -> dict[str, Visible]:
    return {
        name: _visible(score_deviation(metrics, deviation, devices)) for name, metrics in categories.items()
    }


def _useful(change: float) -> int:
    return math.ceil(change / USEFUL_SHARE)


def _warnings(info: TaskInfo, fleet: Fleet, min_batch_size: int) -> tuple[str, ...]:
    found = []
    if info.mechanism is Mechanism.NONE:
        found.append("NO NOISE: totals are exact, and can give single answers away.")
    if info.demo:
        found.append("DEMO: periods of seconds, small batches. Nothing is protected by this.")
    devices = f"{fleet.devices} devices"
    if fleet.devices < min_batch_size:
        found.append(f"{devices} never reach the minimum batch of {min_batch_size}: nothing is released.")
    elif fleet.devices * 2 < min_batch_size * 3:
        found.append(
            f"With {devices} and a minimum batch of {min_batch_size}, a period in which a third are away or "
            "switched off is not released."
        )
    least, comfortable = fleet.useful_from
    if fleet.devices < least:
        found.append(
            f"Single buckets are useless with {devices}: noise hides a change of a fifth of the fleet. They "
            f"begin to speak at about {least} devices, clearly at {comfortable}. 28-day views and scores see "
            "finer; fewer metrics or a higher ρ help."
        )
    elif fleet.devices < comfortable:
        found.append(
            f"Single buckets are coarse with {devices}: a change of a fifth of the fleet is missed more "
            f"often than 1 time in 5. Clear from about {comfortable} devices."
        )
    return tuple(found)


# -- in words ------------------------------------------------------------------------------------


def sentences(info: TaskInfo, fleet: Fleet) -> list[str]:
    """What set-up prints: first what shows, then what one device risks, then the numbers for experts."""
    return [*_what_shows(info, fleet), "", *_what_it_risks(info, fleet), "", *_for_experts(info, fleet)]


def _what_shows(info: TaskInfo, fleet: Fleet) -> list[str]:
    if info.mechanism is Mechanism.NONE:
        return [f"What a fleet of {fleet.devices} will be able to see: exact totals (no noise)."]
    lines = [
        f"What a fleet of {fleet.devices} will be able to see",
        f"  a bucket        a total is right to ±{fleet.half_width} devices, 95 times in 100",
        f"                  a change shows from {_n(fleet.bucket.beyond_noise)} devices between two releases",
        f"                  and is noticed 4 times in 5 from {_n(fleet.bucket.noticed)}",
    ]
    if not info.demo:
        lines.append(
            f"                  between two 28-day views: from {_n(fleet.bucket_view.beyond_noise)}, "
            f"and {_n(fleet.bucket_view.noticed)}"
        )
    for name, visible in fleet.scores.items():
        lines.append(
            f"  {name + ' score':<15} a change shows from {visible.beyond_noise:.1f} points of 100 "
            "between two releases"
        )
        if not info.demo:
            view = fleet.scores_view[name].beyond_noise
            lines.append(f"{'':18}between two 28-day views: from {view:.1f}")
    return lines


def _what_it_risks(info: TaskInfo, fleet: Fleet) -> list[str]:
    if info.mechanism is Mechanism.NONE:
        return ["Somebody who knows every other computer's answers can work out the remaining one's."]
    guesses = [
        ("all of its answers, or zeros", fleet.odds.all_or_none),
        ("one full set of answers, or another", fleet.odds.all_or_others),
        ("one answer, or none", fleet.odds.one_or_none),
        ("which of two buckets", fleet.odds.which_bucket),
    ]
    if not info.demo:  # no demo lasts a year
        guesses += [
            ("the same answer all year long, or none", fleet.odds.one_all_year),
            ("all answers all year long, or zeros", fleet.odds.all_or_none_year),
        ]
    return [
        "What it tells about one computer, to somebody who knows every other computer's",
        "answers and guesses: right how often at best, of 100 (50 is blind; in brackets:",
        "if one operator's noise is known to the guesser)",
        *(f"  {what:<40}{of_100(chance.outsider)} ({of_100(chance.insider)})" for what, chance in guesses),
        "A dishonest leader can know all the others, by dropping reports and supplying",
        "its own: the helper's operator should watch the counts.",
    ]


def _for_experts(info: TaskInfo, fleet: Fleet) -> list[str]:
    if info.mechanism is Mechanism.NONE:
        return ["For experts: mechanism none; no differential privacy."]
    lines = [
        f"For experts: {info.mechanism.in_words} noise, σ = {fleet.deviation:.1f} joined",
        f"  a release is ρ = {fleet.rho} (zCDP), ε = {fleet.epsilon:.2f} at δ = 1e-6",
    ]
    if not info.demo:
        lines.append(f"  a year is ρ = {float(fleet.rho_year):g}, ε = {fleet.epsilon_year:.1f}")
    return lines


def _n(devices: float) -> int:
    return math.ceil(devices)


def as_json(fleet: Fleet) -> dict[str, Any]:
    """As plain data: ρ as text, changes as [beyond noise, noticed], chances as [outsider, insider]."""
    plain = fleet._asdict()
    plain |= {
        "rho": str(fleet.rho),
        "rho_year": str(fleet.rho_year),
        "odds": {name: list(chance) for name, chance in fleet.odds._asdict().items()},
    }
    for name in ("bucket", "bucket_view", "useful_from", "warnings"):
        plain[name] = list(plain[name])
    for name in ("scores", "scores_view"):
        plain[name] = {key: list(visible) for key, visible in plain[name].items()}
    return plain
