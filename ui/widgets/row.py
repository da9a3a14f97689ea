"""A row that paints itself and can be checked: what the rows of checks, answers and reports share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.theme import fonts, scheme

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QResizeEvent
    from PySide6.QtWidgets import QWidget


class Row(QAbstractButton):
    """As wide as there is room, as tall as its words need then: subclasses say so in `heightForWidth`."""

    LEAST = 200
    """Its least width, before the text's scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        least = fonts.px(self.LEAST)
        return QSize(least, self.heightForWidth(max(self.width(), least)))

    def hasHeightForWidth(self) -> bool:  # noqa: D102, N802
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def ground(self, painter: QPainter, radius: float) -> None:
        """Paint what lies below the words: a tint if it is checked, another below the pointer."""
        worn = scheme.tokens()
        colour = worn.tint if self.isChecked() else worn.hover if self.underMouse() else None
        if colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
