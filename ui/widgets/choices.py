"""Answers to one question, all alike: buttons with a title and a text; a table of consequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
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
        self._title = Text(choice.title, Type.GROUP, "text" if choice.allowed else "text3")
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
    """The answers side by side, equally wide, none singled out."""

    chosen = Signal(str)
    """A choice's id."""

    def __init__(self, name: str, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons: dict[str, ChoiceButton] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(fonts.px(10))
        for choice in choices:
            button = ChoiceButton(choice)
            button.clicked.connect(lambda _=False, id_=choice.id: self.chosen.emit(id_))
            self._buttons[choice.id] = button
            line.addWidget(button, 1)

    def button(self, id_: str) -> ChoiceButton:
        """The button of a choice."""
        return self._buttons[id_]


class ChoiceTableView(QWidget):
    """A column for each choice, framed, with a radio button at its head; a row for each consequence.

    Picking says only `picked`: the page asks, decides and then calls `show_chosen`.
    """

    picked = Signal(str)
    """A choice's id, when a person picks another."""

    def __init__(self, name: str, table: ChoiceTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._table = table
        self._radios: dict[str, QRadioButton] = {}
        self._badges: dict[str, Text] = {}
        self._heads: list[QWidget] = []
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, fonts.px(8), 0, fonts.px(10))
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(fonts.px(14))
        self._grid.setColumnStretch(0, 23)
        for column, choice in enumerate(table.choices, 1):
            self._grid.setColumnStretch(column, 24)
            self._grid.addWidget(self._head(choice), 0, column)
        for row, (question, answers) in enumerate(table.rows, 1):
            asked = Prose(question)
            asked.setContentsMargins(0, 0, fonts.px(16), 0)
            self._grid.addWidget(asked, row, 0, Qt.AlignmentFlag.AlignTop)
            for column, answer in enumerate(answers, 1):
                allowed = table.choices[column - 1].allowed
                cell = Prose(answer, ink="text" if allowed else "text3")
                cell.setContentsMargins(fonts.px(20), 0, fonts.px(14), 0)
                self._grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignTop)
        self.show_chosen(table.chosen)

    def show_chosen(self, id_: str | None) -> None:
        """Mark this choice as the one in force (None: none yet); nothing is told."""
        self._table = self._table._replace(chosen=id_)
        self._group.setExclusive(False)
        for choice, radio in self._radios.items():
            radio.blockSignals(True)
            radio.setChecked(choice == id_)
            radio.blockSignals(False)
            self._badges[choice].setText(self._table.badge if choice == id_ else "")
        self._group.setExclusive(True)
        self.update()

    def radio(self, id_: str) -> QRadioButton:
        """The radio button of a choice."""
        return self._radios[id_]

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        worn = scheme.tokens()
        for choice, head in zip(self._table.choices, self._heads, strict=True):
            frame = QRectF(head.geometry())
            frame.setTop(0)
            frame.setBottom(self.height())
            is_chosen = choice.id == self._table.chosen
            width = 2.0 if is_chosen else 1.0
            inset = fonts.px(4)
            frame.adjust(inset + width / 2, width / 2, -inset - width / 2, -width / 2)
            painter.setBrush(QColor(worn.surface if choice.allowed else worn.window))
            colour = worn.accent if is_chosen else worn.control if choice.allowed else worn.line
            painter.setPen(pen(colour, width))
            painter.drawRoundedRect(frame, measures.RADIUS_CARD, measures.RADIUS_CARD)
        painter.end()

    def _head(self, choice: Choice) -> QWidget:
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(fonts.px(16), 0, fonts.px(14), 0)
        radio = QRadioButton(choice.title)
        radio.setFont(fonts.font(Type.GROUP))
        radio.setEnabled(choice.allowed)
        column = self._table.choices.index(choice)
        consequences = [f"{question}: {answers[column]}" for question, answers in self._table.rows]
        radio.setAccessibleDescription(". ".join([choice.reason] * bool(choice.reason) + consequences))
        if choice.reason:
            radio.setToolTip(choice.reason)
        radio.toggled.connect(lambda on, id_=choice.id: self._toggled(id_, on))
        badge = Text("", Type.CAPTION, "accent", SEMIBOLD)
        line.addWidget(radio)
        line.addStretch(1)
        line.addWidget(badge)
        self._radios[choice.id], self._badges[choice.id] = radio, badge
        self._group.addButton(radio)
        self._heads.append(head)
        return head

    def _toggled(self, id_: str, on: bool) -> None:
        if on:
            self.picked.emit(id_)
