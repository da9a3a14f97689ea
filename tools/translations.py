"""The window's texts in other languages: found in the source, kept in .ts files, compiled to .qm.

    python -m tools.translations             every language: sources → shoal_*.ts → shoal_*.qm
    python -m tools.translations fr          begin another one, too
    python -m tools.translations --check     change nothing; say what is missing, exit with 1 if anything is

Both files are committed: what is installed or frozen needs nothing of Qt's tools. A .ts file holds no line
numbers and is sorted, so that it changes only where a text does. What was translated stays; a text that was
reworded keeps its translation as a proposal, marked as unfinished, which the window does not show.
"""

from __future__ import annotations

import argparse
import difflib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "ui"
FOLDER = ROOT / "resources" / "translations"
SOURCE_LANGUAGE = "en"
NUMBER = "%n"
"""A text with it is a plural; lupdate sees that in other languages than Python only."""

ALIKE = 0.75
"""From here on a new text counts as a reworded one."""


class Text(NamedTuple):
    """One text of the source."""

    context: str
    source: str
    comment: str = ""

    @property
    def is_plural(self) -> bool:
        """Whether it has a form for each kind of number."""
        return NUMBER in self.source


class Translation(NamedTuple):
    """What stands for it in another language: one form, or one for each kind of number."""

    forms: tuple[str, ...]
    finished: bool

    @property
    def is_ready(self) -> bool:
        """Whether the window may show it."""
        return self.finished and all(self.forms)


class ToolError(Exception):
    """One of Qt's tools failed; says how."""


def texts(sources: Path = SOURCES) -> list[Text]:
    """Every text that lupdate finds in the modules below a folder, sorted. Raises ToolError."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.ts"
        _run("lupdate", "-extensions", "py", "-locations", "none", sources, "-ts", found)
        if not (listed := sorted(read(found))):
            raise ToolError(f"lupdate finds no text in {sources}")
        return listed


def plural_forms(language: str) -> int:
    """How many forms a plural of the language has, as lupdate knows it. Raises ToolError."""
    with tempfile.TemporaryDirectory() as folder:
        code, found = Path(folder) / "plural.cpp", Path(folder) / "found.ts"
        code.write_text('void f(int n) { QCoreApplication::translate("P", "%n", nullptr, n); }')
        _run("lupdate", code, "-target-language", language, "-ts", found)
        return sum(1 for _ in ET.parse(found).iter("numerusform"))  # noqa: S314  (made just now)


def read(file: Path) -> dict[Text, Translation]:
    """What a .ts file holds, without what it remembers of texts that are gone."""
    known = {}
    for context in ET.parse(file).iter("context"):  # noqa: S314  (our own file)
        for message in context.iter("message"):
            said = message.find("translation")
            if said is None or said.get("type") in ("vanished", "obsolete"):
                continue
            forms = tuple(form.text or "" for form in said.iter("numerusform")) or (said.text or "",)
            name, source, comment = (
                part.text or "" if part is not None else ""
                for part in (context.find("name"), message.find("source"), message.find("comment"))
            )
            known[Text(name, source, comment)] = Translation(forms, said.get("type") != "unfinished")
    return known


def updated(found: Iterable[Text], known: Mapping[Text, Translation], forms: int) -> dict[Text, Translation]:
    """A translation for each text: the known one, a proposal from a text that is gone, or none yet."""
    found = list(found)
    gone = [text for text in known if text not in set(found)]
    made = {}
    for text in found:
        wanted = forms if text.is_plural else 1
        have = known.get(text) or Translation(_proposal(text, gone, known), finished=False)
        if len(have.forms) != wanted:
            have = Translation((*have.forms, *("",) * wanted)[:wanted], finished=False)
        made[text] = have
    return made


def written(language: str, translations: Mapping[Text, Translation]) -> str:
    """A .ts file, as Linguist would write it."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="{SOURCE_LANGUAGE}">',
    ]
    context = ""
    for text in sorted(translations):
        if text.context != context:
            lines += ["</context>"] if context else []
            context = text.context
            lines += ["<context>", f"    <name>{_xml(context)}</name>"]
        lines += _message(text, translations[text])
    lines += ["</context>"] if context else []
    return "\n".join([*lines, "</TS>", ""])


