from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import layout
from catalogue.load import load
from catalogue.model import Slot
from tests.fakes import metric

METRICS = load(None).metrics
SMALL = (
    metric("endpoint.a", edges=(0.1, 5.0, 20.0), warn=5.0, bad=20.0),
    metric("app.b", "last", unit="", edges=(), classes=("on", "off"), warn=1.0, bad=None),
)


@given(st.data())
def test_a_vector_says_what_went_into_it(data: st.DataObject) -> None:
    metrics = METRICS[: data.draw(st.integers(1, len(METRICS)))]
    buckets = {
        metric.id: data.draw(st.none() | st.integers(0, metric.buckets - 1), metric.id) for metric in metrics
    }
    vector = layout.encode(buckets, metrics)
    assert len(vector) == layout.length(metrics)
    assert sum(vector) == sum(bucket is not None for bucket in buckets.values())
    assert layout.decode(vector, metrics) == buckets
    for id, (start, stop) in layout.spans(metrics).items():
        bucket = buckets[id]
        ones = [i for i in range(start, stop) if vector[i]]
        assert ones == ([] if bucket is None else [start + bucket])


def test_a_task_s_vector_is_its_prefix_s_bits() -> None:
    buckets = {metric.id: metric.buckets - 1 for metric in METRICS}
    whole = layout.encode(buckets, METRICS)
    for n in range(1, len(METRICS) + 1):
        part = layout.encode(buckets, METRICS[:n])
        assert part == whole[: len(part)]


def test_nothing_known_is_all_zeros() -> None:
    assert set(layout.encode({}, METRICS)) == {0}
    assert set(layout.encode({"app.unknown": 3}, METRICS)) == {0}


@pytest.mark.parametrize("bucket", [-1, 4])
def test_no_such_bucket(bucket: int) -> None:
    with pytest.raises(ValueError, match=r"endpoint\.a has no bucket"):
        layout.encode({"endpoint.a": bucket}, SMALL)


@pytest.mark.parametrize(
    "vector",
    [(1, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0), (2, 0, 0, 0, 0, 0), (1, -1, 0, 0, 0, 0), (0, 0, 0, 0, 1, 1)],
)
def test_a_vector_that_no_device_makes(vector: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="bits"):
        layout.decode(vector, SMALL)


def test_the_canonical_meaning_to_the_letter() -> None:
    assert layout.meaning(SMALL) == (
        b"shoal-catalogue-v1\n"
        b"id=endpoint.a\nprobe=fake\nunit=%\nevery=60\nstatistic=mean\nwindow=7\nedges=0.1,5,20\nclasses=\n"
        b"warn=5\nbad=20\nbetter=lower\nleast=1\n\n"
        b"id=app.b\nprobe=fake\nunit=\nevery=60\nstatistic=last\nwindow=7\nedges=\nclasses=on,off\n"
        b"warn=1\nbad=\nbetter=lower\nleast=1\n\n"
    )
    assert layout.digest(SMALL) == hashlib.sha256(layout.meaning(SMALL)).digest()


OTHER: dict[str, Any] = {
    "id": "endpoint.z",
    "probe": "other",
    "unit": "s",
    "every": 61,
    "statistic": "max",
    "window": 1,
    "edges": (0.1, 5.0, 21.0),
    "classes": ("a",),
    "warn": None,
    "bad": 5.0,
    "better": "higher",
    "least": 2,
    "slot": Slot("x", "The X", "browser", "X Ltd", ("x", "x.exe"), dpkg=("x", "x-esr")),
}
SILENT: dict[str, Any] = {"weight": 3, "platforms": ("macos",), "evidence": "better"}


def test_a_meaning_can_be_taken_apart_again() -> None:
    found = layout.fields(layout.meaning(METRICS).decode())
    assert list(found) == [metric.id for metric in METRICS]
    for one in METRICS:
        assert found[one.id]["window"] == str(one.window)
        assert len(found[one.id]) == (22 if one.slot else 11), "all lines but the one with the id"
    assert layout.fields("nonsense\nwindow=3\n\n=") == {}


def test_every_part_of_a_metric_is_meaning_or_not() -> None:
    assert set(OTHER) | set(SILENT) == set(SMALL[0]._fields)


@pytest.mark.parametrize("part", OTHER)
def test_another_meaning_is_another_digest(part: str) -> None:
    changed = (SMALL[0]._replace(**{part: OTHER[part]}), SMALL[1])
    assert layout.digest(changed) != layout.digest(SMALL)


def test_what_counts_as_a_product_is_meaning_to_the_letter() -> None:
    named = SMALL[1]._replace(slot=OTHER["slot"])
    assert layout.meaning((named,)).endswith(
        b"better=lower\nleast=1\nslot=x\nproduct=The X\nkind=browser\npublisher=X Ltd\nprograms=x,x.exe\n"
        b"dpkg=x,x-esr\nrpm=\nflatpak=\nsnap=\nmacos=\nwindows=\n\n"
    )
    for field in Slot._fields[1:]:
        value = getattr(named.slot, field)
        other = f"{value} too" if isinstance(value, str) else (*value, "another")
        changed = named._replace(slot=OTHER["slot"]._replace(**{field: other}))
        assert layout.digest((changed,)) != layout.digest((named,)), field


@pytest.mark.parametrize("part", SILENT)
def test_what_changes_no_answer_changes_no_digest(part: str) -> None:
    changed = (SMALL[0]._replace(**{part: SILENT[part]}), SMALL[1])
    assert layout.digest(changed) == layout.digest(SMALL)


def test_order_and_number_are_meaning() -> None:
    digests = {layout.digest(METRICS[:n]) for n in range(1, len(METRICS) + 1)}
    assert len(digests) == len(METRICS)
    assert layout.digest(SMALL[::-1]) != layout.digest(SMALL)


@given(st.decimals(-1_000_000_000, 1_000_000_000, places=4))
def test_a_decimal_reads_back(number: Any) -> None:
    text = layout.decimal(float(number))
    assert float(text) == float(number)
    assert text.isascii()
    assert not set(text) - set("-.0123456789")
    assert not text.endswith((".", ".0"))


@pytest.mark.parametrize("number", [1e22, 1e-7, float("inf"), float("nan"), -0.0])
def test_numbers_without_a_plain_decimal(number: float) -> None:
    with pytest.raises(ValueError, match="plain decimal"):
        layout.decimal(number)
