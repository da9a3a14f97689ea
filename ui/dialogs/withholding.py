"""Asked before a held report is withheld, which cannot be undone."""

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


class WithholdingDialog(FittingDialog):
    """Two answers that look alike; closing the dialog is the second."""

    confirmed = Signal()

    def __init__(self, period: str, parent: QWidget | None = None) -> None:
        """`period`: "12–18 Nov"."""
        asked = translate("Withholding", "Withhold the report of {period}?").format(period=period)
        super().__init__(asked, 480, (24, 20, 24, 20), parent)
        self.choices = ChoiceButtons(
            asked,
            (
                Choice(
                    "withhold",
                    translate("Withholding", "Withhold it"),
                    translate("Withholding", "Zeros take its place. This cannot be undone."),
                ),
                Choice(
                    "keep",
                    translate("Withholding", "Leave it as it is"),
                    translate("Withholding", "It leaves by itself, or when you send it."),
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
                    "Withholding",
                    "The totals of this period will be without your answers. A report of zeros leaves at "
                    "the same random moment, so that nobody can tell from outside. Later reports stay.",
                )
            )
        )
        column.addWidget(self.choices)

    def _chosen(self, id_: str) -> None:
        if id_ == "withhold":
            self.confirmed.emit()
        self.accept()
