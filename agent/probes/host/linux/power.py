"""Batteries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.linux.system import System

_NONE = "there is no battery"
_SUPPLIES = "sys/class/power_supply"


def batteries(system: System) -> list[tuple[float, float]]:
    """(full, full when new) of the computer's own batteries, in µWh or µAh; not those of mice."""
    found, silent = [], False
    for name in system.listing(_SUPPLIES, _NONE):
        folder = f"{_SUPPLIES}/{name}"
        if _part(system, folder, "type") != "Battery" or _part(system, folder, "scope") == "Device":
            continue
        if _part(system, folder, "present") == "0":
            continue
        silent = True
        for kind in ("energy", "charge"):
            full, new = _part(system, folder, f"{kind}_full"), _part(system, folder, f"{kind}_full_design")
            if full and new:
                found.append((float(full), float(new)))
                break
    if not found:
        raise Absent("the battery does not tell its condition" if silent else _NONE)
    return found


def _part(system: System, folder: str, part: str) -> str:
    """A file's text; empty if the battery does not have it or does not answer."""
    try:
        return system.text(f"{folder}/{part}", "")
    except Absent:
        return ""
