from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.view_models.numbers import DAY, Numbers

NUMBERS = Numbers(UTC)
THURSDAY = 1_795_046_400  # 19 November 2026, 00:00 UTC


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (17, "17"),
        (0.4, "0.4"),
        (-61, "−61"),
        (0, "0"),
        (-0.0, "0"),
        (1234.5, "1,234.5"),
        (0.000001, "0.000001"),
    ],
)
def test_decimals(number: float, text: str) -> None:
    assert NUMBERS.decimal(number) == text


@given(st.integers(-(10**9), 10**9))
def test_whole_numbers_read_back(number: int) -> None:
    assert int(NUMBERS.whole(number).replace(",", "").replace("−", "-")) == number


@pytest.mark.parametrize(
    ("start", "days", "short", "long"),
    [
        (THURSDAY - 7 * DAY, 7, "12–18 Nov", "the week of 12 to 18 November"),
        (THURSDAY - 21 * DAY, 7, "29 Oct–4 Nov", "the week of 29 October to 4 November"),
        (THURSDAY, 1, "19 Nov", "19 November"),
    ],
)
def test_periods(start: int, days: int, short: str, long: str) -> None:
    assert NUMBERS.span(start, start + days * DAY) == short
    assert NUMBERS.long_span(start, start + days * DAY) == long
    # a period is of UTC days, wherever the computer stands
    elsewhere = Numbers(timezone(timedelta(hours=-11)))
    assert elsewhere.span(start, start + days * DAY) == short


def test_a_demo_s_period_is_told_by_the_clock() -> None:
    assert NUMBERS.span(THURSDAY + 4, THURSDAY + 8) == "00:00:04 UTC"


def test_moments_are_told_on_this_computer_s_clock() -> None:
    east = Numbers(timezone(timedelta(hours=5, minutes=45)))
    assert NUMBERS.moment(THURSDAY) == "Thu 19 Nov, 00:00"
    assert east.moment(THURSDAY) == "Thu 19 Nov, 05:45"
    assert east.clock_at(THURSDAY) == "05:45"
    assert (NUMBERS.dated(THURSDAY, THURSDAY), NUMBERS.dated(THURSDAY - 365 * DAY, THURSDAY)) == (
        "19 November",
        "19 November 2025",
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (33_660, "9 h 21 min"),
        (7_200, "2 h"),
        (3 * DAY, "3 days"),
        (-5, "0 s"),
    ],
)
def test_lengths(seconds: float, text: str) -> None:
    assert NUMBERS.lasting(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (20, "just now"),
        (60, "1 minute ago"),
        (300, "5 minutes ago"),
        (7_200, "2 hours ago"),
        (3 * DAY, "3 days ago"),
    ],
)
def test_how_long_ago(seconds: float, text: str) -> None:
    assert NUMBERS.ago(seconds) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [(1, "today"), (19, "tonight"), (30, "tomorrow"), (60, "on Saturday")],
)
def test_what_comes(hours: float, text: str) -> None:
    assert NUMBERS.within(THURSDAY + hours * 3_600, THURSDAY) == text


def test_sizes() -> None:
    assert (NUMBERS.size(1), NUMBERS.size(6_120)) == ("1 byte", "6,120 bytes")
