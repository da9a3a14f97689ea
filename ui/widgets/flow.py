"""Who gets which piece, drawn: this device, its two operators, the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.picture import Picture, half, pen, turned

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from ui.widgets.data import Flow, Station

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_NARROW = 560


class _Places(NamedTuple):
    device: QRectF
    first: QRectF
    second: QRectF
    totals: QRectF
    height: float
    is_narrow: bool


class FlowDrawing(Picture):
    """Three columns; on little width one below the other."""

    def __init__(self, name: str, flow: Flow, parent: QWidget | None = None) -> None:
        super().__init__(name, flow.text, parent)
        self._flow = flow
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_flow(self, flow: Flow) -> None:
        """Other words from now on."""
        self._flow = flow
        self.setAccessibleDescription(flow.text)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: D102, N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102, N802
        return int(self._places(width).height) + 1

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        width = max(self.width(), fonts.px(640))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(180), fonts.px(100))

    def draw(self, painter: QPainter) -> None:  # noqa: D102
        worn, places = scheme.tokens(), self._places(self.width())
        wire = pen(worn.accent, 1.5)
        wire.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(wire)
        if places.is_narrow:
            self._wires_down(painter, places)
        else:
            self._wires_across(painter, places)
        for place, station in zip(places[:4], self._flow[:4], strict=True):
            self._station(painter, place, station)
        if self._flow.together:
            painter.setFont(fonts.font(Type.CAPTION, SEMIBOLD))
            painter.setPen(QColor(worn.bad))
            between = QRectF(
                places.first.left(),
                places.first.bottom(),
                places.first.width(),
                places.second.top() - places.first.bottom(),
            )
            painter.drawText(
                turned(self, between),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                self._flow.together,
            )

    def _places(self, width: float) -> _Places:
        px = fonts.px
        gap = px(30 if self._flow.together else 20)
        if width < px(_NARROW):
            y, found = 0.0, []
            for station in self._flow[:4]:
                tall = self._tall(station, width - 1)
                found.append(QRectF(0.5, y + 0.5, width - 1, tall))
                y += tall + max(gap, px(26))
            return _Places(found[0], found[1], found[2], found[3], y - max(gap, px(26)) + 2, True)
        wire = min(px(112), width * 0.105)
        rest = width - 2 * wire - 1
        wide = (rest * 0.235, rest * 0.395, rest * 0.37)
        one, two = (self._tall(station, wide[1]) for station in (self._flow.first, self._flow.second))
        ends = [self._tall(self._flow.device, wide[0]), self._tall(self._flow.totals, wide[2])]
        height = max(one + gap + two, *ends) + 2
        middle = height / 2
        top = middle - (one + gap + two) / 2
        operators = wide[0] + wire
        totals = operators + wide[1] + wire
        return _Places(
            QRectF(0.5, half(middle - ends[0] / 2), wide[0], ends[0]),
            QRectF(operators, half(top), wide[1], one),
            QRectF(operators, half(top + one + gap), wide[1], two),
            QRectF(totals, half(middle - ends[1] / 2), wide[2], ends[1]),
            height,
            False,
        )

    def _tall(self, station: Station, width: float) -> float:
        px = fonts.px
        text = fonts.metrics(Type.CAPTION).boundingRect(
            0, 0, int(width - px(28)), 10_000, Qt.TextFlag.TextWordWrap, station.text
        )
        title = fonts.metrics(Type.BODY, SEMIBOLD).boundingRect(
            0, 0, int(width - px(28)), 10_000, Qt.TextFlag.TextWordWrap, station.title
        )
        return int(px(8) + title.height() + px(3) + text.height() + px(12))

    def _station(self, painter: QPainter, place: QRectF, station: Station) -> None:
        worn, px = scheme.tokens(), fonts.px
        place = turned(self, place)
        painter.setPen(pen(worn.bad if self._flow.together and station in self._flow[1:3] else worn.control))
        painter.setBrush(QColor(worn.surface))
        painter.drawRoundedRect(place, 8, 8)
        inner = place.adjusted(px(14), px(8), -px(14), -px(6))
        painter.setFont(fonts.font(Type.BODY, SEMIBOLD))
        painter.setPen(QColor(worn.text))
        used = painter.boundingRect(inner, _LEFT, station.title)
        painter.drawText(inner, _LEFT, station.title)
        painter.setFont(fonts.font(Type.CAPTION))
        painter.setPen(QColor(worn.text2))
        painter.drawText(inner.adjusted(0, used.height() + px(3), 0, 0), _LEFT, station.text)

    def _wires_across(self, painter: QPainter, places: _Places) -> None:
        for operator in (places.first, places.second):
            start = QPointF(places.device.right(), half(places.device.center().y()))
            end = QPointF(operator.left(), half(operator.center().y()))
            self._wire(painter, start, end, 0.4)
            start = QPointF(operator.right(), half(operator.center().y()))
            end = QPointF(places.totals.left(), half(places.totals.center().y()))
            self._wire(painter, start, end, 0.5)

    def _wire(self, painter: QPainter, start: QPointF, end: QPointF, bend: float) -> None:
        wide = end.x() - start.x()
        slant = min(fonts.px(18), wide / 4)
        at = start.x() + (wide - slant) * bend
        points = [start, QPointF(at, start.y()), QPointF(at + slant, end.y()), end]
        if self.isRightToLeft():
            points = [QPointF(self.width() - point.x(), point.y()) for point in points]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        self._head(painter, points[-1], QPointF(-1 if self.isRightToLeft() else 1, 0))

    def _wires_down(self, painter: QPainter, places: _Places) -> None:
        # One spine at the side: the device's pieces go to each operator, theirs to the totals.
        inset = fonts.px(24)
        for upper, lower, side in (
            (places.device, places.first, 0.0),
            (places.first, places.second, -1.0),
            (places.second, places.totals, 0.0),
        ):
            x = half(places.device.left() + inset * 2)
            if side:
                continue
            start, end = QPointF(x, upper.bottom()), QPointF(x, lower.top())
            if self.isRightToLeft():
                start.setX(self.width() - start.x())
                end.setX(self.width() - end.x())
            painter.drawLine(start, end)
            self._head(painter, end, QPointF(0, 1))

    def _head(self, painter: QPainter, tip: QPointF, way: QPointF) -> None:
        size, side = fonts.px(7), QPointF(way.y(), way.x())
        base = tip - way * size
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(scheme.tokens().accent))
        painter.drawPolygon(QPolygonF([tip, base + side * size * 0.6, base - side * size * 0.6]))
        painter.restore()
