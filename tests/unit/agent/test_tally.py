from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import tally
from agent.tally import Tally
from catalogue.load import load
from catalogue.model import QUANTILES, Metric
from tests.fakes import metric

PLAIN = ("last", "min", "max", "mean", "sum", *QUANTILES)
EDGES = (
    (1.0, 5.0, 20.0, 50.0),
    (0.5, 1.0, 5.0, 60.0, 300.0),
    (-85.0, -80.0, -75.0, -67.0),
    (0.0, 90.0),
    (10.0,),
    (0.01, 0.1, 0.5, 1.0),
)
Samples = list[tuple[float, float]]

# (time, sample); millionths, as a probe's numbers are no finer in meaning
NUMBERS = st.integers(-400_000_000, 400_000_000).map(lambda n: n / 1_000_000)
SAMPLES = st.lists(st.tuples(st.integers(0, 50).map(float), NUMBERS), max_size=60)
METRICS = st.builds(
    lambda statistic, edges: metric("endpoint.x", statistic, edges=edges, warn=edges[0], bad=None),
    st.sampled_from(PLAIN),
    st.sampled_from(EDGES),
)


def filled(metric: Metric, samples: Sequence[tuple[float, Any]]) -> Tally:
    found = tally.start(metric)
    for t, sample in samples:
        found.add(sample, t)
    return found


def plain(statistic: str, samples: Samples) -> float | None:
    """The statistic by its definition, on the raw list."""
    if not samples:
        return None
    values = sorted(sample for _, sample in samples)
    if statistic in QUANTILES:
        return values[max(1, math.ceil(Fraction(QUANTILES[statistic] * len(values), 100))) - 1]
    if statistic == "last":
        return max(samples)[1]
    total = sum(Fraction(value) for value in values)
    exact = {"min": values[0], "max": values[-1], "sum": total, "mean": total / len(values)}
    return float(exact[statistic])


@given(METRICS, SAMPLES)
def test_the_value_is_the_plain_definition_s(metric: Metric, samples: Samples) -> None:
    expected = plain(metric.statistic, samples)
    value = filled(metric, samples).value()
    assert metric.bucket(value) == metric.bucket(expected)
    if metric.statistic in QUANTILES and value is not None and expected is not None:
        # Within its cell; the open cells have no end to be near to.
        bounds = (-math.inf, *tally.bounds(metric.edges), math.inf)
        cell = next(i for i in range(len(bounds)) if bounds[i + 1] > expected)
        assert bounds[cell] <= value < bounds[cell + 1] or value == bounds[cell]
    else:
        assert value == (None if expected is None else pytest.approx(expected, abs=1e-6))


@given(METRICS, st.data(), SAMPLES)
def test_merging_is_adding_in_any_order_and_grouping(
    metric: Metric, data: st.DataObject, samples: Samples
) -> None:
    whole = filled(metric, samples)
    shuffled = data.draw(st.permutations(samples))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(samples)), min_size=2, max_size=2)))
    a, b, c = (
        filled(metric, part)
        for part in (shuffled[: cuts[0]], shuffled[cuts[0] : cuts[1]], shuffled[cuts[1] :])
    )
    left, right = tally.start(metric), tally.start(metric)
    for part in (a, b, c):  # (a + b) + c
        left.merge(part)
    b.merge(c)  # (b + c) + a
    right.merge(b)
    right.merge(a)
    assert left == right == whole
    assert left.dump() == whole.dump()
    assert left.count == len(samples)


@given(METRICS, SAMPLES)
def test_a_dump_reads_back(metric: Metric, samples: Samples) -> None:
    found = filled(metric, samples)
    text = found.dump()
    again = tally.load(metric, text)
    assert again == found
    assert again.dump() == text
    assert again.value() == found.value()
    assert text == text.strip()
    assert text.isprintable()
    again.add(3.0, 99.0)
    assert again != found


def test_shares_are_the_percentage_of_ones() -> None:
    busy = metric("endpoint.x", "share", least=3)
    found = filled(busy, [(1, 1), (2, 0.0)])
    assert found.value() is None
    assert found.estimate() == 50
    found.add(0, 3)
    assert found.value() == pytest.approx(100 / 3)
    assert tally.load(busy, found.dump()) == found
    for sample in (0.5, 2, -1):
        with pytest.raises(ValueError, match="0 or 1"):
            found.add(sample, 4)
    assert found.count == 3


PAIRS = st.lists(
    st.tuples(st.integers(0, 99).map(float), st.tuples(*[st.integers(0, 10**9).map(float)] * 2)), max_size=40
)


@given(PAIRS, st.integers(0, 40))
def test_ratios_are_sums_over_sums(samples: list[tuple[float, tuple[float, float]]], cut: int) -> None:
    lost = metric("network.x", "ratio", least=1_000)
    found = filled(lost, samples[cut:])
    found.merge(filled(lost, samples[:cut]))
    above, below = (sum(int(sample[i]) for _, sample in samples) for i in (0, 1))
    expected = 100 * above / below if below else None
    assert found.estimate() == (None if expected is None else pytest.approx(expected))
    assert (found.value() is None) == (below < 1_000)
    assert tally.load(lost, found.dump()) == found


