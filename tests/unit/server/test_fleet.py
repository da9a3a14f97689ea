"""What a fleet can see, against the numbers that the documents state."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.task import DAY, Mechanism, TaskInfo, odds, of_100
from server import fleet
from server.agreement import default_rho
from tests.operators import catalogue
from tests.repository import ROOT

WEEK = 7 * DAY


def promises(
    metrics: int = 48,
    rho: Fraction = Fraction(1, 2),
    period: int = WEEK,
    mechanism: Mechanism = Mechanism.DISCRETE_GAUSSIAN,
    *,
    demo: bool = False,
) -> TaskInfo:
    return TaskInfo(metrics, bytes(32), mechanism, rho, period, WEEK, demo)


def seen(info: TaskInfo, devices: int = 500, minimum: int = 50) -> fleet.Fleet:
    return fleet.see(info, catalogue().metrics, minimum, devices)


def test_the_sizes_of_a_task_of_48_metrics() -> None:
    """Single buckets are useless below about 140 to 190 devices then."""
    least, comfortable = seen(promises()).useful_from
    assert 130 <= least <= 145
    assert 185 <= comfortable <= 200
    assert seen(promises()).half_width in (19, 20)


def test_the_handbook_states_the_default_task_s_numbers() -> None:
    """docs/operators.md, "What the numbers mean": what `task new` without options comes to."""
    metrics = catalogue().metrics
    info = promises(len(metrics), default_rho(WEEK))
    found = fleet.see(info, metrics, 50, 500)
    text = " ".join((ROOT / "docs" / "operators.md").read_text("utf-8").split())

    def chances(name: str) -> str:
        chance = getattr(found.odds, name)
        return f"{of_100(chance.outsider)} ({of_100(chance.insider)})"

    least, comfortable = found.useful_from
    for part in (
        f"At the defaults (n = {len(metrics)}, which is all metrics of the catalogue, ρ = {info.rho} a week)",
        f"a total is right to ±{found.half_width}",
        f"single buckets are useful from {least} to {comfortable} computers",
        f"all answers or zeros {chances('all_or_none')} times in 100",
        f"one answer or none {chances('one_or_none')}",
        f"the same answer all year {chances('one_all_year')}",
        f"all answers all year {chances('all_or_none_year')}",
    ):
        assert part in text


def test_experts_numbers() -> None:
    found = seen(promises())
    assert found.epsilon == pytest.approx(0.5 + 2 * math.sqrt(0.5 * math.log(1e6)))
    assert found.rho_year == 26
    assert seen(promises(rho=Fraction(1, 14), period=DAY)).rho_year == 26


@given(st.integers(1, 48), st.fractions(Fraction(1, 50), 1, max_denominator=100))
def test_more_noise_hides_more(metrics: int, rho: Fraction) -> None:
    loud, quiet = promises(metrics, rho), promises(metrics, rho / 2)
    assert seen(quiet).bucket.beyond_noise > seen(loud).bucket.beyond_noise
    for a, b in zip(odds(quiet, 300), odds(loud, 300), strict=True):
        assert 0.5 < a.outsider <= b.outsider <= b.insider <= 1
        assert a.insider <= b.insider
    view = seen(loud)
    assert view.bucket_view.beyond_noise == pytest.approx(view.bucket.beyond_noise / 2)
    assert view.bucket.noticed > view.bucket.beyond_noise


def test_scores_see_finer_in_larger_fleets() -> None:
    small, large = seen(promises(), 200), seen(promises(), 2_000)
    assert set(small.scores) == {"endpoint", "network", "app"}
    for name in small.scores:
        assert small.scores[name].beyond_noise == pytest.approx(10 * large.scores[name].beyond_noise)
    assert fleet.score_deviation([], 1.0, 100) == math.inf
    assert fleet.score_deviation(catalogue().metrics, 1.0, 0) == math.inf


def test_a_score_s_deviation_by_simulation() -> None:
    import random
    import statistics

    from catalogue.verdict import bucket_verdict

    metrics = [metric for metric in catalogue().metrics if metric.category == "network" and metric.weight]
    generator = random.Random(2)
    devices, sigma = 4_000, 10.0

    def score() -> float:
        total = 0.0
        for metric in metrics:
            counts = [devices / metric.buckets + generator.gauss(0, sigma) for _ in range(metric.buckets)]
            points = [fleet.POINTS[bucket_verdict(metric, i)] for i in range(metric.buckets)]
            total += metric.weight * sum(p * c for p, c in zip(points, counts, strict=True)) / sum(counts)
        return total / sum(metric.weight for metric in metrics)

    measured = statistics.stdev(score() for _ in range(3_000))
    assert measured == pytest.approx(fleet.score_deviation(metrics, sigma, devices), rel=0.06)


@pytest.mark.parametrize(
    ("devices", "minimum", "words"),
    [
        (40, 50, "never reach the minimum"),
        (60, 50, "a third are away"),
        (100, 50, "useless"),
        (160, 50, "coarse"),
    ],
)
def test_warnings(devices: int, minimum: int, words: str) -> None:
    assert any(words in text for text in seen(promises(), devices, minimum).warnings)


def test_a_large_fleet_is_not_warned() -> None:
    assert seen(promises(), 500).warnings == ()


def test_without_noise_it_says_so() -> None:
    info = promises(rho=Fraction(0), mechanism=Mechanism.NONE)
    found = seen(info)
    text = "\n".join(fleet.sentences(info, found))
    assert "no noise" in text
    assert "can work out" in text
    assert any("NO NOISE" in warning for warning in found.warnings)
    assert all(chance == (1.0, 1.0) for chance in found.odds)


def test_demo_is_labelled_and_promises_no_year() -> None:
    info = promises(period=10, demo=True)
    text = "\n".join(fleet.sentences(info, seen(info)))
    assert "year" not in text
    assert any(warning.startswith("DEMO") for warning in seen(info).warnings)


def test_janus_noise_is_scaled_to_the_length() -> None:
    gaussian, laplace = seen(promises()), seen(promises(mechanism=Mechanism.JANUS_DISCRETE_LAPLACE))
    assert laplace.deviation > 8 * gaussian.deviation
    assert laplace.odds.one_or_none.outsider < gaussian.odds.one_or_none.outsider
    assert 0.5 <= laplace.odds.which_bucket.outsider < 0.51


def test_sentences_hold_the_live_numbers() -> None:
    info = promises(rho=Fraction(1))
    found = seen(info, 321)
    text = "\n".join(fleet.sentences(info, found))
    assert "fleet of 321" in text
    assert f"±{found.half_width}" in text
    assert of_100(found.odds.all_or_none.outsider) in text
    assert "ρ = 1" in text


def test_as_json_is_plain() -> None:
    import json

    value = json.loads(json.dumps(fleet.as_json(seen(promises()))))
    assert value["rho"] == "1/2"
    assert value["odds"]["all_or_none"][0] == pytest.approx(0.638, abs=1e-3)
