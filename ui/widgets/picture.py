"""What every painting widget shares: a picture for assistive technology, a ring when focused, crisp lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme import scheme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Picture(QLabel):
    """A painting with a name and a description.

    It is a label with an invisible pixmap, which assistive technology is told as a graphic. Subclasses paint
    in `draw` and say in `sizeHint` how large they are. `say` tells what a key has led to.
    """

    def __init__(self, name: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        empty = QPixmap(1, 1)
        empty.fill(Qt.GlobalColor.transparent)
        self.setPixmap(empty)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.describe(name, text)

    def describe(self, name: str, text: str) -> None:
        """Name the picture, and tell in words what it shows."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(text)

    def say(self, text: str) -> None:
        """Tell assistive technology what is pointed at now."""
        if text == self.accessibleDescription():
            return
        self.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def draw(self, painter: QPainter) -> None:
        """Paint the whole widget, antialiased."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        self.draw(painter)
        if self.hasFocus():
            ring(painter, QRectF(self.rect()), 6)
        painter.end()

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        super().focusOutEvent(event)
        self.update()


def brush(widget: QWidget) -> QPainter:
    """A painter for the widget, antialiased, whose "left" is where the widget's texts start."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setLayoutDirection(widget.layoutDirection())
    return painter


def ring(painter: QPainter, place: QRectF, radius: float, colour: str | None = None) -> None:
    """The focus ring: 2 px, inside `place`, nothing moves."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour or scheme.tokens().accent), 2))
    painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()


def turned(widget: QWidget, place: QRectF) -> QRectF:
    """Where `place`, laid out from the left, lies in a language that is written from the right."""
    if not widget.isRightToLeft():
        return place
    return QRectF(widget.width() - place.right(), place.top(), place.width(), place.height())


def pen(colour: str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen of that colour with flat ends."""
    made = QPen(QColor(colour), width, style)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


def half(position: float) -> float:
    """The middle of the pixel that `position` lies in: where a line of 1 px is crisp."""
    return int(position) + 0.5


def hatch(painter: QPainter, place: QRectF, colour: str, gap: float = 6.0, width: float = 1.0) -> None:
    """Fill `place` with slanting lines, whose phase hangs on the page, not on the place."""
    painter.save()
    path = QPainterPath()
    path.addRect(place)
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.setPen(pen(colour, width))
    at = place.left() - place.height() - (place.left() - place.height()) % gap
    while at < place.right():
        painter.drawLine(QPointF(at, place.bottom()), QPointF(at + place.height(), place.top()))
        at += gap
    painter.restore()


def box(painter: QPainter, place: QRectF, lit: bool, radius: float = 3.0) -> None:
    """One box of a report: lit, or an outline."""
    worn = scheme.tokens()
    if lit:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(worn.accent))
        painter.drawRoundedRect(place, radius, radius)
    else:
        painter.setPen(pen(worn.control))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5, radius - 0.5)
