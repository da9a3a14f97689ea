"""The sum over a day: nothing twice, nothing left out, whether or not the minutes had a thorough check."""

from __future__ import annotations

import pytest

from bench.agent import Day
from bench.probes import Probes
from bench.processes import Ended
from bench.workers import Kind, Seldom

# Plain checks start 4 ms each five minutes, the hourly one 60 ms more: 0.8 and 1 ms a minute. Of programs,
# one costs 12 ms an hour: 0.2; one 72 ms a day: 0.05; the package manager's is among what is seldom.
PROBES = Probes(
    [
        {"probe": "memory", "every": 60, "metrics": ["endpoint.memory_low"], "warm": [0.2, 0.0]},
        {"probe": "apps", "every": 3600, "metrics": ["app.services_failed"], "warm": [0.1, 12.0]},
        {"probe": "security", "every": 86_400, "metrics": ["endpoint.firewall"], "warm": [0.1, 72.0]},
        {"probe": "updates", "every": 86_400, "metrics": ["app.security_updates"], "warm": [0.7, 700.0]},
    ],
    (48, 1.0),
    {"all": 1.0, "store": 0.2, "probes": 0.6},
    {"first": [2.0, 60.0], "plain": [1.0, 4.0], "thorough": [1.6, 64.0], "every": [300, 3600]},
)
SELDOM = Seldom([Kind("finds nothing to do", "once a day", 1, [Ended(1, 144, 1)], [0.0])])


def day(below: float, minutes: int = 60) -> Day:
    return Day(2.0, below, PROBES, SELDOM, minutes)


def test_everything_counts_once() -> None:
    assert day(3.0).checks == pytest.approx(3.0 - 0.2)
    assert day(3.0).all == pytest.approx(2.0 + 3.0 + 0.05 + 0.1)


def test_checks_cost_no_less_than_measured_apart() -> None:
    assert day(0.5).checks == pytest.approx(1.8)


def test_a_few_minutes_are_no_measure_of_what_is_hourly() -> None:
    assert day(20.0, 3).checks == pytest.approx(1.8)
    assert day(20.0, 3).all == day(0.0).all


def test_without_a_target_there_are_no_checks_and_nobody_asks_them() -> None:
    assert day(3.0).without_target == pytest.approx(2.0 + 0.2 + 0.05 + 0.1 - 0.2 - 0.01)


def test_the_table_adds_up() -> None:
    *parts, all_of_it, without = day(3.0).table.rows
    assert sum(float(row[1] or 0) for row in parts) == pytest.approx(float(all_of_it[1] or 0))
    assert float(without[1] or 0) < float(all_of_it[1] or 0)
