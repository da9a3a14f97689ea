"""Marks: one icon of the family, beside a word or with a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.theme import fonts, icons
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.data import Verdict
from ui.widgets.layouts import Flowing
from ui.widgets.picture import Picture
from ui.widgets.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from ui.theme.tokens import Ink

INKS: dict[Verdict, Ink] = {
    Verdict.OK: "ok",
    Verdict.WARN: "warn",
    Verdict.BAD: "bad",
    Verdict.UNKNOWN: "text3",
}


class Mark(Picture):
    """An icon by name, e.g. "verdict-bad" or "padlock". Without a name of its own it is decoration."""

    def __init__(
        self, icon: str, size: int = 16, name: str = "", ink: Ink | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, "", parent)
        self._icon = icon
        self._ink = ink
        self._size = fonts.px(size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, icon: str, name: str | None = None) -> None:
        """Another icon from now on."""
        self._icon = icon
        if name is not None:
            self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(self._size, self._size)

    def draw(self, painter: QPainter) -> None:  # noqa: D102
        paint(painter, self._icon, QRectF(0, 0, self._size, self._size), self._ink)


class Marked(QWidget):
    """A mark and its word."""

    def __init__(
        self,
        icon: str,
        words: str,
        kind: Type = Type.BODY,
        ink: Ink = "text",
        weight: int | None = None,
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(fonts.px(8))
        self.mark = Mark(icon, 14 if kind is Type.CAPTION else 16)
        self.text = Text(words, kind, ink, weight, wrap=wrap)
        line.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.text, 1)

    def say(self, icon: str, words: str, ink: Ink = "text") -> None:
        """Another mark and word from now on."""
        self.mark.show_icon(icon)
        self.text.setText(words)
        self.text.set_ink(ink)


def verdict(value: Verdict, words: str) -> Marked:
    """A verdict: shape, word and colour."""
    weight = SEMIBOLD if value in (Verdict.WARN, Verdict.BAD) else None
    return Marked(f"verdict-{value}", words, ink=INKS[value], weight=weight)


def legend(entries: Sequence[tuple[str, str]]) -> QWidget:
    """Icons with their words, in a line that wraps: ((icon, words), …)."""
    shown = QWidget()
    line = Flowing(shown, gap=20, line_gap=4)
    for icon, words in entries:
        line.addWidget(Marked(icon, words, Type.CAPTION, "text2"))
    return shown


def paint(painter: QPainter, icon: str, place: QRectF, ink: Ink | None = None) -> None:
    """Paint an icon; `ink` stands in for the text colour in it."""
    from ui.theme import scheme

    icons.paint(painter, icon, place, scheme.tokens().ink(ink) if ink else None)
