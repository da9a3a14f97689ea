"""The noise hides one computer among all others that are known, as well as the documents say and no better.

Two fleets that differ in one device's answers, equally many reports: a coin decides which one reports, the
product's own code makes the release, and a guesser who knows every other device's answers says which it was.
The guesser is the best there can be (Neyman and Pearson): it compares the exact likelihoods of the release.

Every rate is tested against its bound at a level of 0.1 % to each side, by the exact binomial distribution;
with fixed seeds, so that a run repeats.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
from scipy import stats

from dap.constants import Role
from dap.task import odds
from dap.task.odds import Chance
from tests.aggregators import totals
from tests.proof.releasing import Noise, Releases, estimates, sigma2

METRICS = 5
OTHERS = 30
LEVEL = 1e-3
RHOS = (Fraction(1, 10), Fraction(1, 2), Fraction(1))
BOTH = (Role.LEADER, Role.HELPER)
Vector = Sequence[int]
Candidates = Callable[[random.Random], tuple[Vector, Vector]]


class Guesses(NamedTuple):
    """How many were right, of how many."""

    right: int
    of: int

    def exceeds(self, bound: float) -> bool:
        """Whether so many would be right by luck in less than one case of a thousand, if `bound` held."""
        return self.right > stats.binom.ppf(1 - LEVEL, self.of, bound)

    def falls_short_of(self, rate: float) -> bool:
        """The same for so few."""
        return self.right < stats.binom.ppf(LEVEL, self.of, rate)

    def __str__(self) -> str:
        return f"{self.right} of {self.of} right ({self.right / self.of:.1%})"


def guessed(releases: Releases, candidates: Candidates, trials: int, known: Noise, seed: object) -> Guesses:
    """Play so often. `candidates` are the two vectors between which is guessed, `known` the noise's law."""
    source, right = random.Random(f"guess {seed}"), 0
    for _ in range(trials):
        first, second = candidates(source)
        others = [releases.vector(source) for _ in range(OTHERS)]
        there = source.randrange(2)
        true = totals([*others, (first, second)[there]], releases.length)
        published = releases.release(OTHERS + 1, true)
        assert published.report_count == OTHERS + 1
        without = totals(others, releases.length)
        left = [seen - other for seen, other in zip(estimates(published), without, strict=True)]
        weighed = likelihood(left, second, first, known) - likelihood(left, first, second, known)
        guess = source.randrange(2) if weighed == 0 else int(weighed > 0)
        right += guess == there
    return Guesses(right, trials)


def likelihood(left: Sequence[int], candidate: Vector, other: Vector, known: Noise) -> float:
    """Log-likelihood of what is left of a release, where the two candidates differ."""
    return math.fsum(
        known.logarithm(seen - bit)
        for seen, bit, instead in zip(left, candidate, other, strict=True)
        if bit != instead
    )


# -- pairs between which is guessed


def all_or_none(releases: Releases) -> Candidates:
    """All answers of one device, or zeros: the neighbours that ρ is defined by."""
    return lambda source: (releases.vector(source), (0,) * releases.length)


def all_or_others(releases: Releases) -> Candidates:
    """One full set of answers, or one that differs everywhere."""

    def pair(source: random.Random) -> tuple[Vector, Vector]:
        first = second = releases.vector(source)
        while any(a and b for a, b in zip(first, second, strict=True)):
            second = releases.vector(source)
        return first, second

    return pair


def one_or_none(releases: Releases) -> Candidates:
    """A single answer, or none; the others are known."""

    def pair(source: random.Random) -> tuple[Vector, Vector]:
        first = releases.vector(source)
        gone = source.choice([i for i, bit in enumerate(first) if bit])
        return first, tuple(int(bit and i != gone) for i, bit in enumerate(first))

    return pair


def which_bucket(releases: Releases) -> Candidates:
    """One of two buckets of the first metric; the other answers are known."""

    def pair(source: random.Random) -> tuple[Vector, Vector]:
        first = list(releases.vector(source))
        at = first.index(1)  # the first metric's, whose buckets come first
        second = list(first)
        second[at], second[at - 1 if at else 1] = 0, 1
        return first, second

    return pair


PAIRS = {
    "all_or_others": (all_or_others, 2 * METRICS),
    "one_or_none": (one_or_none, 1),
    "which_bucket": (which_bucket, 2),
}


# -- the tests


