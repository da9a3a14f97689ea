from __future__ import annotations

import pytest

from tests.unit.agent.probes.fake_host import Subject

CAPACITY = "endpoint.battery_capacity"


@pytest.mark.parametrize(
    ("batteries", "expected"),
    [
        ([(40.0, 50.0)], 80.0),
        ([(51.0, 50.0)], 100.0),
        ([(40.0, 50.0), (10.0, 50.0)], 50.0),
        ([(40.0, 50.0), (10.0, 0.0), (-5.0, 50.0)], 80.0),
        ([(0.0, 50.0)], 0.0),
    ],
)
def test_all_batteries_against_new(batteries: list[tuple[float, float]], expected: float) -> None:
    assert Subject("power", batteries=batteries).sample(CAPACITY) == expected


def test_batteries_that_cannot_be() -> None:
    assert "does not tell" in Subject("power", batteries=[(5.0, 0.0)]).reason(CAPACITY)
    assert "no sense" in Subject("power", batteries=[(500.0, 50.0)]).reason(CAPACITY)
    assert Subject("power").reason(CAPACITY) == "this host has none"
