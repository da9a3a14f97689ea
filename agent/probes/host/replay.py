"""Recorded hosts of every system, to be asked as if they were this one. Not for the resident process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.probes.host import Absent
from agent.probes.host.recorded import Folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent.probes.host import Host


def recorded_host(place: Path, around: Callable[[Any], Any] = lambda system: system) -> tuple[Folder, Host]:
    """What a folder holds, and the host that answers from it; `around` as for this_host.

    Raises Absent for a platform whose recordings cannot be replayed, ValueError for no recording at all.
    """
    if not place.is_dir():
        raise ValueError(f"{place} is no folder")
    folder = Folder(place)
    if folder.platform == "linux":
        from agent.probes.host.linux import LinuxHost
        from agent.probes.host.linux.recorded import Recorded

        return folder, LinuxHost(around(Recorded(folder)))
    if folder.platform == "windows":
        from agent.probes.host.windows import WindowsHost
        from agent.probes.host.windows.recorded import Recorded as Windows

        return folder, WindowsHost(around(Windows(folder)))
    if folder.platform == "macos":
        from agent.probes.host.macos import MacHost
        from agent.probes.host.macos.recorded import Recorded as Mac

        return folder, MacHost(around(Mac(folder)))
    raise Absent(f"recordings of {folder.platform} cannot be replayed")
