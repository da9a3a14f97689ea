"""The report in plain words: a dense row for each question, with its boxes. One can be followed further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from ui.theme import fonts, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets import boxes
from ui.widgets.picture import brush, ring, turned
from ui.widgets.row import Row
from ui.widgets.texts import strong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from ui.widgets.data import Answer

_BOX = 10


class AnswerRow(Row):
    """Title, answer, boxes; checked: the one that is followed. No verdict, for a report carries none."""

    def __init__(self, answer: Answer, most: int, parent: QWidget | None = None) -> None:
        """`most`: the largest number of boxes among the rows, so that they stand in one column."""
        super().__init__(parent)
        self.answer = answer
        self._most = most
        self.setText(answer.title)
        self.setAccessibleName(answer.spoken)
        self._height: tuple[int, Answer, int] | None = None

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        width = fonts.px(440)
        return QSize(width, self.heightForWidth(max(self.width(), width)))

    def heightForWidth(self, width: int) -> int:  # noqa: D102, N802
        if self._height is None or self._height[0] != width or self._height[1] is not self.answer:
            self._height = (width, self.answer, self._tall(width))  # layouts ask again and again
        return self._height[2]

    def _is_stacked(self, width: float) -> bool:
        """Whether words and boxes stand below the title: beside them it would hardly have room."""
        return self._beside(width) < fonts.px(80)

    def _tall(self, width: int) -> int:
        room = self._title_room(width)
        found = fonts.metrics(Type.DENSE).boundingRect(
            0, 0, int(room), 10_000, Qt.TextFlag.TextWordWrap, self.answer.title
        )
        below = self._words_below(width).height() if self._is_stacked(width) else 0
        return max(fonts.px(measures.DENSE_ROW), found.height() + fonts.px(8)) + below

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        worn, answer, whole = scheme.tokens(), self.answer, QRectF(self.rect())
        self.ground(painter, 4)
        px, weight = fonts.px, SEMIBOLD if self.isChecked() else None
        colour = QColor(worn.text3 if answer.lit is None else worn.text)
        painter.setFont(fonts.font(Type.DENSE, weight))
        painter.setPen(colour)
        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        middle = Qt.AlignmentFlag.AlignVCenter
        room = self._title_room(self.width())
        if weight and fonts.metrics(Type.DENSE, weight).horizontalAdvance(answer.title) > room:
            painter.setFont(fonts.font(Type.DENSE))  # heavier it would need a line more, and move the others
        stacked = self._is_stacked(self.width())
        below = self._words_below(self.width()).height() + px(4) if stacked else self.height()
        title = turned(self, QRectF(px(8), 0, room, self.height() - (below if stacked else 0)))
        painter.drawText(title, int(start | middle | Qt.TextFlag.TextWordWrap), answer.title)
        painter.setFont(fonts.font(Type.DENSE, weight))
        row = boxes.width(self._most, px(_BOX))
        column = self.width() - px(8) - row
        first = px(8) if stacked else px(8) + room
        words = turned(self, QRectF(first, self.height() - below, column - px(14) - first, below))
        side = start | Qt.TextFlag.TextWordWrap if stacked else end | Qt.TextFlag.TextSingleLine
        painter.drawText(words, int(side | middle), answer.words)
        left = turned(self, QRectF(column, 0, row, 1)).left()
        top = self.height() - below + (below - px(_BOX)) // 2
        boxes.paint(painter, answer.boxes, answer.lit, left, top, px(_BOX))
        if self.hasFocus():
            ring(painter, whole, 4)
        painter.end()

    def _title_room(self, width: float) -> float:
        return width - fonts.px(8 + 8) if self._is_stacked(width) else self._beside(width)

    def _words_below(self, width: float) -> QRect:
        """The answer's words below the title, before the boxes; they may wrap."""
        room = int(width - fonts.px(8 + 8 + 14) - boxes.width(self._most, fonts.px(_BOX)))
        metrics = fonts.metrics(Type.DENSE, SEMIBOLD)
        return metrics.boundingRect(0, 0, room, 10_000, Qt.TextFlag.TextWordWrap, self.answer.words)

    def _beside(self, width: float) -> float:
        """The room for a title, its words and boxes beside it."""
        words = fonts.metrics(Type.DENSE, SEMIBOLD).horizontalAdvance(self.answer.words)
        row = boxes.width(self._most, fonts.px(_BOX))
        return width - row - words - fonts.px(8 + 14 + 8 + 12)


class AnswerList(QWidget):
    """A category's answers. Several lists that share `group` have one followed row among them all."""

    followed = Signal(str)
    """A metric's id."""

    def __init__(
        self,
        title: str,
        answers: Sequence[Answer],
        group: QButtonGroup,
        most: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = strong(title)
        head.setContentsMargins(fonts.px(8), 0, fonts.px(8), fonts.px(4))
        column.addWidget(head)
        self.rows: dict[str, AnswerRow] = {}
        for answer in answers:
            row = AnswerRow(answer, most)
            group.addButton(row)
            row.toggled.connect(lambda on, id_=answer.id: self._toggled(id_, on))
            self.rows[answer.id] = row
            column.addWidget(row)
        column.addStretch(1)

    def follow(self, id_: str) -> None:
        """Follow one from the program; nothing is told."""
        row = self.rows[id_]
        self.blockSignals(True)
        row.setChecked(True)
        self.blockSignals(False)

    def _toggled(self, id_: str, on: bool) -> None:
        if on:
            self.followed.emit(id_)
