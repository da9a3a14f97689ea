from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import power
from agent.probes.host.linux.recorded import Recorded

Change = Callable[..., Recorded]
BATTERY = "sys/class/power_supply/BAT0"


def test_the_computer_s_own_and_no_mouse_s(laptop: Recorded) -> None:
    assert power.batteries(laptop) == [(40_410_000.0, 57_000_000.0)]


def test_two_batteries_one_in_charge(changed: Change) -> None:
    second = {"type": "Battery\n", "charge_full": "3000\n", "charge_full_design": "4000\n"}
    host = changed("laptop", {f"sys/class/power_supply/BAT1/{part}": text for part, text in second.items()})
    shares = power.batteries(host)
    assert [new for _, new in shares] == [1.0, 1.0], "neither outweighs the other by its unit alone"
    assert [full for full, _ in shares] == pytest.approx([40.41 / 57, 0.75])


def test_two_batteries_in_energy(changed: Change) -> None:
    second = {"type": "Battery\n", "energy_full": "30000000\n", "energy_full_design": "40000000\n"}
    host = changed("laptop", {f"sys/class/power_supply/BAT1/{part}": text for part, text in second.items()})
    assert power.batteries(host) == [(40_410_000.0, 57_000_000.0), (30_000_000.0, 40_000_000.0)]


def test_a_battery_taken_out(changed: Change) -> None:
    with pytest.raises(Absent, match="no battery"):
        power.batteries(changed("laptop", {f"{BATTERY}/present": "0\n"}))


def test_a_battery_that_does_not_tell(changed: Change) -> None:
    with pytest.raises(Absent, match="does not tell"):
        power.batteries(changed("laptop", {f"{BATTERY}/energy_full": None}))


@pytest.mark.parametrize("said", ["unknown\n", "-1\n", "nan\n", "", "0x10\n"])
def test_one_of_two_that_says_something_else(said: str, changed: Change) -> None:
    second = {"type": "Battery\n", "energy_full": "3000\n", "energy_full_design": "4000\n"}
    files = {f"sys/class/power_supply/BAT1/{part}": text for part, text in second.items()}
    assert power.batteries(changed("laptop", {**files, f"{BATTERY}/energy_full": said})) == [(3000.0, 4000.0)]


def test_none(virtual: Recorded, desktop: Recorded) -> None:
    for host in (virtual, desktop):
        with pytest.raises(Absent, match="no battery"):
            power.batteries(host)
