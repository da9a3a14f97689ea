"""Finds every decoder of ours in the source, and which of them a target really runs."""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING, Any

from tests.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

ROOMS = ("agent", "catalogue", "dap", "demo", "server")
_NAME = re.compile(r"_?(decode|parse|loads?|read|unshard)(_\w+)?|open_\w+_share|from_text|\w+_of_text")
# What turns bytes or text into something else: whoever calls it is a decoder, whatever its name.
_CALLS = frozenset(
    {
        *("json.load", "json.loads", "tomllib.load", "tomllib.loads", "bytes.fromhex", "base64.b64decode"),
        *("Reader", "whole", "Fraction", "parsedate_to_datetime", "SignedTask.load", "datetime.strptime"),
        *("int.from_bytes", "struct.unpack", "date.fromisoformat", "datetime.fromisoformat", "urlsplit"),
    }
)


def decoders(sources: Iterable[tuple[str, str]] | None = None) -> set[str]:
    """Each function that is named like a decoder or calls one of Python's, as "dap/hpke.py HpkeKey.open"."""
    found = set()
    for path, text in _sources() if sources is None else sources:
        for name, function in _functions(ast.parse(text), ""):
            if _NAME.fullmatch(function.name) or any(call in _CALLS for call in _called(function)):
                found.add(f"{path} {name}")
    return found


def reached(run: Any) -> set[str]:
    """The functions of ours that `run()` enters, by the same names."""
    found: set[str] = set()
    root = f"{ROOT}/"

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(root):
            name = frame.f_code.co_qualname.replace(".<locals>", "")
            found.add(f"{frame.f_code.co_filename.removeprefix(root)} {name}")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return found


def _sources() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{child.name}", child
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        else:
            yield from _functions(child, prefix)


def _called(function: ast.AST) -> Iterator[str]:
    """The names of what a function calls itself, without the functions inside it."""
    for child in ast.iter_child_nodes(function):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(child, ast.Call):
            yield ast.unparse(child.func)
        yield from _called(child)
