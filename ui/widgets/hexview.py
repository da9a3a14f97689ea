"""The sealed body, byte by byte; the field that a byte belongs to is marked."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ui.theme import fonts, scheme
from ui.theme.fonts import Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

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
