from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.commands import tables


def test_a_table_without_rows_is_its_headers() -> None:
    assert tables.table([], ("one", "two")).split() == ["one", "two", "-----", "-----"]


def test_columns_line_up_and_numbers_stay_as_they_were_written() -> None:
    shown = tables.table([("a", "007"), ("bb", "1e3")], ("", "reading"), right=(1,)).splitlines()
    assert [line[-3:] for line in shown[2:]] == ["007", "1e3"]


@given(st.integers(1, 12), st.data())
def test_a_row_of_boxes_lights_one(count: int, data: st.DataObject) -> None:
    lit = data.draw(st.none() | st.integers(0, count - 1))
    boxes = tables.boxes(count, lit)
    assert len(boxes) == count
    assert [at for at, box in enumerate(boxes) if box == "■"] == ([] if lit is None else [lit])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *((0, "0 s"), (40, "40 s"), (60, "1 min"), (720, "12 min"), (3_600, "1 h"), (86_400, "24 h")),
        *((172_800, "2 days"), (604_800, "7 days")),
    ],
)
def test_spans_in_the_unit_that_fits(seconds: float, words: str) -> None:
    assert tables.span(seconds) == words


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_a_longer_span_is_never_told_as_a_shorter_one(one: float, other: float) -> None:
    sizes = {"s": 1, "min": 60, "h": 3_600, "days": 86_400}

    def told(seconds: float) -> float:
        number, unit = tables.span(seconds).split()
        return float(number) * sizes[unit]

    low, high = sorted((one, other))
    assert told(low) <= told(high)


def test_periods_are_utc_days_whatever_the_clock_on_the_wall() -> None:
    """The tests' time zone is 5:45 ahead of UTC."""
    assert tables.period(1_699_488_000, 1_700_092_800) == "2023-11-09 – 2023-11-15"
    assert tables.period(1_699_488_000, 1_699_574_400) == "2023-11-09"
    assert tables.period(1_700_000_000, 1_700_000_020) == "2023-11-14 22:13:20 + 20 s"
    assert tables.moment(1_700_000_000) == "2023-11-15 03:58"
    assert tables.moment(None) == "–"


def test_sizes_are_grouped() -> None:
    assert tables.size(8_072) == "8,072 bytes"


def shown(encoding: str, text: Callable[[], str]) -> str:
    """What arrives at a standard output of that encoding."""
    raw = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(raw, encoding, write_through=True)) as output:
        tables.show(text())
        found = raw.getvalue().decode(encoding)
        output.detach()
    return found


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
class TestEncodings:
    def test_none_is_a_failure(self, encoding: str) -> None:
        found = shown(encoding, lambda: f"{tables.verdict('bad')} größe ■□ −67 dBm")
        assert " bad gr" in found  # the word stands beside the shape for that reason, too
        assert ("■" in found) == (encoding == "utf-8")

    def test_json_says_the_same_in_each(self, encoding: str) -> None:
        data = {"label": "≥ −67 dBm", "name": "größe"}
        assert json.loads(shown(encoding, lambda: tables.as_json(data))) == data
