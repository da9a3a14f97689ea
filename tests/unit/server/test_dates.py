"""Periods and moments in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import dates

WEEK = 7 * dates.DAY


@pytest.mark.parametrize(
    ("period", "seconds", "text"),
    [
        (2968, WEEK, "the week 2026-11-19 to 2026-11-25"),
        (20_706, dates.DAY, "the day 2026-09-10"),
        (5_000, 3 * dates.DAY, "the 3 days 2011-01-26 to 2011-01-28"),
        (179_532_653, 10, "the 10 s from 2026-11-22 05:48:50 UTC"),
    ],
)
def test_periods(period: int, seconds: int, text: str) -> None:
    assert dates.period_name(period, seconds) == text


def test_moments() -> None:
    assert dates.moment(2970 * WEEK) == "on 2026-12-03"
    assert dates.moment(1_795_326_530) == "at 2026-11-22 05:48:50 UTC"


@given(st.integers(0, 4_000), st.sampled_from([dates.DAY, WEEK]), st.integers(0, 6))
def test_a_period_is_found_by_any_date_within_it(period: int, seconds: int, day: int) -> None:
    at = period * seconds + min(day * dates.DAY, seconds - dates.DAY)
    text = dates.moment(at).removeprefix("on ")
    assert dates.period_of(text, seconds) == period
    assert dates.period_of(str(period), seconds) == period


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("soon", WEEK), ("-1", WEEK), ("", WEEK), ("²", WEEK), ("1969-12-31", WEEK), ("2026-11-19", 10)],
)
def test_what_names_no_period(text: str, seconds: int) -> None:
    with pytest.raises(ValueError, match=r"^is "):
        dates.period_of(text, seconds)


def test_sentences_begin_with_a_capital() -> None:
    assert dates.sentence("the week 1") == "The week 1"
    assert dates.clause("Fewer than 50.") == "fewer than 50."
