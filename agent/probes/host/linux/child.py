"""A program that is asked something: started, timed, heard without waiting if need be, never left over."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.host.programs import LONGEST, begun, end

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHUNK = 1 << 16

# Exit codes of coreutils' timeout: the time is up; it had to kill; there is no such program.
_TIMED_OUT, _KILLED, _NOT_FOUND = 124, 137, 127

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C",
    "LANG": "C",
    # apt unpacks signed lists for a moment: in memory, not on the disk. Who finds no such folder uses /tmp.
    "TMPDIR": "/dev/shm",  # noqa: S108  (a folder, not a file of a known name)
}


class Child:
    """A program in the C locale, without input, that is ended after so many seconds with all it started.

    coreutils' `timeout` keeps the time: nothing here asks a clock, and it does so even if the agent is killed
    meanwhile. Raises Absent if there is no `timeout`.
    """

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        self._name = command[3] if command[0] == "nice" else command[0]
        self._seconds = seconds
        self._parts: list[bytes] = []
        self._size = 0
        self._is_whole = False
        timed = ["timeout", "-k", "1", f"{seconds:g}", *command]
        self._process = begun(timed, ENVIRONMENT, "there is no timeout command")
        assert self._process.stdout is not None
        self._pipe = self._process.stdout
        os.set_blocking(self._pipe.fileno(), False)
        self._deepen()

    def output(self) -> str | None:
        """All that it printed once it has ended, None until then. Does not wait.

        Raises Absent if it did not end in time, failed, or printed too much; then it is gone.
        """
        self._read()
        if self._size >= LONGEST:
            self.stop()
            raise self._late()
        code = self._process.poll() if self._is_whole else None
        return None if code is None else self._result(code)

    def wait(self) -> str:
        """The same, waited for."""
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        try:
            while (output := self.output()) is None:
                # `timeout` ends it before; this is for a `timeout` that is itself held up.
                if self._is_whole:
                    self._process.wait(self._seconds + 2)
                elif not poll.poll((self._seconds + 2) * 1000):
                    raise self._late()
        except subprocess.TimeoutExpired as error:
            raise self._late() from error
        finally:
            self.stop()
        return output

    def stop(self) -> None:
        """End it, with whatever it started; harmless if it has ended."""
        end(self._process)

    def _deepen(self) -> None:
        """Let the pipe hold all that is taken, so that a talkative child need not wait for the next look."""
        try:
            fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, LONGEST)
        except OSError:
            return  # the account's pipes hold much already: then it waits

    def _read(self) -> None:
        """Take what is there, up to LONGEST."""
        while not self._is_whole and self._size < LONGEST:
            part: bytes | None = self._pipe.read(_CHUNK)
            if part is None:
                return
            self._parts.append(part)
            self._size += len(part)
            self._is_whole = not part

    def _late(self) -> Absent:
        return Absent(f"{self._name} did not answer within {self._seconds:g} seconds")

    def _result(self, code: int) -> str:
        self._pipe.close()
        if code in (_TIMED_OUT, _KILLED, -signal.SIGKILL):
            raise self._late()
        if code != 0:
            raise Absent(f"there is no {self._name}" if code == _NOT_FOUND else f"{self._name} failed")
        return b"".join(self._parts).decode("utf-8", "replace")
