"""A held report's way: sealed, now, the window of the random moment, the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.picture import Picture, half, hatch, pen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from ui.widgets.data import Stop

_GAP = 10
"""Pixels between words of two stops, at least."""


class Timeline(Picture):
    """A line from 0 to 1: done until `now`, hatched from `leaves` on; stops with words below.

    Always left to right. Words that would touch are left out below others; the description has them all.
    """

    def __init__(
        self,
        name: str,
        text: str,
        stops: Sequence[Stop] = (),
        now: float = 0.0,
        leaves: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, text, parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_stops(name, text, stops, now, leaves)

    def show_stops(self, name: str, text: str, stops: Sequence[Stop], now: float, leaves: float) -> None:
        """Another moment, or another report."""
        self._stops, self._now, self._leaves = tuple(stops), now, leaves
        self.describe(name, text)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        words = fonts.line(Type.DENSE) + fonts.line(Type.CAPTION)
        return QSize(fonts.px(600), fonts.px(30) + words + fonts.px(4))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(200), self.sizeHint().height())

    def draw(self, painter: QPainter) -> None:  # noqa: D102
        worn, px = scheme.tokens(), fonts.px
        whole = QRectF(0, px(8), self.width(), px(10))
        shape = QPainterPath()
        shape.addRoundedRect(whole, px(5), px(5))
        now, leaves = whole.width() * self._now, whole.width() * self._leaves
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(whole, QColor(worn.line))
        painter.fillRect(
            QRectF(leaves, whole.top(), whole.width() - leaves, whole.height()), QColor(worn.tint)
        )
        hatch(
            painter, QRectF(leaves, whole.top(), whole.width() - leaves, whole.height()), worn.accent, 7, 1.5
        )
        painter.fillRect(QRectF(0, whole.top(), now, whole.height()), QColor(worn.accent))
        painter.restore()
        if 0 < self._leaves < 1:
            painter.setPen(pen(worn.accent, 1))
            painter.drawLine(
                QPointF(half(leaves), whole.top() - px(3)), QPointF(half(leaves), whole.bottom() + px(2))
            )
        painter.fillRect(QRectF(min(now, whole.width() - 3), px(2), 3, px(22)), QColor(worn.text))
        self._words(painter, px(28))

    def _words(self, painter: QPainter, top: float) -> None:
        worn = scheme.tokens()
        title, text = fonts.metrics(Type.DENSE, SEMIBOLD), fonts.metrics(Type.CAPTION)
        taken: list[tuple[float, float]] = []
        # The ends first, then what lies between, the later before. A stop that is followed closely gives way
        # to the left, sooner than that its second line is left out.
        middle = [stop for stop in self._stops if 0 < stop.at < 1]
        for whole in sorted(self._stops, key=lambda stop: (0 < stop.at < 1, -stop.at)):
            short, gives_way = whole._replace(text=""), whole in middle[:-1]
            for stop, anywhere in ((whole, gives_way), (short, False), (short, True)):
                wide = max(title.horizontalAdvance(stop.title), text.horizontalAdvance(stop.text)) + 2
                left = self._room(stop.at, wide, taken, anywhere=anywhere)
                if left is not None:
                    break
            else:
                continue
            taken.append((left, left + wide))
            x = self.width() * stop.at
            side = Qt.AlignmentFlag.AlignRight if left + wide - x < x - left else Qt.AlignmentFlag.AlignLeft
            painter.setFont(fonts.font(Type.DENSE, SEMIBOLD))
            painter.setPen(QColor(worn.text))
            painter.drawText(QRectF(left, top, wide, fonts.line(Type.DENSE)), int(side), stop.title)
            painter.setFont(fonts.font(Type.CAPTION))
            painter.setPen(QColor(worn.text2))
            below = QRectF(left, top + fonts.line(Type.DENSE), wide, fonts.line(Type.CAPTION))
            painter.drawText(below, int(side), stop.text)

    def _room(
        self, at: float, wide: float, taken: Sequence[tuple[float, float]], *, anywhere: bool
    ) -> float | None:
        """Where words so wide begin: at their place, or `anywhere` that touches it; None: no room."""
        x = self.width() * at
        before = max((end + _GAP for _, end in taken if end <= x), default=0.0)
        for wanted in (x, x - wide, before) if anywhere else (x,):
            left = max(0.0, min(wanted, self.width() - wide))
            touches = any(left < end + _GAP and left + wide + _GAP > start for start, end in taken)
            if left <= x <= left + wide and not touches:
                return left
        return None
