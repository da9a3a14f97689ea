"""Who read this device's health, and when: the newest reading in a sentence, the others when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.theme import fonts
from ui.theme.fonts import Type
from ui.widgets.layouts import empty
from ui.widgets.texts import Prose, Rule, Text
from ui.words import translate

if TYPE_CHECKING:
    from ui.view_models.health import Page, Reading


class Readers(QWidget):
    """The page's foot; hidden while nobody has read anything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._readings: tuple[Reading, ...] = ()
        self._newest = Prose("", width=860)
        self.all = QPushButton()
        self.all.setProperty("kind", "link")
        self.all.setCheckable(True)
        self.all.toggled.connect(self._toggle)
        self._table = QWidget()
        self._cells = QGridLayout(self._table)
        self._cells.setContentsMargins(0, fonts.px(4), 0, 0)
        self._cells.setHorizontalSpacing(fonts.px(32))
        self._cells.setVerticalSpacing(fonts.px(4))
        self._table.hide()
        line = QHBoxLayout()
        line.addWidget(self.all)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(fonts.px(12), 0, fonts.px(12), 0)
        column.setSpacing(fonts.px(6))
        column.addWidget(Rule())
        column.addSpacing(fonts.px(8))
        column.addWidget(self._newest)
        column.addLayout(line)
        column.addWidget(self._table)

    def show_page(self, page: Page) -> None:
        """Say this from now on."""
        self.setVisible(bool(page.reader))
        if page.reader != self._newest.said():
            self._newest.say(page.reader)
        self.all.setText(page.readings_link)
        self.all.setVisible(bool(page.readings_link))
        if page.readings != self._readings:
            self._readings = page.readings
            self._fill()

    def _toggle(self, is_open: bool) -> None:
        self._fill()
        self._table.setVisible(is_open)

    def _fill(self) -> None:
        empty(self._cells)
        if not self.all.isChecked():
            return
        heads = (translate("Health", "Account"), translate("Health", "Read on"))
        for column, words in enumerate(heads):
            self._cells.addWidget(Text(words, Type.CAPTION, "text3"), 0, column)
        for number, reading in enumerate(self._readings, 1):
            self._cells.addWidget(Text(reading.account), number, 0)
            self._cells.addWidget(Text(reading.when, ink="text2"), number, 1)
        self._cells.setColumnStretch(2, 1)
