"""Batteries, on both kinds of Macs, and without any."""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from typing import Any

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos import MacHost, power
from agent.probes.host.macos.recorded import Recorded
from agent.probes.host.watched import Tape
from tests.unit.agent.probes.host.recordings import MACOS

Change = Callable[..., Recorded]
IOREG = "/usr/sbin/ioreg -r -c AppleSmartBattery -a"


def as_text(value: Any) -> str:
    return plistlib.dumps(value).decode()


def test_on_apple_silicon_the_raw_capacity_counts(laptop: Recorded) -> None:
    assert power.batteries(laptop) == [(3681.0, 4382.0)]


def test_on_intel_the_capacity_itself(changed: Change) -> None:
    said = as_text([{"MaxCapacity": 5889, "DesignCapacity": 6559}])
    assert power.batteries(changed("laptop", commands={IOREG: said})) == [(5889.0, 6559.0)]


@pytest.mark.parametrize(
    "entry", [{"MaxCapacity": 100, "DesignCapacity": 4000}, {"AppleRawMaxCapacity": 3000}, {}]
)
def test_a_percentage_is_no_capacity(changed: Change, entry: dict[str, int]) -> None:
    with pytest.raises(Absent, match="does not tell its condition"):
        power.batteries(changed("laptop", commands={IOREG: as_text([entry])}))


@pytest.mark.parametrize("said", ["", as_text([])])
def test_a_desktop(changed: Change, said: str) -> None:
    with pytest.raises(Absent, match="no battery"):
        power.batteries(changed("laptop", commands={IOREG: said}))


def test_serial_numbers_go_nowhere() -> None:
    """Not even to whoever has the reading explained."""
    tape = Tape()
    host = tape.around(MacHost(tape.around(Recorded(MACOS / "laptop"))))
    host.batteries()
    (asked,) = tape.take()
    (command,) = asked.below
    assert command.answer == [
        {
            "BatteryInstalled": True,
            "DesignCapacity": 4382,
            "MaxCapacity": 100,
            "AppleRawMaxCapacity": 3681,
        }
    ]
