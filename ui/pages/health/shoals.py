"""The three shoals below the headline: a category's title, how it stands, and its checks as fish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.layouts import Flowing
from ui.widgets.shoal import ShoalStrip
from ui.widgets.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.view_models.health import Category


class Shoals(QWidget):
    """Side by side, or below each other where there is no room."""

    opened = Signal(str)
    """A fish: the check's id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = Flowing(self, gap=36, line_gap=12)
        self._shoals: dict[str, _Shoal] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_categories(self, categories: Sequence[Category]) -> None:
        """These from now on; a catalogue's categories stay the same."""
        for category in categories:
            shoal = self._shoals.get(category.id)
            if shoal is None:
                shoal = self._shoals[category.id] = _Shoal()
                shoal.strip.opened.connect(self.opened)
                self._lines.addWidget(shoal)
            shoal.show_category(category)
        self.updateGeometry()

    def strips(self) -> list[ShoalStrip]:
        """The tab stops, in order."""
        return [shoal.strip for shoal in self._shoals.values()]


class _Shoal(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._title = Text("", Type.BODY, weight=SEMIBOLD)
        self._summary = Text("", Type.BODY, "text2")
        self.strip = ShoalStrip("", "")
        words = QHBoxLayout()
        words.setSpacing(fonts.px(8))
        words.addWidget(self._title)
        words.addWidget(self._summary)
        words.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(4))
        column.addLayout(words)
        column.addWidget(self.strip)
        column.addStretch(1)

    def show_category(self, category: Category) -> None:
        self._title.setText(category.title)
        self._summary.setText(category.summary)
        self.strip.show_fish(category.title, category.summary, category.fish)
        self.updateGeometry()
