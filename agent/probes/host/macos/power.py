"""Batteries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.macos.system import System

_IOREG = ("/usr/sbin/ioreg", "-r", "-c", "AppleSmartBattery", "-a")
_KEYS = ("AppleRawMaxCapacity", "MaxCapacity", "DesignCapacity", "BatteryInstalled")
_SECONDS = 5.0
# On Apple silicon MaxCapacity is a percentage, and so 100; on Intel it is milliampere-hours.
_PERCENT = 100


def batteries(system: System) -> list[tuple[float, float]]:
    """(full, full when new) of the batteries, in mAh."""
    found = system.properties(_IOREG, _KEYS, _SECONDS)
    # A Mac without a battery has no such entry: ioreg prints nothing, or an empty list.
    there = [each for each in found if each.get("BatteryInstalled", True)] if isinstance(found, list) else []
    if not there:
        raise Absent("there is no battery")
    told = [pair for pair in map(_capacity, there) if pair is not None]
    if not told:
        raise Absent("the battery does not tell its condition")
    return told


def _capacity(battery: dict[str, Any]) -> tuple[float, float] | None:
    full, new = battery.get("AppleRawMaxCapacity"), battery.get("DesignCapacity")
    if full is None and (battery.get("MaxCapacity") or 0) > _PERCENT:
        full = battery["MaxCapacity"]
    return (float(full), float(new)) if full and new else None
