"""Programs that are asked something and not waited for, on every system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Asked(Protocol):
    """A program that was started to answer; each system's `child.Child` is one."""

    def output(self) -> str | None:
        """What it printed; None while it runs. Raises Absent."""

    def stop(self) -> None:
        """End it; harmless if it has ended."""


class Parsed:
    """The number that a program's output means, once it is there: an agent.probes.host.Later."""

    def __init__(self, asked: Asked, parse: Callable[[str], int]) -> None:
        self._asked, self._parse = asked, parse

    def result(self) -> int | None:
        """See Later."""
        output = self._asked.output()
        return None if output is None else self._parse(output)

    def stop(self) -> None:
        """See Later."""
        self._asked.stop()
