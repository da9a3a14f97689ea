"""Programs that are asked something, where processes come in groups: begun, heard without waiting, and ended
with all they began.
"""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST = 1 << 20
"""Bytes of output that are taken."""
_CHUNK = 1 << 16


def begun(command: Sequence[str], environment: Mapping[str, str], absent: str) -> subprocess.Popen[bytes]:
    """A program in a group of its own, without input; only what it prints as its answer is heard.

    `environment` is all that it is given: its path, too. Raises Absent with that reason if it is not there.
    """
    try:
        return subprocess.Popen(  # noqa: S603  (our own few questions)
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
            process_group=0,
        )
    except OSError as error:
        raise Absent(absent) from error


def end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of it behind, nor of what it started; harmless if it has ended."""
    if process.stdout is not None:
        process.stdout.close()
    if process.returncode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()


class Program:
    """One that was begun, and what it has printed so far: an agent.probes.host.asked.Asked.

    Whoever extends it keeps its time.
    """

    def __init__(self, process: subprocess.Popen[bytes], name: str, seconds: float) -> None:
        """`name` and `seconds`, which it may take, are for the reasons why there is no answer."""
        assert process.stdout is not None
        self._process, self._pipe = process, process.stdout
        self._name, self._seconds = name, seconds
        self._parts: list[bytes] = []
        self._size = 0
        self._is_whole = False
        os.set_blocking(self._pipe.fileno(), False)

    def output(self) -> str | None:
        """All that it printed once it has ended, None until then. Does not wait.

        Raises Absent if it did not end in time, failed, or printed too much; then it is gone.
        """
        self._read()
        if self._size >= LONGEST:
            self.stop()
            raise self.late()
        code = self._process.poll() if self._is_whole else None
        if code is None:
            return None
        self._pipe.close()
        if (fault := self.fault(code)) is not None:
            raise fault
        return b"".join(self._parts).decode("utf-8", "replace")

    def fault(self, code: int) -> Absent | None:
        """Why there is no answer, by its exit code."""
        return Absent(f"{self._name} failed") if code else None

    def late(self) -> Absent:
        """That reason for one that takes too long."""
        return Absent(f"{self._name} did not answer within {self._seconds:g} seconds")

    def stop(self) -> None:
        """End it, with whatever it started; harmless if it has ended."""
        end(self._process)

    def _read(self) -> None:
        """Take what is there, up to LONGEST."""
        while not self._is_whole and self._size < LONGEST:
            part: bytes | None = self._pipe.read(_CHUNK)
            if part is None:
                return
            self._parts.append(part)
            self._size += len(part)
            self._is_whole = not part
