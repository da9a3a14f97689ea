"""A box with a tick in it, as the icons draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

from ui.theme import icons, scheme
from ui.widgets.picture import brush

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Tick(QCheckBox):
    """A check box: shape, not colour alone, says that it is ticked."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        place = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        worn = scheme.tokens()
        painter = brush(self)
        ink = worn.on_accent if self.isEnabled() else worn.text3
        icons.paint(painter, "tick", QRectF(place).adjusted(2, 2, -2, -2), ink)
        painter.end()
