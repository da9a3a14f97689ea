"""The sealed body, byte by byte, with each field labelled: from the bytes to the field, and back."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextEdit,
    QWidget,
)

from ui.theme import fonts, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.cards import Card

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent

    from ui.widgets.data import Field

ROW = 16
HEAD, TAIL = 13, 13
"""Rows that are shown of a long body before a person asks for all."""
_OFFSET = 8
"""Characters before the first byte: six for the offset, two blanks."""


class HexView(QPlainTextEdit):
    """Read-only text, 16 bytes a line, always left to right. Arrow keys walk bytes; a click chooses."""

    chosen = Signal(str)
    """A field's id, when a person points at another."""
    completed = Signal()
    """All bytes are shown now."""

    def __init__(self, name: str, more: str, parent: QWidget | None = None) -> None:
        """`more`: what stands for the rows that are left out, with {} for their number of bytes."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("plain", True)
        self.setReadOnly(True)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFont(fonts.font(Type.FIXED))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self.document().setDocumentMargin(0)
        self._more = more
        self._body, self._fields = b"", ()  # type: tuple[bytes, tuple[Field, ...]]
        self._rows: list[int | None] = []
        self._byte = 0
        self._hovered: str | None = None
        self._whole = False

    def show_body(self, body: bytes, fields: Sequence[Field]) -> None:
        """Another body; long ones show their two ends at first."""
        self._body, self._fields, self._byte = body, tuple(fields), 0
        self._whole = len(body) <= ROW * (HEAD + TAIL + 4)
        self._write()

    @property
    def is_whole(self) -> bool:
        """Whether all bytes are shown."""
        return self._whole

    def show_all(self) -> None:
        """Show the rows that were left out, too."""
        self._whole = True
        self._write()
        self.completed.emit()

    def field(self) -> Field | None:
        """The field that is chosen."""
        return self.field_at(self._byte)

    def field_at(self, byte: int) -> Field | None:
        """The field that holds a byte."""
        for field in self._fields:
            if field.first <= byte < field.first + field.size:
                return field
        return None

    def choose(self, id_: str) -> None:
        """Choose a field from the program; nothing is told."""
        field = next(field for field in self._fields if field.id == id_)
        if self.field() != field:
            self._byte = field.first
        self._mark()

    def hover(self, id_: str | None) -> None:
        """Show lightly where a field lies."""
        if id_ != self._hovered:
            self._hovered = id_
            self._mark()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        advance = fonts.metrics(Type.FIXED).horizontalAdvance("0")
        rows = max(1, len(self._rows))
        return QSize(advance * (_OFFSET + 3 * ROW) + 4, rows * fonts.metrics(Type.FIXED).lineSpacing() + 4)

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        moves = {
            Qt.Key.Key_Right: self._byte + 1,
            Qt.Key.Key_Left: self._byte - 1,
            Qt.Key.Key_Down: self._byte + ROW,
            Qt.Key.Key_Up: self._byte - ROW,
            Qt.Key.Key_Home: self._byte - self._byte % ROW,
            Qt.Key.Key_End: self._byte - self._byte % ROW + ROW - 1,
        }
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and key in moves and self._body:
            to = moves[key]
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and not 0 <= to < len(self._body):
                to = self._byte
            self._go(min(max(0, to), len(self._body) - 1))
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        super().mouseMoveEvent(event)
        byte = self._byte_under(event)
        found = None if byte is None else self.field_at(byte)
        self.hover(None if found is None else found.id)
        self.viewport().setToolTip("" if found is None else f"{found.title} ({found.range})")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        super().mousePressEvent(event)
        byte = self._byte_under(event)
        if byte is not None:
            self._go(byte)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().leaveEvent(event)
        self.hover(None)

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_fields"):
            self._mark()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        super().focusInEvent(event)
        self._mark()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        super().focusOutEvent(event)
        self._mark()

    def _go(self, byte: int) -> None:
        before = self.field()
        self._byte = byte
        if self._line_of(byte) is None:
            self.show_all()
        self._mark()
        found = self.field()
        if found is not None and found != before:
            self.chosen.emit(found.id)

    def _write(self) -> None:
        rows = -(-len(self._body) // ROW)
        numbers: list[int | None] = list(range(rows))
        if not self._whole:
            numbers = [*range(HEAD), None, *range(rows - TAIL, rows)]
        self._rows = numbers
        lines = []
        locale = self.locale()
        for number in numbers:
            if number is None:
                hidden = (rows - HEAD - TAIL) * ROW
                more = self._more.format(locale.toString(hidden))
                lines.append(f"{'…':>6}  {textwrap.shorten(more, ROW * 3 - 1, placeholder=' …')}")
                continue
            part = self._body[number * ROW : (number + 1) * ROW]
            lines.append(f"{locale.toString(number * ROW):>6}  {part.hex(' ')}")
        self.setPlainText("\n".join(lines))
        self.setFixedHeight(self.sizeHint().height())
        self.updateGeometry()
        self._mark()

    def _line_of(self, byte: int) -> int | None:
        row = byte // ROW
        if self._whole or row < HEAD:
            return row
        hidden = -(-len(self._body) // ROW) - HEAD - TAIL
        return None if row < HEAD + hidden else row - hidden + 1

    def _byte_under(self, event: QMouseEvent) -> int | None:
        cursor = self.cursorForPosition(event.position().toPoint())
        column, line = cursor.positionInBlock() - _OFFSET, cursor.blockNumber()
        if column < 0 or line >= len(self._rows) or column >= ROW * 3:
            return None
        row = self._rows[line]
        byte = None if row is None else row * ROW + column // 3
        return byte if byte is not None and byte < len(self._body) else None

    def _mark(self) -> None:
        worn, chosen = scheme.tokens(), self.field()
        found: list[QTextEdit.ExtraSelection] = []
        for line, row in enumerate(self._rows):
            start = self.document().findBlockByNumber(line).position()
            found.append(self._selection(start, start + 6, worn.text2, None))
            if row is None:
                length = self.document().findBlockByNumber(line).length()
                found.append(self._selection(start, start + length - 1, worn.text2, None))
                continue
            for number, field in enumerate(self._fields):
                first = max(field.first, row * ROW)
                last = min(field.first + field.size, (row + 1) * ROW, len(self._body)) - 1
                if first > last:
                    continue
                ground = worn.stripe if number % 2 == 0 else None
                ink = worn.text
                if chosen is not None and field.id == chosen.id:
                    ground, ink = worn.accent, worn.on_accent
                elif field.id == self._hovered:
                    ground = worn.tint
                at = start + _OFFSET + (first - row * ROW) * 3
                found.append(self._selection(at, at + (last - first) * 3 + 2, ink, ground))
        line_of = self._line_of(self._byte)
        if self.hasFocus() and line_of is not None and self._body:
            start = self.document().findBlockByNumber(line_of).position() + _OFFSET + self._byte % ROW * 3
            found.append(self._selection(start, start + 2, worn.accent, worn.surface))
        self.setExtraSelections(found)
        if chosen is not None:
            self.setAccessibleDescription(f"{chosen.title}, {chosen.range}. {chosen.text}")

    def _selection(self, first: int, end: int, ink: str, ground: str | None) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(first)
        cursor.setPosition(min(end, self.document().characterCount() - 1), QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setForeground(QColor(ink))
        if ground is not None:
            look.setBackground(QColor(ground))
        made.cursor, made.format = cursor, look
        return made


class FieldList(QListWidget):
    """The fields, each with its range and a sentence; a real list to assistive technology."""

    chosen = Signal(str)

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
        return QSize(fonts.px(260), fonts.px(80))

    def _fit(self) -> None:
        self.scheduleDelayedItemsLayout()
        tall = sum(self.sizeHintForRow(number) for number in range(self.count()))
        self.setFixedHeight(max(tall, fonts.px(50)))

    def _current_changed(self, now: QListWidgetItem | None, _: QListWidgetItem | None) -> None:
        if now is not None:
            field: Field = now.data(Qt.ItemDataRole.UserRole)
            self.chosen.emit(field.id)


class _FieldLook(QStyledItemDelegate):
    """Title and range in a line, the sentence below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        field: Field = index.data(Qt.ItemDataRole.UserRole)
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListWidget) else 300
        found = fonts.metrics(Type.CAPTION).boundingRect(
            0, 0, max(60, width - fonts.px(36)), 10_000, Qt.TextFlag.TextWordWrap, field.text
        )
        return QSize(fonts.px(100), fonts.line(Type.BODY) + found.height() + fonts.px(14))

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
        wide = fonts.metrics(Type.CAPTION).horizontalAdvance(field.range) + px(4)
        line = QRectF(inner.left(), inner.top(), inner.width(), fonts.line(Type.BODY))
        painter.setFont(fonts.font(Type.BODY, SEMIBOLD))
        painter.setPen(QColor(worn.text))
        title = line.adjusted(wide if from_right else 0, 0, 0 if from_right else -wide, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        shown = painter.fontMetrics().elidedText(field.title, Qt.TextElideMode.ElideRight, int(title.width()))
        painter.drawText(title, int(start | middle), shown)
        painter.setFont(fonts.font(Type.CAPTION))
        painter.setPen(QColor(worn.text2))
        painter.drawText(line, int(end | middle), field.range)
        below = inner.adjusted(0, fonts.line(Type.BODY), 0, 0)
        painter.drawText(below, int(start | Qt.TextFlag.TextWordWrap), field.text)
        if selected and view is not None and view.hasFocus():
            painter.setPen(QColor(worn.accent))
            painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))


