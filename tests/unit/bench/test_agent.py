"""The sum over a day: nothing twice, nothing left out, whether or not the minutes had a thorough check."""

from __future__ import annotations

import pytest

from bench.agent import Day
from bench.probes import Probes
from bench.processes import Ended
from bench.workers import Kind, Seldom

# Plain checks start 4 ms each five minutes, the hourly one 60 ms more: 0.8 and 1 ms a minute.
PROBES = Probes(
    [],
    (48, 1.0),
    {"all": 1.0, "store": 0.2, "probes": 0.6},
    {"first": [2.0, 60.0], "plain": [1.0, 4.0], "thorough": [1.6, 64.0], "every": [300, 3600]},
)
SELDOM = Seldom([Kind("finds nothing to do", "once a day", 1, [Ended(1, 144, 1)], [0.0])])


def day(below: float, minutes: int = 60) -> Day:
    return Day(2.0, below, PROBES, SELDOM, minutes)


def test_minutes_without_a_thorough_check_lack_nothing() -> None:
    assert day(0.8).more == 0
    assert day(0.8).all == pytest.approx(2.0 + 0.8 + 1.0 + 0.1)


def test_what_is_started_beyond_checks_counts_once() -> None:
    assert day(2.5).more == pytest.approx(0.7)
    assert day(2.5).all == pytest.approx(2.0 + 2.5 + 0.1)


def test_a_few_minutes_are_no_measure_of_what_is_hourly() -> None:
    assert day(20.0, 3).more == 0
    assert day(20.0, 3).all == day(0.0).all


def test_without_a_target_there_are_no_checks_and_nobody_asks_them() -> None:
    assert day(1.8).without_target == pytest.approx(2.0 + 0.1 - 0.2 - 0.01)


def test_the_table_adds_up() -> None:
    *parts, all_of_it, without = day(2.5).table.rows
    assert sum(float(row[1] or 0) for row in parts) == pytest.approx(float(all_of_it[1] or 0))
    assert float(without[1] or 0) < float(all_of_it[1] or 0)
