"""What a module may touch, as far as its code tells: its texts (no documentation) and the names it uses."""

from __future__ import annotations

import ast
from typing import NamedTuple


class Code(NamedTuple):
    """Of one module."""

    texts: set[str]
    names: set[str]


def code(source: str) -> Code:
    """The texts and names of a module's source.

    A text in pieces (f"proc/{pid}/stat") also stands whole, as proc/*/stat, and a list of texts as a
    command line.
    """
    tree = ast.parse(source)
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts: set[str] = set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documentation:
            if isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node.value, bytes):
                texts.add(node.value.decode("latin-1"))
        elif isinstance(node, ast.JoinedStr):
            texts.add("".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values))
        elif isinstance(node, ast.List | ast.Tuple):  # a command line
            words = [v.value for v in node.elts if isinstance(v, ast.Constant) and isinstance(v.value, str)]
            texts.add(
                " ".join([*words, "*"] if any(isinstance(v, ast.Starred) for v in node.elts) else words)
            )
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            names.add(f"{owner}.{node.attr}")
            if owner != "os":
                names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.name.rpartition(".")[2])
        elif isinstance(node, ast.keyword) and node.arg:
            names.add(node.arg)
    return Code(texts, names)
