"""Starts the process that checks the policy's target, and hears from it without waiting.

Only while the worker has left word that checks are on. The process is `agent.connection.reach`: what is
resident opens no connection. It is told on its input what to try, so that nothing of it stands in a list of
processes, and tells numbers on its output.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import agent
from agent.env import program
from agent.probes import Target
from agent.reached import LONGEST, SETTLED, Reached, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agent.env import Env
    from agent.probes.probe import Probe

JITTER = 20.0
"""Seconds, at most, that a check waits before it begins: a fleet's machines do not knock all at once."""
_SCRIPT = "import sys; sys.path.insert(0, sys.argv[1]); from agent.connection.reach import main; main()"


def command(thorough: bool) -> list[str]:
    """The command line of a check. One that is not thorough needs no packages, and does not look for any."""
    if getattr(sys, "frozen", False):
        return [*program(), "worker", "reach"]
    own = str(Path(agent.__path__[0]).parent)
    return [sys.executable, "-I", *([] if thorough else ["-S"]), "-c", _SCRIPT, own]


class Checking:
    """Begins checks of the target that the worker named; OSError where no process can be started."""

    def __init__(self, env: Env, *, at_once: bool = False) -> None:
        """`at_once`: somebody waits for it."""
        self._env = env
        self._jitter = 0.0 if at_once or env.is_demo else JITTER
        self._word = ""
        self._unsure = True
        """Whether it is still to be seen that the target is at no aggregator's address."""

    def follow(self, word: str | None) -> None:
        """Take up what the worker left (Fact.CHECKS): an order, or nothing."""
        self._unsure |= self._word != (word or "")
        self._word = word or ""

    @property
    def is_on(self) -> bool:
        """Whether there is a target to be checked."""
        return bool(self._word)

    def begin(self, thorough: bool) -> Check:
        """Check the target, in a process of its own."""
        lines = self._word.split("\n")
        if not self._unsure:
            # Looking up an aggregator's name tells a name server something: once for an order is enough.
            lines = [line for line in lines if not line.startswith("not ")]
        if self._jitter:
            lines.append(f"wait {self._env.uniform(0, self._jitter):.3f}")
        if thorough:
            lines.append("thorough")
        return Check(command(thorough), "\n".join([*lines, ""]), self._heard if thorough else None)

    def _heard(self, found: Reached) -> None:
        self._unsure = self._unsure and found.trouble not in SETTLED


def engage(probes: Iterable[Probe], checking: Checking) -> None:
    """Have the target's probe, if it is among these, check by it; or not, while it is off."""
    for probe in probes:
        if isinstance(probe, Target):
            probe.follow(checking.begin if checking.is_on else None)


class Check:
    """A check under way."""

    def __init__(
        self, command: Sequence[str], order: str, heard: Callable[[Reached], None] | None = None
    ) -> None:
        """`heard` is given what it told, once."""
        self._heard = heard
        self._process = subprocess.Popen(  # noqa: S603  (this very program)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows would open one each time
        )
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(order.encode())
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it ended at once; what it did not say will tell

    def result(self) -> Reached | None:
        """What it told, None while it is at it. Does not wait."""
        if self._process.poll() is None:
            return None
        assert self._process.stdout is not None
        with self._process.stdout as said:
            try:
                found = read(said.read(LONGEST).decode("ascii"))
            except ValueError:  # UnicodeDecodeError is one
                found = Reached("failed")
        if self._heard is not None:
            self._heard(found)
        return found

    def stop(self) -> None:
        """End it; harmless once there is a result."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
