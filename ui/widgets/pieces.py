"""The two pieces of one question's numbers, as a table of real cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ui.theme import fonts, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

_GROUP = 8
"""Digits between blanks, where a long number may break."""
_PADDING = 14
"""What a cell has at each side, at least."""
_HEAD_PADDING = 9
"""What a head has at each side: ui.theme.style."""
_HYPHEN = "\u00ad"
"""Where a word may break, and then shows a hyphen."""


class _Tinted(QStyledItemDelegate):
    """Paints an item's ground, which a style sheet leaves out."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if ground is not None:
            painter.fillRect(option.rect, ground)
        super().paint(painter, option, index)


class PiecesTable(QTableWidget):
    """Columns: the answer, what each operator gets, both added. The row that is the answer is tinted.

    Always as tall as its rows: the page scrolls, not the table.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self._group = _GROUP
        self._heads: tuple[str, ...] = ()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(_Tinted(self))
        self.verticalHeader().hide()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        )
        head.setMinimumSectionSize(fonts.px(40))
        for column, mode in enumerate(
            (
                QHeaderView.ResizeMode.ResizeToContents,
                QHeaderView.ResizeMode.Stretch,
                QHeaderView.ResizeMode.Stretch,
                QHeaderView.ResizeMode.ResizeToContents,
            )
        ):
            head.setSectionResizeMode(column, mode)

    def show_pieces(
        self, name: str, heads: Sequence[str], rows: Sequence[tuple[str, str, str, int]], text: str = ""
    ) -> None:
        """Rows: (the answer, the first operator's digits, the second's, both added)."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(text)
        self._heads = tuple(heads)
        self.setHorizontalHeaderLabels(list(heads))
        last = self.horizontalHeaderItem(3)
        if last is not None:  # above its figures
            last.setTextAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self.setRowCount(len(rows))
        for number, (answer, first, second, added) in enumerate(rows):
            digits_of = (_grouped(piece, self._group) for piece in (first, second))
            for column, words in enumerate((answer, *digits_of, str(added))):
                item = QTableWidgetItem(words)
                digits = column in (1, 2)
                weight = SEMIBOLD if added and not digits else None
                item.setFont(fonts.font(Type.FIXED if digits else Type.DENSE, weight))
                side = Qt.AlignmentFlag.AlignTrailing if column == 3 else Qt.AlignmentFlag.AlignLeading
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                if digits:
                    item.setData(Qt.ItemDataRole.AccessibleTextRole, words.replace(" ", ""))
                self.setItem(number, column, item)
        self._tint()
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(480), self._tall())

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(180), fonts.px(60))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        worn = scheme.tokens()
        for row in range(self.rowCount()):
            cells = [item for column in range(4) if (item := self.item(row, column)) is not None]
            lit = len(cells) == 4 and cells[3].text() == "1"
            for column, item in enumerate(cells):
                item.setData(Qt.ItemDataRole.BackgroundRole, QBrush(QColor(worn.tint)) if lit else None)
                ink = (
                    worn.accent if lit and column == 3 else worn.text if lit or 0 < column < 3 else worn.text2
                )
                item.setForeground(QColor(ink))

    def _share_width(self) -> None:
        """Where there is hardly any room the answer's words wrap, so that no digit is left out."""
        head = self.horizontalHeader()
        tight = self.width() < fonts.px(measures.TIGHT)
        modes = QHeaderView.ResizeMode
        head.setSectionResizeMode(0, modes.Fixed if tight else modes.ResizeToContents)
        if tight:
            rest = self.maximumViewportSize().width() - head.sectionSize(3)
            group = next((n for n in (_GROUP, _GROUP // 2) if rest - self._digits(n) >= fonts.px(90)), 4)
            longest = min(self._longest(), rest - self._digits(group))
            self.setColumnWidth(0, max(fonts.px(40), longest))
            self._break(group)
        else:
            self._break(_GROUP)

    def _longest(self) -> int:
        """The width that the first column needs for its longest word: the rest is for the pieces' heads."""
        metrics = fonts.metrics(Type.DENSE, SEMIBOLD)
        cells = (self.item(row, 0) for row in range(self.rowCount()))
        texts = [*self._heads[:1], *(cell.text() for cell in cells if cell is not None)]
        words = [word for text in texts for word in text.split(" ")]
        return max(map(metrics.horizontalAdvance, words), default=0) + 2 * _PADDING

    def _hyphenate(self) -> None:
        """Let a head's word break where it is wider than its column: it would be cut off."""
        head = self.horizontalHeader()
        for column, words in enumerate(self._heads):
            item = self.horizontalHeaderItem(column)
            if item is None:
                continue
            room = head.sectionSize(column) - 2 * _HEAD_PADDING - 1
            shown = " ".join(_breakable(word, head.fontMetrics(), room) for word in words.split(" "))
            if shown != item.text():
                item.setText(shown)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, words)

    def _digits(self, group: int) -> int:
        """The width of both pieces' columns, where a line has so many digits."""
        return 2 * (group * fonts.metrics(Type.FIXED).horizontalAdvance("0") + 2 * _PADDING)

    def _break(self, group: int) -> None:
        if group != self._group:
            self._group = group
            for row in range(self.rowCount()):
                for column in (1, 2):
                    item = self.item(row, column)
                    if item is not None:
                        item.setText(_grouped(item.text().replace(" ", ""), group))

    def _fit(self) -> None:
        self._share_width()
        self._hyphenate()
        self.resizeRowsToContents()
        head = self.horizontalHeader()
        digits = 35 * fonts.metrics(Type.FIXED).horizontalAdvance("0") + fonts.px(14)
        more = fonts.px(8) if min(head.sectionSize(1), head.sectionSize(2)) < digits else 0
        for row in range(self.rowCount()):  # two lines of digits keep clear of their neighbours
            self.setRowHeight(row, max(fonts.px(26), self.rowHeight(row) + more))
        self.horizontalHeader().setFixedHeight(self._head_height())
        self.setFixedHeight(self._tall())

    def _head_height(self) -> int:
        """As tall as the tallest head, wrapped; a header view knows lines that are given only."""
        head = self.horizontalHeader()
        hint, metrics = head.sizeHint().height(), head.fontMetrics()
        tall = metrics.height()
        for column in range(self.columnCount()):
            item = self.horizontalHeaderItem(column)
            width = head.sectionSize(column) - fonts.px(12)
            words = "" if item is None else item.text()
            found = metrics.boundingRect(0, 0, width, 9999, Qt.TextFlag.TextWordWrap, words)
            tall = max(tall, found.height())
        return hint - metrics.height() + tall

    def _tall(self) -> int:
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        return self._head_height() + rows + 2 * self.frameWidth() + 4


def _breakable(word: str, metrics: QFontMetrics, room: int) -> str:
    """A word with soft hyphens where it has to break to fit; as it is where it fits."""
    if metrics.horizontalAdvance(word) <= room:
        return word
    parts, part = [], ""
    for letter in word:
        if part and metrics.horizontalAdvance(f"{part}{letter}-") > room:
            parts.append(part)
            part = ""
        part += letter
    return _HYPHEN.join([*parts, part])


def _grouped(digits: str, group: int) -> str:
    return " ".join(digits[at : at + group] for at in range(0, len(digits), group))