@pytest.mark.parametrize("rho", RHOS, ids=str)
def test_the_bound_is_the_one_that_is_told(rho: Fraction, tmp_path: Path) -> None:
    """What window and set-up print is what is tested here: Φ(√ρ/2), and Φ(√(2ρ)/2) to an insider."""
    releases = Releases(tmp_path, metrics=METRICS, rho=rho, seed=0)
    releases.close()
    outsider, insider = (float(stats.norm.cdf(math.sqrt(copies * rho) / 2)) for copies in (1, 2))
    told = odds(releases.info, releases.length).all_or_none
    assert told == pytest.approx(Chance(outsider, insider), abs=1e-12)


@pytest.mark.parametrize("silent", [(), (Role.LEADER,), (Role.HELPER,)], ids=["both", "helper's", "leader's"])
@pytest.mark.parametrize("rho", RHOS, ids=str)
@pytest.mark.timeout(600)
def test_membership_is_guessed_no_better_than_the_bound(
    tmp_path: Path, rho: Fraction, silent: tuple[Role, ...], count: Callable[[int, int], int]
) -> None:
    """With the noise of both, or with one operator's alone; and hardly worse: the guesser is a good one."""
    releases = Releases(tmp_path, metrics=METRICS, rho=rho, silent=silent, seed="membership")
    bound = float(stats.norm.cdf(math.sqrt((2 if silent else 1) * rho) / 2))
    known = Noise(sigma2(releases.info), 2 - len(silent))
    found = guessed(releases, all_or_none(releases), count(400, 2_000), known, f"{rho} {silent}")
    releases.close()
    assert not found.exceeds(bound), f"{found}, at best {bound:.1%}"
    assert not found.falls_short_of(bound), f"{found}, expected {bound:.1%}"


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.timeout(600)
def test_other_guesses_are_right_as_often_as_is_told(
    tmp_path: Path, name: str, count: Callable[[int, int], int]
) -> None:
    """What set-up prints about single answers and other sets of them."""
    pairs, moved = PAIRS[name]
    releases = Releases(tmp_path, metrics=METRICS, rho=Fraction(1, 2), seed=name)
    bound = float(stats.norm.cdf(math.sqrt(moved / METRICS / 2) / 2))
    assert getattr(odds(releases.info, releases.length), name).outsider == pytest.approx(bound, abs=1e-12)
    known = Noise(sigma2(releases.info), 2)
    found = guessed(releases, pairs(releases), count(400, 2_000), known, name)
    releases.close()
    assert not found.exceeds(bound), f"{found}, at best {bound:.1%}"
    assert not found.falls_short_of(bound), f"{found}, expected {bound:.1%}"


# -- what would be noticed


def test_without_noise_every_guess_is_right(tmp_path: Path) -> None:
    releases = Releases(tmp_path, metrics=METRICS, rho=Fraction(1, 2), silent=BOTH, seed="silent")
    known = Noise(sigma2(releases.info), 0)
    assert guessed(releases, all_or_none(releases), 100, known, "silent") == (100, 100)
    assert guessed(releases, one_or_none(releases), 100, known, "silent") == (100, 100)
    releases.close()


@pytest.mark.parametrize("silent", [(), (Role.HELPER,)], ids=["both", "leader's"])
def test_half_the_deviation_would_be_noticed(
    tmp_path: Path, silent: tuple[Role, ...], count: Callable[[int, int], int]
) -> None:
    """An aggregator that draws for another ρ than was agreed: the same test says so."""
    rho = Fraction(1, 2)
    releases = Releases(
        tmp_path, metrics=METRICS, rho=rho, silent=silent, drawn_for=4 * rho, seed="too little"
    )
    bound = float(stats.norm.cdf(math.sqrt((2 if silent else 1) * rho) / 2))
    known = Noise(sigma2(releases.info) / 4, 2 - len(silent))
    found = guessed(releases, all_or_none(releases), count(400, 2_000), known, "too little")
    releases.close()
    assert found.exceeds(bound), f"{found}, bound {bound:.1%}"


def test_eight_times_the_variance_would_be_noticed(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    """Noise that nobody agreed on costs everybody accuracy: then the guesser falls short."""
    releases = Releases(tmp_path, metrics=METRICS, rho=Fraction(1), drawn_for=Fraction(1, 8), seed="too much")
    known = Noise(sigma2(releases.info) * 8, 2)
    found = guessed(releases, all_or_none(releases), count(400, 2_000), known, "too much")
    releases.close()
    assert found.falls_short_of(float(stats.norm.cdf(0.5))), str(found)
