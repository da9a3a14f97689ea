"""A small history beside a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPolygonF

from ui.theme import fonts, scheme
from ui.widgets.data import Kind, Trend, Verdict
from ui.widgets.picture import half, pen

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

SIZE = (200, 22)
"""Before the text's scale; always left to right."""
_HEIGHTS = {Verdict.OK: 4, Verdict.WARN: 9, Verdict.BAD: 14}


def paint(painter: QPainter, place: QRectF, trend: Trend) -> None:
    """Paint the trend into `place`."""
    if not trend.values:
        return
    painter.save()
    if trend.kind is Kind.LINE:
        _line(painter, place.adjusted(2, 3, -4, -3), trend)
    elif trend.kind is Kind.BARS:
        _bars(painter, place, trend)
    else:
        _blocks(painter, place, trend)
    painter.restore()


def _colour(verdict: Verdict) -> str:
    worn = scheme.tokens()
    return {Verdict.WARN: worn.warn, Verdict.BAD: worn.bad}.get(verdict, worn.text3)


def _line(painter: QPainter, place: QRectF, trend: Trend) -> None:
    span = max(trend.high - trend.low, 1e-12)
    step = place.width() / max(1, len(trend.values) - 1)
    colour = _colour(trend.verdict)
    drawn = pen(colour, 1.6)
    drawn.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    drawn.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(drawn)
    piece: list[QPointF] = []
    for number, value in enumerate((*trend.values, None)):
        if value is not None:
            share = min(max((value - trend.low) / span, 0.0), 1.0)
            piece.append(QPointF(place.left() + number * step, place.bottom() - share * place.height()))
            continue
        if len(piece) == 1:
            painter.drawPoint(piece[0])
        elif piece:
            painter.drawPolyline(QPolygonF(piece))
        if number == len(trend.values) and piece:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(piece[-1], 2.6, 2.6)
        piece = []


def _bars(painter: QPainter, place: QRectF, trend: Trend) -> None:
    pitch = place.width() / len(trend.values)
    base = half(place.bottom() - 2)
    top = max(trend.high, 1e-12)
    for number, value in enumerate(trend.values):
        left, wide = place.left() + number * pitch, max(1.0, pitch - 2)
        if value is None:
            continue
        if value <= 0:
            painter.setPen(pen(scheme.tokens().control))
            painter.drawLine(QPointF(left, base), QPointF(left + wide, base))
            continue
        tall = max(4.0, min(value / top, 1.0) * (place.height() - 4))
        verdict = trend.verdicts[number] if trend.verdicts else trend.verdict
        painter.fillRect(QRectF(left, base + 0.5 - tall, wide, tall), QColor(_colour(verdict)))


def _blocks(painter: QPainter, place: QRectF, trend: Trend) -> None:
    pitch = place.width() / len(trend.values)
    for number, value in enumerate(trend.values):
        if value is None:
            continue
        verdict = trend.verdicts[number] if trend.verdicts else trend.verdict
        tall = _HEIGHTS.get(verdict, 4) * fonts.scale()
        left = place.left() + number * pitch
        box = QRectF(left, place.center().y() - tall / 2, max(1.0, pitch - 2), tall)
        painter.fillRect(box, QColor(_colour(verdict)))
