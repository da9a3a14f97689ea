"""Everything that the Linux readings ask the system for: files below a root, calls, programs.

The one place to replace for a recorded host. Readings of every minute keep their file open and use pread:
half the cost of opening it again.
"""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host import Absent
from agent.probes.host.linux import calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Larger than any file that is read whole here; a log is read in chunks.
_LARGEST = 1 << 20
_CHUNK = 1 << 16

# Exit codes of coreutils' timeout: the time is up; it had to kill; there is no such program.
_TIMED_OUT, _KILLED, _NOT_FOUND = 124, 137, 127

_SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Space(NamedTuple):
    """A volume as an ordinary user may use it."""

    free: int
    whole: int
    read_only: bool


class System:
    """The real system, with files below `root`."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = str(root).rstrip("/")
        self._kept: dict[str, int] = {}

    def path(self, name: str) -> str:
        """Where "proc/stat" lies."""
        return f"{self._root}/{name}"

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
                    file = self._kept[name] = os.open(self.path(name), os.O_RDONLY | os.O_CLOEXEC)
                return os.pread(file, size, 0).decode("utf-8", "replace").strip()
            except OSError as error:  # gone, or gone and come back under the same name
                self._kept.pop(name, None)
                if file is None:
                    raise Absent(absent) from error
                os.close(file)
        raise Absent(absent)

    def close(self) -> None:
        """Close what is kept open."""
        for file in self._kept.values():
            os.close(file)
        self._kept.clear()

    def listing(self, name: str, absent: str) -> list[str]:
        """The names in a directory, sorted."""
        try:
            with os.scandir(self.path(name)) as entries:
                return sorted(entry.name for entry in entries)
        except OSError as error:
            raise Absent(absent) from error

    def exists(self, name: str) -> bool:
        """Whether there is such a file or directory, or a link to anything."""
        return os.path.lexists(self.path(name))

    def link(self, name: str) -> str:
        """The last part of what a link says, which need not exist. Empty if it may not be read."""
        try:
            return Path(self.path(name)).readlink().name
        except OSError:
            return ""

    def target(self, name: str) -> Path | None:
        """What a link, or a chain of them, finally points to; None if that is nothing."""
        resolved = Path(self.path(name)).resolve()
        return resolved if resolved.exists() else None

    def changed(self, name: str) -> float | None:
        """When a file or directory was last changed, UTC seconds; None if there is none."""
        try:
            return Path(self.path(name)).stat().st_mtime
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

    def space(self, place: str) -> Space:
        """The volume that holds an absolute path, counted as `df` does: root's reserve is not there."""
        try:
            found = os.statvfs(place)
        except OSError as error:
            raise Absent(f"{place} cannot be reached") from error
        free = found.f_bavail * found.f_frsize
        used = (found.f_blocks - found.f_bfree) * found.f_frsize
        return Space(free, free + used, bool(found.f_flag & os.ST_RDONLY))

    def clock_error(self) -> float:
        """See calls.clock_error."""
        return calls.clock_error()

    def round_trips(self) -> list[float]:
        """See calls.round_trips."""
        return calls.round_trips()

    def run(self, command: Sequence[str], seconds: float) -> str:
        """What a program prints, in the C locale, ended after so many seconds. Raises Absent.

        posix_spawn and not subprocess, whose import costs the resident process most of a megabyte; coreutils'
        `timeout` keeps the time, since nothing here asks a clock.
        """
        environment = {"PATH": _SEARCH, "LC_ALL": "C", "LANG": "C"}
        timed = ["timeout", "-k", "1", f"{seconds:g}", *command]
        reading, writing = os.pipe()
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, writing, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        try:
            pid = os.posix_spawnp(timed[0], timed, environment, file_actions=actions, setpgroup=0)
        except OSError as error:
            os.close(reading)
            raise Absent("there is no timeout command") from error
        finally:
            os.close(writing)
        output = None
        try:
            output = _gather(reading, seconds + 2)
        finally:
            os.close(reading)
            if output is None:
                _kill(pid)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if output is None or code in (_TIMED_OUT, _KILLED, -signal.SIGKILL):
            raise Absent(f"{command[0]} did not answer within {seconds:g} seconds")
        if code != 0:
            raise Absent(f"there is no {command[0]}" if code == _NOT_FOUND else f"{command[0]} failed")
        return output.decode("utf-8", "replace")


def _read(path: str) -> bytes:
    """A file's bytes, up to _LARGEST, without the layers of `open`: /proc has hundreds of files."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = part = os.read(file, _CHUNK)
        while part and len(data) < _LARGEST:
            part = os.read(file, _CHUNK)
            data += part
        return data
    finally:
        os.close(file)


def _gather(reading: int, seconds: float) -> bytes | None:
    """All that comes through a pipe until its end; None if it is too much, or too long nothing comes."""
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    parts: list[bytes] = []
    size = 0
    while size < _LARGEST and poll.poll(seconds * 1000):
        part = os.read(reading, _CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
    return None


def _kill(pid: int) -> None:
    """End a program that we started, with whatever it started itself."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
