"""The window in other languages: German, and two that nobody speaks, each of two files only."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt, QTranslator
from PySide6.QtGui import QAccessible, QAccessibleInterface, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QScrollArea,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as QtBotTimeoutError
from pytestqt.qtbot import QtBot

import catalogue.load
import resources
from tests import screens
from tests.seeding import Seeded
from tools import translations
from tools.translations import Translation
from ui import language, words
from ui.link.session import Session
from ui.view_models.notices import notices
from ui.view_models.status import status
from ui.window import Window

PATIENCE = 30_000
SETTLED = 2_000
"""Milliseconds: for a child of ours; for layouts to follow a window's new size."""
FILLER = ("längere", "Wörter", "für", "Bauteilprüfung")


def longer(text: str, share: float = 0.4) -> str:
    """The same in brackets, and so much longer: in words, or in a longer word if it is short."""
    body = text.strip()
    missing = round(len(body) * share)
    more = "" if missing > len(FILLER[0]) else "ñ" * missing
    for number in range(len(body)):
        if len(more) >= missing:
            break
        more += f" {FILLER[number % len(FILLER)]}"
    return text.replace(body, f"[{body}{more}]", 1) if body else text


def invent(code: str, folder: Path) -> None:
    """Write the two files of a language: every text of the window, every text of the catalogue."""
    (folder / "translations").mkdir(exist_ok=True)
    (folder / "texts").mkdir(exist_ok=True)
    found = translations.texts()
    forms = translations.plural_forms(code)
    # Latin letters are set from left to right; a mark before them makes their line one from right to left.
    start = "\u200f" if QLocale(code).textDirection() is Qt.LayoutDirection.RightToLeft else ""
    made = {
        text: Translation((start + longer(text.source),) * (forms if text.is_plural else 1), True)
        for text in found
    }
    file = folder / "translations" / f"shoal_{code}.ts"
    file.write_text(translations.written(code, made))
    translations.renew(code, found, file.parent)
    english = tomllib.loads((catalogue.load.TEXTS / "en.toml").read_text())
    (folder / "texts" / f"{code}.toml").write_text("\n".join(_toml(english)))


def _toml(tables: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, table in tables.items():
        yield f"[{json.dumps(name)}]"
        for key, value in table.items():
            if isinstance(value, dict):
                inner = ", ".join(f"{k} = {json.dumps(longer(v))}" for k, v in value.items())
                yield f"{key} = {{ {inner} }}"
            else:
                yield f"{key} = {json.dumps(longer(value), ensure_ascii=False)}"


@contextmanager
def speaking(
    tag: str, application: QApplication, monkeypatch: pytest.MonkeyPatch, folder: Path | None = None
) -> Iterator[str]:
    """The application in that language, English again afterwards. `folder`: where its two files lie."""
    if folder is not None:
        shipped = resources.path
        monkeypatch.setattr(
            resources,
            "path",
            lambda *parts: (folder if parts[0] == "translations" else shipped()).joinpath(*parts),
        )
        monkeypatch.setattr(catalogue.load, "TEXTS", folder / "texts")
    try:
        yield language.install(application, language.locale(tag))
    finally:
        for translator in application.findChildren(QTranslator):
            application.removeTranslator(translator)
            translator.deleteLater()
        words.install(None)
        QLocale.setDefault(QLocale("en_GB"))
        application.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


class Walk:
    """The window on a seeded state, page after page."""

    def __init__(self, made: Seeded, spoken: str, tag: str, qtbot: QtBot, size: tuple[int, int]) -> None:
        os.environ["SHOAL_ROOT"] = str(made.folder / "root")
        self._qtbot = qtbot
        self.session = Session(made.env, spoken, language.locale(tag))
        self.window = Window(self.session)
        self.session.read.connect(self._read)
        self.window.resize(*size)
        self.window.show()
        self.session.begin(start_sampler=False)
        qtbot.waitUntil(lambda: self.session.snapshot is not None, timeout=PATIENCE)

    def _read(self, snapshot: Any) -> None:
        numbers = self.session.numbers
        found = [one.notice._replace(action=one.action) for one in notices(snapshot, numbers)]
        self.window.show_status(status(snapshot, numbers), found)

    def page(self, name: str, act: str = "") -> QWidget:
        """A page, ready, after something was done on it."""
        self.window.go(name)
        self._qtbot.waitUntil(lambda: name in self.window.pages(), timeout=PATIENCE)
        page = self.window.pages()[name]
        ready = screens.READY.get(name, lambda _: True)
        self._qtbot.wait(50)
        self._qtbot.waitUntil(lambda: ready(page), timeout=PATIENCE)
        if act:
            screens.ACTS[act](page)
            self._qtbot.wait(50)
            self._qtbot.waitUntil(lambda: ready(page), timeout=PATIENCE)
        self._qtbot.wait(50)
        return page

    def clipped_at(self, width: int, height: int) -> list[str]:
        """What has no room in a window of this size, once everything has found its place."""
        self.window.resize(width, height)
        return self.clipped_in(self.window)

    def clipped_in(self, shown: QWidget) -> list[str]:
        """The same of the window or a dialog as it is."""
        self._qtbot.wait(50)
        with suppress(QtBotTimeoutError):
            self._qtbot.waitUntil(lambda: not clipped(shown), timeout=SETTLED)
        return clipped(shown)

    def end(self) -> None:
        """Close it."""
        self.session.end()
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


# -- what a person hears, and sees


def heard(widget: QWidget) -> set[str]:
    """Every name, description and value that assistive technology is told, and every tooltip."""
    found: set[str] = set()

    def walk(interface: QAccessibleInterface | None) -> None:
        if interface is None or not interface.isValid() or interface.state().invisible:
            return
        for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value):
            found.add(interface.text(kind).strip())
        for number in range(interface.childCount()):
            walk(interface.child(number))

    walk(QAccessible.queryAccessibleInterface(widget))
    found |= {one.toolTip() for one in widget.findChildren(QWidget) if one.isVisible()}
    found.discard("")
    return found


