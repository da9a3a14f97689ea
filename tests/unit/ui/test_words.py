"""Texts are literals that lupdate finds, plurals are complete, and English is what stands in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.repository import modules
from ui import words

CODE = {name: path for name, path in modules().items() if name.startswith("ui.") and name != "ui.words"}


def _calls(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source)):
        # a painter's translate is another's: ours is called by its bare name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate":
            yield node


def _inside_f_strings(source: str) -> Iterator[int]:
    """Lines with a call of ours within an f-string, which lupdate does not look into."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield from (call.lineno for call in _calls(ast.unparse(node)))


def _complaint(call: ast.Call) -> str:
    """What lupdate, or a translator, would stumble over."""
    if call.keywords or not 2 <= len(call.args) <= 4:
        return "not positional"
    context, text, *rest = call.args
    for part in (context, text):
        if not (isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value):
            return "no literal"
    if rest and not (isinstance(rest[0], ast.Constant) and isinstance(rest[0].value, str | None)):
        return "no literal comment"
    said = text.value if isinstance(text, ast.Constant) else ""
    plural = len(rest) == 2
    if plural != (words.NUMBER in str(said)):
        return "a number without a plural, or a plural without a number"
    if plural and not isinstance(rest[1], ast.Name):
        return "a number that is no plain name"
    if plural and said not in words.ONE:
        return "no form for one"
    return ""


def test_every_text_can_be_found_and_translated() -> None:
    found = [
        f"{name}, line {call.lineno}: {complaint}"
        for name, path in CODE.items()
        for call in _calls(path.read_text())
        if (complaint := _complaint(call)) and name not in ("ui.language",)
    ]
    assert not found


def test_no_text_hides_in_an_f_string() -> None:
    assert not [name for name, path in CODE.items() if any(_inside_f_strings(path.read_text()))]
    hidden = """f"{x} {translate('A', 'b')}" """.strip()
    assert list(_inside_f_strings(hidden)) == [1]


@pytest.mark.parametrize(
    "source",
    [
        'translate("A", text)',
        'translate("A", f"{x}")',
        'translate("A", "b", n=3)',
        'translate("A", "%n checks")',
        'translate("A", "%n checks", None, len(x))',
        'translate("A", "%n things nobody listed", None, n)',
    ],
)
def test_what_cannot_be_translated_is_seen(source: str) -> None:
    (call,) = _calls(source)
    assert _complaint(call)


def test_english_counts() -> None:
    assert words.translate("Numbers", "%n days", None, 1) == "1 day"
    assert words.translate("Numbers", "%n days", None, 1_200) == "1,200 days"
    assert words.translate("Numbers", "%n days", None, 0) == "0 days"
    assert words.translate("Health", "Now") == "Now"


def test_another_translator_is_asked_until_it_goes() -> None:
    words.install(lambda context, text, comment, n: f"<{context}|{text}|{n}>")
    try:
        assert words.translate("Numbers", "%n days", None, 3) == "<Numbers|%n days|3>"
    finally:
        words.install(None)
    assert words.translate("Numbers", "%n days", None, 3) == "3 days"
