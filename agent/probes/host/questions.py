"""Commands that the system is asked by, and what they said a while ago: nobody waits for them.

A service that a program asks in its turn may hang, and whoever waited for it would measure nothing meanwhile.
So a program is started at one reading, and heard at a later one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.env import since_boot
from agent.probes.host import Absent, Pending

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.probes.host.asked import Asked

KEPT = 600.0
"""Seconds for which an answer counts: a reading that needs several gets them all, one an hour later none."""


class Questions:
    """Command lines → the programs that work on them, or what they said."""

    def __init__(self, clock: Callable[[], float] = since_boot) -> None:
        self._clock = clock
        self._open: dict[tuple[str, ...], tuple[float, Asked]] = {}
        self._heard: dict[tuple[str, ...], tuple[float, Any]] = {}

    def answer(
        self, command: Sequence[str], start: Callable[[], Asked], meaning: Callable[[str], Any] = str
    ) -> Any:
        """What the command's output means; `start` starts it where nobody has. Only the meaning is kept.

        Raises Pending while it runs, and Absent if it failed or means nothing; that is kept as well, so that
        what does not answer is not asked again at once.
        """
        now, key = self._clock(), tuple(command)
        self._forget(now)
        if key not in self._heard:
            self._heard[key] = now, self._hear(key, now, start, meaning)
        found = self._heard[key][1]
        if isinstance(found, Absent):
            raise Absent(str(found))
        return found

    def _hear(
        self, key: tuple[str, ...], now: float, start: Callable[[], Asked], meaning: Callable[[str], Any]
    ) -> Any:
        try:
            since, asked = self._open.pop(key) if key in self._open else (now, start())
            output = asked.output()
            if output is not None:
                return meaning(output)
        except Absent as absent:
            return absent
        self._open[key] = since, asked
        raise Pending("the system is being asked")

    def _forget(self, now: float) -> None:
        """Drop what is old: answers, and questions whose answer nobody came back for."""
        for key, (then, _) in list(self._heard.items()):
            if not 0 <= now - then < KEPT:
                del self._heard[key]
        for key, (since, asked) in list(self._open.items()):
            if not 0 <= now - since < KEPT:
                del self._open[key]
                asked.stop()

    def stop(self) -> None:
        """End whatever is still being asked, and forget what was said."""
        for _, asked in self._open.values():
            asked.stop()
        self._open.clear()
        self._heard.clear()
