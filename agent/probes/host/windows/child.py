"""A program that is asked something: started, timed, heard without waiting, never left over.

What it prints stays in the pipe until it has ended: a line or two, far less than a pipe holds. One that says
more waits for a reader that never comes, and is ended with its time.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# CREATE_NO_WINDOW | BELOW_NORMAL_PRIORITY_CLASS
_FLAGS = 0x08000000 | 0x00004000 if sys.platform == "win32" else 0


class Child:
    """A program without input or window, at low priority, that is ended after so many seconds by `clock`."""

    def __init__(self, command: Sequence[str], seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._until = clock() + seconds
        try:
            self._process = subprocess.Popen(  # noqa: S603  (our own few questions)
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=_FLAGS,
            )
        except OSError as error:
            raise Absent("PowerShell cannot be started") from error

    def output(self) -> str | None:
        """All that it printed once it has ended, None until then. Does not wait.

        Raises Absent if it did not end in time or failed; then it is gone.
        """
        if self._process.poll() is not None:
            return self._result()
        if self._clock() >= self._until:
            self.stop()
            raise Absent(f"PowerShell did not answer within {self._seconds:g} seconds")
        return None

    def stop(self) -> None:
        """End it; harmless if it has ended."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _result(self) -> str:
        assert self._process.stdout is not None
        with self._process.stdout as pipe:
            said: bytes = pipe.read()
        if self._process.returncode != 0:
            raise Absent("PowerShell failed")
        return said.decode("utf-8", "replace")
