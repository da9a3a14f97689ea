"""One check as a row that opens a detail below it; and the head that names the rows' columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, icons, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets import sparkline
from ui.widgets.data import Metric, Verdict
from ui.widgets.marks import INKS
from ui.widgets.picture import brush, pen, ring

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent


_STACKED, _LEAST = 480, 200


class Columns(NamedTuple):
    """Where things stand in a row of this width, from the side that the language starts at."""

    title: float
    value: float
    """The end of the value; its unit follows."""
    verdict: float
    trend: float | None
    since: float
    chevron: float
    is_stacked: bool = False
    """Hardly any room, as with much larger text: the title stands above all else."""

    @classmethod
    def of(cls, width: float) -> Columns:
        """The columns of a row that wide; a narrow one has no small history."""
        px = fonts.px
        if width < px(_STACKED):
            return cls(px(40), 0.0, 0.0, None, 0.0, width - px(28), is_stacked=True)
        if width < px(measures.NARROW - 2 * measures.NARROW_MARGIN):
            return cls(px(40), width * 0.51, width * 0.64, None, width * 0.76, width - px(32))
        return cls(px(40), width * 0.386, width * 0.466, width * 0.549, width * 0.81, width - px(32))


class Piece(NamedTuple):
    """A word of a stacked row."""

    text: str
    weight: int | None
    colour: str
    left: float
    line: int
    """0 is the first below the title."""


class MetricRow(QAbstractButton):
    """Mark, title, value and unit, verdict, small history, since when. Checked: open."""

    def __init__(self, metric: Metric, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = metric
        self._heights: dict[tuple[int, bool], int] = {}
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
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

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        least = fonts.px(_LEAST)
        return QSize(least, self.heightForWidth(max(self.width(), least)))

    def hasHeightForWidth(self) -> bool:  # noqa: D102, N802
        return True

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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

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

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

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
        if self.isRightToLeft():
            left = self.width() - left - width
        return QRectF(left, top, width, height)

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


class MetricEntry(QWidget):
    """A row and, once opened, its detail; both on a card while open."""

    toggled = Signal(str, bool)
    """The metric's id, and whether it is open now."""

    def __init__(
        self, metric: Metric, detail: Callable[[str], QWidget], parent: QWidget | None = None
    ) -> None:
        """`detail` makes the detail of a metric's id when it is first opened."""
        super().__init__(parent)
        self._make = detail
        self._detail: QWidget | None = None
        self.row = MetricRow(metric)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.row)
        self.row.toggled.connect(self._toggle)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    @property
    def id(self) -> str:
        """The metric's."""
        return self.row.shown().id

    def open(self, is_open: bool = True) -> None:
        """Open or close it."""
        self.row.setChecked(is_open)

    def detail(self) -> QWidget | None:
        """The detail, if it was ever opened."""
        return self._detail

    def renew(self) -> None:
        """Make the detail anew: now if it is open, else when it is opened."""
        if self._detail is not None:
            self._layout.removeWidget(self._detail)
            self._detail.deleteLater()
            self._detail = None
            if self.row.isChecked():
                self._show_detail()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        if not self.row.isChecked():
            return
        painter = brush(self)
        worn = scheme.tokens()
        painter.setBrush(QColor(worn.surface))
        painter.setPen(pen(worn.line))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), measures.RADIUS_CARD, measures.RADIUS_CARD
        )
        painter.end()

    def _show_detail(self) -> None:
        self._detail = self._make(self.id)
        left, right = (16, 40) if self.isRightToLeft() else (40, 16)
        self._detail.setContentsMargins(*(fonts.px(side) for side in (left, 8, right, 20)))
        self._layout.addWidget(self._detail)

    def _toggle(self, is_open: bool) -> None:
        if is_open and self._detail is None:
            self._show_detail()
        if self._detail is not None:
            self._detail.setVisible(is_open)
        self.updateGeometry()
        self.update()
        self.toggled.emit(self.id, is_open)


class MetricHead(QWidget):
    """A category's title above its rows, and the names of their columns."""

    def __init__(
        self,
        title: str,
        value: str,
        verdict: str,
        trend: str,
        since: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._names = (value, verdict, trend, since)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def name_columns(self, value: str, verdict: str, trend: str, since: str) -> None:
        """Other names from now on. Without `since`, what is named `trend` reaches to the row's end."""
        if self._names != (value, verdict, trend, since):
            self._names = (value, verdict, trend, since)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(480), fonts.px(32))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(_LEAST), fonts.px(32))

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        worn = scheme.tokens()
        columns = Columns.of(self.width())
        value, verdict, trend, since = self._names
        baseline = self.height() - fonts.px(10)
        caption = fonts.metrics(Type.CAPTION)
        self._at(painter, fonts.px(12), baseline, self._title, Type.GROUP, worn.text)
        if columns.is_stacked:
            painter.end()
            return
        end = columns.value - caption.horizontalAdvance(value)
        if end > fonts.px(18) + fonts.metrics(Type.GROUP).horizontalAdvance(self._title):
            self._at(painter, end, baseline, value, Type.CAPTION, worn.text3)
        if columns.trend is None and not since:
            since = trend
        heads = [(columns.verdict, verdict), (columns.trend, trend), (columns.since, since)]
        shown = [(left, name) for left, name in heads if left is not None]
        for (left, name), stop in zip(shown, (*(left for left, _ in shown[1:]), self.width()), strict=True):
            room = int(stop - left - fonts.px(4))
            if columns.trend is not None and not since and left == columns.trend:
                room = int(self.width() - left)
            words = caption.elidedText(name, Qt.TextElideMode.ElideRight, room)
            self._at(painter, left, baseline, words, Type.CAPTION, worn.text3)
        painter.end()

    def _at(
        self, painter: QPainter, left: float, baseline: float, text: str, kind: Type, colour: str
    ) -> None:
        painter.setFont(fonts.font(kind))
        painter.setPen(QColor(colour))
        if self.isRightToLeft():
            left = self.width() - left - fonts.metrics(kind).horizontalAdvance(text)
        painter.drawText(int(left), int(baseline), text)
