from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.load import load
from tests.fakes import metric

NUMBER = metric("app.firefox.crash_free", edges=(1.0, 5.0, 20.0))
CLASSES = metric("endpoint.safe", "last", edges=(), classes=("on", "partial", "off"), warn=1.0, bad=2.0)


def test_an_id_has_a_category_and_a_name() -> None:
    assert (NUMBER.category, NUMBER.name) == ("app", "firefox.crash_free")


@pytest.mark.parametrize(
    ("value", "bucket"),
    [(-3, 0), (0, 0), (0.999, 0), (1, 1), (4.9, 1), (5, 2), (20, 3), (1e9, 3), (None, None)],
)
def test_an_edge_belongs_to_its_upper_bucket(value: float | None, bucket: int | None) -> None:
    assert NUMBER.bucket(value) == bucket


@given(st.floats(allow_nan=False))
def test_every_number_has_its_bucket(value: float) -> None:
    bucket = NUMBER.bucket(value)
    assert bucket is not None
    bounds = (-math.inf, *NUMBER.edges, math.inf)
    assert bounds[bucket] <= value
    assert value < bounds[bucket + 1] or value == math.inf


def test_a_class_goes_by_name_or_index() -> None:
    assert CLASSES.buckets == 3
    assert [CLASSES.bucket(value) for value in ("on", "off", 1.0, 0, None)] == [0, 2, 1, 0, None]


@pytest.mark.parametrize("value", ["broken", 3, -1, 0.5])
def test_no_such_class(value: float | str) -> None:
    with pytest.raises(ValueError, match="has no class"):
        CLASSES.bucket(value)


@pytest.mark.parametrize("value", [math.nan, "on"])
def test_no_number(value: float | str) -> None:
    with pytest.raises(ValueError, match="is a number"):
        NUMBER.bucket(value)


def test_a_prefix_is_the_beginning() -> None:
    catalogue = load(None)
    assert catalogue.prefix(3) == catalogue.metrics[:3]
    for n in (0, -1, len(catalogue.metrics) + 1):
        with pytest.raises(ValueError, match=f"not {n}"):
            catalogue.prefix(n)
    with pytest.raises(KeyError):
        catalogue.metric("app.none")
