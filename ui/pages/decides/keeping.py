"""What is kept here and how long, all of it as a file, and erasing it; and this window's own habits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.theme import fonts
from ui.theme.fonts import Type
from ui.widgets.announce import announce
from ui.widgets.cards import Card
from ui.widgets.progress import ProgressLine
from ui.widgets.texts import Prose, SectionHeading, Text, strong
from ui.widgets.tick import Tick
from ui.words import translate

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from ui.link.preferences import Preferences
    from ui.view_models.erase import Erase

_TWO = 640


class WindowSection(QWidget):
    """Whether the icon stays, and what desktop notifications tell."""

    changed = Signal(str, bool)
    """(name of a preference, what it is now)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = {
            "keep_icon": Tick(translate("Decides", "Closing the window leaves the icon in the tray")),
            "tell_choice": Tick(translate("Decides", "Notify me when a choice is to be made")),
            "tell_changed": Tick(translate("Decides", "Notify me when the task or the checks changed")),
            "tell_bad": Tick(
                translate("Decides", "Notify me when a check or Shoal’s own data is bad for the first time")
            ),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(2))
        column.addWidget(
            SectionHeading(
                translate("Decides", "This window"),
                translate("Decides", "For this account; nothing of it changes what is sent."),
            )
        )
        column.addSpacing(fonts.px(6))
        for name, box in self.boxes.items():
            box.toggled.connect(lambda on, name=name: self.changed.emit(name, on))
            column.addWidget(box, 0, Qt.AlignmentFlag.AlignLeft)

    def show_preferences(self, preferences: Preferences) -> None:
        """Show these; nothing is told."""
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(bool(getattr(preferences, name)))
            box.blockSignals(False)


class KeepingSection(QWidget):
    """How long what is kept, and a file with all of it."""

    asked = Signal()
    """Somebody wants the file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = SectionHeading(translate("Decides", "What is kept here"))
        self.export = QPushButton(translate("Decides", "Export everything…"))
        self.export.clicked.connect(self.asked)
        self.progress = ProgressLine(translate("Decides", "Export"))
        self.told = Prose("", ink="text")
        self.told.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(12))
        column.addWidget(self.heading)
        column.addWidget(self.export, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.progress)
        column.addWidget(self.told)

    def show_days(self, days: str) -> None:
        """`days`: how long the bytes of reports are kept, in words; "" where nobody can say."""
        parts = [
            translate(
                "Decides",
                "Readings of each minute for 48 hours, of each quarter of an hour for 30 days, of each day "
                "for a year. The ledger’s rows stay; they hold hashes and no answers.",
            )
        ]
        if days:
            text = translate("Decides", "The bytes of past reports and what opens them: {days}.")
            parts.append(text.format(days=days))
        parts.append(translate("Decides", "All of it can be had as one file (JSON)."))
        self.heading.say(self.heading.title.text(), " ".join(parts))

    def tell(self, text: str) -> None:
        """What became of the export."""
        self.told.say(text)
        self.told.setVisible(bool(text))
        announce(self, text)


class EraseSection(Card):
    """What goes, what stays and why, and the button."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._title = Text("", Type.SECTION, wrap=True)
        self._goes_title, self._stays_title = strong(""), strong("")
        self._goes, self._stays, self._beside = Prose(""), Prose(""), Prose("", Type.DENSE)
        self.told = Prose("", ink="text")
        self.told.hide()
        self.progress = ProgressLine(translate("Erase", "Erasing"))
        self.button = QPushButton()
        self.button.setProperty("kind", "erase")
        self.button.clicked.connect(self.pressed)
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._halves.setSpacing(fonts.px(24))
        for title, text in ((self._goes_title, self._goes), (self._stays_title, self._stays)):
            half = QVBoxLayout()
            half.setSpacing(0)
            half.addWidget(title)
            half.addWidget(text)
            half.addStretch(1)
            self._halves.addLayout(half, 1)
        line = QHBoxLayout()
        line.setSpacing(fonts.px(16))
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._beside, 1, Qt.AlignmentFlag.AlignVCenter)
        self.body.addWidget(self._title)
        self.body.addLayout(self._halves)
        self.body.addWidget(self.told)
        self.body.addWidget(self.progress)
        self.body.addSpacing(fonts.px(8))
        self.body.addLayout(line)

    def show_erase(self, erase: Erase) -> None:
        """Show what erasing would do now."""
        self.setAccessibleName(erase.title)
        self._title.setText(erase.title)
        self._goes_title.setText(erase.goes_title)
        self._goes.say(erase.goes)
        self._stays_title.setText(erase.stays_title)
        self._stays.say(erase.stays)
        self._beside.say(erase.beside)
        self.button.setText(erase.button)
        self.button.setAccessibleDescription(f"{erase.goes_title}: {erase.goes} {erase.beside}")

    def tell(self, text: str) -> None:
        """What erasing did."""
        self.told.say(text)
        self.told.setVisible(bool(text))
        announce(self, text)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        wide = self.width() >= fonts.px(_TWO)
        wanted = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._halves.direction() != wanted:
            self._halves.setDirection(wanted)
