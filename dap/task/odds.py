"""What a task's noise is worth to one device: how often a guess about it would be right.

For whoever decides: the device's person before choosing, the operators before signing. The guesser knows
every other device's answers. Gaussian noise of two aggregators is ρ-zCDP; of one aggregator alone, 2ρ.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from dap.task.info import Mechanism

if TYPE_CHECKING:
    from dap.task.info import TaskInfo

DAY: Final = 86_400
DELTA: Final = 1e-6


class Chance(NamedTuple):
    """How often a guess is right at best, 0..1: by the release alone, and knowing one operator's noise."""

    outsider: float
    insider: float


class Odds(NamedTuple):
    """What a guesser who knows every other computer's answers gains; 1/2 would be blind."""

    all_or_none: Chance  # all answers of one computer, or zeros, from one release
    all_or_others: Chance  # one full set of answers, or another
    one_or_none: Chance  # a single answer, or none
    which_bucket: Chance  # which of two buckets
    one_all_year: Chance  # the same answer in every release of a year, or none
    all_or_none_year: Chance  # all answers in every release of a year, or zeros


def releases_a_year(info: TaskInfo) -> int:
    """52 weeks of releases, as the ceilings count."""
    return max(1, 364 * DAY // info.period)


def epsilon(rho: float) -> float:
    """ε at δ = 1e-6 of ρ-zCDP (Bun and Steinke 2016, proposition 1.3)."""
    return rho + 2 * math.sqrt(rho * math.log(1 / DELTA))


def right(info: TaskInfo, length: int, moved: int, releases: int = 1) -> Chance:
    """The best guess between two vectors that differ in `moved` coordinates, each by one, all year the same.

    Gaussian noise: one aggregator's alone leaves Φ(√(2ρ·moved/n·releases)/2), both halve what is under the
    root. Janus's Laplace noise: pure ε = √(2ρ)·moved/length a release, and so at most 1/(1 + e^−ε).
    """
    if info.mechanism is Mechanism.NONE:
        return Chance(1.0, 1.0)
    rho = float(info.rho)
    if info.mechanism is Mechanism.JANUS_DISCRETE_LAPLACE:
        bound = 1 / (1 + math.exp(-math.sqrt(2 * rho) * moved / length * releases))
        return Chance(bound, bound)
    squared = rho * moved / info.metrics * releases
    return Chance(*(_normal(math.sqrt(copies * squared) / 2) for copies in (1, 2)))


def odds(info: TaskInfo, length: int) -> Odds:
    """A guesser's odds under these terms; certainties without noise."""
    n, year = info.metrics, releases_a_year(info)
    return Odds(
        all_or_none=right(info, length, n),
        all_or_others=right(info, length, 2 * n),
        one_or_none=right(info, length, 1),
        which_bucket=right(info, length, 2),
        one_all_year=right(info, length, 1, year),
        all_or_none_year=right(info, length, n, year),
    )


def of_100(chance: float) -> str:
    """A probability as people say it: "64", "99.5", "99.98" times in 100; never rounded up to a certainty."""
    percent = 100 * chance
    if chance >= 1:
        return "100"
    if percent < 99:
        return f"{percent:.0f}"
    if percent < 99.9:
        return f"{percent:.1f}"
    return f"{percent:.2f}" if percent < 99.995 else "over 99.99"


def _normal(x: float) -> float:
    """Φ, the standard normal distribution function."""
    return (1 + math.erf(x / math.sqrt(2))) / 2
