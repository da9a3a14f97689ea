from __future__ import annotations

import pytest

from tests.unit.agent.probes.fake_host import Subject

OFFSET = "endpoint.clock_offset"


@pytest.mark.parametrize("error", [0.0, 0.25, -0.25, 400.0])
def test_either_way_is_off(error: float) -> None:
    assert Subject("clock", clock_error=error).sample(OFFSET) == abs(error)


def test_no_time_server_no_value() -> None:
    assert Subject("clock").reason(OFFSET) == "this host has none"
