"""What Qt's layouts lack: one that sets its widgets like words, and the emptying of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPixmap, QRegion
from PySide6.QtWidgets import QLayout, QLayoutItem

from ui.theme import fonts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def empty(layout: QLayout) -> None:
    """Take everything out; its widgets are gone from sight at once, and for good in a turn or two."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def laid_out(widget: QWidget, width: int) -> None:
    """Have a widget that is not seen yet, and stands in no layout, laid out as wide as it will be.

    What a layout asks its widgets for they remember, so that showing it takes less long.
    """
    widget.resize(width, widget.heightForWidth(width))
    dot = QPixmap(1, 1)
    widget.render(dot, QPoint(), QRegion(0, 0, 1, 1))  # Qt lays out, and paints a corner that nobody sees


class Flowing(QLayout):
    """Like words: left to right (or right to left), a new line where the width ends.

    `ends`: the last widget stands at the line's far end, unless it has a line to itself.
    """

    def __init__(self, parent: QWidget, gap: int = 16, line_gap: int = 8, *, ends: bool = False) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._items: list[QLayoutItem] = []
        self._gap = fonts.px(gap)
        self._line_gap = fonts.px(line_gap)
        self._ends = ends

    def addItem(self, item: QLayoutItem) -> None:  # noqa: D102, N802
        self._items.append(item)

    def count(self) -> int:  # noqa: D102
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: D102, N802
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: D102, N802
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: D102, N802
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: D102, N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102, N802
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        hints = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(hint.width() for hint in hints) + self._gap * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:  # noqa: D102, N802
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:  # noqa: D102, N802
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def _arrange(self, place: QRect, move: bool) -> int:
        parent = self.parentWidget()
        from_right = parent is not None and parent.isRightToLeft()
        x, y, tall = 0, 0, 0
        shown = [item for item in self._items if not item.isEmpty()]
        for item in shown:
            size = item.sizeHint().boundedTo(QSize(max(place.width(), item.minimumSize().width()), 1 << 20))
            if x and x + size.width() > place.width():
                x, y, tall = 0, y + tall + self._line_gap, 0
            if self._ends and x and item is shown[-1]:
                x = max(x, place.width() - size.width())
            if move:
                left = place.width() - x - size.width() if from_right else x
                item.setGeometry(QRect(place.topLeft() + QPoint(left, y), size))
            x += size.width() + self._gap
            tall = max(tall, size.height())
        return y + tall
