"""A program that is asked something: started, timed, heard without waiting, never left over."""

from __future__ import annotations

import fcntl
import signal
from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.host.programs import LONGEST, Program, begun

if TYPE_CHECKING:
    from collections.abc import Sequence

# Exit codes of coreutils' timeout: the time is up; it had to kill; there is no such program.
_TIMED_OUT, _KILLED, _NOT_FOUND = 124, 137, 127

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C",
    "LANG": "C",
    # apt unpacks signed lists for a moment: in memory, not on the disk. Who finds no such folder uses /tmp.
    "TMPDIR": "/dev/shm",  # noqa: S108  (a folder, not a file of a known name)
}


class Child(Program):
    """A program in the C locale, without input, that is ended after so many seconds with all it started.

    coreutils' `timeout` keeps the time: nothing here asks a clock, and it does so even if the agent is killed
    meanwhile. Raises Absent if there is no `timeout`.
    """

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        timed = ["timeout", "-k", "1", f"{seconds:g}", *command]
        process = begun(timed, ENVIRONMENT, "there is no timeout command")
        super().__init__(process, command[3] if command[0] == "nice" else command[0], seconds)
        self._deepen()

    def fault(self, code: int) -> Absent | None:
        """See Program."""
        if code in (_TIMED_OUT, _KILLED, -signal.SIGKILL):
            return self.late()
        return Absent(f"there is no {self._name}") if code == _NOT_FOUND else super().fault(code)

    def _deepen(self) -> None:
        """Let the pipe hold all that is taken, so that a talkative child need not wait for the next look."""
        try:
            fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, LONGEST)
        except OSError:
            return  # the account's pipes hold much already: then it waits
