"""The noise that each aggregator adds: exact discrete Gaussian, and what it means for a joined total.

Drawing follows Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020),
algorithms 1 to 3, on integers and fractions only: no floating-point number decides about a drawn value, so
none can leak through its last bits. Interval and probability are for people and tests, and use floats.
"""

from __future__ import annotations

import math
import secrets
from fractions import Fraction
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from dap.task import Mechanism
from server.errors import TaskMismatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dap.task import TaskInfo

    RandomBelow = Callable[[int], int]
    """A uniform integer from 0 to n − 1."""

AGGREGATORS: Final = 2
CONFIDENCE: Final = 0.95
_TAIL: Final = 12
"""Standard deviations after which a discrete Gaussian's probability is below 1e-31 and left out."""
_ROUND: Final = 9
"""Variance from which a sum of discrete Gaussians is one itself, to a relative error below exp(-π²·9)."""


def variance(metrics: int, rho: Fraction) -> Fraction:
    """σ² = n / 2ρ of one aggregator's noise on every coordinate.

    One device's vector holds at most one 1 for each of n metrics, so that replacing it by zeros moves the sum
    by at most √n; noise of this size makes a release ρ-zCDP. ValueError unless ρ > 0 and n ≥ 1.
    """
    if rho <= 0 or metrics < 1:
        raise ValueError("noise needs at least one metric and ρ above 0")
    return Fraction(metrics) / (2 * rho)


def draw(info: TaskInfo, length: int, below: RandomBelow = secrets.randbelow) -> list[int]:
    """One aggregator's noise for a vector: signed integers, one per coordinate.

    Zeros for a task without noise. TaskMismatch for a mechanism that only Janus has.
    """
    if info.mechanism is Mechanism.NONE:
        return [0] * length
    if info.mechanism is not Mechanism.DISCRETE_GAUSSIAN:
        raise TaskMismatch(
            f"mechanism: {info.mechanism.in_words} noise is not one that this aggregator can draw.",
            "Run Janus in this role, or agree on --mechanism discrete_gaussian.",
        )
    sigma2 = variance(info.metrics, info.rho)
    return [discrete_gaussian(sigma2, below) for _ in range(length)]


# -- drawing -------------------------------------------------------------------------------------


