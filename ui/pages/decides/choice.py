"""The choice: four columns with their consequences, why some are not allowed, and what policies allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui.theme import fonts, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.announce import announce
from ui.widgets.cards import NoticeBar, reasons
from ui.widgets.choices import ChoiceTableView
from ui.widgets.data import Notice
from ui.widgets.layouts import empty
from ui.widgets.picture import brush
from ui.widgets.progress import ProgressLine
from ui.widgets.texts import Prose, SectionHeading, Text, column_head
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QLabel

    from ui.view_models.decisions import Matrix, Page, Required
    from ui.widgets.data import Choice, ChoiceTable


class ChoiceSection(QWidget):
    """The table of choices; under a policy that requires sharing a note in its place or above it."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table: ChoiceTableView | None = None
        self.note: NoticeBar | None = None
        self._shown: tuple[ChoiceTable, Required | None] | None = None
        self._place = QVBoxLayout()
        self._place.setSpacing(fonts.px(16))
        self._reasons = QVBoxLayout()
        self._reasons.setSpacing(fonts.px(4))
        self.effect = Prose("", Type.DENSE)
        self.told = Prose("", ink="text")
        self.told.hide()
        self.progress = ProgressLine(translate("Decides", "Your choice"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(10))
        column.addLayout(self._place)
        column.addLayout(self._reasons)
        column.addWidget(self.effect)
        column.addWidget(self.told)
        column.addWidget(self.progress)

    def show_page(self, page: Page) -> None:
        """Show this; only what is different is made anew."""
        if (page.table._replace(chosen=None), page.required) != self._shown:
            self._shown = (page.table._replace(chosen=None), page.required)
            self._make(page)
        if self.table is not None:
            self.table.show_chosen(page.table.chosen)
        self.effect.say(page.effect)
        self.effect.setVisible(self.table is not None)

    def tell(self, text: str) -> None:
        """What became of a choice, below the table."""
        self.told.say(text)
        self.told.setVisible(bool(text))
        announce(self, text)

    def _make(self, page: Page) -> None:
        focused = self._focused()
        empty(self._place)
        empty(self._reasons)
        self.table = self.note = None
        left = [choice for choice in page.table.choices if choice.allowed]
        if page.required is not None:
            self.note = NoticeBar(
                Notice(page.required.title, page.required.text, mark="padlock", is_calm=True), calm=True
            )
            self._place.addWidget(self.note)
        if page.required is None or len(left) > 1:
            self.table = ChoiceTableView(translate("Decides", "Your choice"), page.table)
            self.table.picked.connect(self.picked)
            self._place.addWidget(self.table)
            for reason in reasons(page.table.choices):
                self._reasons.addWidget(reason)
        else:
            self._place.addWidget(_consequences(page.table, left))
        if self.table is not None and focused:
            self.table.radio(focused).setFocus(Qt.FocusReason.OtherFocusReason)

    def _focused(self) -> str:
        if self.table is None:
            return ""
        ids = [choice.id for choice in self.table.table.choices]
        return next((id_ for id_ in ids if self.table.radio(id_).hasFocus()), "")


class MatrixTable(QWidget):
    """Which choices each policy allows; the row that holds here is tinted and says so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix: Matrix | None = None
        self._tinted: list[QLabel] = []
        self._rows: list[list[Text]] = []
        self._note = Prose("", Type.DENSE)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(fonts.px(8))
        self._grid.setVerticalSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(8))
        column.addWidget(
            SectionHeading(
                translate("Decides", "Which choices an organisation can allow"),
                translate("Decides", "Its policy says one of four things; each allows other choices."),
            )
        )
        column.addLayout(self._grid)
        column.addWidget(self._note)

    def show_matrix(self, matrix: Matrix) -> None:
        """Show this."""
        if matrix == self._matrix:
            return
        self._matrix = matrix
        empty(self._grid)
        self._tinted, self._rows = [], []
        for column, word in enumerate(matrix.columns, 1):
            self._grid.setColumnStretch(column, 2)
            self._grid.addWidget(column_head(word), 0, column)
        for row, (policy, allowed) in enumerate(matrix.rows, 1):
            holds = row - 1 == matrix.present
            weight = SEMIBOLD if holds else None
            words = translate("Decides", "{policy} (holds here)").format(policy=policy) if holds else policy
            cells = [Text(words, Type.DENSE, weight=weight, wrap=True)]
            for name, is_allowed in zip(matrix.columns, allowed, strict=True):
                word = translate("Decides", "allowed") if is_allowed else "–"
                cell = Text(word, Type.DENSE, "text" if is_allowed else "text3", weight)
                said = word if is_allowed else translate("Decides", "not allowed")
                cell.setAccessibleName(f"{policy}, {name}: {said}")
                cells.append(cell)
            for column, cell in enumerate(cells):
                cell.setMinimumHeight(fonts.px(30))
                edge = fonts.px(8 if column == 0 else 0)
                left, right = (0, edge) if self.isRightToLeft() else (edge, 0)
                cell.setContentsMargins(left, 0, right, 0)
            self._rows.append(cells)
            if holds:
                self._tinted = list(cells)
        self._note.say(matrix.note)
        self._arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Each policy at the beginning of its line; where it has no room there, above it."""
        tight = self.width() < fonts.px(measures.TIGHT)
        self._grid.setColumnStretch(0, 0 if tight else 5)
        self._grid.setHorizontalSpacing(fonts.px(4 if tight else 8))
        for number, (policy, *others) in enumerate(self._rows):
            line = 1 + 2 * number
            self._grid.addWidget(policy, line, 0, 1, 5 if tight else 1)
            for column, cell in enumerate(others, 1):
                self._grid.addWidget(cell, line + tight, column)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        if not self._tinted:
            return
        painter = brush(self)
        place = QRectF(self._tinted[0].geometry().united(self._tinted[-1].geometry()))
        place.setLeft(0)
        place.setRight(self.width())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(scheme.tokens().tint))
        painter.drawRoundedRect(place, measures.RADIUS, measures.RADIUS)
        painter.end()


def _consequences(table: ChoiceTable, left: Sequence[Choice]) -> QWidget:
    """What follows from the one choice that is left, as lines."""
    shown = QWidget()
    grid = QGridLayout(shown)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(fonts.px(16))
    grid.setVerticalSpacing(fonts.px(8))
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 3)
    for row, (question, answers) in enumerate(table.rows):
        grid.addWidget(Prose(question), row, 0)
        for choice, answer in zip(table.choices, answers, strict=True):
            if choice in left:
                grid.addWidget(Prose(answer, ink="text"), row, 1)
    return shown
