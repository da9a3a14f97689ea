"""The shoal: healthy checks swim in rank; what needs a person has left their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme import fonts, icons
from ui.widgets.picture import Picture, brush, ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent

    from ui.widgets.data import Fish

_ONE_RANK = 10


class ShoalStrip(Picture):
    """A category's checks as fish. One tab stop; arrow keys move, Enter or a click opens (`opened`)."""

    opened = Signal(str)
    """The id of a fish."""

    def __init__(
        self, name: str, text: str, fish: Sequence[Fish] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(name, text, parent)
        self._fish = tuple(fish)
        self._current = 0
        self._text = text
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_fish(self, name: str, text: str, fish: Sequence[Fish]) -> None:
        """Other fish from now on."""
        self._fish, self._text = tuple(fish), text
        self._current = min(self._current, max(0, len(self._fish) - 1))
        self.describe(name, text)
        self.updateGeometry()
        self.update()

    def current(self) -> Fish | None:
        """The fish that the keyboard points at."""
        return self._fish[self._current] if self._fish else None

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        ranks = self._ranks()
        shift = 0.5 if ranks > 1 else 0
        return QSize(
            round((self._columns() + shift) * fonts.px(22)),
            ranks * fonts.px(17) + fonts.px(4) if ranks else 0,
        )

    def draw(self, painter: QPainter) -> None:  # noqa: D102
        for number, fish in enumerate(self._fish):
            icons.paint(painter, f"verdict-{fish.verdict}", self._place(number))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        self.draw(painter)
        if self.hasFocus() and self._fish:
            grown = self._place(self._current).adjusted(-3, -3, 3, 3)
            ring(painter, grown.intersected(QRectF(self.rect())), 4)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        if not self._fish:
            return super().keyPressEvent(event)
        ahead = -1 if self.isRightToLeft() else 1
        columns, last = self._columns(), len(self._fish) - 1
        moves = {
            Qt.Key.Key_Right: self._current + ahead,
            Qt.Key.Key_Left: self._current - ahead,
            Qt.Key.Key_Down: self._current + columns if self._current + columns <= last else self._current,
            Qt.Key.Key_Up: self._current - columns if self._current >= columns else self._current,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self._fish[self._current].id)
        elif key in moves:
            self._current = min(max(0, moves[key]), last)
            self.say(f"{self._fish[self._current].words}")
            self.update()
        else:
            return super().keyPressEvent(event)
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        number = self._at(event.position())
        if number is not None:
            self._current = number
            self.update()
            self.opened.emit(self._fish[number].id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        number = self._at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if number is None else Qt.CursorShape.PointingHandCursor)

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.ToolTip:
            told = cast("QHelpEvent", event)
            number = self._at(QPointF(told.pos()))
            QToolTip.showText(told.globalPos(), "" if number is None else self._fish[number].words, self)
            return True
        return super().event(event)

    def _ranks(self) -> int:
        return 0 if not self._fish else 1 if len(self._fish) <= _ONE_RANK else 2

    def _columns(self) -> int:
        return -(-len(self._fish) // max(1, self._ranks()))

    def _place(self, number: int) -> QRectF:
        rank, column = divmod(number, max(1, self._columns()))
        left = column * fonts.px(22) + rank * fonts.px(11) + fonts.px(2)
        size = fonts.px(16)
        if self.isRightToLeft():
            left = self.width() - left - size
        return QRectF(left, rank * fonts.px(17) + fonts.px(2), size, size)

    def _at(self, position: QPointF) -> int | None:
        for number in range(len(self._fish)):
            if self._place(number).adjusted(-3, -1, 3, 1).contains(position):
                return number
        return None
