"""Asked before everything is erased: what goes, what stays, and a word to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from ui.dialogs.fitting import FittingDialog
from ui.theme import fonts
from ui.theme.fonts import Type
from ui.view_models.erase import is_confirmed
from ui.widgets.texts import Prose, Text, strong
from ui.words import translate

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.view_models.erase import Erase


class ErasingDialog(FittingDialog):
    """Erasing can be pressed once the word stands there."""

    confirmed = Signal()

    def __init__(self, erase: Erase, parent: QWidget | None = None) -> None:
        super().__init__(erase.title, 520, (24, 20, 24, 20), parent)
        self._erase = erase
        self.word = QLineEdit()
        self.word.setAccessibleName(erase.prompt)
        self.word.textChanged.connect(self._typed)
        self.word.returnPressed.connect(self._confirm)
        self.yes = QPushButton(translate("Erasing", "Erase now"))
        self.yes.setProperty("kind", "erase")
        self.yes.clicked.connect(self._confirm)
        self.no = QPushButton(translate("Erasing", "Keep everything"))
        self.no.clicked.connect(self.reject)
        for button in (self.yes, self.no):
            button.setAutoDefault(False)
        column = self.column
        column.setSpacing(fonts.px(4))
        column.addWidget(Text(erase.title, Type.SECTION, wrap=True))
        column.addSpacing(fonts.px(8))
        for title, text in ((erase.goes_title, erase.goes), (erase.stays_title, erase.stays)):
            column.addWidget(strong(title))
            column.addWidget(Prose(text))
            column.addSpacing(fonts.px(8))
        column.addWidget(Prose(erase.prompt, ink="text"))
        column.addWidget(self.word)
        column.addSpacing(fonts.px(12))
        line = QHBoxLayout()
        line.setSpacing(fonts.px(8))
        line.addWidget(self.yes)
        line.addWidget(self.no)
        line.addStretch(1)
        column.addLayout(line)
        self._typed("")
        self.word.setFocus()

    def _typed(self, text: str) -> None:
        fits = is_confirmed(text, self._erase)
        self.yes.setEnabled(fits)
        reason = "" if fits else self._erase.prompt
        self.yes.setToolTip(reason)
        self.yes.setAccessibleDescription(reason)

    def _confirm(self) -> None:
        if is_confirmed(self.word.text(), self._erase):
            self.accept()
            self.confirmed.emit()
