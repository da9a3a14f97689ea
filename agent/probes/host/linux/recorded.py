"""A Linux host from a folder: its files as they were, and answers.toml for what no file answers.

Layout: proc/, sys/, etc/, … as below /, and in answers.toml, beside what every system's has
(`agent.probes.host.recorded`), all optional:

    release = "6.1.0-18-amd64"            # uname -r
    home = "/home/user"
    clock_error = 0.003                   # seconds; absent: no time server
    round_trips = [12.5, 30.1]            # milliseconds
    wifi_signals = [-61]                  # dBm of connections, by nl80211
    read_only = ["/"]                     # absolute paths whose volumes cannot be written at all
    units = [100, 4096]                   # ticks a second, bytes a page
    utc_offset = 3600                     # seconds its clock is ahead of UTC; absent: as where it is replayed
    [device]                              # of an absolute path: "major:minor"
    "/" = "254:0"
    [links]                               # where a link finally points to
    "sys/dev/block/254:0" = "sys/class/block/vda"
    [changed]                             # times of files, which a copy does not keep; UTC seconds
    "run/reboot-required" = 1700000000
    [commands]                            # a command line: what it prints
    "systemd-analyze time" = "Startup finished in …"
    [bus]                                 # properties on the system's message bus: "SERVICE NAME"
    "org.freedesktop.NetworkManager Metered" = 1

It can be replayed on any system: no call of the replaying one's kernel is made.
"""

from __future__ import annotations

import calendar
from pathlib import Path
from typing import TYPE_CHECKING

from agent.probes.host.linux.system import System, Units
from agent.probes.host.recorded import RecordedFiles, Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.probes.host.linux.bus import Property


class Recorded(RecordedFiles, System):
    """Files below the folder, calls and programs from answers.toml."""

    def kept(self, name: str, absent: str, size: int = 1 << 14) -> str:
        """See System; opened anew each time."""
        return self.text(name, absent)[:size]

    def home(self) -> str:
        """See System."""
        return str(self.folder.answers.get("home", "/root"))

    def release(self) -> str:
        """See System."""
        return str(self.folder.answer("release", "the kernel's release was not recorded"))

    def device(self, place: str) -> tuple[int, int]:
        """See System."""
        major, _, minor = self.folder.of("device", place).partition(":")
        return int(major), int(minor)

    def is_read_only(self, place: str) -> bool:
        """See System."""
        return place in self.folder.answers.get("read_only", ())

    def when(self, year: int, month: int, day: int, hour: int, minute: int, second: int) -> float:
        """See System."""
        offset = self.folder.answers.get("utc_offset")
        if offset is None:
            return super().when(year, month, day, hour, minute, second)
        return calendar.timegm((year, month, day, hour, minute, second)) - float(offset)

    def units(self) -> Units:
        """See System."""
        tick, page = self.folder.answers.get("units", (100, 4096))
        return Units(tick, page)

    def target(self, name: str) -> Path | None:
        """See System."""
        links: dict[str, str] = self.folder.answers.get("links", {})
        return Path(self.path(links[name])) if name in links else super().target(name)

    def linked(self, name: str) -> float | None:
        """See System."""
        return self.changed(name)

    def clock_error(self) -> float:
        """See System."""
        return float(self.folder.answer("clock_error", "no time server keeps this clock at present"))

    def round_trips(self) -> list[float]:
        """See System."""
        return list(self.folder.answer("round_trips", "the kernel does not list connections"))

    def wifi_signals(self, indexes: Sequence[int]) -> list[int]:
        """See System."""
        return list(self.folder.answer("wifi_signals", "this kernel does not tell of Wi-Fi"))

    def properties(self, questions: Sequence[Property]) -> list[int | str | None]:
        """See System; by "SERVICE NAME" in the table [bus]."""
        found = self.folder.answers.get("bus", {})
        return [found.get(f"{each.service} {each.name}") for each in questions]

    def run(self, command: Sequence[str], seconds: float) -> str:
        """See System; there at once."""
        return self.start(command, seconds).said

    def start(self, command: Sequence[str], seconds: float) -> Said:
        """See System. A leading `nice` is left out of the recorded command line."""
        words = command[3:] if command[0] == "nice" else command
        return Said(str(self.folder.of("commands", " ".join(words))))
