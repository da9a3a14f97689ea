from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.windows import power
from agent.probes.host.windows.recorded import Recorded


def test_the_computer_s_battery(laptop: Recorded) -> None:
    assert power.batteries(laptop) == [(43_890.0, 57_000.0)]


def test_none(desktop: Recorded) -> None:
    with pytest.raises(Absent, match="there is no battery"):
        power.batteries(desktop)


def test_an_empty_bay_an_unknown_capacity_and_a_ups_are_no_answer(broken: Recorded) -> None:
    with pytest.raises(Absent, match="does not tell its condition"):
        power.batteries(broken)


@pytest.mark.parametrize("capabilities", ["0xA0000000", "0x00000000"])
def test_a_ups_or_a_foreign_battery_is_none(changed: Callable[..., Recorded], capabilities: str) -> None:
    with pytest.raises(Absent, match="there is no battery"):
        power.batteries(changed("laptop", "answers.toml", ("0x80000000", capabilities)))


def test_a_relative_unit_serves_as_well(changed: Callable[..., Recorded]) -> None:
    found = power.batteries(changed("laptop", "answers.toml", ("0x80000000", "0xC0000000")))
    assert found == [(43_890.0, 57_000.0)]


def test_battery_saver(laptop: Recorded, desktop: Recorded, virtual: Recorded, broken: Recorded) -> None:
    assert [power.is_saving(host) for host in (laptop, desktop, virtual, broken)] == [
        True,
        False,
        False,
        False,
    ]
