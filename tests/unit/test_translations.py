"""The shipped translations: every text of the source is there, finished, and says the same as the English."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.repository import modules
from tools import translations
from tools.translations import Text, Translation

LANGUAGES = translations.languages()
FILES = {language: translations.FOLDER / f"shoal_{language}.ts" for language in LANGUAGES}
READ = {language: translations.read(file) for language, file in FILES.items()}
CODE = [path for name, path in modules().items() if name.startswith("ui.") and name != "ui.language"]

_PLACE = re.compile(r"\{\w*\}|%n|%\d")
_EXACT = re.compile(r"`([^`]*)`")
_LINK = re.compile(r"\]\((\w+)\)")
_ENDS = (".", "?", ":", "…", "!")

# Words that promise more than there is, and those that no letter to a grown-up begins with.
_NEVER = {
    "de": re.compile(
        r"\b(anonym\w*|unmöglich\w*|lückenlos\w*|du|dich|dir|dein\w*)\b"
        r"|(?:^|\s)“|”|\"",  # quotation marks of another language
        re.IGNORECASE,
    )
}


def _in_source() -> set[Text]:
    """Every text of the modules, found by Python's own parser: lupdate has another."""
    found = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate":
                values = [arg.value for arg in node.args[:3] if isinstance(arg, ast.Constant)]
                found.add(Text(str(values[0]), str(values[1]), str(values[2] or "") if values[2:] else ""))
    return found


def _places(text: str) -> list[str]:
    return sorted(_PLACE.findall(text))


def _complaints(language: str, text: Text, said: Translation) -> list[str]:
    """What is wrong with a translation, in words."""
    source, found = text.source, []
    if not said.is_ready:
        return ["is not finished"]
    for form in said.forms:
        missing = set(_PLACE.findall(source)) ^ set(_PLACE.findall(form))
        if missing - set(_PLACE.findall(text.comment)):  # a comment may offer more than the English uses
            found.append(f"has other places: {_places(form)}")
        for name, pattern in (("commands", _EXACT), ("links", _LINK)):
            if sorted(pattern.findall(source)) != sorted(pattern.findall(form)):
                found.append(f"has other {name}")
        if source.count("**") != form.count("**"):
            found.append("has other **marks**")
        if (source != source.lstrip(), source != source.rstrip()) != (
            form != form.lstrip(),
            form != form.rstrip(),
        ):
            found.append("has other blanks at an end")
        if {end for end in _ENDS if source.rstrip().endswith(end) != form.rstrip().endswith(end)}:
            found.append("does not end as the source does")
        if (never := _NEVER.get(language)) is not None and (hit := never.search(form)):
            found.append(f"says {hit[0]!r}")
    return found


def test_german_is_there() -> None:
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_no_other(language: str) -> None:
    source = _in_source()
    assert len(source) > 600
    assert not source ^ set(READ[language]), f"run: python -m tools.translations; then finish {language}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_says_the_same(language: str) -> None:
    found = {
        f"{text.context}: {text.source}": complaints
        for text, said in READ[language].items()
        if (complaints := _complaints(language, text, said))
    }
    assert not found


@pytest.mark.parametrize(
    ("source", "form", "complaint"),
    [
        ("At {clock}.", "Um {uhr}.", "has other places"),
        ("%n days", "einige Tage", "has other places"),
        ("Run `shoal verify`.", "Rufen Sie `shoal prüfe`.", "has other commands"),
        ("See [this](decides).", "Siehe [dies](entscheidet).", "has other links"),
        ("**All** of it.", "Alles davon.", "has other **marks**"),
        ("Start with ", "Beginnen Sie mit", "has other blanks"),
        ("It is sent.", "Es wird gesendet", "does not end"),
        ("No name.", "Ganz anonym.", "says 'anonym'"),
        ("You decide.", "Du entscheidest.", "says 'Du'"),
        ("The word “{word}”", "Das Wort “{word}”", "says ' “'"),
    ],
)
def test_what_is_wrong_is_found(source: str, form: str, complaint: str) -> None:
    (found, *_) = _complaints("de", Text("C", source), Translation((form,), True))
    assert found.startswith(complaint)


def test_a_draft_is_not_finished() -> None:
    assert _complaints("de", Text("C", "Now"), Translation(("Jetzt",), False)) == ["is not finished"]
    assert _complaints("de", Text("C", "%n"), Translation(("%n", ""), True)) == ["is not finished"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_as_the_tool_writes_them(language: str, tmp_path: Path) -> None:
    source = FILES[language]
    found = translations.texts()
    assert set(found) == _in_source(), "lupdate finds other texts than Python's parser"
    assert not translations.outdated(language, found)
    copy = tmp_path / source.name
    copy.write_text(re.sub(r"(\w)</translation>", r"\1!</translation>", source.read_text(), count=1))
    copy.with_suffix(".qm").write_bytes(source.with_suffix(".qm").read_bytes())
    assert translations.outdated(language, found, tmp_path) == [
        f"{source.stem}.qm is not made of {source.name}"
    ]


SOURCE = """
from ui.words import translate
def f(n):
    translate("Place", "A new sentence that was not here before.")
    translate("Place", "Sending waits until you have chosen again.")
    translate("Place", "%n things", None, n)
    translate("Place", "None", "of things")
"""


def test_what_was_translated_stays_and_what_was_reworded_is_proposed(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(SOURCE)
    found = translations.texts(tmp_path)
    kept, reworded = Text("Place", "%n things"), Text("Place", "Sending waits until you choose again.")
    known = {
        kept: Translation(("%n Ding", "%n Dinge"), True),
        reworded: Translation(("Das Senden ruht.",), True),
        Text("Place", "Gone for good"): Translation(("Fort",), True),
    }
    made = translations.updated(found, known, translations.plural_forms("de"))
    assert {text.source: said for text, said in made.items()} == {
        "%n things": Translation(("%n Ding", "%n Dinge"), True),
        "A new sentence that was not here before.": Translation(("",), False),
        "None": Translation(("",), False),
        "Sending waits until you have chosen again.": Translation(("Das Senden ruht.",), False),
    }
    file = tmp_path / "shoal_de.ts"
    file.write_text(translations.written("de", made))
    assert translations.read(file) == made
    assert Text("Place", "None", "of things") in made


def test_a_language_has_as_many_plurals_as_it_has() -> None:
    assert [translations.plural_forms(language) for language in ("de", "ja", "pl", "ar")] == [2, 1, 3, 6]


def test_nothing_found_is_no_reason_to_drop_everything(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("x = 1\n")
    with pytest.raises(translations.ToolError, match="no text"):
        translations.texts(tmp_path)
