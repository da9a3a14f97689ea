"""A year of reports as one strip of weeks, or for daily reports seven ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme import fonts, icons, scheme
from ui.theme.fonts import Type
from ui.widgets.picture import Picture, brush, ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from ui.widgets.data import Cell


_EDGE = 5
"""Room for the ring of the first and the last period."""


class CalendarStrip(Picture):
    """Periods from old to new, always left to right. Arrow keys walk; Enter or a click picks (`picked`)."""

    picked = Signal(str)
    """The id of a cell."""

    def __init__(
        self,
        name: str,
        text: str,
        cells: Sequence[Cell] = (),
        current: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, text, parent)
        self._picked: str | None = None
        self.show_cells(name, text, cells, current)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_cells(self, name: str, text: str, cells: Sequence[Cell], current: str | None = None) -> None:
        """Other periods from now on; `current` is marked, and pointed at."""
        self.describe(name, text)
        self._cells = tuple(cells)
        self._columns = _columns(self._cells)
        self._ranks = max((cell.rank for cell in self._cells), default=0) + 1
        self._at = len(self._cells) - 1
        self.pick(current)
        self.updateGeometry()

    def pick(self, id_: str | None) -> None:
        """Mark a period from the program; nothing is told."""
        self._picked = id_
        self._at = next((n for n, cell in enumerate(self._cells) if cell.id == id_), self._at)
        self.update()

    def current(self) -> Cell | None:
        """The period that the keyboard points at."""
        return self._cells[self._at] if self._cells else None

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        rank = fonts.px(12 if self._ranks > 1 else 20)
        return QSize(fonts.px(600), self._ranks * rank + fonts.px(4) + fonts.line(Type.CAPTION))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(200), self.sizeHint().height())

    def draw(self, painter: QPainter) -> None:  # noqa: D102
        worn = scheme.tokens()
        for number, cell in enumerate(self._cells):
            place = self._place(number)
            icons.paint(painter, f"state-{cell.state}", place)
            if cell.id == self._picked:
                ring(painter, place.adjusted(-4, -4, 4, 4), 5)
        painter.setFont(fonts.font(Type.CAPTION))
        painter.setPen(QColor(worn.text2))
        end = -1.0
        baseline = self.height() - fonts.px(4)
        for number, cell in enumerate(self._cells):
            wide = fonts.metrics(Type.CAPTION).horizontalAdvance(cell.month)
            left = min(self._place(number).left() - fonts.px(_EDGE), self.width() - wide)
            if cell.month and left > end:
                painter.drawText(QPointF(left, baseline), cell.month)
                end = left + wide + fonts.px(8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        self.draw(painter)
        if self.hasFocus() and self._cells:
            ring(painter, self._place(self._at).adjusted(-4, -4, 4, 4), 5)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        last = len(self._cells) - 1
        moves = {
            Qt.Key.Key_Left: self._at - self._ranks,
            Qt.Key.Key_Right: self._at + self._ranks,
            Qt.Key.Key_Up: self._at - 1,
            Qt.Key.Key_Down: self._at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if self._ranks == 1:
            del moves[Qt.Key.Key_Up], moves[Qt.Key.Key_Down]
        key = Qt.Key(event.key())
        if self._cells and key in moves:
            self._at = min(max(0, moves[key]), last)
            self.say(self._cells[self._at].words)
            self.update()
        elif self._cells and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self._at)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        number = self._under(event.position())
        if number is not None:
            self._at = number
            self._pick(number)

    def event(self, event: QEvent) -> bool:  # noqa: D102
        if event.type() == QEvent.Type.ToolTip:
            told = cast("QHelpEvent", event)
            number = self._under(QPointF(told.pos()))
            QToolTip.showText(told.globalPos(), "" if number is None else self._cells[number].words, self)
            return True
        return super().event(event)

    def _pick(self, number: int) -> None:
        self._picked = self._cells[number].id
        self.update()
        self.picked.emit(self._cells[number].id)

    def _place(self, number: int) -> QRectF:
        columns = self._columns[-1] if self._columns else 0
        edge = fonts.px(_EDGE)
        largest = fonts.px(10 if self._ranks > 1 else 14)
        pitch = (self.width() - 2 * edge - largest) / max(1, columns)
        pitch = min(pitch, fonts.px(14 if self._ranks > 1 else 28))
        size = max(4.0, min(largest, pitch - 3))
        rank = fonts.px(12)
        top = self._cells[number].rank * rank if self._ranks > 1 else (fonts.px(20) - size) / 2
        return QRectF(edge + self._columns[number] * pitch, top + 1, size, size)

    def _under(self, position: QPointF) -> int | None:
        for number in range(len(self._cells)):
            if self._place(number).adjusted(-2, -4, 2, 4).contains(position):
                return number
        return None


def _columns(cells: Sequence[Cell]) -> tuple[int, ...]:
    """The column of each cell: a new one with each rank that is not below the one before."""
    found, column, before = [], -1, 99
    for cell in cells:
        column += cell.rank <= before
        before = cell.rank
        found.append(column)
    return tuple(found)
