"""Questions whose answers look alike: is this choice meant, that report withheld, does the icon stay?"""

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
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget


class AskingDialog(FittingDialog):
    """Closing it is no answer."""

    answered = Signal(str)
    """An answer's id."""

    def __init__(
        self, asked: str, text: str, answers: Sequence[Choice], parent: QWidget | None = None
    ) -> None:
        super().__init__(asked, 480, (24, 20, 24, 20), parent)
        self.setAccessibleDescription(text)
        self.choices = ChoiceButtons(asked, answers)
        self.choices.chosen.connect(self._chosen)
        column = self.column
        column.setSpacing(fonts.px(12))
        column.addWidget(Text(asked, Type.SECTION, wrap=True))
        column.addWidget(Prose(text))
        column.addWidget(self.choices)

    def _chosen(self, id_: str) -> None:
        self.accept()
        self.answered.emit(id_)


def choosing(choice: str, consequences: Sequence[str], parent: QWidget | None = None) -> AskingDialog:
    """Whether a choice is meant, where it does more than the table says; answers "yes" and "no"."""
    return AskingDialog(
        translate("Asking", "Choose {choice}?").format(choice=choice),
        "\n".join(consequences),
        (
            Choice(
                "yes",
                translate("Asking", "Choose {choice}").format(choice=choice),
                translate("Asking", "It takes effect at once."),
            ),
            Choice("no", translate("Asking", "Leave it as it is"), translate("Asking", "Nothing changes.")),
        ),
        parent,
    )


def withholding(period: str, parent: QWidget | None = None) -> AskingDialog:
    """Before the report of a period ("12–18 Nov") is withheld for good; answers "withhold" and "keep"."""
    return AskingDialog(
        translate("Withholding", "Withhold the report of {period}?").format(period=period),
        translate(
            "Withholding",
            "The totals of this period will be without your answers. A report of zeros leaves at "
            "the same random moment, so that nobody can tell from outside. Later reports stay.",
        ),
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
        parent,
    )


def closing(parent: QWidget | None = None) -> AskingDialog:
    """When the window is first closed and there is a tray; answers "keep" (its icon) and "quit"."""
    return AskingDialog(
        translate("Closing", "Keep Shoal's icon in the tray?"),
        translate(
            "Closing",
            "Measuring and sending go on either way, as you chose. The answer is kept; it can be "
            "changed under Who decides.",
        ),
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
        parent,
    )
