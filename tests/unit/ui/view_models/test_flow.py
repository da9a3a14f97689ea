from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.task import Mechanism, odds, of_100
from server.noise import half_width
from tests.nordwerk import agreed
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import NUMBERS, snapshot
from ui.view_models import flow


def times(chance: float) -> str:
    """So many times in a hundred, as a locale writes it: without a last zero."""
    words, _, number = of_100(chance).rpartition(" ")
    return f"{words} {number.rstrip('0').rstrip('.') if '.' in number else number}".strip()


RHO = st.fractions(min_value=Fraction(1, 200), max_value=1, max_denominator=1_000)


@given(st.integers(1, len(CATALOGUE.metrics)), RHO, st.integers(25, 10_000))
def test_the_sentences_carry_the_task_s_own_numbers(metrics: int, rho: Fraction, least: int) -> None:
    task = agreed(metrics=metrics, rho=rho, min_batch_size=least)
    page = flow.of(task, NUMBERS)
    found = odds(task.info, task.config.sum_vec.length)
    assert re.findall(r"right ([\d.]+) times in 100 for one answer, (.+?) for all", page.guess) == [
        (times(found.one_or_none.outsider), times(found.all_or_none.outsider))
    ]
    year = (times(found.one_all_year.outsider), times(found.all_or_none_year.outsider))
    assert all(number in page.year for number in year)
    assert NUMBERS.whole(least) in page.flow.totals.text
    assert NUMBERS.whole(task.config.sum_vec.length) in page.flow.device.text
    within = flow.spread(task)
    assert within is not None
    low, high = re.findall(r"may really be (\d+) to ([\d,]+)", page.noise)[0]
    assert (int(low), int(high.replace(",", ""))) == (max(0, 40 - within), 40 + within)


def test_the_spread_is_that_of_the_noise_that_is_added() -> None:
    """Against the exact distribution that the organisation's side reckons with."""
    for metrics, rho in ((33, Fraction(1, 2)), (20, Fraction(1)), (4, Fraction(1, 10))):
        task = agreed(metrics=metrics, rho=rho)
        exactly = half_width(task.info, task.config.sum_vec.length)
        assert flow.spread(task) == pytest.approx(exactly, abs=1)


def test_the_documented_example() -> None:
    page = flow.page(snapshot("normal"), NUMBERS)
    assert page is not None
    assert "A total of 40 may really be 21 to 59." in page.flow.totals.text
    assert "right 52 times in 100 for one answer, 64 for all of them together, instead of 50" in page.guess
    assert page.flow.together == "" and "they must be separate" in page.together
    assert page.flow.first.title == "IT Operations" and page.flow.second.title == "Works council"


def test_one_operator_and_no_noise_are_said() -> None:
    page = flow.page(snapshot("one-operator"), NUMBERS)
    assert page is not None
    assert page.flow.together == "One operator holds both pieces."
    assert page.flow.text.startswith("One operator holds both pieces.")
    assert "no noise" in page.flow.first.text and page.noise.startswith("No noise is added")
    assert page.guess == page.year == ""
    assert "must be separate" not in page.together


def test_another_mechanism_is_not_given_a_spread_that_nobody_computed() -> None:
    task = agreed(mechanism=Mechanism.JANUS_DISCRETE_LAPLACE)
    assert flow.spread(task) is None
    assert "may really be" not in flow.of(task, NUMBERS).noise


@pytest.mark.parametrize("variant", ["off"])
def test_without_a_task_there_is_no_drawing(variant: str) -> None:
    assert flow.page(snapshot(variant), NUMBERS) is None
