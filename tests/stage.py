"""A machine's own folders for a picture: /etc/shoal and /var/lib/shoal as on a real one, and nobody else's.

In a mount namespace (Linux, unprivileged too): what is mounted there is seen by one process and its children
only, and is gone with them. Nothing of the real folders is written or deleted.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_OLD = Path("/mnt")
"""Where the real /etc is meanwhile: one folder deep like itself, so its relative links lead somewhere."""
_ETC, _LIB = Path("/etc"), Path("/var/lib")
_furnished = False


def alone() -> list[str]:
    """Put in front of a command: it may mount, and nobody else sees it."""
    return ["unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",)), "--"]


def furnish() -> None:
    """Only in a process started behind `alone()`: /etc/shoal and /var/lib/shoal, empty.

    Again: empty ones again.
    """
    global _furnished
    if not _furnished:
        if os.stat("/proc/self/ns/mnt").st_ino == os.stat(f"/proc/{os.getppid()}/ns/mnt").st_ino:
            raise RuntimeError("this process shares its mounts with others")
        entries = sorted(os.listdir(_ETC))
        _mount("--bind", str(_ETC), str(_OLD))
        for folder in (_ETC, _LIB):
            _tmpfs(folder)
        for entry in entries:
            if entry != "shoal":
                (_ETC / entry).symlink_to(_OLD / entry)
        _furnished = True
    for folder in (_ETC / "shoal", _LIB / "shoal"):
        folder.mkdir(exist_ok=True)
        _tmpfs(folder)


def _tmpfs(place: Path) -> None:
    _mount("-t", "tmpfs", "-o", "mode=0755", "shoal", str(place))


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)
