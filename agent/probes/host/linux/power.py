"""Batteries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.linux.system import System

_NONE = "there is no battery"
_SUPPLIES = "sys/class/power_supply"


def batteries(system: System) -> list[tuple[float, float]]:
    """(full, full when new) of the computer's own batteries, in µWh or µAh (shares where they differ in
    that); not those of mice.
    """
    found: list[tuple[float, float]] = []
    kinds, silent = set[str](), False
    for name in system.listing(_SUPPLIES, _NONE):
        folder = f"{_SUPPLIES}/{name}"
        if _part(system, folder, "type") != "Battery" or _part(system, folder, "scope") == "Device":
            continue
        if _part(system, folder, "present") == "0":
            continue
        silent = True
        for kind in ("energy", "charge"):
            full, new = (_number(system, folder, f"{kind}_{part}") for part in ("full", "full_design"))
            if full >= 0 and new > 0:
                found.append((full, new))
                kinds.add(kind)
                break
    if not found:
        raise Absent("the battery does not tell its condition" if silent else _NONE)
    if len(kinds) > 1:  # one tells energy and another charge: what each has left of its own
        return [(full / new, 1.0) for full, new in found]
    return found


def _part(system: System, folder: str, part: str) -> str:
    """A file's text; empty if the battery does not have it or does not answer."""
    try:
        return system.text(f"{folder}/{part}", "")
    except Absent:
        return ""


def _number(system: System, folder: str, part: str) -> float:
    """A number in a file; -1 if the battery does not have it, or says something else."""
    try:
        return float(_part(system, folder, part))
    except ValueError:
        return -1
