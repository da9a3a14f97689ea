"""The sealed body, byte by byte; the field that a byte belongs to is marked."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ui.theme import fonts, scheme
from ui.theme.fonts import Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

    from ui.widgets.data import Field

ROWS = (16, 8, 4)
"""Bytes a line: the most that the width has room for."""
FEWEST = 27
"""Lines of a long body before a person asks for all: its two ends, and one for what is between."""
_AROUND = 4
"""Pixels that Qt needs beside the text."""


class HexView(QPlainTextEdit):
    """Read-only text, 16 bytes a line or fewer, left to right. Arrow keys walk bytes; a click chooses."""

    chosen = Signal(str)
    """A field's id, when a person points at another."""
    completed = Signal()
    """All bytes are shown now."""

    def __init__(self, name: str, more: str, parent: QWidget | None = None) -> None:
        """`more`: what stands for the rows that are left out, with {} for their number of bytes."""
        super().__init__(parent)
        self._own_viewport()
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
        self._row, self._lines = ROWS[0], FEWEST
        self._offset = 8
        """Characters before a line's first byte: its number, two blanks."""

    def _own_viewport(self) -> None:
        """Asked for the viewport that Qt made, the binding would first make every class that it knows."""
        viewport = QWidget(self)
        self.setViewport(viewport)
        self.document().documentLayout().setPaintDevice(viewport)  # it still knows the old one

    def show_body(self, body: bytes, fields: Sequence[Field]) -> None:
        """Another body; long ones show their two ends at first."""
        self._body, self._fields, self._byte = body, tuple(fields), 0
        self._whole = len(body) <= self._row * (self._lines + 3)
        self._write()

    def fit(self, width: int, height: int) -> None:
        """As many bytes a line as the width has room for; of a long body as many lines as the height has."""
        row = next((row for row in ROWS if self._wide(row) <= width), ROWS[-1])
        lines = max(FEWEST, int((height - _AROUND) / self._tall()))
        if (row, lines) != (self._row, self._lines):
            self._row, self._lines = row, lines
            if not self._whole:
                self._whole = len(self._body) <= row * (lines + 3)
                if self._whole:
                    self.completed.emit()
            self._write()

    def ends(self) -> tuple[int, int]:
        """How many lines of a long body's beginning are shown, and of its end."""
        head = self._lines // 2
        return head, self._lines - 1 - head

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
        return QSize(self._wide(self._row), math.ceil(max(1, len(self._rows)) * self._tall()) + _AROUND)

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(self._wide(ROWS[-1]), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        moves = {
            Qt.Key.Key_Right: self._byte + 1,
            Qt.Key.Key_Left: self._byte - 1,
            Qt.Key.Key_Down: self._byte + self._row,
            Qt.Key.Key_Up: self._byte - self._row,
            Qt.Key.Key_Home: self._byte - self._byte % self._row,
            Qt.Key.Key_End: self._byte - self._byte % self._row + self._row - 1,
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
        rows = -(-len(self._body) // self._row)
        numbers: list[int | None] = list(range(rows))
        head, tail = self.ends()
        if not self._whole:
            numbers = [*range(head), None, *range(rows - tail, rows)]
        self._rows = numbers
        lines = []
        locale = self.locale()
        wide = max(4, len(locale.toString(max(0, rows - 1) * self._row)))
        self._offset = wide + 2
        for number in numbers:
            if number is None:
                hidden = (rows - head - tail) * self._row
                more = self._more.format(locale.toString(hidden))
                lines.append(f"{'…':>{wide}}  {textwrap.shorten(more, self._row * 3 - 1, placeholder=' …')}")
                continue
            part = self._body[number * self._row : (number + 1) * self._row]
            lines.append(f"{locale.toString(number * self._row):>{wide}}  {part.hex(' ')}")
        self.setPlainText("\n".join(lines))
        self.setFixedHeight(self.sizeHint().height())
        self.updateGeometry()
        self._mark()

    def _wide(self, row: int) -> int:
        """The width of a line of so many bytes."""
        advance = fonts.metrics(Type.FIXED).horizontalAdvance("0")
        return advance * (self._offset + 3 * row) + _AROUND

    def _tall(self) -> float:
        """The height of a line: of much larger text no whole number."""
        return QFontMetricsF(self.font()).lineSpacing()

    def _line_of(self, byte: int) -> int | None:
        row = byte // self._row
        head, tail = self.ends()
        if self._whole or row < head:
            return row
        hidden = -(-len(self._body) // self._row) - head - tail
        return None if row < head + hidden else row - hidden + 1

    def _byte_under(self, event: QMouseEvent) -> int | None:
        cursor = self.cursorForPosition(event.position().toPoint())
        column, line = cursor.positionInBlock() - self._offset, cursor.blockNumber()
        if column < 0 or line >= len(self._rows) or column >= self._row * 3:
            return None
        row = self._rows[line]
        byte = None if row is None else row * self._row + column // 3
        return byte if byte is not None and byte < len(self._body) else None

    def _mark(self) -> None:
        worn, chosen = scheme.tokens(), self.field()
        found: list[QTextEdit.ExtraSelection] = []
        for line, row in enumerate(self._rows):
            start = self.document().findBlockByNumber(line).position()
            found.append(self._selection(start, start + self._offset - 2, worn.text2, None))
            if row is None:
                length = self.document().findBlockByNumber(line).length()
                found.append(self._selection(start, start + length - 1, worn.text2, None))
                continue
            for number, field in enumerate(self._fields):
                first = max(field.first, row * self._row)
                last = min(field.first + field.size, (row + 1) * self._row, len(self._body)) - 1
                if first > last:
                    continue
                ground = worn.stripe if number % 2 == 0 else None
                ink = worn.text
                if chosen is not None and field.id == chosen.id:
                    ground, ink = worn.accent, worn.on_accent
                elif field.id == self._hovered:
                    ground = worn.tint
                at = start + self._offset + (first - row * self._row) * 3
                found.append(self._selection(at, at + (last - first) * 3 + 2, ink, ground))
        line_of = self._line_of(self._byte)
        if self.hasFocus() and line_of is not None and self._body:
            start = (
                self.document().findBlockByNumber(line_of).position()
                + self._offset
                + self._byte % self._row * 3
            )
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
