"""What a release says of its own error is true: as many totals lie in their intervals as the noise must give.

First with totals that a test makes up, through the product's own noise, sealing, joining and intervals, many
thousand times and repeatably. Then with reports: devices' real uploads to the real programs, which draw their
noise as they always do.

The nominal coverage is computed here from the discrete distribution alone. An interval of whole numbers
covers a little more than 95 %: the figure to meet is that exact one, not 95.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import time
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

from catalogue import layout
from server import releases as files
from server.releases import Estimate, Release
from server.simulator import simulate
from tests.proof.operating import HOUR, Operators, operating
from tests.proof.releasing import Noise, Releases, catalogue, estimates

METRICS = len(catalogue().metrics)
BAND = 0.999
"""Of the simulated totals' coverage: seeds are fixed, so that it holds on every run or on none."""
CHANCE = 1e-6
"""How rarely a test on noise that nobody can repeat may fail by luck."""
TERMS = [
    (1, Fraction(1)),  # σ² = 1/2: hardly any noise, and far from normal
    (2, Fraction(1)),
    (4, Fraction(1, 2)),
    (12, Fraction(1, 2)),
    (METRICS, Fraction(1, 2)),  # the default
    (METRICS, Fraction(1, 10)),
]


class Covered(NamedTuple):
    """How many intervals held the truth, of how many, and how wide each was."""

    held: int
    of: int
    half_width: int

    def agrees(self, nominal: float, band: float) -> bool:
        """Whether so many is within the central band of the binomial distribution."""
        low, high = stats.binom.interval(band, self.of, nominal)
        return bool(low <= self.held <= high)


def covered(pairs: Iterable[tuple[Estimate, int]]) -> Covered:
    """Of intervals that are equally wide, with the truth of each."""
    known = list(pairs)
    widths = {(each.high - each.estimate, each.estimate - each.low) for each, _ in known}
    assert len(widths) == 1
    above, below = widths.pop()
    assert above == below
    return Covered(sum(each.low <= true <= each.high for each, true in known), len(known), above)


def buckets(release: Release, true: Sequence[int]) -> list[tuple[Estimate, int]]:
    """Every bucket's total, with the true one."""
    told = [bucket.total for metric in release.metrics for bucket in metric.buckets]
    return list(zip(told, true, strict=True))


def sums(release: Release, true: Sequence[int], devices: int) -> list[tuple[int, Estimate, int]]:
    """Every metric's number of answers: of how many buckets it is the sum, told, true."""
    found, start = [], 0
    for metric in release.metrics:
        stop = start + len(metric.buckets)
        answers = sum(true[start:stop])
        found.append((stop - start, metric.answers, answers))
        # what is left of the exact report count has the same error, the other way round
        assert metric.no_answer.estimate - (devices - answers) == answers - metric.answers.estimate
        assert metric.no_answer.high - metric.no_answer.low == metric.answers.high - metric.answers.low
        start = stop
    return found


class Published(NamedTuple):
    """Releases of made-up totals under some terms, and what was true."""

    metrics: int
    rho: Fraction
    devices: int
    releases: list[Release]
    true: list[list[int]]


