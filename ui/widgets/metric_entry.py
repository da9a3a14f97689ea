"""A check's row that opens a detail below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, measures, scheme
from ui.widgets.metric_row import MetricRow
from ui.widgets.picture import brush, pen

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

    from ui.widgets.data import Metric


_BELOW = 8
"""Between an open entry's card and the row below it."""


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
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5 - fonts.px(_BELOW))
        painter.drawRoundedRect(card, measures.RADIUS_CARD, measures.RADIUS_CARD)
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
        self._layout.setContentsMargins(0, 0, 0, fonts.px(_BELOW) if is_open else 0)
        self.updateGeometry()
        self.update()
        self.toggled.emit(self.id, is_open)
