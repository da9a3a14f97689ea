from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.labels import bucket_label, value_label
from catalogue.load import load
from catalogue.model import Metric

SHIPPED = load()
NUMBERS = [metric for metric in SHIPPED.metrics if not metric.classes]


@pytest.mark.parametrize(
    ("id", "labels"),
    [
        ("endpoint.disk_free", {0: "below 3 %", 1: "3–5 %", 4: "15–20 %", 7: "50 % and more"}),
        ("endpoint.memory_pressure", {0: "below 0.1 %", 1: "0.1–1 %"}),
        ("endpoint.oom_kills", {0: "0", 1: "1–2", 2: "3–5", 5: "15 and more"}),
        ("endpoint.os_crashes", {0: "0", 1: "1", 3: "3–4", 4: "5 and more"}),
        ("network.wifi_signal", {0: "below −85 dBm", 1: "−85 to −80 dBm", 7: "−50 dBm and more"}),
        ("endpoint.uptime", {0: "below 1 day", 1: "1–3 days"}),
        ("network.tcp_rtt", {2: "25–50 ms"}),
        ("endpoint.disk_encryption", {0: "encrypted", 1: "only partly encrypted", 2: "not encrypted"}),
    ],
)
def test_buckets_in_words(id: str, labels: dict[int, str]) -> None:
    metric, classes = SHIPPED.metric(id), SHIPPED.texts[id].classes
    assert {i: bucket_label(metric, i, classes) for i in labels} == labels


@pytest.mark.parametrize(
    ("id", "value", "label"),
    [
        ("endpoint.disk_free", 17.4, "17 %"),
        ("endpoint.disk_free", 19.97, "19.97 %"),
        ("endpoint.disk_free", 19.99999999, "19.999999 %"),
        ("endpoint.disk_free", None, "–"),
        ("network.tcp_retransmit", 0.42, "0.42 %"),
        ("network.tcp_retransmit", 0.0, "0 %"),
        ("network.wifi_signal", -61.2, "−61 dBm"),
        ("endpoint.uptime", 1.0, "1 day"),
        ("endpoint.uptime", 0.31, "7 h"),
        ("app.crashes", 3.0, "3"),
        ("endpoint.os_support", -3.4, "−3.4 days"),
        ("endpoint.disk_type", 1.0, "hdd"),
    ],
)
def test_values_in_words(id: str, value: float | None, label: str) -> None:
    assert value_label(SHIPPED.metric(id), value) == label


def test_a_class_without_words_is_its_name() -> None:
    assert bucket_label(SHIPPED.metric("endpoint.disk_type"), 0) == "ssd"
    assert value_label(SHIPPED.metric("endpoint.disk_type"), 1.0, {"hdd": "hard disk"}) == "hard disk"


@pytest.mark.parametrize("i", [-1, 99])
def test_no_such_bucket(i: int) -> None:
    for metric in SHIPPED.metrics:
        with pytest.raises(IndexError):
            bucket_label(metric, i)


def test_no_two_buckets_share_a_label() -> None:
    for metric in SHIPPED.metrics:
        labels = [bucket_label(metric, i, SHIPPED.texts[metric.id].classes) for i in range(metric.buckets)]
        assert len(set(labels)) == len(labels), metric.id


@given(st.sampled_from(NUMBERS), st.floats(-1000, 1_000_000) | st.floats(-1, 1))
def test_a_rounded_value_does_not_contradict_its_bucket(metric: Metric, value: float) -> None:
    number, _, unit = value_label(metric, value).partition(" ")
    hours = unit == "h"
    shown = float(number.replace("−", "-")) / (24 if hours else 1)
    assert metric.bucket(shown) == metric.bucket(value)
    assert shown == pytest.approx(value, rel=0.06, abs=1 / 24 if hours else 0.006)
