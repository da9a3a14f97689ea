"""Has the policy's target checked, and hears of it without waiting.

Only while the worker has left word that checks are on. What checks is another process
(`agent.connection.serving`): what is resident opens no connection. It is told on its input what to try, so
that nothing of it stands in a list of processes, and tells numbers on its output. One process does check
after check, for to start one costs more than a check; a thorough one it does last.
"""

from __future__ import annotations

import os
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
_SCRIPT = "import sys; sys.path.insert(0, sys.argv[1]); from agent.connection.serving import main; main()"
_END = b"end\n"


def command() -> list[str]:
    """The command line of the process that checks. It does not look for packages until it needs one."""
    if getattr(sys, "frozen", False):
        return [*program(), "worker", "reach"]
    return [sys.executable, "-I", "-S", "-c", _SCRIPT, str(Path(agent.__path__[0]).parent)]


class Checking:
    """Begins checks of the target that the worker named; OSError where no process can be started."""

    def __init__(self, env: Env, *, at_once: bool = False) -> None:
        """`at_once`: somebody waits for it."""
        self._env = env
        self._jitter = 0.0 if at_once or env.is_demo else JITTER
        self._word = ""
        self._unsure = True
        """Whether it is still to be seen that the target is at no aggregator's address."""
        self._server: Server | None = None

    def follow(self, word: str | None) -> bool:
        """Take up what the worker left (Fact.CHECKS): an order, or nothing. Whether it is another one."""
        is_new = self._word != (word or "")
        self._unsure |= is_new
        self._word = word or ""
        return is_new

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
        return Check(self._asked("\n".join([*lines, "", ""])), self._heard if thorough else None, thorough)

    def _asked(self, order: str) -> Server:
        """The process that has the order: the one that is there, or a new one."""
        if self._server is None or not self._server.ask(order):
            if self._server is not None:
                self._server.stop()
                self._server = None
            self._server = Server(command())
            self._server.ask(order)  # one that ended at once tells nothing, and that is told
        return self._server

    def _heard(self, found: Reached) -> None:
        self._unsure = self._unsure and found.trouble not in SETTLED


def engage(probes: Iterable[Probe], checking: Checking, *, anew: bool = False) -> None:
    """Have the target's probe, if it is among these, check by it; or not, while it is off.

    `anew`: for another order than before. What the earlier one has begun ends.
    """
    for probe in probes:
        if isinstance(probe, Target):
            if anew:
                probe.follow(None)
            probe.follow(checking.begin if checking.is_on else None)


class Server:
    """A process that takes orders. It ends by itself once nobody can give it any more."""

    def __init__(self, command: Sequence[str]) -> None:
        self._said = b""
        self._process = subprocess.Popen(  # noqa: S603  (this very program)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows would open one each time
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._orders, self._answers = self._process.stdin, self._process.stdout.fileno()
        _unblock(self._answers)

    def ask(self, order: str) -> bool:
        """Hand over an order, which ends with an empty line; False if there is nobody to take it, or one that
        talks unasked. It fits into what a pipe holds.
        """
        if self._process.poll() is not None or _there(self._answers) is not None:
            return False
        try:
            self._orders.write(order.encode())
        except OSError:
            return False
        return True

    def answer(self) -> Reached | None:
        """What it told, None while it is at it. Does not wait. One that tells nonsense is ended."""
        if self._process.returncode is not None:
            return Reached("failed")
        while part := _there(self._answers):
            self._said += part
            if len(self._said) > LONGEST:
                break
        if part is None and not self._said.endswith(_END):
            return None
        said, self._said = self._said, b""
        try:
            return read(said.decode("ascii"))
        except ValueError:  # UnicodeDecodeError is one
            self.stop()
            return Reached("failed")

    def stop(self) -> None:
        """End it; harmless if it has ended."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._orders.close()


class Check:
    """A check under way."""

    def __init__(
        self, server: Server, heard: Callable[[Reached], None] | None = None, is_last: bool = False
    ) -> None:
        """`heard` is given what it told, once; `is_last`: the process does no other after it."""
        self._server, self._heard, self._is_last = server, heard, is_last

    def result(self) -> Reached | None:
        """What it told, None while it is at it. Does not wait."""
        found = self._server.answer()
        if found is None:
            return None
        if self._is_last:
            self._server.stop()
        if self._heard is not None:
            self._heard(found)
        return found

    def stop(self) -> None:
        """End it, and the process that would do the next one; harmless once there is a result."""
        self._server.stop()


if sys.platform == "win32":
    # As the standard library's multiprocessing.connection looks into a pipe. Not run: from documentation.
    import _winapi
    import msvcrt

    def _unblock(descriptor: int) -> None:
        """Nothing to do: what is there is looked at first."""

    def _there(descriptor: int) -> bytes | None:
        """What the pipe holds: None for nothing, no bytes at its end."""
        try:
            count = _winapi.PeekNamedPipe(msvcrt.get_osfhandle(descriptor), 0)[-2]
            return os.read(descriptor, min(count, LONGEST)) if count else None
        except OSError:  # whoever wrote has ended
            return b""

else:

    def _unblock(descriptor: int) -> None:
        """Have reading it never wait."""
        os.set_blocking(descriptor, False)

    def _there(descriptor: int) -> bytes | None:
        """What the pipe holds: None for nothing, no bytes at its end."""
        try:
            return os.read(descriptor, LONGEST)
        except BlockingIOError:
            return None
        except OSError:
            return b""
