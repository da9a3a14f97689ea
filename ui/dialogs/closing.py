"""Asked once, when the window is closed for the first time and there is a tray."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ui.dialogs.fitting import FittingDialog
from ui.theme import fonts
from ui.theme.fonts import Type
from ui.widgets.choices import ChoiceButtons
from ui.widgets.data import Choice
from ui.widgets.texts import Prose, Text
from ui.words import translate

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class ClosingDialog(FittingDialog):
    """Two answers that look alike; closing the dialog is not answering."""

    answered = Signal(bool)
    """Whether the icon stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        asked = translate("Closing", "Keep Shoal's icon in the tray?")
        super().__init__(asked, 480, (24, 20, 24, 20), parent)
        self.choices = ChoiceButtons(
            asked,
            (
                Choice(
                    "keep",
                    translate("Closing", "Keep the icon"),
                    translate("Closing", "It shows when the next report leaves, and tells what needs you."),
                ),
                Choice(
                    "quit",
                    translate("Closing", "Quit the window"),
                    translate("Closing", "Nothing tells you of held reports until you open it again."),
                ),
            ),
        )
        self.choices.chosen.connect(self._chosen)
        column = self.column
        column.setSpacing(fonts.px(12))
        column.addWidget(Text(asked, Type.SECTION, wrap=True))
        column.addWidget(
            Prose(
                translate(
                    "Closing",
                    "Measuring and sending go on either way, as you chose. The answer is kept; it can be "
                    "changed under Who decides.",
                )
            )
        )
        column.addWidget(self.choices)

    def _chosen(self, id_: str) -> None:
        self.answered.emit(id_ == "keep")
        self.accept()
