"""The noise: drawn exactly, as wide as stated, and its intervals hold."""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dap.task import Mechanism, TaskInfo
from server import noise
from server.errors import TaskMismatch

WEEK = 604_800


def promises(metrics: int, rho: Fraction, mechanism: Mechanism = Mechanism.DISCRETE_GAUSSIAN) -> TaskInfo:
    return TaskInfo(metrics, bytes(32), mechanism, rho, WEEK, WEEK)


SIGMA2 = [
    Fraction(1, 10),
    Fraction(1, 2),
    Fraction(1),
    Fraction(7, 3),
    Fraction(24),
    Fraction(48),
    Fraction(240),
]


@pytest.mark.parametrize("sigma2", SIGMA2, ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_draws_follow_the_distribution(sigma2: Fraction, seed: int) -> None:
    below = random.Random(seed).randrange
    draws = 20_000
    counts = Counter(noise.discrete_gaussian(sigma2, below) for _ in range(draws))
    reach = max(max(counts), -min(counts))
    expected = {k: draws * noise.probability(k, sigma2) for k in range(-reach, reach + 1)}
    kept = [k for k in expected if expected[k] >= 8]
    observed = [counts[k] for k in kept] + [draws - sum(counts[k] for k in kept)]
    wanted = [expected[k] for k in kept] + [draws - sum(expected[k] for k in kept)]
    if wanted[-1] < 8:  # the tail is too thin for a cell of its own: it joins its neighbours
        observed[0] += observed.pop()
        wanted[0] += wanted.pop()
    statistic = stats.chisquare(observed, wanted, sum_check=False)
    assert statistic.pvalue > 1e-3


def test_a_wrong_sigma_would_be_noticed() -> None:
    """The goodness of fit above has teeth: five per cent more σ fails it."""
    below = random.Random(3).randrange
    counts = Counter(noise.discrete_gaussian(Fraction(24), below) for _ in range(20_000))
    kept = range(-12, 13)
    wanted = [20_000 * noise.probability(k, Fraction(24) * Fraction(105, 100) ** 2) for k in kept]
    observed = [counts[k] for k in kept]
    observed.append(20_000 - sum(observed))
    wanted.append(20_000 - sum(wanted))
    assert stats.chisquare(observed, wanted, sum_check=False).pvalue < 1e-3


@given(st.fractions(min_value=Fraction(1, 20), max_value=500, max_denominator=1000))
def test_probabilities_sum_to_one(sigma2: Fraction) -> None:
    reach = math.ceil(14 * math.sqrt(sigma2)) + 2
    assert math.fsum(noise.probability(k, sigma2) for k in range(-reach, reach + 1)) == pytest.approx(
        1, abs=1e-12
    )


@given(st.fractions(min_value=Fraction(1, 20), max_value=30, max_denominator=50), st.integers(-25, 25))
def test_joined_probability_is_the_convolution(sigma2: Fraction, k: int) -> None:
    reach = math.ceil(14 * math.sqrt(sigma2)) + 30
    convolved = math.fsum(
        noise.probability(j, sigma2) * noise.probability(k - j, sigma2) for j in range(-reach, reach + 1)
    )
    assert noise.joined_probability(k, sigma2) == pytest.approx(convolved, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    ("rho", "sigma", "joined", "interval"),
    [(Fraction(1, 10), 15.5, 21.9, 43), (Fraction(1, 2), 6.9, 9.8, 19), (Fraction(1), 4.9, 6.9, 14)],
)
def test_the_documented_numbers(rho: Fraction, sigma: float, joined: float, interval: int) -> None:
    info = promises(48, rho)
    assert math.sqrt(noise.variance(48, rho)) == pytest.approx(sigma, abs=0.05)
    assert noise.deviation(info, 400) == pytest.approx(joined, abs=0.05)
    assert abs(noise.half_width(info, 400) - interval) <= 1


@pytest.mark.parametrize("metrics", [1, 3, 33, 48])
@pytest.mark.parametrize("terms", [1, 2, 8])
def test_half_width_is_the_least_that_holds(metrics: int, terms: int) -> None:
    """Against a convolution carried out in full."""
    info = promises(metrics, Fraction(1, 2))
    sigma2 = noise.variance(metrics, info.rho)
    reach = math.ceil(9 * math.sqrt(sigma2)) + 1
    single = [noise.probability(k, sigma2) for k in range(-reach, reach + 1)]
    total = [1.0]
    for _ in range(2 * terms):
        total = [
            math.fsum(
                total[i] * single[k - i]
                for i in range(max(0, k - len(single) + 1), min(k, len(total) - 1) + 1)
            )
            for k in range(len(total) + len(single) - 1)
        ]
    middle = len(total) // 2
    h = noise.half_width(info, 8, terms)
    assert math.fsum(total[middle - h : middle + h + 1]) >= noise.CONFIDENCE
    assert math.fsum(total[middle - h + 1 : middle + h]) < noise.CONFIDENCE


def test_intervals_hold_for_drawn_noise() -> None:
    info = promises(48, Fraction(1, 2))
    below = random.Random(11).randrange
    first, second = noise.draw(info, 8_000, below), noise.draw(info, 8_000, below)
    errors = [a + b for a, b in zip(first, second, strict=True)]
    h = noise.half_width(info, 400)
    covered = sum(abs(error) <= h for error in errors) / len(errors)
    sigma2 = noise.variance(48, info.rho)
    exact = math.fsum(noise.joined_probability(k, sigma2) for k in range(-h, h + 1))
    assert exact >= 0.95
    assert covered == pytest.approx(exact, abs=4 * math.sqrt(0.05 * 0.95 / 8_000))


def test_janus_laplace_interval_covers_what_its_distribution_says() -> None:
    info = promises(3, Fraction(1, 2), Mechanism.JANUS_DISCRETE_LAPLACE)
    generator = random.Random(5)
    q = math.exp(-1 / 20)  # ε = 1 over 20 coordinates
    assert noise.deviation(info, 20) == pytest.approx(math.sqrt(2 * 2 * q) / (1 - q))

    def laplace() -> int:
        def geometric() -> int:
            return math.floor(math.log(1 - generator.random()) / math.log(q))

        return geometric() - geometric()

    for terms in (1, 4):
        h = noise.half_width(info, 20, terms)
        draws = [abs(sum(laplace() for _ in range(2 * terms))) <= h for _ in range(10_000)]
        assert sum(draws) / len(draws) == pytest.approx(0.95, abs=0.012)


def test_a_vector_is_drawn_in_time() -> None:
    start = time.perf_counter()
    drawn = noise.draw(promises(48, Fraction(1, 2)), 400)
    assert time.perf_counter() - start < 0.5
    assert len(drawn) == 400
    assert len(set(drawn)) > 5


def test_source_of_randomness_is_used_and_repeats() -> None:
    info = promises(33, Fraction(1, 2))
    one, two = (noise.draw(info, 50, random.Random(7).randrange) for _ in range(2))
    assert one == two != noise.draw(info, 50, random.Random(8).randrange)


def test_no_noise_is_zeros_and_foreign_noise_is_refused() -> None:
    assert noise.draw(promises(3, Fraction(0), Mechanism.NONE), 4) == [0, 0, 0, 0]
    assert noise.half_width(promises(3, Fraction(0), Mechanism.NONE), 4) == 0
    assert noise.deviation(promises(3, Fraction(0), Mechanism.NONE), 4) == 0
    with pytest.raises(TaskMismatch, match=r"discrete Laplace \(Janus\)"):
        noise.draw(promises(3, Fraction(1), Mechanism.JANUS_DISCRETE_LAPLACE), 4)


@pytest.mark.parametrize(("metrics", "rho"), [(0, Fraction(1)), (1, Fraction(0)), (1, Fraction(-1))])
def test_impossible_parameters(metrics: int, rho: Fraction) -> None:
    with pytest.raises(ValueError, match="noise needs"):
        noise.variance(metrics, rho)
