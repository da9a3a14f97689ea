"""A Linux host from a folder: its files as they were, and answers.toml for what no file answers.

Layout: proc/, sys/, etc/, … as below /, and in answers.toml, all optional:

    release = "6.1.0-18-amd64"            # uname -r
    home = "/home/user"
    clock_error = 0.003                   # seconds; absent: no time server
    round_trips = [12.5, 30.1]            # milliseconds
    read_only = ["/"]                     # absolute paths whose volumes cannot be written at all
    units = [100, 4096]                   # ticks a second, bytes a page
    [device]                              # of an absolute path: "major:minor"
    "/" = "254:0"
    [links]                               # where a link finally points to
    "sys/dev/block/254:0" = "sys/class/block/vda"
    [changed]                             # times of files, which a copy does not keep; UTC seconds
    "run/reboot-required" = 1700000000
    [commands]                            # a command line: what it prints
    "systemd-analyze time" = "Startup finished in …"
    [psutil]                              # what psutil answered: see agent.probes.host.recorded

It can be replayed on any system: no call of the replaying one's kernel is made.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.probes.host import Absent
from agent.probes.host.linux.system import System, Units
from agent.probes.host.recorded import Answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.probes.host.linux.system import Asked
    from agent.probes.host.portable import Psutil


class Recorded(System):
    """Files below the folder, calls and programs from answers.toml."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        answers = folder / "answers.toml"
        self._answers: dict[str, Any] = tomllib.loads(answers.read_text("utf-8")) if answers.exists() else {}
        self._library = Answers(self._answers.get("psutil", {}))

    def _answer(self, key: str, absent: str) -> Any:
        if key not in self._answers:
            raise Absent(absent)
        return self._answers[key]

    def _of(self, table: str, key: str) -> Any:
        found = self._answers.get(table, {})
        if key not in found:
            raise Absent(f"{table} of {key} was not recorded")
        return found[key]

    @property
    def library(self) -> Psutil:
        """See System."""
        return self._library

    def kept(self, name: str, absent: str, size: int = 1 << 14) -> str:
        """See System; opened anew each time."""
        return self.text(name, absent)[:size]

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

    def is_read_only(self, place: str) -> bool:
        """See System."""
        return place in self._answers.get("read_only", ())

    def units(self) -> Units:
        """See System."""
        tick, page = self._answers.get("units", (100, 4096))
        return Units(tick, page)

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

    def start(self, command: Sequence[str], seconds: float) -> Asked:
        """See System. A leading `nice` is left out of the recorded command line."""
        words = command[3:] if command[0] == "nice" else command
        return _Said(str(self._of("commands", " ".join(words))))


class _Said(NamedTuple):
    """A recorded answer, there at once."""

    said: str

    def output(self) -> str:
        return self.said

    def wait(self) -> str:
        return self.said

    def stop(self) -> None:
        """Nothing runs."""
