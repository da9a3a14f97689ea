"""Everything that the macOS readings ask the system for: files below a root, calls, programs.

The one place to replace for a recorded host. Names of files are without the leading slash.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.probes.host import Absent
from agent.probes.host.files import Files
from agent.probes.host.macos import calls
from agent.probes.host.portable import PSUTIL
from agent.probes.host.questions import Questions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from agent.probes.host.asked import Asked
    from agent.probes.host.portable import Psutil

# Larger than any property list that is read here; InstallHistory.plist grows for years.
_LARGEST = 4 << 20
_HEAD = 1 << 13
_ETHERNET = re.compile(r"en\d+")


class Task(NamedTuple):
    """One process, as libproc tells it (libproc.h, sys/resource.h)."""

    pid: int
    started: int
    """Mach time."""
    path: str
    seconds: float
    """Of processor time."""
    footprint: int
    """Bytes of physical memory it answers for."""


class System(Files):
    """The real system, with files below `root`."""

    def __init__(self, root: Path = Path("/")) -> None:
        super().__init__(root)
        self._questions = Questions()

    # -- files

    def plist(self, name: str, keys: Collection[str], absent: str) -> Any:
        """A property list; of its dictionaries only these keys. Raises Absent with that reason."""
        try:
            with Path(self.path(name)).open("rb") as file:
                data = file.read(_LARGEST)
        except OSError as error:
            raise Absent(absent) from error
        return parsed(data, keys, absent)

    def header(self, name: str, keys: Collection[str], absent: str) -> dict[str, str]:
        """These keys of the JSON in a text's first line, up to 8 kB of it. Raises Absent if it is none."""
        import json  # only where there are reports

        try:
            with Path(self.path(name)).open("rb") as file:
                found = json.loads(file.readline(_HEAD))
        except (OSError, ValueError, RecursionError) as error:
            raise Absent(absent) from error
        if not isinstance(found, dict):
            raise Absent(absent)
        return {key: str(found[key]) for key in keys if key in found}

    def arrived(self, name: str) -> float | None:
        """When a file came to this disk (the change of its inode), UTC seconds; None if there is none."""
        try:
            return Path(self.path(name)).stat().st_ctime
        except OSError:
            return None

    # -- calls

    @property
    def library(self) -> Psutil:
        """psutil, for what it reads."""
        return PSUTIL

    def home(self) -> str:
        """The home directory of whoever runs this."""
        return str(Path.home())

    def device(self, place: str) -> int:
        """What holds an absolute path."""
        try:
            return Path(place).stat().st_dev
        except OSError as error:
            raise Absent(f"{place} cannot be reached") from error

    def ethernet(self) -> list[str]:
        """The names of Ethernet and Wi-Fi adapters: en0, en1, …"""
        try:
            counters = self.library.net_io_counters(pernic=True, nowrap=False)
        except (OSError, RuntimeError) as error:
            raise Absent("this system does not count network packets") from error
        return [name for name in counters if _ETHERNET.fullmatch(name)]

    def number(self, name: str) -> int:
        """sysctlbyname(3) of a whole number. Raises Absent."""
        return calls.number(name)

    def tasks(self) -> Iterator[Task]:
        """The processes that libproc tells of to this account."""
        for pid, started, path, seconds, footprint in calls.tasks():
            yield Task(pid, started, path, seconds, footprint)

    def starts(self, program: str) -> list[float]:
        """When processes of that name began, of every account, UTC seconds."""
        import psutil

        found = psutil.process_iter(["name", "create_time"])
        begun = [each.info["create_time"] for each in found if each.info["name"] == program]
        return [time for time in begun if time is not None]  # None: macOS does not tell

    # -- programs

    def run(self, command: Sequence[str], seconds: float) -> str:
        """What a program prints, in the C locale, ended after so many seconds. Nobody waits for it: raises
        Pending until a later reading, and Absent if it fails.
        """
        return str(self._questions.answer(command, lambda: _child(command, seconds)))

    def properties(self, command: Sequence[str], keys: Collection[str], seconds: float) -> Any:
        """The property list that a program prints; of its dictionaries only these keys.

        Serial numbers and the like, which such lists hold too, go no further. As `run`, not waited for.
        """

        def meaning(said: str) -> Any:
            return parsed(said.encode(), keys, f"{Path(command[0]).name} did not answer")

        return self._questions.answer(command, lambda: _child(command, seconds), meaning)

    def close(self) -> None:
        """End what is still being asked."""
        self._questions.stop()


def _child(command: Sequence[str], seconds: float) -> Asked:
    from agent.probes.host.macos.child import Child  # POSIX only, unlike a recorded Mac

    return Child(command, seconds)


def parsed(data: bytes, keys: Collection[str], absent: str) -> Any:
    """A property list with only these keys of its dictionaries; None of nothing. Raises Absent."""
    import plistlib  # and with it an XML parser: only where something is asked that comes so
    from xml.parsers.expat import ExpatError

    if not data.strip():
        return None
    try:
        return _only(plistlib.loads(data), keys)
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError, RecursionError) as error:
        raise Absent(absent) from error


def _only(value: Any, keys: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {key: _only(part, keys) for key, part in value.items() if key in keys}
    return [_only(part, keys) for part in value] if isinstance(value, list) else value
