"""Numbered stations on a line: the way from plain words to exact bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import fonts, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.picture import brush, half, pen
from ui.widgets.texts import Prose, Text

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

_NARROW = 480
"""Below, as with much larger text, the line gives its room to what stands beside it."""


class SpineStation(QWidget):
    """A number on the line, a title, a text, and below what the page adds to `body`."""

    def __init__(
        self, number: int, title: str, text: str = "", *, is_last: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._number, self._is_last = number, is_last
        self._is_narrow = False
        self.title = Text(title, Type.GROUP, wrap=True)
        self.text = Prose(text, width=measures.PROSE)
        self.body = QVBoxLayout(self)
        self._margins()
        self.body.setSpacing(fonts.px(4))
        self.body.addWidget(self.title)
        self.body.addWidget(self.text)
        self.text.setVisible(bool(text))  # not before it is here: alone it would be a window
        self.body.addSpacing(fonts.px(8))
        self.setAccessibleName(f"{number}. {title}")

    def say(self, text: str) -> None:
        """Another text below the title."""
        self.text.say(text)
        self.text.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._margins()

    def _margins(self) -> None:
        """Room for the line, on the side that the language starts at: a layout does not turn its margins."""
        bottom = 0 if self._is_last else fonts.px(40)
        beside, around = (fonts.px(36), 0) if self._is_narrow else (0, fonts.px(48))
        for item, room, high, low in ((self.title, beside, 0, 0), (self.body, around, fonts.px(2), bottom)):
            left, right = (0, room) if self.isRightToLeft() else (room, 0)
            item.setContentsMargins(left, high, right, low)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        narrow = self.width() < fonts.px(_NARROW)
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self._margins()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        worn, side = scheme.tokens(), fonts.px(28)
        left = self.width() - side if self.isRightToLeft() else 0
        middle = half(left + side / 2 - 1)
        top = 0 if self._number > 1 else side / 2
        bottom = self.height() - fonts.px(8) if self._is_last else self.height()
        painter.setPen(pen(worn.line, 2))
        if not self._is_narrow:
            painter.drawLine(QPointF(middle, top), QPointF(middle, bottom))
        place = QRectF(left + 1, 1, side - 2, side - 2)
        painter.setPen(pen(worn.accent, 2))
        painter.setBrush(QColor(worn.window))
        painter.drawEllipse(place)
        painter.setFont(fonts.font(Type.BODY, SEMIBOLD))
        painter.setPen(QColor(worn.accent))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), str(self._number))
        painter.end()
