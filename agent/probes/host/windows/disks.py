"""Volumes and the disks below them: space, operations and their time, kind."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.windows.system import System

_FIXED = 3
_UNKNOWN = "the disk below the system cannot be told"

_VOLUME_EXTENTS, _DISK_PERFORMANCE, _QUERY_PROPERTY = 0x560000, 0x70020, 0x2D1400
# STORAGE_PROPERTY_QUERY: which property, PropertyStandardQuery, padding.
_DEVICE = struct.pack("<III", 0, 0, 0)
_SEEK_PENALTY = struct.pack("<III", 7, 0, 0)

# DISK_PERFORMANCE: ReadTime and WriteTime in 100 ns, then ReadCount and WriteCount.
_TIMES = struct.Struct("<QQ")
_TIMES_AT, _COUNTS_AT, _PERFORMANCE_SIZE = 16, 40, 88
# STORAGE_DEVICE_DESCRIPTOR: offsets of vendor and product, bus. A serial number's offset beside them is left
# alone.
_NAMES_AT, _BUS_AT, _DESCRIPTOR_SIZE = 12, 28, 36
_VIRTUAL_BUSES = (14, 15)  # BusTypeVirtual, BusTypeFileBackedVirtual
_VIRTUAL_MAKERS = ("vmware", "qemu", "vbox", "msft", "virtual", "google", "red hat", "xen", "amazon")


def drives(system: System) -> list[str]:
    """The drives of Windows and of the profile, as "C:".

    A profile elsewhere than on a drive of this computer is left out: a server that is gone would hold us up.
    """
    places = [place.upper() for place in (system.drive(), system.home_drive())]
    found = dict.fromkeys(place for place in places if re.fullmatch("[A-Z]:", place))
    return [drive for drive in found if drive == places[0] or system.drive_kind(drive) == _FIXED]


def system_disks(system: System) -> list[int]:
    """Windows' numbers of the disks that its drive lies on."""
    data = system.control(rf"\\.\{system.drive()}", _VOLUME_EXTENTS, b"", 8 + 24 * 32)
    count = struct.unpack_from("<I", data)[0] if len(data) >= 8 else 0
    if not 0 < count <= 32 or len(data) < 8 + 24 * count:
        raise Absent(_UNKNOWN)
    return sorted({struct.unpack_from("<I", data, 8 + 24 * number)[0] for number in range(count)})


def activity(system: System, disks: list[int]) -> dict[str, tuple[int, int]]:
    """Disk → (operations, milliseconds they took) since Windows counts them.

    Not by psutil, which gives these times in whole seconds on Windows.
    """
    found = {}
    for disk in disks:
        data = system.control(_path(disk), _DISK_PERFORMANCE, b"", _PERFORMANCE_SIZE)
        if len(data) < _PERFORMANCE_SIZE:
            raise Absent("this system does not count disk operations")
        spent = sum(_TIMES.unpack_from(data, _TIMES_AT)) // 10_000
        found[f"disk{disk}"] = sum(struct.unpack_from("<II", data, _COUNTS_AT)), spent
    if not any(spent for _, spent in found.values()) and any(count for count, _ in found.values()):
        raise Absent("this system does not time disk operations")
    return found


def kind(system: System) -> str:
    """ "hdd" if any disk below the system must seek. Virtual disks do not say what they are made of."""
    turning = False
    for disk in real(system, system_disks(system)):
        answer = system.control(_path(disk), _QUERY_PROPERTY, _SEEK_PENALTY, 12)
        if len(answer) < 9:
            raise Absent("the disk does not tell its kind")
        turning = turning or answer[8] != 0
    return "hdd" if turning else "ssd"


def real(system: System, disks: list[int]) -> list[int]:
    """Those of the disks that are no hypervisor's. Raises Absent if all are."""
    found = [disk for disk in disks if not _is_virtual(system, disk)]
    if not found:
        raise Absent("the system's disk is virtual")
    return found


def _is_virtual(system: System, disk: int) -> bool:
    data = system.control(_path(disk), _QUERY_PROPERTY, _DEVICE, 1024)
    if len(data) < _DESCRIPTOR_SIZE:
        raise Absent(_UNKNOWN)
    if struct.unpack_from("<I", data, _BUS_AT)[0] in _VIRTUAL_BUSES:
        return True
    names = [_name(data, offset) for offset in struct.unpack_from("<II", data, _NAMES_AT)]
    return any(maker in name for name in names for maker in _VIRTUAL_MAKERS)


def _name(data: bytes, offset: int) -> str:
    """The text at an offset; 0 or an offset beyond the answer stands for none."""
    if not 0 < offset < len(data):
        return ""
    return data[offset:].partition(b"\0")[0].decode("ascii", "replace").strip().lower()


def _path(disk: int) -> str:
    return rf"\\.\PhysicalDrive{disk}"