def test_no_samples_is_no_value() -> None:
    for statistic in (*PLAIN, "share", "ratio"):
        found = tally.start(metric("endpoint.x", statistic))
        assert (found.value(), found.estimate(), found.count, found.dump()) == (None, None, 0, "0")
        assert tally.load(found.metric, "0") == found


def test_least_counts_observations() -> None:
    some = metric("endpoint.x", "p50", least=3)
    assert filled(some, [(1, 2.0), (2, 2.0)]).value() is None
    assert filled(some, [(1, 2.0), (2, 2.0), (3, 2.0)]).value() is not None


@pytest.mark.parametrize("sample", [math.nan, math.inf, -math.inf, (1.0, 2.0), "1", None])
@pytest.mark.parametrize("statistic", [*PLAIN, "share"])
def test_what_is_no_number_is_refused(statistic: str, sample: Any) -> None:
    found = tally.start(metric("endpoint.x", statistic))
    with pytest.raises(ValueError, match=r"endpoint\.x"):
        found.add(sample, 1)
    assert found.count == 0


@pytest.mark.parametrize(
    "sample", [1.0, (1.0,), (1.0, -1.0), (-1.0, 1.0), (math.nan, 1.0), (1.0, math.inf), None]
)
def test_what_is_no_pair_is_refused(sample: Any) -> None:
    found = tally.start(metric("network.x", "ratio"))
    with pytest.raises(ValueError, match="two amounts"):
        found.add(sample, 1)
    assert found.count == 0


@pytest.mark.parametrize(
    ("statistic", "text"),
    [
        ("sum", ""),
        ("sum", "x"),
        ("sum", "1"),
        ("sum", "0 5"),
        ("sum", "1 5 6"),
        ("sum", "1 0.5"),
        ("sum", "-1 5"),
        ("sum", f"1 {10**400}"),
        ("mean", f"1 -{10**400}"),
        ("share", f"{10**400} 5"),
        ("ratio", f"1 {10**400} 1"),
        ("p50", f"{10**400} 1:{10**400}"),
        ("last", "1 5"),
        ("last", "1 nan 3"),
        ("min", "1 inf"),
        ("ratio", "1 5"),
        ("ratio", "1 -5 5"),
        ("p50", "2 1:1"),
        ("p50", "1 99:1"),
        ("p50", "2 1:1 1:1"),
        ("p50", "0 1:0"),
        ("p50", "1 1"),
    ],
)
def test_what_is_no_dump_is_refused(statistic: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"no tally of endpoint\.x"):
        tally.load(metric("endpoint.x", statistic), text)


def test_only_the_same_metric_merges() -> None:
    with pytest.raises(ValueError, match="do not merge"):
        tally.start(metric("endpoint.x", "sum")).merge(tally.start(metric("endpoint.x", "min")))
    with pytest.raises(ValueError, match="do not merge"):
        tally.start(metric("endpoint.x", "sum")).merge(tally.start(metric("endpoint.y", "sum")))


def test_a_derived_metric_has_no_samples() -> None:
    with pytest.raises(ValueError, match="derived"):
        tally.start(metric("endpoint.bad_count", "derived"))


def test_it_stays_small_whatever_comes() -> None:
    """A year of minutes, spread over every cell, of every shipped metric: text for one row of the store."""
    for each in load(None).metrics:
        if each.is_derived:
            continue
        found = tally.start(each)
        if isinstance(found, tally._Quantile):
            found.cells = dict.fromkeys(range(len(tally.bounds(each.edges)) + 1), 10_000)
            found.count = sum(found.cells.values())
        else:
            sample: Any = (1e9, 1e9) if each.statistic == "ratio" else 1.0
            for t in range(1000):
                found.add(sample, float(t))
        assert len(found.dump()) < 800, each.id
        assert tally.load(each, found.dump()) == found


def test_every_edge_is_a_bound() -> None:
    for each in load(None).metrics:
        if each.statistic in QUANTILES:
            bounds = tally.bounds(each.edges)
            assert set(each.edges) <= set(bounds)
            assert list(bounds) == sorted(set(bounds))


@pytest.mark.parametrize("statistic", [*PLAIN, "share", "ratio"])
@pytest.mark.parametrize(
    "sample",
    [
        *(0, 1, 0.5, -3.0, 1e9, math.nan, math.inf, -math.inf, None, "1"),
        *((1, 2), (0.0, 0.0), (1, -1), (1, math.nan), (1,), (1, 2, 3), [1, 2], ("1", 2)),
    ],
)
def test_what_a_metric_takes_is_what_its_tally_takes(statistic: str, sample: Any) -> None:
    asked = metric("endpoint.x", statistic)
    try:
        tally.start(asked).add(sample, 0)
    except ValueError:
        assert not tally.takes(asked, sample)
    else:
        assert tally.takes(asked, sample)
