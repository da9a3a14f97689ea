"""A small disk of a test's own, which fills up or turns read-only."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")


class Disk:
    """One that is mounted at `place`."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def fill(self) -> Path:
        """To the last page; what has to be deleted for there to be room again."""
        filler = self.place / "fill"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        return filler

    def lock(self) -> None:
        """Read-only; refused while a file is open for writing."""
        subprocess.run(["mount", "-o", "remount,ro", self.place], check=True)

    def unlock(self) -> None:
        subprocess.run(["mount", "-o", "remount,rw", self.place], check=True)


@contextlib.contextmanager
def mounted(place: Path, megabytes: int) -> Iterator[Disk]:
    """So large a disk at a place that is made for it, private to root, until the end of the block."""
    place.mkdir(parents=True)
    options = f"size={megabytes}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=True)
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