def compiled(file: Path) -> bytes:
    """The .qm of a .ts file. Raises ToolError."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.qm"
        _run("lrelease", file, "-qm", made)
        return made.read_bytes()


def languages(folder: Path = FOLDER) -> list[str]:
    """The languages that have a .ts file."""
    return sorted(file.stem.removeprefix("shoal_") for file in folder.glob("shoal_*.ts"))


def renew(language: str, found: Iterable[Text], folder: Path = FOLDER) -> dict[Text, Translation]:
    """Bring both files of a language up to date; what they hold now. Raises ToolError."""
    file = folder / f"shoal_{language}.ts"
    known = read(file) if file.exists() else {}
    made = updated(found, known, plural_forms(language))
    file.write_text(written(language, made), encoding="utf-8")
    file.with_suffix(".qm").write_bytes(compiled(file))
    return made


def outdated(language: str, found: Iterable[Text], folder: Path = FOLDER) -> list[str]:
    """What is wrong with the files of a language, in lines; nothing if all is well. Raises ToolError."""
    file = folder / f"shoal_{language}.ts"
    known = read(file)
    made = updated(found, known, plural_forms(language))
    wrong = [f"{text.context}: {text.source!r}" for text, said in made.items() if not said.is_ready]
    if file.read_text(encoding="utf-8") != written(language, made):
        wrong.append(f"{file.name} is not what the sources say")
    binary = file.with_suffix(".qm")
    if not binary.is_file() or binary.read_bytes() != compiled(file):
        wrong.append(f"{binary.name} is not made of {file.name}")
    return wrong


def _proposal(text: Text, gone: list[Text], known: Mapping[Text, Translation]) -> tuple[str, ...]:
    near = {old.source: known[old].forms for old in gone if old.context == text.context}
    best = difflib.get_close_matches(text.source, near, n=1, cutoff=ALIKE)
    return near[best[0]] if best else ("",)


def _message(text: Text, said: Translation) -> list[str]:
    indent, mark = " " * 8, "" if said.finished else ' type="unfinished"'
    lines = ['    <message numerus="yes">' if text.is_plural else "    <message>"]
    lines.append(f"{indent}<source>{_xml(text.source)}</source>")
    if text.comment:
        lines.append(f"{indent}<comment>{_xml(text.comment)}</comment>")
    if text.is_plural:
        lines.append(f"{indent}<translation{mark}>")
        lines += [f"{indent}    <numerusform>{_xml(form)}</numerusform>" for form in said.forms]
        lines.append(f"{indent}</translation>")
    else:
        lines.append(f"{indent}<translation{mark}>{_xml(said.forms[0])}</translation>")
    return [*lines, "    </message>"]


def _xml(text: str) -> str:
    return escape(text, {'"': "&quot;", "'": "&apos;"})


def _run(tool: str, *arguments: object) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ToolError(f"{program.name} failed: {done.stdout}{done.stderr}")


def main() -> int:
    """Bring all languages up to date, or look whether they are."""
    parser = argparse.ArgumentParser(description="Bring the window's translations up to date.")
    parser.add_argument("language", nargs="*", help="begin this one, such as fr")
    parser.add_argument("--check", action="store_true", help="change nothing, complain")
    given = parser.parse_args()
    found = texts()
    failed = False
    for language in sorted({*languages(), *given.language}):
        if given.check:
            wrong = outdated(language, found)
        else:
            made = renew(language, found)
            wrong = [f"{text.context}: {text.source!r}" for text, said in made.items() if not said.is_ready]
        print(f"{language}: {len(found)} texts, {len(wrong)} to do", *wrong, sep="\n  ")
        failed = failed or bool(wrong)
    return int(failed and given.check)


if __name__ == "__main__":
    sys.exit(main())
