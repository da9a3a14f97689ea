"""Grounds: a card; a notice of trouble with one thing to do; a calm note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.theme import fonts
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.marks import Mark
from ui.widgets.texts import Prose, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.widgets.data import Choice, Notice


class Card(QFrame):
    """A surface with a border; put things into `body`."""

    def __init__(self, title: str = "", text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*(fonts.px(side) for side in (20, 16, 20, 16)))
        self.body.setSpacing(fonts.px(8))
        if title:
            self.setAccessibleName(title)
            self.body.addWidget(Text(title, Type.BODY, weight=SEMIBOLD, wrap=True))
        if text:
            self.body.addWidget(Prose(text))


class NoticeBar(QFrame):
    """What happened, in semibold; what it means; one button at most (`pressed`).

    Red, above the headline; `calm` for what is no trouble (a padlock's note, say).
    """

    pressed = Signal()
    linked = Signal(str)

    def __init__(self, notice: Notice, *, calm: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note" if calm or notice.is_calm else "notice")
        line = QHBoxLayout(self)
        line.setContentsMargins(*(fonts.px(side) for side in (14, 10, 14, 10)))
        line.setSpacing(fonts.px(12))
        self._mark = Mark(notice.mark, 16)
        self._title = Text("", Type.BODY, weight=SEMIBOLD, wrap=True)
        self._text = Prose("", ink="text")
        self._text.linked.connect(self.linked)
        self.button = QPushButton()
        self.button.clicked.connect(self.pressed)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._text)
        top = QVBoxLayout()
        top.setContentsMargins(0, fonts.px(2), 0, 0)
        top.addWidget(self._mark)
        top.addStretch(1)
        line.addLayout(top)
        line.addLayout(words, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_notice(notice)

    def show_notice(self, notice: Notice) -> None:
        """Tell something else from now on."""
        self._mark.show_icon(notice.mark)
        self._title.setText(notice.title)
        self._text.say(notice.text)
        self._text.setVisible(bool(notice.text))
        self.button.setText(notice.button)
        self.button.setVisible(bool(notice.button))
        self.setAccessibleName(notice.title)
        self.setAccessibleDescription(self._text.accessibleName())


class Reason(QWidget):
    """A padlock, what cannot be chosen, and why."""

    def __init__(self, titles: str, reason: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(fonts.px(8))
        self.text = Prose(f"**{titles}**: {reason}", Type.DENSE)
        first = QVBoxLayout()  # on the first line of the words
        first.addSpacing(fonts.px(3))
        first.addWidget(Mark("padlock", 14))
        first.addStretch(1)
        line.addLayout(first)
        line.addWidget(self.text, 1)


def reasons(choices: Sequence[Choice]) -> list[Reason]:
    """Why choices cannot be made, in a line for each reason: nothing is only greyed."""
    found: dict[str, list[str]] = {}
    for choice in choices:
        if not choice.allowed:
            found.setdefault(choice.reason, []).append(choice.title)
    return [Reason(", ".join(titles), reason) for reason, titles in found.items()]
