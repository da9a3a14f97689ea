from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.model import Metric
from catalogue.verdict import bucket_verdict
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import NUMBERS
from ui.view_models import scale
from ui.widgets.data import Kind

NUMERIC = [metric for metric in CATALOGUE.metrics if not metric.classes]


@pytest.mark.parametrize("metric", CATALOGUE.metrics, ids=lambda metric: metric.id)
def test_the_steps_are_the_buckets(metric: Metric) -> None:
    steps = scale.steps(CATALOGUE, metric, NUMBERS)
    assert len(steps) == metric.buckets
    assert all(below.high == above.low for below, above in pairwise(steps))
    assert all(step.low < step.high for step in steps)
    assert [step.verdict for step in steps] == [bucket_verdict(metric, n) for n in range(metric.buckets)]
    for index, step in enumerate(steps):
        middle = index if metric.classes else (step.low + step.high) / 2
        assert metric.bucket(middle) == index


def test_open_ends_are_closed_where_nothing_lies_beyond() -> None:
    ends = {
        id: scale.posts(CATALOGUE.metric(id))
        for id in ("endpoint.disk_free", "network.wifi_signal", "app.crashes")
    }
    assert ends["endpoint.disk_free"][0::8] == (0.0, 100.0)
    assert (ends["network.wifi_signal"][0], ends["network.wifi_signal"][-1]) == (-90.0, -40.0)
    assert (ends["app.crashes"][0], ends["app.crashes"][-1]) == (0.0, 45.0)


@given(st.sampled_from(NUMERIC), st.floats(-300, 1_000), st.floats(-300, 1_000))
def test_height_keeps_order_and_bucket(metric: Metric, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert scale.height(metric, low) <= scale.height(metric, high)
    bucket = metric.bucket(one)
    assert bucket is not None
    assert bucket <= scale.height(metric, one) <= bucket + 1


@given(st.sampled_from(CATALOGUE.metrics), st.floats(0, 100), st.floats(0, 100))
def test_a_small_history_holds_all_its_values(metric: Metric, one: float, other: float) -> None:
    if metric.classes:
        one = other = 1.0
    low, high = sorted((one, other))
    bottom, top = scale.room(metric, low, high, one)
    assert bottom < top
    if not metric.classes:
        assert bottom <= max(0.0, low) and top >= high - 1e-9


def test_calm_looks_calm() -> None:
    disk = CATALOGUE.metric("endpoint.disk_free")
    bottom, top = scale.room(disk, 33.0, 33.4, 33.2)
    assert top - bottom == pytest.approx(20), "the bucket 30–50"
    assert scale.room(disk, 10, 90, 50) == (10, 90), "and what moved shows it"


def test_how_each_is_drawn() -> None:
    kinds = {
        id: scale.kind(CATALOGUE.metric(id))
        for id in ("endpoint.disk_free", "app.crashes", "endpoint.firewall")
    }
    assert list(kinds.values()) == [Kind.LINE, Kind.BARS, Kind.LANES]
