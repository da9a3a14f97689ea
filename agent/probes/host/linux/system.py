"""Everything that the Linux readings ask the system for: files below a root, calls, programs.

The one place to replace for a recorded host. Readings of every minute keep their file open and use pread:
half the cost of opening it again.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host import Absent
from agent.probes.host.files import Files
from agent.probes.host.linux import calls
from agent.probes.host.portable import PSUTIL
from agent.probes.host.questions import Questions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.probes.host.asked import Asked
    from agent.probes.host.linux.bus import Property
    from agent.probes.host.portable import Psutil

# Larger than any file that is read whole here; a log is read in chunks.
_LARGEST = 1 << 20
_CHUNK = 1 << 16
# Where a recorded Linux is replayed, files may need another flag, and have no such one.
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Units(NamedTuple):
    """What the kernel counts processes' time and memory in."""

    tick: int
    """Ticks a second."""
    page: int
    """Bytes a page."""


class System(Files):
    """The real system, with files below `root`."""

    def __init__(self, root: Path = Path("/")) -> None:
        super().__init__(root)
        self._kept: dict[str, int] = {}
        self._questions = Questions()

    # -- files

    def text(self, name: str, absent: str) -> str:
        """A small file's text, without white space at its ends. Raises Absent with that reason."""
        try:
            return _read(self.path(name)).decode("utf-8", "replace").strip()
        except OSError as error:
            raise Absent(absent) from error

    def data(self, name: str, absent: str) -> bytes:
        """A small file's bytes."""
        try:
            return _read(self.path(name))
        except OSError as error:
            raise Absent(absent) from error

    def kept(self, name: str, absent: str, size: int = 1 << 14) -> str:
        """As `text`, for what is read every minute: the file stays open. Up to `size` bytes."""
        for _ in range(2):
            file = self._kept.get(name)
            try:
                if file is None:
                    file = self._kept[name] = os.open(self.path(name), _READ)
                return os.pread(file, size, 0).decode("utf-8", "replace").strip()
            except OSError as error:  # gone, or gone and come back under the same name
                self._kept.pop(name, None)
                if file is None:
                    raise Absent(absent) from error
                os.close(file)
        raise Absent(absent)

    def close(self) -> None:
        """Close what is kept open, and end what is still being asked; both may come anew."""
        self._questions.stop()
        for file in self._kept.values():
            os.close(file)
        self._kept.clear()

    def exists(self, name: str) -> bool:
        """Whether there is such a file or directory, or a link to anything."""
        return os.path.lexists(self.path(name))

    def link(self, name: str) -> str:
        """The last part of what a link says, which need not exist. Empty if it may not be read."""
        try:
            # Of every process in every scan: a Path costs five times as much as the call.
            return os.readlink(self.path(name)).rpartition("/")[2]  # noqa: PTH115
        except OSError:
            return ""

    def target(self, name: str) -> Path | None:
        """What a link, or a chain of them, finally points to; None if that is nothing."""
        resolved = Path(self.path(name)).resolve()
        return resolved if resolved.exists() else None

    def linked(self, name: str) -> float | None:
        """When a link itself was made, UTC seconds, wherever it points; None if there is none."""
        try:
            return Path(self.path(name)).lstat().st_mtime
        except OSError:
            return None

    def lines_backwards(self, name: str) -> Iterator[str]:
        """The lines of a log, newest first; none if it cannot be read."""
        try:
            file = Path(self.path(name)).open("rb")  # noqa: SIM115  (closed below)
        except OSError:
            return
        with file:
            at = file.seek(0, os.SEEK_END)
            rest = b""
            while at > 0:
                size = min(_CHUNK, at)
                at -= size
                file.seek(at)
                rest, *lines = (file.read(size) + rest).split(b"\n")
                for line in reversed(lines):
                    yield line.decode("utf-8", "replace")
            yield rest.decode("utf-8", "replace")

    # -- calls

    @property
    def library(self) -> Psutil:
        """psutil, for what it reads."""
        return PSUTIL

    def home(self) -> str:
        """The home directory of whoever runs this."""
        return str(Path.home())

    def release(self) -> str:
        """The running kernel's release."""
        return os.uname().release

    def device(self, place: str) -> tuple[int, int]:
        """(major, minor) of what holds an absolute path."""
        try:
            number = Path(place).stat().st_dev
        except OSError as error:
            raise Absent(f"{place} cannot be reached") from error
        return os.major(number), os.minor(number)

    def is_read_only(self, place: str) -> bool:
        """Whether the volume that holds an absolute path cannot be written at all."""
        try:
            return bool(os.statvfs(place).f_flag & os.ST_RDONLY)
        except OSError as error:
            raise Absent(f"{place} cannot be reached") from error

    def when(self, year: int, month: int, day: int, hour: int, minute: int, second: int) -> float:
        """A time of this computer's clock on the wall, as logs have it, in UTC seconds."""
        return time.mktime((year, month, day, hour, minute, second, -1, -1, -1))

    def units(self) -> Units:
        """The kernel's units."""
        return Units(os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE"))

    def clock_error(self) -> float:
        """See calls.clock_error."""
        return calls.clock_error()

    def round_trips(self) -> list[float]:
        """See calls.round_trips."""
        return calls.round_trips()

    def wifi_signals(self, indexes: Sequence[int]) -> list[int]:
        """See wireless.signals."""
        from agent.probes.host.linux import wireless  # only where there is Wi-Fi

        return wireless.signals(indexes)

    def properties(self, questions: Sequence[Property]) -> list[int | str | None]:
        """See bus.properties."""
        from agent.probes.host.linux import bus  # only where something is to be sent unasked

        return bus.properties(questions)

    def run(self, command: Sequence[str], seconds: float) -> str:
        """What a program prints, in the C locale, ended after so many seconds. Nobody waits for it: raises
        Pending until a later reading, and Absent if it fails.
        """
        return str(self._questions.answer(command, lambda: self.start(command, seconds)))

    def start(self, command: Sequence[str], seconds: float) -> Asked:
        """Such a program."""
        from agent.probes.host.linux.child import Child  # POSIX only, unlike a recorded host

        return Child(command, seconds)


def _read(path: str) -> bytes:
    """A file's bytes, up to _LARGEST, without the layers of `open`: /proc has hundreds of files."""
    file = os.open(path, _READ)
    try:
        data = part = os.read(file, _CHUNK)
        while part and len(data) < _LARGEST:
            part = os.read(file, _CHUNK)
            data += part
        return data
    finally:
        os.close(file)
