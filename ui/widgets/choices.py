"""Answers to one question, all alike: buttons with a title and a text; a table of consequences."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import fonts, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.picture import brush, pen
from ui.widgets.texts import Prose, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from ui.widgets.data import Choice, ChoiceTable


_BUTTON = 130
"""The least width of a choice among others."""
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
_DOT = re.compile(r"\.(?=\w)")
_WIDE, _COLUMNS = 800, 560
"""From these widths on a table of choices has a column of questions, and columns at all."""


class ChoiceButton(QPushButton):
    """A button with a title and what follows from it."""

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self.setProperty("kind", "choice")
        self.setAccessibleName(f"{choice.title}. {choice.text}")
        self.setAutoDefault(False)
        self.setEnabled(choice.allowed)
        if choice.reason:
            self.setToolTip(choice.reason)
            self.setAccessibleDescription(choice.reason)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(*(fonts.px(side) for side in (15, 12, 12, 12)))
        column.setSpacing(fonts.px(2))
        self._title = Text(choice.title, Type.GROUP, "text" if choice.allowed else "text3", wrap=True)
        self._text = Prose(choice.text, Type.DENSE, "text2" if choice.allowed else "text3")
        for label in (self._title, self._text):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        column.addStretch(1)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:  # noqa: D102, N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102, N802
        return self._column.heightForWidth(width)

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        width = fonts.px(150)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(120), self.heightForWidth(max(self.width(), fonts.px(120))))


class ChoiceButtons(QWidget):
    """The answers side by side, equally wide, none singled out; where it is narrow in pairs or stacked."""

    chosen = Signal(str)
    """A choice's id."""

    def __init__(self, name: str, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons: dict[str, ChoiceButton] = {}
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(fonts.px(10))
        for choice in choices:
            button = ChoiceButton(choice)
            button.clicked.connect(lambda _=False, id_=choice.id: self.chosen.emit(id_))
            self._buttons[choice.id] = button
        self._arrange(len(choices))

    def button(self, id_: str) -> ChoiceButton:
        """The button of a choice."""
        return self._buttons[id_]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._arrange(self._fitting(self.width()))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(_BUTTON), super().minimumSizeHint().height())

    def _fitting(self, width: int) -> int:
        most, gap = len(self._buttons), self._grid.horizontalSpacing()
        fitting = next((n for n in (most, 2) if n * fonts.px(_BUTTON) + (n - 1) * gap <= width), 1)
        return min(fitting, most)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, button in enumerate(self._buttons.values()):
            self._grid.addWidget(button, number // columns, number % columns)
        for column in range(len(self._buttons)):
            self._grid.setColumnStretch(column, int(column < columns))


class _Form(Enum):
    """How a table of choices is laid out."""

    WIDE = "wide"
    """A column for each choice, the questions in one of their own."""
    COLUMNS = "columns"
    """The same without it: each answer has its question above."""
    STACK = "stack"
    """One choice below the other."""


class _Answer(QWidget):
    """What follows from a choice; with the question above it where no column has the questions."""

    def __init__(self, question: str, answer: str, allowed: bool) -> None:
        super().__init__()
        self.question = Text(question, Type.CAPTION, "text2", wrap=True)
        self.question.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(fonts.px(16), 0, fonts.px(10), 0)
        column.setSpacing(0)
        column.addWidget(self.question)
        self._said, self._answer = Prose(answer, ink="text" if allowed else "text3"), answer
        column.addWidget(self._said)
        column.addStretch(1)

    def show_question(self, shown: bool) -> None:
        """Whether the question stands above it; columns are narrow then, and host names break at dots."""
        self.question.setVisible(shown)
        self._said.say(_DOT.sub(".\u200b", self._answer) if shown else self._answer)
        self._said.setAccessibleName(self._answer)


class ChoiceTableView(QWidget):
    """A column for each choice, framed, with a radio button at its head; a row for each consequence.

    Picking says only `picked`: the page asks, decides and then calls `show_chosen`. Arrow keys move between
    the choices and pick none: a person who passes Share on the way to Quiet has not chosen it.
    """

    picked = Signal(str)
    """A choice's id, when a person picks one; also the one in force: a changed task may ask for it again."""

    def __init__(self, name: str, table: ChoiceTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._table = table
        self._form: _Form | None = None
        self._radios: dict[str, QRadioButton] = {}
        self._badges: dict[str, Text] = {}
        self._heads: list[_Head] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)  # or arrow keys would pick
        self._questions: list[Prose] = []
        self._answers: list[list[_Answer]] = [[] for _ in table.choices]
        self._grid = QGridLayout(self)
        self._grid.setHorizontalSpacing(fonts.px(8))
        for choice in table.choices:
            self._heads.append(self._head(choice))
        for question, answers in table.rows:
            asked = Prose(question)
            asked.setContentsMargins(0, 0, fonts.px(12), 0)
            self._questions.append(asked)
            for number, answer in enumerate(answers):
                self._answers[number].append(_Answer(question, answer, table.choices[number].allowed))
        self._arrange(_Form.WIDE)
        self.show_chosen(table.chosen)

    @property
    def table(self) -> ChoiceTable:
        """What it shows."""
        return self._table

    def show_chosen(self, id_: str | None) -> None:
        """Mark this choice as the one in force (None: none yet); nothing is told."""
        self._table = self._table._replace(chosen=id_)
        for choice, radio in self._radios.items():
            radio.setChecked(choice == id_)
            self._badges[choice].setText(self._table.badge if choice == id_ else "")
            self._badges[choice].setVisible(choice == id_)
        self.update()

    def radio(self, id_: str) -> QRadioButton:
        """The radio button of a choice."""
        return self._radios[id_]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102, N802
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _STEPS:
            step = _STEPS[Qt.Key(event.key())]
            sideways = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
            allowed = [radio for radio in self._radios.values() if radio.isEnabled()]
            if watched in allowed:
                at = [radio is watched for radio in allowed].index(True)
                step = -step if sideways and self.isRightToLeft() else step
                allowed[(at + step) % len(allowed)].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        width = self.width()
        self._arrange(
            _Form.WIDE
            if width >= fonts.px(_WIDE)
            else _Form.COLUMNS
            if width >= fonts.px(_COLUMNS)
            else _Form.STACK
        )
        self.update()

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(_BUTTON), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        worn = scheme.tokens()
        for number, choice in enumerate(self._table.choices):
            frame = QRectF(self._heads[number].geometry())
            if self._form is _Form.STACK:
                pad = fonts.px(8)
                frame = frame.united(QRectF(self._answers[number][-1].geometry())).adjusted(0, -pad, 0, pad)
            else:
                frame.setTop(0)
                frame.setBottom(self.height())
            is_chosen = choice.id == self._table.chosen
            width = 2.0 if is_chosen else 1.0
            frame.adjust(width / 2, width / 2, -width / 2, -width / 2)
            painter.setBrush(QColor(worn.surface if choice.allowed else worn.window))
            colour = worn.accent if is_chosen else worn.control if choice.allowed else worn.line
            painter.setPen(pen(colour, width))
            painter.drawRoundedRect(frame, measures.RADIUS_CARD, measures.RADIUS_CARD)
        painter.end()

    def _arrange(self, form: _Form) -> None:
        if form is self._form:
            return
        self._form = form
        grid, top = self._grid, Qt.AlignmentFlag.AlignTop
        for row in range(grid.rowCount()):
            grid.setRowMinimumHeight(row, 0)
        for number, head in enumerate(self._heads):
            column, first = number + 1, 0
            if form is _Form.STACK:
                column, first = 1, number * (len(self._questions) + 2)
                grid.setRowMinimumHeight(first + len(self._questions) + 1, fonts.px(10))
            grid.addWidget(head, first, column)
            head.show_below(form is _Form.COLUMNS)
            for row, answer in enumerate(self._answers[number], 1):
                answer.show_question(form is not _Form.WIDE)
                grid.addWidget(answer, first + row, column)
        for row, question in enumerate(self._questions, 1):
            grid.addWidget(question, row, 0, top)
            question.setVisible(form is _Form.WIDE)
        grid.setColumnStretch(0, 23 if form is _Form.WIDE else 0)
        for column in range(1, len(self._heads) + 1):
            grid.setColumnStretch(column, 24 if column == 1 or form is not _Form.STACK else 0)
        grid.setContentsMargins(0, fonts.px(8), 0, fonts.px(10))
        grid.setVerticalSpacing(fonts.px(14 if form is _Form.WIDE else 10 if form is _Form.COLUMNS else 6))

    def _head(self, choice: Choice) -> _Head:
        radio = QRadioButton(choice.title)
        radio.setFont(fonts.font(Type.GROUP))
        radio.setEnabled(choice.allowed)
        column = self._table.choices.index(choice)
        consequences = [f"{question}: {answers[column]}" for question, answers in self._table.rows]
        radio.setAccessibleDescription(". ".join([choice.reason] * bool(choice.reason) + consequences))
        if choice.reason:
            radio.setToolTip(choice.reason)
        # Not clicked: a screen reader toggles what can be checked.
        radio.toggled.connect(lambda on, id_=choice.id: self._toggled(id_, on))
        radio.installEventFilter(self)
        badge = Text("", Type.CAPTION, "accent", SEMIBOLD)
        self._radios[choice.id], self._badges[choice.id] = radio, badge
        self._group.addButton(radio)
        return _Head(radio, badge)

    def _toggled(self, id_: str, on: bool) -> None:
        if on == (id_ == self._table.chosen):
            return  # as the page says it is
        self.show_chosen(self._table.chosen)  # it is chosen when the page says so
        self.picked.emit(id_)


class _Head(QWidget):
    """A radio button and what is said of it, beside or below."""

    def __init__(self, radio: QRadioButton, badge: Text) -> None:
        super().__init__()
        self._badge = badge
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(fonts.px(12), 0, fonts.px(10), 0)
        self._grid.setSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(radio, 0, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(badge, 0, 2)
        self._grid.setRowStretch(2, 1)

    def show_below(self, below: bool) -> None:
        """Put the badge below the button, or at the end of its line."""
        self._badge.setContentsMargins(fonts.px(4) if below else 0, 0, 0, 0)
        self._grid.addWidget(self._badge, int(below), 0 if below else 2, 1, 3 if below else 1)
