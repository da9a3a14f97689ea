"""A row of boxes, one of them lit: what a reading becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts
from ui.widgets.picture import Picture, box

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

GAP = 3


class Boxes(Picture):
    """`count` boxes, number `lit` (from 0) lit, or none; always from low to high, left to right."""

    def __init__(
        self, count: int, lit: int | None, words: str, size: int = 12, parent: QWidget | None = None
    ) -> None:
        super().__init__(words, "", parent)
        self._count, self._lit, self._size = count, lit, fonts.px(size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(round(width(self._count, self._size)), self._size)

    def draw(self, painter: QPainter) -> None:  # noqa: D102
        paint(painter, self._count, self._lit, 0, 0, self._size)


def width(count: int, size: float) -> float:
    """How wide a row is."""
    return count * size + (count - 1) * fonts.px(GAP)


def paint(painter: QPainter, count: int, lit: int | None, left: float, top: float, size: float) -> None:
    """Paint a row from that corner."""
    for number in range(count):
        place = QRectF(left + number * (size + fonts.px(GAP)), top, size, size)
        box(painter, place, number == lit, 2.5 if size < 12 else 3)
