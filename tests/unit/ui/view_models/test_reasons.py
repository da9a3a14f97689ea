"""Every reason that a probe gives for having no value has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from agent.reached import TROUBLES
from catalogue.load import load
from catalogue.sources import load_sources
from tests.repository import modules
from ui import words
from ui.view_models import reasons

PROBES = [path for name, path in modules().items() if name.startswith("agent.probes")]


def _said() -> set[str]:
    """The sentences that the probes raise as Absent, by themselves or through a name."""
    found = set()
    for path in PROBES:
        tree = ast.parse(path.read_text())
        named = {
            target.id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(node.value.value, str)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Absent":
                for part in ast.walk(node):
                    if isinstance(part, ast.Name) and part.id in named:
                        found.add(str(named[part.id]))
                if isinstance(node.args[0], ast.Constant):
                    found.add(str(node.args[0].value))
    return found


def _printed(text: str) -> str:
    """As the window writes it: with a printer's apostrophes."""
    return text.replace("'", "’")


@pytest.fixture
def _foreign() -> Iterator[None]:
    words.install(lambda context, text, comment, n: f"<{text}>")
    yield
    words.install(None)


def test_each_reason_is_translated(_foreign: None) -> None:
    missing = {each.missing for on in load_sources(load().metrics).values() for each in on.values()} - {""}
    said = _said() | set(TROUBLES.values()) | missing
    assert len(said) > 100 and len(missing) > 10 and "there is no battery" in said
    told = reasons.told({text: text for text in said})
    assert {text for text, shown in told.items() if shown != _printed(f"<{text}>")} == set()


def test_names_stay_names(_foreign: None) -> None:
    said = {
        "a": "there is no apt-get",
        "b": "systemctl did not answer within 5 seconds",
        "c": "/home cannot be reached",
        "d": "Mozilla Firefox is not installed",
        "e": "Google Chrome or Chromium is not installed as a package",
        "f": "LibreOffice did not run here in 14 days, as far as seen",
        "g": "this Windows has no WlanQueryInterface",
    }
    assert reasons.told(said) == {
        "a": "<there is no apt-get>",
        "b": "<systemctl did not answer within 5 seconds>",
        "c": "</home cannot be reached>",
        "d": "<Mozilla Firefox is not installed>",
        "e": "<Google Chrome or Chromium is not installed as a package>",
        "f": "<LibreOffice did not run here in 14 days, as far as seen>",
        "g": "<this Windows has no WlanQueryInterface>",
    }


def test_what_nobody_listed_stays_as_it_is(_foreign: None) -> None:
    assert reasons.told({"a": "the moon is full"}) == {"a": "the moon is full"}


def test_english_is_as_the_probes_say_it() -> None:
    said = {text: text for text in _said()}
    assert reasons.told(said) == {text: _printed(text) for text in said}
