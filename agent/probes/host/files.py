"""Files below a root, by their names there: what Linux and macOS are asked in the same way."""

from __future__ import annotations

import os
from pathlib import Path

from agent.probes.host import Absent


class Files:
    """A system's files. Names are without the leading slash."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root.as_posix().rstrip("/")

    def path(self, name: str) -> str:
        """Where "proc/stat" lies."""
        return f"{self._root}/{name}"

    def listing(self, name: str, absent: str) -> list[str]:
        """The names in a directory, sorted. Raises Absent with that reason."""
        try:
            with os.scandir(self.path(name)) as entries:
                return sorted(entry.name for entry in entries)
        except OSError as error:
            raise Absent(absent) from error

    def changed(self, name: str) -> float | None:
        """When a file's or directory's content was last changed, UTC seconds; None if there is none."""
        try:
            return Path(self.path(name)).stat().st_mtime
        except OSError:
            return None