@pytest.fixture(scope="module", params=TERMS, ids=lambda terms: f"{terms[0]} metrics, rho {terms[1]}")
def published(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    count: Callable[[int, int], int],
) -> Published:
    metrics, rho = request.param
    source = random.Random(f"totals {metrics} {rho}")
    making = Releases(tmp_path_factory.mktemp("releases"), metrics=metrics, rho=rho, seed="coverage")
    made, true, devices = [], [], 400
    # where intervals are few units wide, fewer totals tell as much
    totals = count(8_000, 40_000) if metrics < 4 else count(32_000, 200_000)
    for _ in range(totals // making.length):
        # near none and near all, too: an interval may reach below zero and above the count
        true.append([source.choice([0, devices, source.randint(0, devices)]) for _ in range(making.length)])
        made.append(making.release(devices, true[-1]))
    making.close()
    return Published(metrics, rho, devices, made, true)


# -- made-up totals


@pytest.mark.timeout(600)
def test_intervals_of_buckets_cover_what_they_must(published: Published) -> None:
    pairs = [each for made in zip(published.releases, published.true, strict=True) for each in buckets(*made)]
    found = covered(pairs)
    noise = Noise(Fraction(published.metrics) / (2 * published.rho), 2)
    nominal = noise.within(found.half_width)
    assert nominal >= 0.95 > noise.within(found.half_width - 1), "not the narrowest interval of 95 %"
    assert found.agrees(nominal, BAND), f"{found}, nominal {nominal:.4f}"


def test_intervals_of_sums_cover_what_they_must(published: Published) -> None:
    """The number of answers to a question: wider, since more noise went into it."""
    by_terms: dict[int, list[tuple[Estimate, int]]] = {}
    for made, true in zip(published.releases, published.true, strict=True):
        for terms, told, answers in sums(made, true, published.devices):
            by_terms.setdefault(terms, []).append((told, answers))
    for terms, pairs in by_terms.items():
        found = covered(pairs)
        noise = Noise(Fraction(published.metrics) / (2 * published.rho), 2 * terms)
        nominal = noise.within(found.half_width)
        assert nominal >= 0.95 - 1e-9 > noise.within(found.half_width - 1)
        # one of several tests of one run: the band is widened so that all of them together stay at its level
        assert found.agrees(nominal, 1 - (1 - BAND) / len(by_terms)), f"{terms}: {found}, {nominal:.4f}"


def test_errors_follow_the_discrete_distribution(published: Published) -> None:
    """Not only how many are outside: every value as often as it must be, and centred."""
    errors = [
        told.estimate - truth
        for made in zip(published.releases, published.true, strict=True)
        for told, truth in buckets(*made)
    ]
    noise = Noise(Fraction(published.metrics) / (2 * published.rho), 2)
    expected = noise.masses * len(errors)
    kept = np.flatnonzero(expected >= 10)
    seen = np.bincount(np.array(errors) + noise.middle, minlength=len(expected))
    rest = len(errors) - seen[kept].sum(), len(errors) - expected[kept].sum()
    statistic = ((seen[kept] - expected[kept]) ** 2 / expected[kept]).sum()
    statistic += (rest[0] - rest[1]) ** 2 / rest[1] if rest[1] >= 1 else 0.0
    assert stats.chi2.sf(statistic, len(kept) - (rest[1] < 1)) > 1 - BAND
    assert published.releases[0].sigma == pytest.approx(math.sqrt(noise.variance), rel=0.05)


def test_an_interval_one_too_narrow_or_too_wide_would_be_noticed(published: Published) -> None:
    """The band has teeth: where neighbours' coverage differs enough to be seen, it is."""
    pairs = [each for made in zip(published.releases, published.true, strict=True) for each in buckets(*made)]
    noise = Noise(Fraction(published.metrics) / (2 * published.rho), 2)
    width = covered(pairs).half_width
    for other in (width - 1, width + 1):
        changed = covered((Estimate.around(told.estimate, other), true) for told, true in pairs)
        nominal = noise.within(width)
        apart = abs(noise.within(other) - nominal) * math.sqrt(len(pairs) / (nominal * (1 - nominal)))
        if apart > 8:  # standard deviations
            assert not changed.agrees(nominal, BAND)
        else:
            assert float(published.rho) < 0.2, "too few totals to tell"


def test_the_file_says_the_same(published: Published) -> None:
    for release in published.releases[:3]:
        assert files.load(files.dump(release)).metrics == release.metrics


# -- with reports


class Collected(NamedTuple):
    """Real releases, with the true counts that the devices made."""

    releases: list[Release]
    true: list[Sequence[int]]
    devices: int

    @property
    def errors(self) -> list[int]:
        return [
            told - truth
            for release, true in zip(self.releases, self.true, strict=True)
            for told, truth in zip(estimates(release), true, strict=True)
        ]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory, count: Callable[[int, int], int]) -> Collected:
    """Devices report on as many hours as there are releases; two processes add up; a third one collects."""
    devices = 40
    with operating(tmp_path_factory.mktemp("operators"), metrics=METRICS) as operators:
        for role in ("helper", "leader"):
            operators.start(role)
        last = int(time.time()) // HOUR - 1
        periods = list(range(last - count(5, 20) + 1, last + 1))
        true = [report(operators, period, devices) for period in periods]
        made = operators.collect(periods)
    assert [release.report_count for release in made] == [devices] * len(periods)
    return Collected(made, true, devices)


def report(operators: Operators, period: int, devices: int) -> Sequence[int]:
    """One report of each device; the true counts of those that the leader took, which is all."""
    task = operators.task
    metrics = catalogue().prefix(task.info.metrics)
    token = operators.token
    done = asyncio.run(simulate(task, metrics, devices=devices, period=period, token=token, seed=period))
    assert (done.taken, done.refused) == (devices, {})
    return done.counts


def test_real_releases_cover_what_they_must(collected: Collected) -> None:
    found = covered(
        each for made in zip(collected.releases, collected.true, strict=True) for each in buckets(*made)
    )
    nominal = Noise(Fraction(METRICS), 2).within(found.half_width)
    assert found.of == len(collected.releases) * layout.length(catalogue().metrics)
    assert found.agrees(nominal, 1 - CHANCE), f"{found}, nominal {nominal:.4f}"


def test_real_errors_are_the_noise_of_both(collected: Collected) -> None:
    """Their squares add up to χ² and their sum to a normal value: centred, and as wide as both make it."""
    assert spread(collected.errors, 2) > CHANCE
    assert centred(collected.errors, 2) > CHANCE


def test_one_operator_s_noise_or_a_shift_would_be_noticed(collected: Collected) -> None:
    errors = collected.errors
    assert spread(errors, 1) < CHANCE, "one operator's noise alone would pass"
    assert spread(errors, 3) < CHANCE, "a third one's would pass"
    assert centred([error + 3 for error in errors], 2) < CHANCE
    turned = [true[::-1] for true in collected.true]
    assert spread(collected._replace(true=turned).errors, 2) < CHANCE, "counts of other buckets would pass"


def test_real_releases_share_no_noise(collected: Collected) -> None:
    """Each was drawn anew: the errors of one release say nothing about the next one's."""
    each = np.array(collected.errors).reshape(len(collected.releases), -1)
    for first, second in itertools.pairwise(each):
        assert (first != second).mean() > 0.8
    assert stats.pearsonr(each[:-1].ravel(), each[1:].ravel()).pvalue > CHANCE


def spread(errors: Sequence[int], operators: int) -> float:
    """How likely such a sum of squares, or one as far off, is with the noise of so many operators."""
    statistic = sum(error**2 for error in errors) / Noise(Fraction(METRICS), operators).variance
    tail = min(stats.chi2.cdf(statistic, len(errors)), stats.chi2.sf(statistic, len(errors)))
    return 2 * float(tail)


def centred(errors: Sequence[int], operators: int) -> float:
    """The same for their sum."""
    deviation = math.sqrt(Noise(Fraction(METRICS), operators).variance * len(errors))
    return 2 * float(stats.norm.sf(abs(sum(errors)) / deviation))
