"""A program that is asked something: started, timed, heard without waiting if need be, never left over.

It writes to an unnamed temporary file, so that it can never wait for a reader.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONGEST = 1 << 20
"""Bytes of output that are taken."""
# CREATE_NO_WINDOW | BELOW_NORMAL_PRIORITY_CLASS
_FLAGS = 0x08000000 | 0x00004000 if sys.platform == "win32" else 0


class Child:
    """A program without input or window, at low priority, that is ended after so many seconds."""

    def __init__(
        self, command: Sequence[str], seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds, self._clock = seconds, clock
        self._until = clock() + seconds
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the program's end)
        try:
            self._process = subprocess.Popen(  # noqa: S603  (our own few questions)
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=self._file,
                stderr=subprocess.DEVNULL,
                creationflags=_FLAGS,
            )
        except OSError as error:
            self._file.close()
            raise Absent("PowerShell cannot be started") from error

    def output(self) -> str | None:
        """All that it printed once it has ended, None until then. Does not wait.

        Raises Absent if it did not end in time, failed, or printed too much; then it is gone.
        """
        if self._process.poll() is not None:
            return self._result()
        if self._clock() >= self._until:
            self.stop()
            raise self._late()
        return None

    def wait(self) -> str:
        """The same, waited for."""
        try:
            self._process.wait(max(0.0, self._until - self._clock()))
        except subprocess.TimeoutExpired as error:
            raise self._late() from error
        finally:
            if self._process.poll() is None:
                self.stop()
        return self._result()

    def stop(self) -> None:
        """End it; harmless if it has ended."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._file.close()

    def _late(self) -> Absent:
        return Absent(f"PowerShell did not answer within {self._seconds:g} seconds")

    def _result(self) -> str:
        with self._file as file:
            file.seek(0)
            said = file.read(LONGEST + 1)
        if self._process.returncode != 0 or len(said) > LONGEST:
            raise Absent("PowerShell failed")
        return said.decode("utf-8", "replace")
