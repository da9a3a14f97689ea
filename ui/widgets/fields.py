"""The fields of the sealed body: what each of them is, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme import fonts, scheme
from ui.theme.fonts import SEMIBOLD, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from ui.widgets.data import Field


class FieldList(QListWidget):
    """The fields, each with its range and a sentence; a real list to assistive technology."""

    chosen = Signal(str)
    fitted = Signal()
    """It is as tall as its fields again."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(_FieldLook(self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.currentItemChanged.connect(self._current_changed)

    def show_fields(self, fields: Sequence[Field]) -> None:
        """Other fields from now on; none is chosen."""
        self.blockSignals(True)
        self.clear()
        for field in fields:
            item = QListWidgetItem(field.title)
            item.setData(Qt.ItemDataRole.UserRole, field)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{field.title}, {field.range}. {field.text}")
            self.addItem(item)
        self.blockSignals(False)
        self._fit()

    def choose(self, id_: str) -> None:
        """Choose from the program; nothing is told."""
        for number in range(self.count()):
            field: Field = self.item(number).data(Qt.ItemDataRole.UserRole)
            if field.id == id_ and self.currentRow() != number:
                self.blockSignals(True)
                self.setCurrentRow(number)
                self.blockSignals(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(150), fonts.px(80))

    def _fit(self) -> None:
        self.scheduleDelayedItemsLayout()
        tall = sum(self.sizeHintForRow(number) for number in range(self.count()))
        tall = max(tall, fonts.px(50))
        if tall != self.height():
            self.setFixedHeight(tall)
            self.fitted.emit()

    def _current_changed(self, now: QListWidgetItem | None, _: QListWidgetItem | None) -> None:
        if now is not None:
            field: Field = now.data(Qt.ItemDataRole.UserRole)
            self.chosen.emit(field.id)


class _FieldLook(QStyledItemDelegate):
    """Title and range in a line, or in two where one has no room for both; the sentence below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        field: Field = index.data(Qt.ItemDataRole.UserRole)
        view = self.parent()
        width = view.maximumViewportSize().width() if isinstance(view, QListWidget) else 300
        found = fonts.metrics(Type.CAPTION).boundingRect(
            0, 0, max(60, width - fonts.px(36)), 10_000, Qt.TextFlag.TextWordWrap, field.text
        )
        above = fonts.line(Type.BODY) + self._further(field, width - fonts.px(34))
        return QSize(fonts.px(100), above + found.height() + fonts.px(14))

    def _further(self, field: Field, room: float) -> int:
        """What it is higher where the range has a line of its own, and a long title another."""
        title = fonts.metrics(Type.BODY, SEMIBOLD).horizontalAdvance(field.title)
        both = title + fonts.px(8) + fonts.metrics(Type.CAPTION).horizontalAdvance(field.range)
        return 0 if both <= room else fonts.line(Type.CAPTION) + fonts.line(Type.BODY) * (title > room)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        worn, px = scheme.tokens(), fonts.px
        field: Field = index.data(Qt.ItemDataRole.UserRole)
        place = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        view = option.widget
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, QColor(worn.tint if selected else worn.hover))
        from_right = view is not None and view.isRightToLeft()
        if selected:
            edge = place.right() - 3 if from_right else place.left()
            painter.fillRect(QRectF(edge, place.top(), 3, place.height()), QColor(worn.accent))
        inner = place.adjusted(px(18), px(7), -px(16), -px(5))
        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if view is not None:
            painter.setLayoutDirection(view.layoutDirection())
        further = self._further(field, inner.width())
        wide = 0 if further else fonts.metrics(Type.CAPTION).horizontalAdvance(field.range) + px(4)
        above = fonts.line(Type.BODY) + max(0, further - fonts.line(Type.CAPTION))
        line = QRectF(inner.left(), inner.top(), inner.width(), above)
        painter.setFont(fonts.font(Type.BODY, SEMIBOLD))
        painter.setPen(QColor(worn.text))
        title = line.adjusted(wide if from_right else 0, 0, 0 if from_right else -wide, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(title, int(start | middle | Qt.TextFlag.TextWordWrap), field.title)
        painter.setFont(fonts.font(Type.CAPTION))
        painter.setPen(QColor(worn.text2))
        if further:
            line.moveTop(line.bottom())
            line.setHeight(fonts.line(Type.CAPTION))
        painter.drawText(line, int((start if further else end) | middle), field.range)
        below = inner.adjusted(0, fonts.line(Type.BODY) + further, 0, 0)
        painter.drawText(below, int(start | Qt.TextFlag.TextWordWrap), field.text)
        if selected and view is not None and view.hasFocus():
            painter.setPen(QColor(worn.accent))
            painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
