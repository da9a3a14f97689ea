"""Everything that the Windows readings ask the system for: registry, logs, libraries, PowerShell.

The one place to replace for a recorded host. Written from documentation; see `calls`, `logs`, `registry`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from agent.probes.host.portable import PSUTIL

if TYPE_CHECKING:
    from agent.probes.host.asked import Asked
    from agent.probes.host.portable import Psutil
    from agent.probes.host.windows.registry import Value


class System:
    """The real Windows. Libraries are loaded when they are first asked."""

    # -- registry

    def value(self, key: str, name: str) -> Value:
        """See registry.value."""
        from agent.probes.host.windows import registry

        return registry.value(key, name)

    def keys(self, key: str) -> list[str]:
        """See registry.keys."""
        from agent.probes.host.windows import registry

        return registry.keys(key)

    def written(self, key: str) -> float | None:
        """See registry.written."""
        from agent.probes.host.windows import registry

        return registry.written(key)

    # -- event logs

    def events(self, channel: str, query: str, bookmark: str) -> tuple[list[str], str]:
        """See logs.read."""
        from agent.probes.host.windows import logs

        return logs.read(channel, query, bookmark)

    # -- calls

    @property
    def library(self) -> Psutil:
        """psutil, for what it reads."""
        return PSUTIL

    def ticking(self) -> float:
        """See calls.uptime."""
        from agent.probes.host.windows import calls

        return calls.uptime()

    def drive(self) -> str:
        """The drive that Windows is on, as "C:"."""
        return os.environ.get("SystemDrive", "C:")  # noqa: SIM112  (Windows' own spelling)

    def home_drive(self) -> str:
        """The drive of the profile of whoever runs this, as "C:"; something else for one on a server."""
        return Path.home().drive

    def drive_kind(self, drive: str) -> int:
        """See calls.drive_kind."""
        from agent.probes.host.windows import calls

        return calls.drive_kind(drive)

    def control(self, device: str, code: int, question: bytes, size: int, *, read: bool = False) -> bytes:
        """See calls.control."""
        from agent.probes.host.windows import calls

        return calls.control(device, code, question, size, read=read)

    def battery_devices(self) -> list[str]:
        """See calls.battery_devices."""
        from agent.probes.host.windows import calls

        return calls.battery_devices()

    def tcp_statistics(self, family: int) -> bytes:
        """See calls.tcp_statistics."""
        from agent.probes.host.windows import calls

        return calls.tcp_statistics(family)

    def interfaces(self) -> bytes:
        """See calls.interfaces."""
        from agent.probes.host.windows import calls

        return calls.interfaces()

    def wifi_signals(self) -> list[int]:
        """See calls.wifi_signals."""
        from agent.probes.host.windows import calls

        return calls.wifi_signals()

    def processes(self) -> tuple[int, bytes]:
        """See calls.processes."""
        from agent.probes.host.windows import calls

        return calls.processes()

    def services(self) -> tuple[int, bytes]:
        """See calls.services."""
        from agent.probes.host.windows import calls

        return calls.services()

    def counter(self, path: str) -> float:
        """See calls.counter."""
        from agent.probes.host.windows import calls

        return calls.counter(path)

    def guard(self, provider: int) -> int:
        """See calls.guard."""
        from agent.probes.host.windows import calls

        return calls.guard(provider)

    def last_sleep(self) -> int:
        """See calls.last_sleep."""
        from agent.probes.host.windows import calls

        return calls.last_sleep()

    def power_status(self) -> bytes:
        """See calls.power_status."""
        from agent.probes.host.windows import calls

        return calls.power_status()

    def network_cost(self) -> int:
        """See calls.network_cost."""
        from agent.probes.host.windows import calls

        return calls.network_cost()

    # -- programs

    def ask(self, script: str, seconds: float) -> Asked:
        """Windows PowerShell with a script of ours: by its full path, without the person's profile."""
        from agent.probes.host.windows.child import Child

        windows = os.environ.get("SystemRoot", r"C:\Windows")  # noqa: SIM112
        program = rf"{windows}\System32\WindowsPowerShell\v1.0\powershell.exe"
        command = [program, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", script]
        return Child(command, seconds, self.ticking)
