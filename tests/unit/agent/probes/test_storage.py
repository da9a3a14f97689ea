from __future__ import annotations

import pytest

from tests.unit.agent.probes.fake_host import Subject

FREE, DELAY, KIND = "endpoint.disk_free", "endpoint.disk_latency", "endpoint.disk_type"


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ([(20, 100)], 20.0),
        ([(20, 100), (300, 1000)], 20.0),
        ([(50, 100), (30, 1000)], 3.0),
        ([(0, 0), (1, 4)], 25.0),
        ([(0, 100)], 0.0),
    ],
)
def test_the_fuller_volume_counts(volumes: list[tuple[int, int]], expected: float) -> None:
    assert Subject("storage", volumes=volumes).sample(FREE) == expected


def test_volumes_without_a_size() -> None:
    assert "no volume" in Subject("storage", volumes=[(0, 0)]).reason(FREE)
    assert "out of range" in Subject("storage", volumes=[(200, 100)]).reason(FREE)


def test_delay_is_time_over_operations_of_busy_minutes() -> None:
    subject = Subject("storage", disk_activity={"sda": (1000, 5000)})
    assert "second reading" in subject.reason(DELAY)
    assert subject.sample(DELAY, disk_activity={"sda": (1100, 5450)}) == 4.5
    assert "hardly used" in subject.reason(DELAY, disk_activity={"sda": (1109, 5500)})
    assert subject.sample(DELAY, disk_activity={"sda": (1119, 5700)}) == 20.0


def test_two_disks_are_taken_together_and_a_reset_one_left_out() -> None:
    subject = Subject("storage", disk_activity={"a": (100, 100), "b": (100, 100)})
    subject.sample(DELAY)
    assert subject.sample(DELAY, disk_activity={"a": (120, 120), "b": (180, 500)}) == 4.2
    assert subject.sample(DELAY, disk_activity={"a": (5, 5), "b": (200, 540)}) == 2.0
    assert subject.sample(DELAY, disk_activity={"a": (25, 45), "b": (200, 540), "c": (900, 900)}) == 2.0


def test_the_kind_is_told() -> None:
    assert Subject("storage", disk_kind="hdd").sample(KIND) == 1.0
    assert "none of the known classes" in Subject("storage", disk_kind="tape").reason(KIND)


def test_the_condition_is_told() -> None:
    health = "endpoint.disk_health"
    for index, condition in enumerate(("healthy", "warning", "failing")):
        assert Subject("storage", disk_condition=condition).sample(health) == index
    assert "none of the known classes" in Subject("storage", disk_condition="unknown").reason(health)


def test_switched_off_the_next_delay_is_a_first_one() -> None:
    subject = Subject("storage", disk_activity={"sda": (1000, 5000)})
    subject.sample(DELAY)
    subject.probe.forget()
    assert "second reading" in subject.reason(DELAY, disk_activity={"sda": (9000, 90000)})