def discrete_gaussian(sigma2: Fraction, below: RandomBelow = secrets.randbelow) -> int:
    """One value with probability proportional to exp(−k² / 2σ²), exactly (algorithm 3)."""
    if sigma2 <= 0:
        raise ValueError("the variance parameter must be above 0")
    p, q = sigma2.numerator, sigma2.denominator
    t = math.isqrt(p // q) + 1
    while True:
        candidate = _discrete_laplace(t, below)
        # (|y| − σ²/t)² / 2σ², over a common denominator
        if _bernoulli_exp((abs(candidate) * t * q - p) ** 2, 2 * p * q * t * t, below):
            return candidate


def _discrete_laplace(t: int, below: RandomBelow) -> int:
    """One value with probability proportional to exp(−|k| / t) (algorithm 2 with s = 1)."""
    while True:
        low = below(t)
        if not _bernoulli_exp(low, t, below):
            continue
        high = 0
        while _bernoulli_exp(1, 1, below):
            high += 1
        magnitude = low + t * high
        negative = below(2)
        if negative and magnitude == 0:
            continue  # zero would otherwise be drawn twice as often as it should
        return -magnitude if negative else magnitude


def _bernoulli_exp(numerator: int, denominator: int, below: RandomBelow) -> bool:
    """True with probability exp(−numerator/denominator), exactly (algorithm 1)."""
    while numerator > denominator:
        if not _bernoulli_exp(1, 1, below):
            return False
        numerator -= denominator
    k = 1
    while below(denominator * k) < numerator:
        k += 1
    return k % 2 == 1


# -- probability and interval --------------------------------------------------------------------


def probability(k: int, sigma2: Fraction) -> float:
    """P(X = k) of the discrete Gaussian with this variance parameter."""
    return math.exp(-k * k / (2 * float(sigma2))) / _normaliser(sigma2)


def joined_probability(k: int, sigma2: Fraction) -> float:
    """P(X + Y = k) for two independent discrete Gaussians: the error of a joined total.

    Σ_j exp(−(j² + (k−j)²)/2σ²) = exp(−k²/4σ²) · Σ_j exp(−(j − k/2)²/σ²), and the last sum depends on whether
    k is odd only: an exact convolution in two terms.
    """
    weight = _theta(sigma2, k % 2) / _normaliser(sigma2) ** 2
    return math.exp(-k * k / (4 * float(sigma2))) * weight


@lru_cache(maxsize=64)
def _normaliser(sigma2: Fraction) -> float:
    s2 = float(sigma2)
    reach = math.ceil(_TAIL * math.sqrt(s2)) + 1
    return math.fsum(math.exp(-j * j / (2 * s2)) for j in range(-reach, reach + 1))


@lru_cache(maxsize=64)
def _theta(sigma2: Fraction, odd: int) -> float:
    s2 = float(sigma2)
    reach = math.ceil(_TAIL * math.sqrt(s2)) + 1
    return math.fsum(math.exp(-((j - odd / 2) ** 2) / s2) for j in range(-reach, reach + 1))


def deviation(info: TaskInfo, length: int) -> float:
    """Standard deviation of the error of one joined total, all aggregators' noise together; 0 without."""
    if info.mechanism is Mechanism.NONE:
        return 0.0
    if info.mechanism is Mechanism.JANUS_DISCRETE_LAPLACE:
        q = _laplace_ratio(info, length)
        return math.sqrt(AGGREGATORS * 2 * q) / (1 - q)
    return math.sqrt(AGGREGATORS * float(variance(info.metrics, info.rho)))


def half_width(info: TaskInfo, length: int, terms: int = 1, confidence: float = CONFIDENCE) -> int:
    """The least h such that |error| ≤ h with this probability, for the sum of `terms` joined totals.

    0 without noise. Exact for a single total, and for sums of small discrete Gaussians (by convolution); a
    sum of discrete Gaussians with σ² ≥ 9 is taken for one itself, whose variances add: the two differ by less
    than one part in 10^38. A sum of Laplace totals is a normal one corrected for its heavier tails
    (Cornish-Fisher), good to one part in a hundred.
    """
    if info.mechanism is Mechanism.NONE:
        return 0
    if info.mechanism is Mechanism.DISCRETE_GAUSSIAN:
        return _gaussian_half_width(variance(info.metrics, info.rho), AGGREGATORS * terms, confidence)
    if terms == 1:
        q = _laplace_ratio(info, length)
        return _least(lambda k: _joined_laplace(k, q), confidence)
    excess = 3 / (AGGREGATORS * terms)  # kurtosis of a sum of Laplace values above a normal one's
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    wide = z + (z**3 - 3 * z) * excess / 24
    return math.ceil(wide * deviation(info, length) * math.sqrt(terms))


@lru_cache(maxsize=256)
def _gaussian_half_width(sigma2: Fraction, count: int, confidence: float) -> int:
    if count == AGGREGATORS:
        return _least(lambda k: joined_probability(k, sigma2), confidence)
    if sigma2 >= _ROUND:
        return _least(lambda k: probability(k, count * sigma2), confidence)
    reach = math.ceil(_TAIL * math.sqrt(float(sigma2))) + 1
    return _smallest(_powers([probability(k, sigma2) for k in range(-reach, reach + 1)], count), confidence)


def _least(mass: Callable[[int], float], confidence: float) -> int:
    """The least h with mass(−h) + … + mass(h) ≥ confidence, for a symmetric distribution."""
    inside, h = mass(0), 0
    while inside < confidence:
        h += 1
        inside += 2 * mass(h)
    return h


def _smallest(masses: list[float], confidence: float) -> int:
    middle = len(masses) // 2
    return _least(lambda k: masses[middle + k], confidence)


def _powers(masses: list[float], count: int) -> list[float]:
    """The distribution of the sum of `count` independent values, from the middle to both sides."""
    total: list[float] = [1.0]
    for _ in range(count):
        total = list(_convolve(total, masses))
    return total


def _convolve(a: list[float], b: list[float]) -> Iterator[float]:
    for k in range(len(a) + len(b) - 1):
        first, last = max(0, k - len(b) + 1), min(k, len(a) - 1)
        yield math.fsum(a[i] * b[k - i] for i in range(first, last + 1))


def _laplace_ratio(info: TaskInfo, length: int) -> float:
    """q of P(k) ∝ q^|k|: Janus scales pure ε = √(2ρ) (which implies ρ-zCDP) to the whole vector's length."""
    return math.exp(-math.sqrt(2 * float(info.rho)) / length)


def _joined_laplace(k: int, q: float) -> float:
    """P(X + Y = k) for two independent discrete Laplace values, summed in closed form."""
    return ((1 - q) / (1 + q)) ** 2 * q ** abs(k) * (abs(k) + (1 + q * q) / (1 - q * q))
