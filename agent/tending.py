"""Starts the short-lived worker when something is due, never two at once, and not at once after a failure."""

from __future__ import annotations

import math
import os
import subprocess
from typing import TYPE_CHECKING

from agent.env import STATE_VARIABLE
from agent.errors import Declined, NotEnrolled
from agent.schedule import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.env import Env
    from agent.log import Log

# Nothing is wrong: there was nothing to do, or nothing may be done.
_FINE = frozenset({0, NotEnrolled.exit_code, Declined.exit_code})
_PATIENCE = 5.0
"""Seconds that a worker may take to leave when asked to."""


class Tending:
    """One worker at a time. It is due at the start, at `next_due`, when asked, and once in a UTC day.

    The day's first run follows periods that end and policies that change; it also finds a wall clock that
    was set, whatever `next_due` was computed under. Pauses between runs follow a clock that cannot be set.
    """

    def __init__(
        self,
        env: Env,
        command: Sequence[str],
        log: Log,
        watch: Callable[[bool], None] = lambda begins: None,
    ) -> None:
        """`watch` is told when a worker begins, and when none runs any more: its end is to wake the sampler,
        that of other children is not.
        """
        self._env = env
        self._watch = watch
        self._command = [*command, "tend"]
        self._log = log
        self._shortest = 1.0 if env.is_demo else 30.0
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = True
        self._failures = 0
        self._not_before = -math.inf
        self._day = -1
        self.next_due: float | None = None
        """UTC seconds, from the facts; to be read again whenever a worker has ended."""

    def ask(self) -> None:
        """A person wants something done: now, or as soon as the running worker has ended."""
        self._asked = True
        self._not_before = -math.inf

    def wait(self) -> float:
        """Seconds until `start` would start one; infinite while one runs (its end wakes the sampler)."""
        if self._process is not None:
            return math.inf
        now = self._env.now()
        due = now if self._is_due(now) else min(self.next_due or math.inf, (self._day + 1) * DAY)
        return max(due - now, self._not_before - self._env.monotonic(), 0.0)

    def start(self) -> None:
        """Start the worker; for when `wait` gives 0."""
        self._asked = False
        self._day = int(self._env.now() // DAY)
        environment = {**os.environ, STATE_VARIABLE: str(self._env.state)}
        self._watch(True)
        try:
            self._process = subprocess.Popen(  # noqa: S603  (this very program)
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment
            )
        except OSError as error:
            self._log.trouble(error)
            self._ended(1)

    def reap(self) -> int | None:
        """The exit code of a worker that has ended since the last time, or None."""
        code = None if self._process is None else self._process.poll()
        if code is not None:
            self._process = None
            self._ended(code)
        return code

    def stop(self) -> None:
        """Ask a running worker to leave, and wait for it a little. What it sends is safe at any point."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._log.info("the worker takes long to leave; it goes on alone")
            return
        self._process = None

    def _is_due(self, now: float) -> bool:
        return (
            self._asked
            or (self.next_due is not None and now >= self.next_due)
            or int(now // DAY) != self._day
        )

    def _ended(self, code: int) -> None:
        self._watch(False)
        if code in _FINE:
            self._failures = 0
            pause = self._shortest
        else:
            self._log.info(f"the worker ended with {code}")
            pause = min(max(MINUTE, self._shortest) * 2.0**self._failures, 6 * HOUR)
            self._failures = min(self._failures + 1, 12)
        if not self._asked:
            self._not_before = self._env.monotonic() + pause


def migrate(env: Env, command: Sequence[str]) -> int:
    """Have a worker make the database or bring it up to date; its exit code."""
    environment = {**os.environ, STATE_VARIABLE: str(env.state)}
    return subprocess.run(  # noqa: S603  (this very program)
        [*command, "migrate"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=environment,
        check=False,
    ).returncode
