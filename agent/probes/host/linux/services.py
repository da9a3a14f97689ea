"""What systemd, the firmware and crash recorders know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.linux.system import System

_SECONDS = 5.0
_SPAN = re.compile(r"([\d.]+)(min|ms|us|h|s)")
_UNIT_SECONDS = {"h": 3600.0, "min": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6}
_BOOT_PART = re.compile(r"((?:[\d.]+(?:min|ms|us|h|s) ?)+)\((kernel|initrd|userspace)\)")

# The EFI global variables' GUID (UEFI specification, 3.3)
_SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

_UNITS = "etc/systemd/system"


def _need_systemd(system: System) -> None:
    if not system.exists("run/systemd/system"):
        raise Absent("this system was not started by systemd")


def boot_duration(system: System) -> float:
    """Kernel, initial RAM disk and userspace of `systemd-analyze time`; the firmware's share is not known."""
    _need_systemd(system)
    return parse_boot(system.run(["systemd-analyze", "time"], _SECONDS))


def parse_boot(output: str) -> float:
    """Seconds of "Startup finished in 5.1s (firmware) + 1.9s (kernel) + 1min 2.3s (userspace) = …"."""
    parts = _BOOT_PART.findall(output)
    if not parts:
        raise Absent("systemd did not time this start-up")
    spans = (span for part, _ in parts for span in _SPAN.findall(part))
    return sum(float(number) * _UNIT_SECONDS[unit] for number, unit in spans)


def failed_services(system: System) -> int:
    """The lines of systemctl's list of failed services."""
    _need_systemd(system)
    command = ["systemctl", "list-units", "--type=service", "--state=failed", "--plain", "--no-legend"]
    output = system.run([*command, "--no-pager"], _SECONDS)
    return sum(1 for line in output.splitlines() if line.strip())


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


def system_crashes(system: System) -> list[float]:
    """Times of kernel crash records: pstore's (where systemd keeps them) and kdump's."""
    backend = "sys/module/pstore/parameters/backend"
    keeps = system.exists(backend) and system.text(backend, "") not in ("", "(null)")
    dumps = "sys/kernel/kexec_crash_loaded"
    kdump = system.exists(dumps) and system.text(dumps, "") == "1"
    if not keeps and not kdump:
        raise Absent("this system keeps no record of its own crashes")
    names = []
    if keeps and system.exists("var/lib/systemd/pstore"):
        names += [f"var/lib/systemd/pstore/{name}" for name in system.listing("var/lib/systemd/pstore", "")]
    elif keeps:
        reason = "records of system crashes cannot be read without administrator rights"
        names += [
            f"sys/fs/pstore/{n}" for n in system.listing("sys/fs/pstore", reason) if n.startswith("dmesg")
        ]
    if kdump and system.exists("var/crash"):
        names += [f"var/crash/{name}" for name in system.listing("var/crash", "") if name.isdigit()]
    return [when for when in map(system.changed, names) if when is not None]
