"""The report as zeros and ones, a group for each question."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme import fonts, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.picture import Picture, brush, ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from ui.widgets.data import BitGroup


class BitsView(Picture):
    """Always left to right. Arrow keys walk the questions (`followed`), as does a click."""

    followed = Signal(str)
    """A metric's id."""

    def __init__(
        self,
        name: str,
        text: str,
        groups: Sequence[BitGroup] = (),
        current: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, text, parent)
        self._groups = tuple(groups)
        self._current = next((n for n, group in enumerate(self._groups) if group.id == current), 0)
        self._hovered: int | None = None
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def follow(self, id_: str) -> None:
        """Follow a question from the program; nothing is told."""
        self._current = next((n for n, group in enumerate(self._groups) if group.id == id_), self._current)
        self.update()

    def current(self) -> BitGroup | None:
        """The question that is followed."""
        return self._groups[self._current] if self._groups else None

    def hasHeightForWidth(self) -> bool:  # noqa: D102, N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102, N802
        rows = self._places(width)
        return (int(rows[-1].bottom()) if rows else 0) + fonts.px(4)

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        width = max(self.width(), fonts.px(480))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(160), fonts.px(30))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def draw(self, painter: QPainter) -> None:  # noqa: D102
        worn = scheme.tokens()
        advance = _advance()
        plain, heavy = fonts.font(Type.FIXED), fonts.font(Type.FIXED, SEMIBOLD)
        for number, (group, place) in enumerate(zip(self._groups, self._places(self.width()), strict=True)):
            if number in (self._current, self._hovered):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(worn.tint if number == self._current else worn.hover))
                painter.drawRoundedRect(place.adjusted(-3, 0, 3, 0), 3, 3)
                if number == self._current and self.hasFocus():
                    ring(painter, place.adjusted(-4, -1, 4, 1), 3)
            baseline = place.top() + (place.height() + fonts.metrics(Type.FIXED).capHeight()) / 2
            for bit, figure in enumerate(group.bits):
                lit = figure == "1"
                painter.setFont(heavy if lit else plain)
                painter.setPen(QColor(worn.accent if lit else worn.text2))
                painter.drawText(QPointF(place.left() + bit * advance, baseline), figure)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        self.draw(painter)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        last = len(self._groups) - 1
        moves = {
            Qt.Key.Key_Right: self._current + 1,
            Qt.Key.Key_Left: self._current - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if self._groups and key in moves:
            self._follow(min(max(0, moves[key]), last))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        number = self._under(event.position())
        if number is not None:
            self._follow(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        self._hover(self._under(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().leaveEvent(event)
        self._hover(None)

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.ToolTip:
            told = cast("QHelpEvent", event)
            number = self._under(QPointF(told.pos()))
            QToolTip.showText(told.globalPos(), "" if number is None else self._groups[number].words, self)
            return True
        return super().event(event)

    def _hover(self, number: int | None) -> None:
        if number != self._hovered:
            self._hovered = number
            self.update()

    def _follow(self, number: int) -> None:
        self._current = number
        self.say(self._groups[number].words)
        self.update()
        self.followed.emit(self._groups[number].id)

    def _places(self, width: float) -> list[QRectF]:
        advance, line = _advance(), fonts.line(Type.FIXED) + fonts.px(3)
        x, y, found = 4.0, 2.0, []
        for group in self._groups:
            wide = len(group.bits) * advance
            if x > 4 and x + wide > width - 4:
                x, y = 4.0, y + line
            found.append(QRectF(x, y, wide, line - 1))
            x += wide + advance
        return found

    def _under(self, position: QPointF) -> int | None:
        for number, place in enumerate(self._places(self.width())):
            if place.adjusted(-4, 0, 4, 1).contains(position):
                return number
        return None


def _advance() -> float:
    return float(fonts.metrics(Type.FIXED).horizontalAdvance("0"))
