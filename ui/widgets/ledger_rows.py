"""The past in rows that paint themselves: period, what happened, when, what is kept. Each can be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import fonts, icons, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.picture import ring, turned
from ui.widgets.row import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent

_EDGE, _GAP, _MARK, _CHEVRON = 8, 16, 14, 14


class Line(NamedTuple):
    """One row's words."""

    id: str
    state: str
    """Its mark is `state-….svg`."""
    period: str
    what: str
    when: str
    kept: str
    spoken: str
    opens: bool
    """Its bytes are kept; else only the fingerprint is shown."""


class _Columns(NamedTuple):
    """Widths in pixels; what happened has the rest."""

    period: int
    when: int
    kept: int
    least: int
    """Below this width a row has two lines."""


class LedgerRow(Row):
    """Checked: the one whose report is shown."""

    moved = Signal(int)
    """An arrow key was pressed: by so many rows; a large number for the ends."""

    def __init__(self, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self._columns = _Columns(90, 130, 110, 500)
        self.setText(line.what)
        self.setAccessibleName(line.spoken)
        self.setAccessibleDescription(line.kept)

    def set_columns(self, columns: _Columns) -> None:
        """As all its neighbours have them."""
        self._columns = columns
        self.updateGeometry()

    def nextCheckState(self) -> None:  # noqa: D102, N802
        return  # the page says which one is shown

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        width = max(self.width(), fonts.px(300))
        return QSize(fonts.px(500), self.heightForWidth(width))

    def heightForWidth(self, width: int) -> int:  # noqa: D102, N802
        px = fonts.px
        if width < self._columns.least:
            room = width - px(2 * _EDGE + _MARK + 8 + _CHEVRON + 8)
            below = self._height(f"{self.line.what}, {self.line.when}", room, Type.DENSE)
            return fonts.line(Type.BODY) + below + px(14)
        return max(
            px(measures.TABLE_ROW), self._height(self.line.what, self._room(width), Type.BODY) + px(14)
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Home: -10_000, Qt.Key.Key_End: 10_000}
        key = Qt.Key(event.key())
        if key in moves:
            self.moved.emit(moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        self.ground(painter, measures.RADIUS)
        if self.width() < self._columns.least:
            self._paint_stacked(painter)
        else:
            self._paint_columns(painter)
        if self.line.opens:
            place = QRectF(
                self.width() - fonts.px(_EDGE + _CHEVRON),
                (self.height() - fonts.px(_CHEVRON)) / 2,
                fonts.px(_CHEVRON),
                fonts.px(_CHEVRON),
            )
            self._chevron(painter, turned(self, place))
        if self.hasFocus():
            ring(painter, whole, measures.RADIUS)
        painter.end()

    def _chevron(self, painter: QPainter, place: QRectF) -> None:
        painter.save()
        if self.isRightToLeft():  # it points to where the language goes
            painter.translate(place.center())
            painter.scale(-1, 1)
            painter.translate(-place.center())
        icons.paint(painter, "chevron", place)
        painter.restore()

    def _paint_columns(self, painter: QPainter) -> None:
        px, columns, tall = fonts.px, self._columns, self.height()
        weight = SEMIBOLD if self.isChecked() else None
        left = px(_EDGE)
        self._write(
            painter, QRectF(left, 0, columns.period, tall), self.line.period, "text", Type.BODY, weight
        )
        left += columns.period + px(_GAP)
        mark = QRectF(left, (tall - px(_MARK)) / 2, px(_MARK), px(_MARK))
        icons.paint(painter, f"state-{self.line.state}", turned(self, mark))
        left += px(_MARK + 8)
        room = self._room(self.width())
        self._write(painter, QRectF(left, 0, room, tall), self.line.what, "text", Type.BODY)
        left += room + px(_GAP)
        self._write(painter, QRectF(left, 0, columns.when, tall), self.line.when, "text2", Type.BODY)
        left += columns.when + px(_GAP)
        self._write(painter, QRectF(left, 0, columns.kept, tall), self.line.kept, "text2", Type.BODY)

    def _paint_stacked(self, painter: QPainter) -> None:
        px, line = fonts.px, fonts.line(Type.BODY)
        mark = QRectF(px(_EDGE), px(7) + (line - px(_MARK)) / 2, px(_MARK), px(_MARK))
        icons.paint(painter, f"state-{self.line.state}", turned(self, mark))
        left = px(_EDGE + _MARK + 8)
        room = self.width() - left - px(_EDGE + _CHEVRON + 8)
        first = QRectF(left, px(7), room, line)
        self._write(painter, first, self.line.period, "text", Type.BODY, SEMIBOLD)
        wide = fonts.metrics(Type.BODY, SEMIBOLD).horizontalAdvance(self.line.period) + px(_GAP)
        kept = fonts.metrics(Type.DENSE).horizontalAdvance(self.line.kept) + 2
        if wide + kept <= room:
            self._write(
                painter, QRectF(left + room - kept, px(7), kept, line), self.line.kept, "text2", Type.DENSE
            )
        below = QRectF(left, px(7) + line, room, self.height() - px(14) - line)
        self._write(painter, below, f"{self.line.what}, {self.line.when}", "text2", Type.DENSE)

    def _write(
        self, painter: QPainter, place: QRectF, words: str, ink: str, kind: Type, weight: int | None = None
    ) -> None:
        side = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        painter.setFont(fonts.font(kind, weight))
        painter.setPen(QColor(getattr(scheme.tokens(), ink)))
        flags = int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(turned(self, place), flags, words)

    def _room(self, width: int) -> int:
        columns, px = self._columns, fonts.px
        taken = columns.period + columns.when + columns.kept
        return max(px(60), width - taken - px(2 * _EDGE + 4 * _GAP + _MARK + 8 + _CHEVRON))

    def _height(self, words: str, room: int, kind: Type) -> int:
        found = fonts.metrics(kind).boundingRect(0, 0, max(room, 1), 10_000, Qt.TextFlag.TextWordWrap, words)
        return found.height()


class _Head(QWidget):
    """The words above the columns."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self.words = tuple(words)
        self.columns = _Columns(90, 130, 110, 500)
        self.setFixedHeight(fonts.line(Type.CAPTION) + fonts.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self.width() < self.columns.least:
            return
        painter = QPainter(self)
        painter.setFont(fonts.font(Type.CAPTION))
        painter.setPen(QColor(scheme.tokens().text3))
        px, columns = fonts.px, self.columns
        taken = columns.period + columns.when + columns.kept
        room = self.width() - taken - px(2 * _EDGE + 4 * _GAP + _MARK + 8 + _CHEVRON)
        at = px(_EDGE)
        for words, wide in zip(
            self.words,
            (columns.period, px(_MARK + 8) + room, columns.when, columns.kept),
            strict=True,
        ):
            place = QRectF(at, 0, wide, self.height())
            side = Qt.AlignmentFlag.AlignLeft
            if self.isRightToLeft():
                place.moveLeft(self.width() - place.right())
                side = Qt.AlignmentFlag.AlignRight
            painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), words)
            at += wide + px(_GAP)
        painter.end()


class LedgerRows(QWidget):
    """One tab stop; up and down walk the rows, Enter or a click opens one (`opened`)."""

    opened = Signal(str)
    """A row's id."""

    def __init__(self, name: str, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.rows: dict[str, LedgerRow] = {}
        self._current: str | None = None
        self._head = _Head(heads)
        self._at = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._head)

    def show_lines(self, heads: Sequence[str], lines: Sequence[Line], current: str | None) -> None:
        """Other rows from now on; `current` is the one whose report is shown."""
        had_focus = any(row.hasFocus() for row in self.rows.values())
        at = list(self.rows)[self._at] if self.rows and self._at < len(self.rows) else current
        self._head.words = tuple(heads)
        self._head.update()
        if [row.line for row in self.rows.values()] != list(lines):
            for row in self.rows.values():
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.rows = {}
            for line in lines:
                row = LedgerRow(line)
                row.clicked.connect(lambda _=False, id_=line.id: self.opened.emit(id_))
                row.toggled.connect(lambda on, id_=line.id: self._toggled(id_, on))
                row.moved.connect(self._move)
                self.rows[line.id] = row
                self._column.addWidget(row)
            self._measure(lines, heads)
            ids = list(self.rows)
            self._rove(ids.index(at) if at in ids else 0)
            if had_focus and self.rows:
                list(self.rows.values())[self._at].setFocus()
        self.mark(current)

    def mark(self, current: str | None) -> None:
        """Which row's report is shown."""
        self._current = current
        for id_, row in self.rows.items():
            row.setChecked(id_ == current)

    def _toggled(self, id_: str, on: bool) -> None:
        """A click toggles nothing here, but a screen reader does, which has no other way."""
        if on != (id_ == self._current):
            self.rows[id_].setChecked(not on)
            self.opened.emit(id_)

    def _measure(self, lines: Sequence[Line], heads: Sequence[str]) -> None:
        def widest(words: list[str], head: str, weight: int | None = None) -> int:
            found = fonts.metrics(Type.BODY, weight)
            title = fonts.metrics(Type.CAPTION).horizontalAdvance(head)
            return max([title, *(found.horizontalAdvance(one) for one in words)]) + 2

        period = widest([line.period for line in lines], heads[0], SEMIBOLD)
        when = widest([line.when for line in lines], heads[2])
        kept = widest([line.kept for line in lines], heads[3])
        px = fonts.px
        least = period + when + kept + px(2 * _EDGE + 4 * _GAP + _MARK + 8 + _CHEVRON + 90)
        columns = _Columns(period, when, kept, least)
        self._head.columns = columns
        for row in self.rows.values():
            row.set_columns(columns)

    def _move(self, by: int) -> None:
        self._rove(min(max(0, self._at + by), len(self.rows) - 1))
        list(self.rows.values())[self._at].setFocus(Qt.FocusReason.TabFocusReason)

    def _rove(self, at: int) -> None:
        self._at = at
        for number, row in enumerate(self.rows.values()):
            stops = number == at
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stops else Qt.FocusPolicy.ClickFocus)
