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

    A text in pieces (f"proc/{pid}/stat", "proc/" + pid + "/stat", root / pid / "stat") also stands whole, as
    proc/*/stat, and a list of texts as a command line. Of `os` a name stands with its module alone, since
    what it has is few and known (test_refused_asked.py).
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
            words = [v.value if isinstance(v, ast.Constant) else "*" for v in node.elts]
            texts.add(" ".join(word for word in words if isinstance(word, str)))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
            between = "/" if isinstance(node.op, ast.Div) else ""
            texts.add(between.join(_pieces(node, type(node.op))))
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


def _pieces(node: ast.expr, operator: type[ast.operator]) -> list[str]:
    """What an operator puts together, from left to right; * for what is no text."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, operator):
        return [*_pieces(node.left, operator), *_pieces(node.right, operator)]
    return [node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "*"]
