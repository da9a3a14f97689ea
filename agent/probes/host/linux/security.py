"""Protection: the firewall and Secure Boot. Encryption is found among the disks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.linux.system import System

# The EFI global variables' GUID (UEFI specification, 3.3)
_SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_UNITS = "etc/systemd/system"


def firewall(system: System) -> str:
    """By what is switched on for every start: ufw, firewalld, nftables. Rules cannot be read unprivileged."""
    switches = (
        f"{_UNITS}/multi-user.target.wants/firewalld.service",
        f"{_UNITS}/sysinit.target.wants/nftables.service",
        f"{_UNITS}/multi-user.target.wants/nftables.service",
    )
    if any(system.exists(switch) for switch in switches):
        return "on"
    if system.exists("etc/ufw/ufw.conf"):
        settings = system.text("etc/ufw/ufw.conf", "ufw's settings cannot be read")
        enabled = re.search(r"^ENABLED=[\"']?(yes|no)\b", settings, re.MULTILINE)
        if enabled is None:
            raise Absent("ufw's settings cannot be read")
        return "on" if enabled[1] == "yes" else "off"
    if system.exists("usr/sbin/firewalld"):
        return "off"
    raise Absent("no firewall whose state can be read without administrator rights")


def secure_boot(system: System) -> str:
    """The EFI variable SecureBoot: four bytes of attributes, then 1 or 0."""
    if not system.exists("sys/firmware/efi"):
        raise Absent("this computer was not started by UEFI firmware")
    value = system.data(_SECURE_BOOT, "the firmware does not tell")
    if len(value) != 5:
        raise Absent("the firmware does not tell")
    return "on" if value[4] == 1 else "off"
