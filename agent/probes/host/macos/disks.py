"""Volumes and the disks below them. APFS volumes share one container, and that lies on physical stores."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.macos.system import System

_UNKNOWN = "the disk below the system cannot be told"
_SECONDS = 10.0
_DISKUTIL = ("/usr/sbin/diskutil", "info", "-plist")
_KEYS = (
    *("APFSPhysicalStores", "APFSPhysicalStore", "DeviceIdentifier", "ParentWholeDisk"),
    *("SolidState", "VirtualOrPhysical", "MediaName", "BusProtocol", "SMARTStatus"),
)
_DISK = re.compile(r"(?:/dev/)?(disk\d+)")
_VIRTUAL = re.compile(r"virt|vmware|qemu|parallels", re.IGNORECASE)

# Where the system writes: / itself is a sealed snapshot (macOS 10.15 and later).
_DATA = "/System/Volumes/Data"
# Where macOS mounts the homes of accounts that a server keeps.
_SERVERS = ("/Network/", "/net/")


def volumes(system: System) -> list[tuple[int, int]]:
    """(free, all) bytes of what holds the system's data and the home.

    All is the container's size: a volume's own share of it says nothing, since all its volumes grow into the
    same room.
    """
    found: dict[int, tuple[int, int]] = {}
    for place in (_DATA, "/", system.home()):
        if place == "/" and found:
            continue  # the sealed part of the same container
        if place.startswith(_SERVERS):
            continue  # no disk of this computer; its server may be gone, and would hold us up
        try:
            usage = system.library.disk_usage(place)
            found[system.device(place)] = (int(usage.free), int(usage.total))
        except (OSError, RuntimeError, Absent):
            continue  # before macOS 10.15 there is no such volume; an account may have no home
    if not found:
        raise Absent("no volume tells its size")
    return list(found.values())


def system_disks(system: System) -> frozenset[str]:
    """The physical disks that hold the system, as psutil names them: disk0."""
    info = _info(system, "/")
    stores = info.get("APFSPhysicalStores", [])
    names = [store.get("APFSPhysicalStore", "") for store in stores if isinstance(store, dict)]
    names = names or [info.get("ParentWholeDisk", "")]
    found = {match[1] for name in names if (match := _DISK.match(str(name)))}
    if not found:
        raise Absent(_UNKNOWN)
    return frozenset(found)


def kind(system: System) -> str:
    """ "hdd" if any disk below the system rotates (a Fusion Drive has one of each)."""
    kinds = [_info(system, disk) for disk in sorted(system_disks(system))]
    if all(_is_virtual(info) for info in kinds):
        raise Absent("the system's disk is virtual")
    solid = [info.get("SolidState") for info in kinds]
    if None in solid:
        raise Absent("the disk does not tell its kind")
    return "ssd" if all(solid) else "hdd"


def condition(system: System) -> str:
    """What the disks' own forecast (SMART) says: "Verified", or "Failing" in one wording or another."""
    told = [str(_info(system, disk).get("SMARTStatus", "")) for disk in sorted(system_disks(system))]
    if any("fail" in status.lower() for status in told):
        return "failing"
    if not told or any(status != "Verified" for status in told):
        raise Absent("the disk does not tell its condition")
    return "healthy"


def _is_virtual(info: dict[str, Any]) -> bool:
    names = f"{info.get('MediaName', '')} {info.get('BusProtocol', '')}"
    return info.get("VirtualOrPhysical") == "Virtual" or bool(_VIRTUAL.search(names))


def _info(system: System, what: str) -> dict[str, Any]:
    found = system.properties([*_DISKUTIL, what], _KEYS, _SECONDS)
    if not isinstance(found, dict):
        raise Absent(_UNKNOWN)
    return found
