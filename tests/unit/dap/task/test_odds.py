"""The odds that people are told, against the documented numbers and against a guesser who really guesses."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from dap.task import DAY, Mechanism, TaskInfo, odds, of_100, right

WEEK = 7 * DAY


def promises(metrics: int = 48, rho: Fraction = Fraction(1, 2)) -> TaskInfo:
    return TaskInfo(metrics, bytes(32), Mechanism.DISCRETE_GAUSSIAN, rho, WEEK, WEEK)


def test_the_documented_odds() -> None:
    """time and noise: 64 (69), 69 (76), 52 (53), 53 (54), 64 (70), 99.5 (99.98)."""
    told = [(of_100(chance.outsider), of_100(chance.insider)) for chance in odds(promises(), 400)]
    assert told == [("64", "69"), ("69", "76"), ("52", "53"), ("53", "54"), ("64", "70"), ("99.5", "99.98")]


def test_odds_of_a_guess_by_simulation() -> None:
    """The formula for one answer, against a guesser who really guesses."""
    import random

    info = promises(metrics=3, rho=Fraction(1))
    generator = random.Random(1)
    sigma = math.sqrt(2 * 3 / 2)
    correct = 0
    for _ in range(40_000):
        answered = generator.random() < 0.5
        noisy = answered + generator.gauss(0, sigma)
        correct += (noisy > 0.5) == answered
    assert correct / 40_000 == pytest.approx(right(info, 8, 1).outsider, abs=0.01)


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (0.5, "50"),
        (0.638, "64"),
        (0.9946, "99.5"),
        (0.99984, "99.98"),
        (0.999999, "over 99.99"),
        (1.0, "100"),
    ],
)
def test_of_100(chance: float, text: str) -> None:
    assert of_100(chance) == text
