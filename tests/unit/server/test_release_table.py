"""A release on a terminal."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import release_table
from server.releases import Estimate
from tests.unit.server.released import METRIC, RELEASE


def test_everything_that_matters_is_there() -> None:
    text = release_table.render(RELEASE, width=100)
    for part in ("Example Ltd", "the week 2026-09-10 to 2026-09-16", "100 reports (minimum 50)"):
        assert part in text
    assert "discrete Gaussian noise, ρ = 1/2, σ = 9.8" in text
    assert "discrete_gaussian" not in text
    assert "answers 100 of 100 (70–100)" in text
    assert "running year: 2" in text
    assert "\x1b" not in text
    assert "DEMO" not in text


def test_what_is_shown_is_possible() -> None:
    """Raw numbers, which may be below zero or above the count, are in the file only."""
    text = release_table.render(RELEASE, width=100)
    line = next(line for line in text.splitlines() if "below 5 %" in line)
    assert line.endswith("·   0 (0–12)")
    assert " 40 (21–59)" in text
    assert "−" not in text
    many = METRIC._replace(answers=Estimate(248, 203, 293))
    assert "answers 200 of 200 (200–200)" in release_table.render(
        RELEASE._replace(report_count=200, metrics=(many,)), width=100
    )


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("mechanism", ["discrete_gaussian", "janus_discrete_laplace", "none"])
def test_the_legend_explains_what_is_drawn(width: int, mechanism: str) -> None:
    exact = mechanism == "none"
    shown = RELEASE._replace(mechanism=mechanism, sigma=0.0 if exact else 9.8)
    lines = release_table.render(shown, width=width).splitlines()
    assert max(len(line) for line in lines) <= width
    text = " ".join(line.strip() for line in lines)
    assert "how many of the 100 computers that reported gave this answer" in text
    assert ("Noise hides the exact number" in text) is not exact
    assert ("95 times in 100" in text) is not exact
    assert ("▓ up to the estimate" in text) is not exact
    assert "· up to all 100" in text


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_bars_fit_the_width(width: int) -> None:
    lines = release_table.render(RELEASE, width=width).splitlines()
    if width < 80:  # the key to the bars is one line; everything else is wrapped or drawn to the width
        lines = [line for line in lines if "up to all" not in line]
    assert max(len(line) for line in lines) <= width


@given(st.integers(-200, 300), st.integers(0, 100), st.integers(0, 200), st.integers(1, 80))
def test_a_bar_is_as_long_as_it_should_be(value: int, half: int, reports: int, cells: int) -> None:
    bar = release_table.draw(Estimate.around(value, half), reports, cells)
    assert len(bar) == cells
    assert bar == "".join(sorted(bar, key="█▓░·".index))
    if reports:
        filled = cells * release_table.clamp(value, reports) / reports
        assert abs(bar.count("█") + bar.count("▓") - filled) <= 0.5


def test_no_noise_is_shouted_in_red() -> None:
    exact = RELEASE._replace(mechanism="none", sigma=0.0, rho=Fraction(0))
    first = release_table.render(exact, width=100, red=True).splitlines()[0]
    assert first.startswith("\x1b[1;31mMECHANISM NONE")
    assert "mechanism NONE" in release_table.render(exact, width=100)


def test_a_demo_says_so_twice() -> None:
    demo = RELEASE._replace(demo=True, seconds=10, period=179_000_000)
    text = release_table.render(demo, width=100)
    assert text.splitlines()[0].startswith("DEMO")
    assert "(DEMO)" in text
    assert "10 s" in text


def test_a_day_s_period() -> None:
    text = release_table.render(RELEASE._replace(seconds=86_400, period=20_706), width=100)
    assert "Release of Example Ltd: the day 2026-09-10" in text
    assert "Period 20706 of task 00000000" in text


def test_plain_ascii_for_old_terminals() -> None:
    text = release_table.render(RELEASE, width=100, ascii_only=True)
    assert text.isascii()
    assert "=" in text


def test_an_empty_batch_draws_nothing() -> None:
    assert release_table.draw(Estimate(5, 1, 9), 0, 10) == "·" * 10
