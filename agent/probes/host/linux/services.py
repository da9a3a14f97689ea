"""What systemd knows: how long starting took, which services failed."""

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
