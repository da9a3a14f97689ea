"""What is told of the window's longest turn."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bench import __main__, window


def run(longest: Mapping[str, tuple[float, float]]) -> window.Run:
    return window.Run(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, longest)


def test_it_is_a_subject() -> None:
    assert "window" in __main__.SUBJECTS


def test_the_longest_turn_is_the_middle_of_the_slowest_step_and_no_single_one_is_left_out() -> None:
    runs = [
        run({"device": (40.0, 30.0), "leaves": (20.0, 10.0)}),
        run({"device": (30.0, 20.0), "leaves": (224.0, 1.0)}),
        run({"device": (50.0, 40.0), "leaves": (21.0, 11.0)}),
    ]
    middle, remark = window._longest(runs)
    assert middle == pytest.approx(40.0)
    assert remark == "device; 30 of it CPU; the longest of any run 224 (leaves)"
