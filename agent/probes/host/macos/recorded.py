"""A Mac from a folder: its files as they were, and answers.toml for what no file answers.

Layout: Library/, System/, Users/, … as below /, and in answers.toml, beside what every system's has
(`agent.probes.host.recorded`), all optional:

    platform = "macos"
    home = "/Users/user"
    [device]                              # of an absolute path
    "/" = 16777232
    [changed]                             # times of files, which a copy does not keep; UTC seconds
    "Library/Logs/DiagnosticReports/…" = 1_700_000_000
    [arrived]                             # the same of the change of their inodes
    [sysctl]
    "kern.memorystatus_vm_pressure_level" = 1
    [starts]                              # programs → when their processes began, UTC seconds
    loginwindow = [1_700_000_000.5]
    [commands]                            # a command line: what it prints
    "/usr/bin/fdesetup status" = "FileVault is On."
    [[tasks]]                             # what libproc tells, see system.Task
    pid = 500

A command's property list may lie in a file: its command line in [commands] is then "@NAME", below the folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.probes.host.macos.system import System, Task, parsed
from agent.probes.host.recorded import RecordedFiles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


class Recorded(RecordedFiles, System):
    """Files below the folder, calls and programs from answers.toml."""

    def arrived(self, name: str) -> float | None:
        """See System."""
        times: dict[str, float] = self.folder.answers.get("arrived", {})
        return times.get(name)

    def home(self) -> str:
        """See System."""
        return str(self.folder.answers.get("home", "/Users/user"))

    def device(self, place: str) -> int:
        """See System."""
        return int(self.folder.of("device", place))

    def number(self, name: str) -> int:
        """See System."""
        return int(self.folder.of("sysctl", name))

    def tasks(self) -> Iterator[Task]:
        """See System."""
        for each in self.folder.answer("tasks", "macOS does not list its processes"):
            yield Task(**each)

    def starts(self, program: str) -> list[float]:
        """See System."""
        return list(self.folder.of("starts", program))

    def run(self, command: Sequence[str], seconds: float) -> str:
        """See System."""
        return self._said(command).decode("utf-8", "replace")

    def properties(self, command: Sequence[str], keys: Collection[str], seconds: float) -> Any:
        """See System."""
        return parsed(self._said(command), keys, f"{Path(command[0]).name} did not answer")

    def _said(self, command: Sequence[str]) -> bytes:
        said = str(self.folder.of("commands", " ".join(command)))
        if said.startswith("@"):
            return Path(self.folder.path(said[1:])).read_bytes()
        return said.encode()
