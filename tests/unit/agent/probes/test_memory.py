from __future__ import annotations

import pytest

from tests.unit.agent.probes.fake_host import Subject

LOW, STALLED, KILLS = "endpoint.memory_low", "endpoint.memory_pressure", "endpoint.oom_kills"


@pytest.mark.parametrize(("available", "expected"), [(0, 1), (99, 1), (100, 0), (1000, 0)])
def test_low_is_less_than_a_tenth(available: int, expected: int) -> None:
    assert Subject("memory", memory=(available, 1000)).sample(LOW) == expected


@pytest.mark.parametrize("memory", [(0, 0), (-1, 1000), (2000, 1000)])
def test_memory_that_cannot_be(memory: tuple[int, int]) -> None:
    assert "no sense" in Subject("memory", memory=memory).reason(LOW)


@pytest.mark.parametrize(("stall", "expected"), [(0.0, 0), (4.99, 0), (5.0, 1), (100.0, 1)])
def test_stalled_from_a_twentieth(stall: float, expected: int) -> None:
    assert Subject("memory", memory_stall=stall).sample(STALLED) == expected


@pytest.mark.parametrize("stall", [-0.1, 101.0, float("nan")])
def test_a_stall_that_cannot_be(stall: float) -> None:
    assert "no sense" in Subject("memory", memory_stall=stall).reason(STALLED)


def test_kills_are_counted_once_across_restarts_and_reboots() -> None:
    subject = Subject("memory", memory_kills=40)
    assert subject.sample(KILLS) == 0  # from before Shoal's time
    assert subject.sample(KILLS, memory_kills=42) == 2
    assert subject.sample(KILLS) == 0
    subject.restart()
    assert subject.sample(KILLS, memory_kills=43) == 1
    subject.reboot()
    assert subject.sample(KILLS, memory_kills=1) == 1
    assert subject.sample(KILLS) == 0
