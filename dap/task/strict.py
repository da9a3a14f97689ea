"""Reads a JSON object entry by entry: each name once, each of its type, none left over."""

from __future__ import annotations

import json
import unicodedata
from typing import Any, Final, NoReturn

from dap.errors import TaskRefused

MAX_LINE: Final = 500
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters, marks and symbols that are drawn as nothing: fillers, joiners, variation selectors, blank Braille.
_BLANK: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)


class Entries:
    """One object's entries. A refusal is a TaskRefused whose field is the path: "leader.name"."""

    def __init__(self, members: dict[str, Any], where: str) -> None:
        self._members = dict(members)
        self._where = where

    @classmethod
    def of(cls, text: bytes, where: str, most: int) -> Entries:
        """Parse JSON text of at most `most` bytes, whose errors are reported under the name `where`."""
        if len(text) > most:
            raise TaskRefused(where, f"is longer than {most} bytes")
        try:
            members = json.loads(
                text.decode("utf-8"),
                object_pairs_hook=_distinct,
                parse_float=_no_number,
                parse_constant=_no_number,
            )
        except (ValueError, RecursionError) as error:
            if isinstance(error, TaskRefused):
                raise
            raise TaskRefused(where, "is not JSON text") from None
        if not isinstance(members, dict):
            raise TaskRefused(where, "is not a JSON object")
        return cls(members, "")

    def path(self, name: str) -> str:
        """The entry's name with the objects that it is in."""
        return f"{self._where}.{name}" if self._where else name

    def take(self, name: str, kind: type) -> Any:
        """The value of an entry, which must be there and of that type."""
        if name not in self._members:
            raise TaskRefused(self.path(name), "is missing")
        value = self._members.pop(name)
        if type(value) is not kind:
            raise TaskRefused(self.path(name), f"is not {_KINDS[kind]}")
        return value

    def constant(self, name: str, expected: str) -> None:
        """An entry that can only have one value."""
        if self.take(name, str) != expected:
            raise TaskRefused(self.path(name), f"is not {expected}")

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number between bounds."""
        value: int = self.take(name, int)
        if not least <= value <= most:
            raise TaskRefused(self.path(name), f"is not between {least} and {most}")
        return value

    def line(self, name: str, *, empty: bool = False) -> str:
        """A line of text for people: visible characters only, since what is shown must be what is signed."""
        value: str = self.take(name, str)
        if len(value) > MAX_LINE or (not value.strip() and not empty):
            raise TaskRefused(self.path(name), f"is empty or longer than {MAX_LINE} characters")
        if value != value.strip() or any(c in _BLANK or unicodedata.category(c) in _INVISIBLE for c in value):
            raise TaskRefused(self.path(name), "holds invisible characters or blanks at an end")
        return value

    def octets(self, name: str, size: int | None = None) -> bytes:
        """Bytes in lower-case hexadecimal digits, `size` of them if that is fixed."""
        text: str = self.take(name, str)
        if len(text) % 2 or not set(text) <= set("0123456789abcdef"):
            raise TaskRefused(self.path(name), "is not lower-case hexadecimal")
        if size is not None and len(text) != 2 * size:
            raise TaskRefused(self.path(name), f"is not {size} bytes")
        return bytes.fromhex(text)

    def inner(self, name: str) -> Entries:
        """An object within this one."""
        return Entries(self.take(name, dict), self.path(name))

    def lines(self, name: str) -> list[str]:
        """A list of texts."""
        values: list[Any] = self.take(name, list)
        if not all(type(value) is str for value in values):
            raise TaskRefused(self.path(name), "is not a list of texts")
        return values

    def has(self, name: str) -> bool:
        """Whether an entry is still there to be taken."""
        return name in self._members

    def end(self) -> None:
        """Refuse entries that nobody asked for."""
        for name in self._members:
            raise TaskRefused(self.path(name[:40]), "is not an entry of this file")


_KINDS: Final = {str: "a text", int: "a whole number", dict: "an object", list: "a list"}


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise TaskRefused(name[:40], "stands twice")
        members[name] = value
    return members


def _no_number(text: str) -> NoReturn:
    raise TaskRefused("payload", f"holds {text[:20]}, which is not a whole number")
