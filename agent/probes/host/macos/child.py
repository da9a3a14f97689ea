"""A program of the system that is asked something: started, timed, heard without waiting, never left over.

What it prints stays in the pipe until it is looked at: a property list or a line, less than a pipe holds. One
that says more waits for the next look, and has ended in time or is ended.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.env import time_awake
from agent.probes.host.programs import Program, begun

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "LANG": "C"}


class Child(Program):
    """A program, named by its absolute path, without input, that is ended after so many seconds by `clock`:
    at the first look after them. Raises Absent if it is not there.
    """

    def __init__(
        self, command: Sequence[str], seconds: float, clock: Callable[[], float] = time_awake
    ) -> None:
        name = Path(command[0]).name
        super().__init__(begun(command, ENVIRONMENT, f"there is no {name}"), name, seconds)
        self._clock, self._until = clock, clock() + seconds

    def output(self) -> str | None:
        """See Program."""
        said = super().output()
        if said is None and self._clock() >= self._until:
            self.stop()
            raise self.late()
        return said
