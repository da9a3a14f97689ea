"""How many computers fell into which box: the boxes lying down, bars above, one's own box lit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.picture import Picture, box, half, pen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPainter

    from ui.widgets.data import Bar


class Histogram(Picture):
    """Bars over boxes; arrow keys walk them and read them out."""

    def __init__(
        self, name: str, text: str, bars: Sequence[Bar], own: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, text, parent)
        self._bars = tuple(bars)
        self._own = own
        self._at: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(48) * max(1, len(self._bars)), fonts.px(140))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(28) * max(1, len(self._bars)), fonts.px(140))

    def draw(self, painter: QPainter) -> None:  # noqa: D102
        worn = scheme.tokens()
        pitch = min(self.width() / max(1, len(self._bars)), fonts.px(64))
        caption, size = fonts.line(Type.CAPTION), fonts.px(14)
        ground = self.height() - caption - size - fonts.px(10)
        top = max((bar.amount for bar in self._bars), default=0)
        painter.setPen(pen(worn.control))
        painter.drawLine(QPointF(0, half(ground)), QPointF(pitch * len(self._bars), half(ground)))
        for number, bar in enumerate(self._bars):
            left = number * pitch
            room = ground - caption - fonts.px(6)
            tall = max(0.0, bar.amount) / top * room if top > 0 else 0.0
            own = number == self._own
            column = QRectF(left + pitch * 0.18, ground - tall, pitch * 0.64, tall)
            painter.fillRect(column, QColor(worn.accent if own else worn.control))
            place = QRectF(left + (pitch - size) / 2, ground + fonts.px(5), size, size)
            box(painter, place, own)
            painter.setFont(fonts.font(Type.CAPTION, SEMIBOLD if own or number == self._at else None))
            painter.setPen(QColor(worn.text if own or number == self._at else worn.text2))
            below = QRectF(left - 4, place.bottom() + fonts.px(2), pitch + 8, caption)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, bar.label)
            if number == self._at and self.hasFocus():
                painter.setPen(pen(worn.accent, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(left + 2, 3, pitch - 4, self.height() - 6), 4, 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        last = len(self._bars) - 1
        now = -1 if self._at is None else self._at
        moves = {
            Qt.Key.Key_Right: now + 1,
            Qt.Key.Key_Left: now - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if self._bars and key in moves:
            self._at = min(max(0, moves[key]), last)
            self.say(self._bars[self._at].words)
            self.update()
        else:
            super().keyPressEvent(event)