def clipped(widget: QWidget) -> list[str]:
    """Labels and buttons that have less room than their text takes, or leave their parent."""
    found = []
    for one in widget.findChildren(QWidget):
        if not one.isVisible() or not one.width():
            continue
        fits = (
            not one.text() or _fits(one)
            if isinstance(one, QLabel)
            else not isinstance(one, QAbstractButton) or _is_whole(one)
        )
        if not fits:
            found.append(_named(one, "has no room"))
        parent = one.parentWidget()
        inside = parent is None or isinstance(parent.parentWidget(), QAbstractScrollArea)
        if isinstance(one, QLabel | QAbstractButton) and not inside and parent is not None:
            place = one.geometry()
            if (
                place.left() < -1
                or place.right() > parent.width() + 1
                or place.bottom() > parent.height() + 1
            ):
                found.append(_named(one, "leaves its parent"))
    for area in widget.findChildren(QScrollArea):
        inner = area.widget()
        if inner is not None and area.isVisible() and inner.width() > area.viewport().width() + 1:
            found.append(_named(area, f"scrolls sideways: {inner.width()} > {area.viewport().width()}"))
    return found


def _is_shortened(widget: QWidget, text: str) -> bool:
    """On purpose, with all of it in the tooltip."""
    start, dots, _ = text.partition("…")
    return bool(dots) and len(widget.toolTip()) > len(start) and widget.toolTip().startswith(start)


def _fits(label: QLabel) -> bool:
    if _is_shortened(label, label.text()):
        return True
    if not label.wordWrap():
        return _has(label, label.sizeHint().width(), label.sizeHint().height())
    margins = label.contentsMargins()
    width = label.width() - margins.left() - margins.right() - 2 * max(label.margin(), 0)
    document = QTextDocument()
    document.setDefaultFont(label.font())
    document.setDocumentMargin(0)
    if label.textFormat() is Qt.TextFormat.PlainText:
        document.setPlainText(label.text())
    else:
        document.setHtml(label.text())
    document.setTextWidth(width)
    return document.size().width() <= width + 1 and label.heightForWidth(label.width()) <= label.height() + 1


def _has(widget: QWidget, width: int, height: int) -> bool:
    return width <= widget.width() + 1 and height <= widget.height() + 1


def _is_whole(button: QAbstractButton) -> bool:
    least = button.minimumSizeHint()  # of a push button as wide as its words; what paints itself may wrap
    tall = button.heightForWidth(button.width()) if button.hasHeightForWidth() else least.height()
    return _has(button, least.width(), tall) or _is_shortened(button, button.text())


def _named(widget: QWidget, what: str) -> str:
    said = widget.accessibleName() or getattr(widget, "text", lambda: "")()
    size, hint = widget.size(), widget.sizeHint()
    return (
        f"{type(widget).__name__} {said[:60]!r} {what}: {size.width()}×{size.height()}, "
        f"wants {hint.width()}×{hint.height()}"
    )


def in_english(texts: Iterable[str], allowed: Callable[[str], bool]) -> list[str]:
    """Those with words in them that are no names."""
    return sorted(text for text in texts if re.search(r"[^\W\d_]{2}", text) and not allowed(text))