class SealedView(QWidget):
    """The bytes on a card, the fields on another; one below the other where the page is narrow."""

    chosen = Signal(str)
    """A field's id."""

    def __init__(
        self,
        bytes_name: str,
        fields_name: str,
        more: str,
        show_all: str,
        parent: QWidget | None = None,
    ) -> None:
        """`more`: "{} more bytes, all random-looking."; `show_all`: the button that shows them."""
        super().__init__(parent)
        self.bytes = HexView(bytes_name, more)
        self.fields = FieldList(fields_name)
        self.all = QPushButton(show_all)
        self.all.setProperty("kind", "link")
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(fonts.px(24))
        left, right = Card(), Card()
        left.body.addWidget(self.bytes, 0, Qt.AlignmentFlag.AlignLeft)
        left.body.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)
        left.body.addStretch(1)
        right.body.setContentsMargins(1, fonts.px(8), 1, fonts.px(8))
        right.body.addWidget(self.fields)
        right.body.addStretch(1)
        self._line.addWidget(left)
        self._line.addWidget(right, 1)
        self.all.clicked.connect(self._show_all)
        self.bytes.chosen.connect(self._from_bytes)
        self.bytes.completed.connect(self.all.hide)
        self.fields.chosen.connect(self._from_fields)

    def show_body(self, body: bytes, fields: Sequence[Field], current: str | None = None) -> None:
        """Another body; `current` is the field that is chosen at first."""
        self.bytes.show_body(body, fields)
        self.fields.show_fields(fields)
        self.all.setVisible(not self.bytes.is_whole)
        if current is not None:
            self.choose(current)

    def choose(self, id_: str) -> None:
        """Choose a field from the program; nothing is told."""
        self.bytes.choose(id_)
        self.fields.choose(id_)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        narrow = self.width() < fonts.px(measures.TWO_COLUMNS - 2 * measures.MARGIN - 100)
        self._line.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    def _show_all(self) -> None:
        self.bytes.show_all()
        self.bytes.setFocus()

    def _from_bytes(self, id_: str) -> None:
        self.fields.choose(id_)
        self.chosen.emit(id_)

    def _from_fields(self, id_: str) -> None:
        self.bytes.choose(id_)
        self.chosen.emit(id_)
