"""The arithmetic of figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.frame import Options, Verdict, draw, interleaved, ratio, slope, spread
from bench.targets import Target


def test_sides_take_turns_and_turn_about() -> None:
    called: list[str] = []

    def side(name: str) -> float:
        called.append(name)
        return float(len(called))

    found = interleaved(3, {"a": lambda: side("a"), "b": lambda: side("b")})
    assert called == ["a", "b", "b", "a", "a", "b"]
    assert found == {"a": [1, 4, 5], "b": [2, 3, 6]}


def test_a_ratio_is_the_rounds_own() -> None:
    # the machine was twice as slow in the second round, and disturbed one side in the third
    assert ratio([1.0, 2.0, 1.0], [4.0, 8.0, 40.0]) == 4.0


def test_a_slope_is_not_moved_by_outliers() -> None:
    x = [float(number) for number in range(20)]
    assert slope(x, [2 * value + 1 for value in x]) == pytest.approx(2)
    assert slope(x, [2 * value + (500 if value in (3, 19) else 0) for value in x]) == pytest.approx(2)
    assert slope(x, [7.0] * 20) == 0
    assert slope([1.0], [1.0]) == 0


def test_a_promise_is_kept_at_its_limit() -> None:
    most, least = Target("time", 5, "ms"), Target("speed", 4, "×", at_least=True)
    assert [Verdict(most, figure).is_met for figure in (4.9, 5.0, 5.1)] == [True, True, False]
    assert [Verdict(least, figure).is_met for figure in (3.9, 4.0, 4.1)] == [False, True, True]
    assert [str(most), str(least)] == ["≤ 5 ms", "≥ 4 ×"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        *((None, "–"), ("a", "a"), (0.0, "0"), (0.00123, "0.00123"), (1.0, "1"), (12.345, "12.3")),
        *((1234.5, "1,234"), (100_000, "100,000"), (7, "7")),
    ],
)
def test_cells_are_drawn_for_people(cell: str | int | float | None, text: str) -> None:
    assert draw(cell) == text
    assert spread([3.0, 1.0, 2.0]) == "1 – 2 – 3"


def test_a_quick_run_counts_less(tmp_path: Path) -> None:
    assert [Options(tmp_path, quick=quick).count(3, 300) for quick in (True, False)] == [3, 300]
