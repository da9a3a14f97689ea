"""One of a few: segments side by side, the chosen one tinted. Arrow keys choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainterPath
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.theme import measures, scheme
from ui.widgets.picture import brush, pen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent


class Segments(QWidget):
    """Options as ((id, words), …)."""

    chosen = Signal(str)
    """An option's id, when a person chooses another."""

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[str, str]],
        current: str,
        *,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for id_, words in options:
            button = _Segment(words)
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            button.setProperty("small", small)
            button.setChecked(id_ == current)
            button.toggled.connect(lambda on, id_=id_: self._toggled(id_, on))
            self._group.addButton(button)
            self._buttons[id_] = button
            line.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def current(self) -> str:
        """The chosen option's id."""
        return next(id_ for id_, button in self._buttons.items() if button.isChecked())

    def button(self, id_: str) -> QPushButton:
        """The segment of an option."""
        return self._buttons[id_]

    def choose(self, id_: str) -> None:
        """Choose from the program; nothing is told."""
        self.blockSignals(True)
        self._buttons[id_].setChecked(True)
        self.blockSignals(False)
        self.update()

    def rename(self, id_: str, words: str, spoken: str = "") -> None:
        """Other words for an option, e.g. with another count; `spoken` where those seen are shortened."""
        if words != self._buttons[id_].text():
            self._buttons[id_].setText(words)
            self._buttons[id_].setAccessibleName(spoken)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        worn = scheme.tokens()
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(whole, measures.RADIUS, measures.RADIUS)
        painter.fillPath(shape, QColor(worn.surface))
        painter.save()
        painter.setClipPath(shape)
        buttons = list(self._buttons.values())
        for button in buttons:
            if button.isChecked() or button.underMouse():
                ground = worn.tint if button.isChecked() else worn.hover
                painter.fillRect(QRectF(button.geometry()), QColor(ground))
        painter.setPen(pen(worn.line))
        for button in buttons[1:]:
            edge = button.geometry().right() + 0.5 if self.isRightToLeft() else button.geometry().left() + 0.5
            painter.drawLine(int(edge), 1, int(edge), self.height() - 1)
        painter.restore()
        painter.setPen(pen(worn.control))
        painter.drawPath(shape)
        painter.end()

    def _toggled(self, id_: str, on: bool) -> None:
        self.update()
        if on:
            self.chosen.emit(id_)


class _Segment(QPushButton):
    """As wide when semibold as when not, so that choosing moves nothing; its parent paints the ground."""

    def sizeHint(self) -> QSize:  # noqa: N802
        hint = super().sizeHint()
        heavy = QFont(self.font())
        heavy.setWeight(QFont.Weight(measures.SEMIBOLD))
        grown = QFontMetrics(heavy).horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(
            self.text()
        )
        hint.setWidth(hint.width() + max(0, grown))
        return hint

    def event(self, event: QEvent) -> bool:
        parent = self.parentWidget()
        if parent is not None and event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            parent.update()
        return super().event(event)
