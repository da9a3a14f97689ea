from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.load import load
from catalogue.model import Metric
from catalogue.verdict import Verdict, bad_count, bucket_verdict, verdict
from tests.fakes import metric

OK, WARN, BAD, UNKNOWN = Verdict.OK, Verdict.WARN, Verdict.BAD, Verdict.UNKNOWN
SHIPPED = load(None)


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("endpoint.disk_free", [(0, BAD), (4.99, BAD), (5, WARN), (19.9, WARN), (20, OK), (100, OK)]),
        ("endpoint.cpu_busy", [(0, OK), (4.9, OK), (5, WARN), (14.9, WARN), (15, BAD), (100, BAD)]),
        ("network.wifi_signal", [(-90, BAD), (-75.1, BAD), (-75, WARN), (-67.1, WARN), (-67, OK), (-30, OK)]),
        ("endpoint.os_support", [(-1, BAD), (0, WARN), (179, WARN), (180, OK), (1e4, OK)]),
        ("endpoint.disk_encryption", [("on", OK), ("partial", WARN), ("off", BAD), (2.0, BAD)]),
        ("endpoint.disk_type", [("ssd", OK), ("hdd", WARN)]),
        ("app.bad_count", [(0, OK), (1, WARN), (2, BAD), (9, BAD)]),
    ],
)
def test_verdicts_are_the_research_s(id: str, expected: list[tuple[float | str, Verdict]]) -> None:
    assert [(value, verdict(SHIPPED.metric(id), value)) for value, _ in expected] == expected


def test_no_value_is_unknown() -> None:
    for each in SHIPPED.metrics:
        assert verdict(each, None) is UNKNOWN
        assert bucket_verdict(each, None) is UNKNOWN


def test_every_metric_can_be_good_and_can_fail_and_gets_worse_one_way() -> None:
    order = [OK, WARN, BAD]
    for each in SHIPPED.metrics:
        ranks = [order.index(bucket_verdict(each, i)) for i in range(each.buckets)]
        if each.better == "higher":
            ranks.reverse()
        assert ranks == sorted(ranks), each.id
        assert ranks[0] == 0, each.id
        assert ranks[-1] > 0, each.id


@given(st.sampled_from([each for each in SHIPPED.metrics if not each.classes]), st.floats(-1e6, 1e6))
def test_a_verdict_follows_from_its_bucket(chosen: Metric, value: float) -> None:
    assert verdict(chosen, value) is bucket_verdict(chosen, chosen.bucket(value))


METRICS = (
    metric("endpoint.a"),
    metric("endpoint.bad_count", "derived"),
    metric("network.a"),
    metric("endpoint.b"),
    metric("endpoint.c"),
)


def test_bad_counts_count_their_category_within_the_prefix() -> None:
    verdicts = {"endpoint.a": BAD, "endpoint.b": WARN, "endpoint.c": BAD, "network.a": BAD, "endpoint.z": BAD}
    assert bad_count("endpoint", verdicts, METRICS) == 2
    assert bad_count("endpoint", verdicts, METRICS[:4]) == 1
    assert bad_count("network", verdicts, METRICS) == 1


def test_a_bad_count_does_not_count_itself() -> None:
    assert bad_count("endpoint", {"endpoint.bad_count": BAD, "endpoint.a": OK}, METRICS) == 0


def test_who_knows_nothing_is_not_healthy() -> None:
    assert bad_count("app", {}, METRICS) is None
    assert bad_count("endpoint", {"endpoint.a": UNKNOWN}, METRICS) is None
    assert bad_count("endpoint", {"endpoint.a": UNKNOWN, "endpoint.b": OK}, METRICS) == 0


def test_what_is_silenced_is_left_out() -> None:
    assert bad_count("endpoint", {"endpoint.b": OK}, METRICS) == 0
