"""Batteries, and whether power is to be saved."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.windows.system import System

_QUERY_TAG, _QUERY_INFORMATION = 0x294040, 0x294044
# BATTERY_INFORMATION: Capabilities at 0, DesignedCapacity and FullChargedCapacity at 12.
_CAPACITIES_AT, _INFORMATION_SIZE = 12, 36
_IS_SYSTEM, _IS_SHORT_TERM = 0x80000000, 0x20000000
_UNKNOWN = 0xFFFFFFFF
# SYSTEM_POWER_STATUS.SystemStatusFlag: 1 while battery saver is on.
_SAVER_AT = 3


def batteries(system: System) -> list[tuple[float, float]]:
    """(full, full when new) of the computer's own batteries, in mWh or the battery's unit; no UPS."""
    found, silent = [], False
    for device in system.battery_devices():
        try:
            information = _information(system, device)
        except Absent:
            silent = True
            continue
        capabilities = struct.unpack_from("<I", information)[0]
        if not capabilities & _IS_SYSTEM or capabilities & _IS_SHORT_TERM:
            continue
        new, full = struct.unpack_from("<II", information, _CAPACITIES_AT)
        if new in (0, _UNKNOWN) or full == _UNKNOWN:
            silent = True
        else:
            found.append((float(full), float(new)))
    if not found:
        raise Absent("the battery does not tell its condition" if silent else "there is no battery")
    return found


def _information(system: System, device: str) -> bytes:
    """BATTERY_INFORMATION. Every question names the battery that is in its bay now by a tag."""
    tag = system.control(device, _QUERY_TAG, struct.pack("<I", 0), 4, read=True)
    if len(tag) < 4 or tag == bytes(4):
        raise Absent("the battery's bay is empty")
    question = tag[:4] + struct.pack("<II", 0, 0)  # BatteryInformation, at no rate
    information = system.control(device, _QUERY_INFORMATION, question, _INFORMATION_SIZE, read=True)
    if len(information) < _INFORMATION_SIZE:
        raise Absent("the battery does not tell its condition")
    return information


def is_saving(system: System) -> bool:
    """Whether battery saver is on; False where Windows does not tell."""
    try:
        return system.power_status()[_SAVER_AT] == 1
    except (Absent, IndexError):
        return False
