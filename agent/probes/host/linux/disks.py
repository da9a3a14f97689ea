"""Volumes and the disks below them: which they are, their kind, encryption."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.env import file_system, is_network
from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.linux.system import System

_UNKNOWN = "the disk below the system cannot be told"
_VIRTUAL_NAMES = ("vd", "xvd", "nbd", "loop", "zram", "ram")
_VIRTUAL_MAKERS = ("VMware", "QEMU", "VBOX", "Msft", "Virtual", "Google")


def places(system: System) -> tuple[str, ...]:
    """Where the system writes (/var, where / cannot be written at all), and the home if it lies here."""
    return ("/var" if system.is_read_only("/") else "/", *homes(system))


def homes(system: System) -> tuple[str, ...]:
    """The home, unless a network holds it: that is no disk of this computer, and its server may be gone, when
    every question about it would wait for hours. So nothing is asked about it but what is mounted.
    """
    home = system.home()
    try:
        kind = file_system(home, system.text("proc/self/mounts", ""))
    except Absent:
        return (home,)
    return () if kind is not None and is_network(kind) else (home,)


def system_disks(system: System) -> frozenset[str]:
    """The whole disks that hold system and home."""
    found: set[str] = set()
    for node in _nodes(system):
        found |= _below(system, node)
    return frozenset(found)


def kind(system: System) -> str:
    """ "hdd" if any disk below the system rotates. Virtual disks do not say what they are made of."""
    disks = [disk for disk in _below(system, _node(system, "/")) if not _is_virtual(system, disk)]
    if not disks:
        raise Absent("the system's disk is virtual")
    turning = [system.text(f"sys/class/block/{disk}/queue/rotational", _UNKNOWN) for disk in disks]
    return "hdd" if "1" in turning else "ssd"


def encryption(system: System) -> str:
    """Whether what holds system and home lies on device-mapper's CRYPT devices."""
    nodes = _nodes(system)
    encrypted = [_is_encrypted(system, node) for node in nodes]
    if all(encrypted):
        return "on"
    if any(encrypted):
        return "partial"
    if all(_is_virtual(system, disk) for node in nodes for disk in _below(system, node)):
        raise Absent("the disk is virtual: whoever runs this virtual machine may encrypt it")
    return "off"


def _nodes(system: System) -> list[str]:
    """The block devices that hold system and home, once each."""
    nodes = [_node(system, "/")]
    try:
        nodes += [_node(system, home) for home in homes(system)]
    except Absent:
        return nodes  # an account without a home, or one in memory
    return list(dict.fromkeys(nodes))


def _node(system: System, place: str) -> str:
    """The block device that holds an absolute path, as in /sys/class/block."""
    major, minor = system.device(place)
    if major == 0:  # btrfs and others invent a number; the mount names the device
        return _node_of_mount(system, f"0:{minor}")
    target = system.target(f"sys/dev/block/{major}:{minor}")
    if target is None:
        raise Absent(_UNKNOWN)
    return target.name


def _node_of_mount(system: System, number: str) -> str:
    for line in system.text("proc/self/mountinfo", _UNKNOWN).splitlines():
        fields, _, rest = line.partition(" - ")
        source = rest.split(" ")[1] if rest.count(" ") else ""
        if fields.split(" ")[2] != number or not source.startswith("/dev/"):
            continue
        if source.startswith("/dev/mapper/"):
            return _mapped(system, source.removeprefix("/dev/mapper/"))
        return Path(source).name
    raise Absent(_UNKNOWN)


def _mapped(system: System, name: str) -> str:
    for node in system.listing("sys/class/block", _UNKNOWN):
        if node.startswith("dm-") and system.text(f"sys/class/block/{node}/dm/name", _UNKNOWN) == name:
            return node
    raise Absent(_UNKNOWN)


def _slaves(system: System, node: str) -> list[str]:
    folder = f"sys/class/block/{node}/slaves"
    return system.listing(folder, _UNKNOWN) if system.exists(folder) else []


def _below(system: System, node: str) -> set[str]:
    """The whole disks that a block device finally lies on."""
    slaves = _slaves(system, node)
    if slaves:
        return set().union(*(_below(system, slave) for slave in slaves))
    if system.exists(f"sys/class/block/{node}/partition"):
        target = system.target(f"sys/class/block/{node}")
        if target is not None:
            return {target.parent.name}
    return {node}


def _is_encrypted(system: System, node: str) -> bool:
    uuid = f"sys/class/block/{node}/dm/uuid"
    if system.exists(uuid) and system.text(uuid, _UNKNOWN).startswith("CRYPT-"):
        return True
    slaves = _slaves(system, node)
    return bool(slaves) and all(_is_encrypted(system, slave) for slave in slaves)


def _is_virtual(system: System, disk: str) -> bool:
    if disk.startswith(_VIRTUAL_NAMES):
        return True
    for part in ("vendor", "model"):
        name = f"sys/class/block/{disk}/device/{part}"
        if system.exists(name) and any(maker in system.text(name, _UNKNOWN) for maker in _VIRTUAL_MAKERS):
            return True
    return False
