"""A box with a tick in it, as the icons draw it, and its words, which wrap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle, QStyleOptionButton

from ui.theme import fonts, icons, scheme
from ui.widgets.picture import brush

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

_LEAST = 160
_GAP = 8
_FLAGS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter


class Tick(QCheckBox):
    """A check box: shape, not colour alone, says that it is ticked."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        hint = super().sizeHint()
        return QSize(min(hint.width(), fonts.px(_LEAST)), hint.height())

    def hasHeightForWidth(self) -> bool:  # noqa: D102, N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102, N802
        hint = super().sizeHint()
        if width >= hint.width():
            return hint.height()
        room = QRect(0, 0, width - self._indicator().width() - fonts.px(_GAP), 10_000)
        tall = self.fontMetrics().boundingRect(room, int(_FLAGS), self.text()).height()
        return max(hint.height(), tall + fonts.px(4))

    def hitButton(self, position: QPoint) -> bool:  # noqa: D102, N802
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        wraps = self.width() < super().sizeHint().width()
        if not wraps:
            super().paintEvent(event)
        painter = brush(self)
        worn, box = scheme.tokens(), self._indicator()
        if wraps:
            option = QStyleOptionButton()
            self.initStyleOption(option)
            option.text = ""
            self.style().drawControl(QStyle.ControlElement.CE_CheckBox, option, painter, self)
            left = box.width() + fonts.px(_GAP)
            words = QRect(0 if self.isRightToLeft() else left, 0, self.width() - left, self.height())
            painter.setLayoutDirection(self.layoutDirection())
            painter.setPen(QColor(worn.text if self.isEnabled() else worn.text3))
            painter.drawText(words, int(_FLAGS), self.text())
        if self.isChecked():
            ink = worn.on_accent if self.isEnabled() else worn.text3
            icons.paint(painter, "tick", QRectF(box).adjusted(2, 2, -2, -2), ink)
        painter.end()

    def _indicator(self) -> QRect:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        return self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
