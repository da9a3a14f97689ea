from __future__ import annotations

import math

import pytest

from tests.unit.agent.probes.fake_host import Subject

BUSY, HEAT = "endpoint.cpu_busy", "endpoint.thermal_throttle"


@pytest.mark.parametrize(
    ("busy", "total", "expected"), [(0, 120, 0), (96, 120, 0), (96.1, 120, 1), (120, 120, 1), (0.17, 0.2, 1)]
)
def test_a_minute_is_busy_above_four_fifths(busy: float, total: float, expected: int) -> None:
    subject = Subject("processor", processor_time=(500.0, 10_000.0))
    assert "second reading" in subject.reason(BUSY)
    assert subject.sample(BUSY, processor_time=(500.0 + busy, 10_000.0 + total)) == expected


@pytest.mark.parametrize("times", [(math.nan, 10_060.0), (500.0, math.nan)])
def test_what_is_no_number_is_no_idle_minute(times: tuple[float, float]) -> None:
    subject = Subject("processor", processor_time=(500.0, 10_000.0))
    assert "second reading" in subject.reason(BUSY)
    assert subject.reason(BUSY, processor_time=times)


def test_a_new_process_has_to_look_twice_again() -> None:
    subject = Subject("processor", processor_time=(0.0, 100.0))
    subject.sample(BUSY)
    subject.restart()
    assert subject.sample(BUSY, processor_time=(50.0, 160.0)) is None


@pytest.mark.parametrize("then", [(500.0, 10_000.1), (400.0, 10_100.0), (0.0, 5.0)])
def test_times_that_stand_still_or_fall_say_nothing(then: tuple[float, float]) -> None:
    subject = Subject("processor", processor_time=(500.0, 10_000.0))
    subject.sample(BUSY)
    assert "too little time" in subject.reason(BUSY, processor_time=then)


def test_heat_is_a_counter_that_rose() -> None:
    subject = Subject("processor", throttlings=7)
    assert "second reading" in subject.reason(HEAT)
    assert subject.sample(HEAT) == 0
    assert subject.sample(HEAT, throttlings=8) == 1
    assert subject.sample(HEAT) == 0
    subject.restart()
    assert subject.sample(HEAT, throttlings=30) == 1
    subject.reboot()
    assert subject.sample(HEAT, throttlings=2) == 0


def test_a_core_that_is_switched_off_and_on_again_is_no_heat() -> None:
    subject = Subject("processor", throttlings=50)
    assert "second reading" in subject.reason(HEAT)
    assert subject.sample(HEAT, throttlings=20) == 0
    assert subject.sample(HEAT, throttlings=20) == 0
    assert subject.sample(HEAT, throttlings=21) == 1


@pytest.mark.parametrize("mark", ["boot-1 all=5", "boot-1 x", " 7"])
def test_a_mark_of_another_version_is_no_heat(mark: str) -> None:
    subject = Subject("processor", throttlings=9)
    subject.marks[HEAT] = mark
    assert subject.reading(HEAT).samples[HEAT] in (0, None)
    assert subject.sample(HEAT) == 0


def test_switched_off_the_next_reading_is_a_first_one() -> None:
    subject = Subject("processor", processor_time=(500.0, 10_000.0))
    subject.sample(BUSY)
    subject.probe.forget()
    assert "second reading" in subject.reason(BUSY, processor_time=(9_000.0, 20_000.0))
