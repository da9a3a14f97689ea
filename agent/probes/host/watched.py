"""What a host was asked, what that read, and what came back: for whoever wants to check a number.

    tape = Tape()
    host = tape.around(this_host(tape.around))
    host.memory_kills()
    tape.take()     # [Heard("memory_kills", (), 3, below=[Heard("kept", ("proc/vmstat", …), "…")])]

One proxy stands around the host, another around the one object through which that host asks its operating
system everything. Nothing is changed on the way. Only `shoal once` loads this, never the resident sampler.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Subject = TypeVar("_Subject")

_LATER = ("result", "output")
"""How an answer that comes later is fetched (agent.probes.host.Later, and a started program)."""
_PLAIN = (bool, int, float, str, bytes, tuple, list, dict, frozenset, type(None))
"""What is an answer by itself, and no object to ask further."""


class Heard:
    """One question, its answer, and the questions that it took to answer it."""

    def __init__(self, method: str, given: Sequence[object]) -> None:
        self.method = method
        self.given = tuple(given)
        self.answer: object = None
        self.absent: str | None = None
        """Why there is no answer: the host's own words, or the kind of fault."""
        self.below: list[Heard] = []


class Tape:
    """Notes everything that is asked through the proxies that `around` makes."""

    def __init__(self) -> None:
        self._open: list[list[Heard]] = [[]]

    def around(self, subject: _Subject) -> _Subject:
        """The subject as it is, but heard."""
        return cast("_Subject", _Proxy(subject, self, ""))

    def take(self) -> list[Heard]:
        """What was asked since the last time, outermost questions first; they may still get their answers."""
        taken, self._open = self._open[0], [[]]
        return taken

    def ask(
        self, name: str, function: Callable[..., Any], given: Sequence[Any], named: dict[str, Any]
    ) -> Any:
        """Call the function, and note it."""
        heard = Heard(name, given)
        self._open[-1].append(heard)
        answer = self._note(heard, lambda: function(*given, **named))
        if isinstance(answer, Iterator):
            kept: list[Any] = []
            heard.answer = kept
            return self._each(heard, answer, kept)
        if any(hasattr(answer, name) for name in _LATER):
            heard.answer = None
            return _Later(answer, heard, self)
        return answer

    def _note(self, heard: Heard, ask: Callable[[], Any]) -> Any:
        with self._below(heard):
            try:
                heard.answer = answer = ask()
            except StopIteration:
                raise
            except Absent as absent:
                heard.absent = str(absent)
                raise
            except Exception as fault:
                heard.absent = f"failed ({type(fault).__name__})"
                raise
        return answer

    @contextmanager
    def _below(self, heard: Heard) -> Iterator[None]:
        self._open.append(heard.below)
        try:
            yield
        finally:
            self._open.pop()

    def _each(self, heard: Heard, items: Iterator[Any], kept: list[Any]) -> Iterator[Any]:
        while True:
            try:
                item = self._note(heard, lambda: next(items))
            except StopIteration:
                return
            finally:
                heard.answer = kept
            kept.append(item)
            yield item


class _Proxy:
    """Passes every call on, and notes it."""

    def __init__(self, subject: object, tape: Tape, prefix: str) -> None:
        self._subject, self._tape, self._prefix = subject, tape, prefix

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._subject, name)
        if isinstance(found, _PLAIN):
            return found
        if not callable(found):
            return _Proxy(found, self._tape, f"{self._prefix}{name}.")
        return lambda *given, **named: self._tape.ask(f"{self._prefix}{name}", found, given, named)


class _Later:
    """An answer that is there at a later reading."""

    def __init__(self, subject: Any, heard: Heard, tape: Tape) -> None:
        self._subject, self._heard, self._tape = subject, heard, tape

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._subject, name)
        if name not in _LATER:
            return found
        return lambda: self._tape._note(self._heard, found)
