"""A Linux host from a folder: its files as they were, and answers.toml for what no file answers.

Layout: proc/, sys/, etc/, … as below /, and in answers.toml, all optional:

    release = "6.1.0-18-amd64"            # uname -r
    home = "/home/user"
    clock_error = 0.003                   # seconds; absent: no time server
    round_trips = [12.5, 30.1]            # milliseconds
    [device]                              # of an absolute path: "major:minor"
    "/" = "254:0"
    [links]                               # where a link finally points to
    "sys/dev/block/254:0" = "sys/class/block/vda"
    [space]                               # of an absolute path: [free, whole] bytes, "ro" if read-only
    "/" = [80000000000, 103000000000]
    [changed]                             # times of files, which a copy does not keep; UTC seconds
    "run/reboot-required" = 1700000000
    [commands]                            # a command line: what it prints
    "systemd-analyze time" = "Startup finished in …"
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.probes.host import Absent
from agent.probes.host.linux.system import Space, System

if TYPE_CHECKING:
    from collections.abc import Sequence


class Recorded(System):
    """Files below the folder, calls and programs from answers.toml."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        answers = folder / "answers.toml"
        self._answers: dict[str, Any] = tomllib.loads(answers.read_text("utf-8")) if answers.exists() else {}

    def _answer(self, key: str, absent: str) -> Any:
        if key not in self._answers:
            raise Absent(absent)
        return self._answers[key]

    def _of(self, table: str, key: str) -> Any:
        found = self._answers.get(table, {})
        if key not in found:
            raise Absent(f"{table} of {key} was not recorded")
        return found[key]

    def home(self) -> str:
        """See System."""
        return str(self._answers.get("home", "/root"))

    def release(self) -> str:
        """See System."""
        return str(self._answer("release", "the kernel's release was not recorded"))

    def device(self, place: str) -> tuple[int, int]:
        """See System."""
        major, _, minor = self._of("device", place).partition(":")
        return int(major), int(minor)

    def space(self, place: str) -> Space:
        """See System."""
        free, whole, *flags = self._of("space", place)
        return Space(free, whole, "ro" in flags)

    def target(self, name: str) -> Path | None:
        """See System."""
        links: dict[str, str] = self._answers.get("links", {})
        return Path(self.path(links[name])) if name in links else super().target(name)

    def changed(self, name: str) -> float | None:
        """See System."""
        times: dict[str, float] = self._answers.get("changed", {})
        return times.get(name)

    def clock_error(self) -> float:
        """See System."""
        return float(self._answer("clock_error", "no time server keeps this clock at present"))

    def round_trips(self) -> list[float]:
        """See System."""
        return list(self._answer("round_trips", "the kernel does not list connections"))

    def run(self, command: Sequence[str], seconds: float) -> str:
        """See System. A leading `nice` is left out of the recorded command line."""
        words = command[3:] if command[0] == "nice" else command
        return str(self._of("commands", " ".join(words)))
