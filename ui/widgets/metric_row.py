"""One check as a row: what it is, its value, verdict, small history, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from ui.theme import fonts, icons, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets import sparkline
from ui.widgets.data import Metric, Verdict
from ui.widgets.marks import INKS
from ui.widgets.metric_head import LEAST, Columns
from ui.widgets.picture import brush, ring, turned
from ui.widgets.row import Row

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget


class Piece(NamedTuple):
    """A word of a stacked row."""

    text: str
    weight: int | None
    colour: str
    left: float
    line: int
    """0 is the first below the title."""


class MetricRow(Row):
    """Mark, title, value and unit, verdict, small history, since when. Checked: open."""

    LEAST = LEAST

    def __init__(self, metric: Metric, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = metric
        self._heights: dict[tuple[int, bool], int] = {}
        self.show_metric(metric)

    def show_metric(self, metric: Metric) -> None:
        """Show other values of the same check."""
        self._metric = metric
        self._heights.clear()
        self.setText(metric.title)
        self.setAccessibleName(metric.spoken)
        self.updateGeometry()
        self.update()

    def shown(self) -> Metric:
        """What it shows."""
        return self._metric

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        width = fonts.px(600)
        return QSize(width, self.heightForWidth(max(self.width(), width)))

    def heightForWidth(self, width: int) -> int:  # noqa: D102, N802
        asked = (width, self.isChecked())
        if asked not in self._heights:  # a layout asks some ten times for each that it arranges
            self._heights[asked] = self._height(width)
        return self._heights[asked]

    def _height(self, width: int) -> int:
        least = fonts.px(measures.OPEN_ROW if self.isChecked() else measures.ROW)
        columns = Columns.of(width)
        room = self._title_room(columns)
        tall = self._title_metrics().boundingRect(
            0, 0, int(room), 10_000, Qt.TextFlag.TextWordWrap, self._metric.title
        )
        lines = max(1, round(tall.height() / max(1, self._title_metrics().lineSpacing())))
        if columns.is_stacked:
            lines += 1 + max(piece.line for piece in self._pieces(columns))
        return max(least, fonts.line(Type.BODY) * lines + fonts.px(14))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()  # as Space does by itself
        else:
            super().keyPressEvent(event)

    def checkStateSet(self) -> None:  # noqa: D102, N802
        super().checkStateSet()
        self.updateGeometry()

    def nextCheckState(self) -> None:  # noqa: D102, N802
        super().nextCheckState()
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        worn, metric = scheme.tokens(), self._metric
        whole = QRectF(self.rect())
        if (self.underMouse() or self.isDown()) and not self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(worn.hover))
            painter.drawRoundedRect(whole, measures.RADIUS, measures.RADIUS)
        columns = Columns.of(whole.width())
        urgent = metric.verdict in (Verdict.WARN, Verdict.BAD)
        mark = fonts.px(16)
        self._icon(painter, f"verdict-{metric.verdict}", columns.title - fonts.px(28), mark)
        painter.setFont(fonts.font(Type.BODY, SEMIBOLD if urgent or self.isChecked() else None))
        if columns.is_stacked:
            self._stack(painter, columns)
            painter.end()
            return
        self._words(painter, metric.title, columns.title, self._title_room(columns), worn.text, wrap=True)
        self._value(painter, columns)
        painter.setFont(fonts.font(Type.BODY, SEMIBOLD if urgent else None))
        verdict_room = (columns.trend or columns.since) - columns.verdict - fonts.px(4)
        ink = worn.ink(INKS[metric.verdict])
        self._words(painter, metric.verdict_words, columns.verdict, verdict_room, ink, elide=True)
        if columns.trend is not None and metric.trend is not None:
            tall = fonts.px(sparkline.SIZE[1])
            width = min(float(fonts.px(sparkline.SIZE[0])), columns.since - columns.trend - fonts.px(8))
            top = (whole.height() - tall) / 2
            sparkline.paint(painter, self._mirrored(columns.trend, top, width, tall), metric.trend)
        painter.setFont(fonts.font(Type.BODY))
        left = (columns.trend or columns.since) if metric.note else columns.since
        room = columns.chevron - left - fonts.px(4)
        self._words(painter, metric.note or metric.since, left, room, worn.text2, elide=True)
        self._icon(painter, "chevron-open" if self.isChecked() else "chevron", columns.chevron, mark)
        if self.hasFocus():
            ring(painter, whole, measures.RADIUS)
        painter.end()

    def _value(self, painter: QPainter, columns: Columns) -> None:
        worn, metric = scheme.tokens(), self._metric
        painter.setFont(fonts.font(Type.BODY, SEMIBOLD))
        left = columns.value - fonts.metrics(Type.BODY, SEMIBOLD).horizontalAdvance(metric.value) - 1
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a number's sign stays before it
        self._words(painter, metric.value, left, columns.value - left + 1, worn.text)
        painter.setLayoutDirection(self.layoutDirection())
        painter.setFont(fonts.font(Type.CAPTION))
        self._words(
            painter,
            metric.unit,
            columns.value + fonts.px(6),
            columns.verdict - columns.value - fonts.px(10),
            worn.text2,
            elide=True,
        )

    def _words(
        self,
        painter: QPainter,
        text: str,
        left: float,
        room: float,
        colour: str,
        *,
        wrap: bool = False,
        elide: bool = False,
    ) -> None:
        painter.setPen(QColor(colour))
        place = self._mirrored(left, 0, room, self.height())
        if elide:
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            place, int(flags | (Qt.TextFlag.TextWordWrap if wrap else Qt.TextFlag.TextSingleLine)), text
        )

    def _icon(self, painter: QPainter, name: str, left: float, size: float) -> None:
        mirrored = name == "chevron" and self.isRightToLeft()
        place = self._mirrored(left, (self.height() - size) / 2, size, size)
        if mirrored:  # it points where the row leads
            painter.save()
            painter.translate(place.center())
            painter.scale(-1, 1)
            painter.translate(-place.center())
        icons.paint(painter, name, place, scheme.tokens().text2)
        if mirrored:
            painter.restore()

    def _mirrored(self, left: float, top: float, width: float, height: float) -> QRectF:
        return turned(self, QRectF(left, top, width, height))

    def _title_metrics(self) -> QFontMetrics:
        heavy = self.isChecked() or self._metric.verdict in (Verdict.WARN, Verdict.BAD)
        return fonts.metrics(Type.BODY, SEMIBOLD if heavy else None)

    def _pieces(self, columns: Columns) -> list[Piece]:
        """Value, verdict and since below the title, in lines that wrap."""
        metric = self._metric
        urgent = metric.verdict in (Verdict.WARN, Verdict.BAD)
        worn, room, left, line = scheme.tokens(), self._title_room(columns), 0.0, 0
        found = []
        for text, weight, colour in (
            (f"{metric.value} {metric.unit}".strip(), SEMIBOLD, worn.text),
            (metric.verdict_words, SEMIBOLD if urgent else None, worn.ink(INKS[metric.verdict])),
            (metric.note or metric.since, None, worn.text2),
        ):
            wide = fonts.metrics(Type.BODY, weight).horizontalAdvance(text) + 1
            if left and left + wide > room:
                left, line = 0.0, line + 1
            found.append(Piece(text, weight, colour, left, line))
            left += wide + fonts.px(14)
        return found

    def _stack(self, painter: QPainter, columns: Columns) -> None:
        room, tall, top = self._title_room(columns), fonts.line(Type.BODY), fonts.px(7)
        pieces = self._pieces(columns)
        below = tall * (1 + max(piece.line for piece in pieces))
        title = self._mirrored(columns.title, top, room, self.height() - 2 * top - below)
        painter.setPen(QColor(scheme.tokens().text))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(title, int(flags | Qt.TextFlag.TextWordWrap), self._metric.title)
        for piece in pieces:
            painter.setFont(fonts.font(Type.BODY, piece.weight))
            painter.setPen(QColor(piece.colour))
            y = self.height() - top - below + piece.line * tall
            place = self._mirrored(columns.title + piece.left, y, room - piece.left, tall)
            painter.drawText(place, int(flags | Qt.TextFlag.TextSingleLine), piece.text)
        icon = "chevron-open" if self.isChecked() else "chevron"
        self._icon(painter, icon, columns.chevron, fonts.px(16))
        if self.hasFocus():
            ring(painter, QRectF(self.rect()), measures.RADIUS)

    def _title_room(self, columns: Columns) -> float:
        if columns.is_stacked:
            return columns.chevron - columns.title - fonts.px(8)
        value = fonts.metrics(Type.BODY, SEMIBOLD).horizontalAdvance(self._metric.value)
        return columns.value - max(value, fonts.px(24)) - columns.title - fonts.px(12)
