"""The held report: how long it stays on a timeline, and three answers, each with its price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, measures
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.progress import ProgressLine
from ui.widgets.texts import Prose, Text
from ui.widgets.timeline import Timeline
from ui.words import translate

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from ui.view_models.held import Held, Option

_NARROW = 560
"""Below, the answers stand one below the other."""


class _Answer(QWidget):
    """One of the three: a button (or for doing nothing its name), and below it what follows."""

    pressed = Signal(str)

    def __init__(self, option: Option) -> None:
        super().__init__()
        self.option = option
        self.button: QPushButton | None = None
        self._price = Prose("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(10))
        if option.id == "wait":
            name = Text(option.title, Type.BODY, weight=SEMIBOLD)
            name.setMinimumHeight(fonts.px(measures.DECISION))
            column.addWidget(name)
        else:
            self.button = QPushButton(option.title)
            self.button.setProperty("kind", "decision")
            self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            self.button.clicked.connect(lambda: self.pressed.emit(option.id))
            column.addWidget(self.button)
        column.addWidget(self._price)
        column.addStretch(1)
        self.show_option(option)

    def show_option(self, option: Option) -> None:
        self.option = option
        text = option.price if option.allowed else option.reason
        self._price.say(text)
        if self.button is not None:
            self.button.setEnabled(option.allowed)
            self.button.setToolTip(option.reason)
            self.button.setAccessibleDescription(text)


class HeldSection(QWidget):
    """Hidden while nothing is held."""

    acted = Signal(str)
    """ "send" or "withhold"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = Timeline(translate("Leaves", "The held report"), "")
        self.progress = ProgressLine(translate("Leaves", "The held report"))
        self._answers: dict[str, _Answer] = {}
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(fonts.px(32))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(16))
        column.addWidget(self.timeline)
        column.addLayout(self._line)
        column.addWidget(self.progress)
        self.hide()

    def show_held(self, held: Held | None) -> None:
        """Show this one; hide, if there is none."""
        if held is not None:
            text = " ".join(f"{stop.title}: {stop.text}." for stop in held.stops)
            now, leaves = held.stops[1].at, held.stops[2].at
            self.timeline.show_stops(self.timeline.accessibleName(), text, held.stops, now, leaves)
            for option in held.options:
                answer = self._answers.get(option.id)
                if answer is None:
                    answer = self._answers[option.id] = _Answer(option)
                    answer.pressed.connect(self.acted)
                    self._line.addWidget(answer, 1)
                else:
                    answer.show_option(option)
        self.setVisible(held is not None)

    def button(self, id_: str) -> QPushButton:
        """The button of "send" or "withhold"; KeyError before one was held."""
        found = self._answers[id_].button
        if found is None:
            raise KeyError(id_)
        return found

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        narrow = self.width() < fonts.px(_NARROW)
        wanted = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)
            self._line.setSpacing(fonts.px(8 if narrow else 32))
