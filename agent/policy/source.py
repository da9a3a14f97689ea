"""Reads policy files: TOML, with the line of each value and the reason that its author gave.

A file holds keys of the table, and may hold a table `[reasons]` with a line of text for any of them, which
is shown beside the value.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import PolicyInvalid
from agent.policy.checks import exact
from agent.policy.keys import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from pathlib import Path

REASONS = "reasons"
LARGEST = 256 * 1024


class Set(NamedTuple):
    """One key that a file sets, checked."""

    name: str
    value: Any
    where: str
    """file:line"""
    reason: str


def read_files(etc: Path) -> list[Set]:
    """What the machine's policy files set, in their order; PolicyInvalid names file and line."""
    found: list[Set] = []
    for path in files(etc):
        found += read_file(path)
    return found


def files(etc: Path) -> list[Path]:
    """policy.toml, then policy.d/*.toml by name; those that exist."""
    first, folder = etc / "policy.toml", etc / "policy.d"
    try:
        further = (
            sorted(path for path in folder.iterdir() if path.suffix == ".toml") if folder.exists() else []
        )
        return [path for path in (first, *further) if path.exists()]
    except OSError as error:
        raise _invalid(str(folder), f"cannot be read: {error.strerror}") from error


def read_file(path: Path) -> list[Set]:
    """What one file sets."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _invalid(str(path), f"cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise _invalid(str(path), "is too large for a policy file")
    try:
        return read_text(data.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _invalid(f"{path}:{line}", "is not UTF-8") from None


def read_text(text: str, name: str) -> list[Set]:
    """What a file's text sets; `name` stands in messages and sources."""
    try:
        # A number is kept exactly as it was written: 0.1 is a tenth.
        document = tomllib.loads(text, parse_float=_exact)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise _invalid(f"{name}:{line}", f"is not TOML: {error}") from None
    except (ValueError, RecursionError) as error:
        raise _invalid(name, f"is not TOML: {error}") from None
    lines = dict(reversed(list(key_lines(text))))
    reasons = _reasons(document.pop(REASONS, {}), lines, name)
    return [
        _checked(key, value, f"{name}:{lines.get((key,), _line_of_table(lines, key))}", reasons.get(key, ""))
        for key, value in document.items()
    ]


def _checked(key: str, value: Any, where: str, reason: str) -> Set:
    known = BY_NAME.get(key)
    if known is None:
        raise _invalid(where, f"{key} is no policy key{_meant(key)}")
    try:
        return Set(key, known.check(value), where, reason)
    except ValueError as error:
        raise _invalid(where, f"{key} should be {error}") from None


def _meant(key: str) -> str:
    import difflib  # only when something is wrong already

    close = difflib.get_close_matches(key, BY_NAME, 1, 0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _reasons(found: Any, lines: dict[tuple[str, ...], int], name: str) -> dict[str, str]:
    if not isinstance(found, dict):
        raise _invalid(f"{name}:{lines.get((REASONS,), 1)}", "reasons should be a table of texts")
    for key, text in found.items():
        where = f"{name}:{lines.get((REASONS, key), _line_of_table(lines, REASONS))}"
        if key not in BY_NAME:
            raise _invalid(where, f"reasons: {key} is no policy key{_meant(key)}")
        if not isinstance(text, str) or not text.isprintable() or len(text) > 500:
            raise _invalid(where, f"the reason for {key} should be one line of text")
    return found


def _line_of_table(lines: dict[tuple[str, ...], int], key: str) -> int:
    return min((line for path, line in lines.items() if path[0] == key), default=1)


def _exact(text: str) -> Fraction:
    # inf and nan, which TOML has, become a ValueError of Fraction's own
    return exact(text.replace("_", ""))


def _invalid(where: str, what: str) -> PolicyInvalid:
    return PolicyInvalid(f"{where}: {what}", "Nothing is sent until it is corrected; ask your administrator.")


# -- lines: tomllib has none, so the text (known to be TOML) is walked for the beginnings of statements

_TOKEN = re.compile(
    r'"""(?:\\.|"{0,2}(?!")|[^"\\])*?"""+'
    r"|'''(?:'{0,2}(?!')|[^'])*?'''+"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}=\n.,]"
    r"|[^\s\[\]{}=.,\"'\#]+"
    r"|[ \t\r]+",
    re.DOTALL,
)


def key_lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """(path of the key, line) of each statement and table header of valid TOML, in order."""
    table: tuple[str, ...] = ()
    key: list[str] = []
    depth, in_key, in_header, line, began = 0, True, False, 1, 1
    for part in _TOKEN.findall(text):
        if in_key and not part.isspace() and not part.startswith("#"):
            if part == "[" and not key:
                in_header = True
            elif in_header and part == "]":
                if key:
                    table, key = tuple(key), []
                    yield table, line
            elif part == "=":
                yield (*table, *key), began
                key, in_key = [], False
            elif part != ".":
                began = began if key else line
                key.append(_unquoted(part))
        elif not in_key:
            depth += (part in ("[", "{")) - (part in ("]", "}"))
        if part == "\n" and depth == 0:
            key, in_key, in_header = [], True, False
        line += part.count("\n")


def _unquoted(part: str) -> str:
    if part[0] == "'":
        return part[1:-1]
    if part[0] == '"':
        return str(next(iter(tomllib.loads(f"{part} = 0"))))
    return part
