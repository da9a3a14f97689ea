"""The two operators, their fingerprints to compare, the agreement; and what changed since the beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.theme import fonts, measures
from ui.theme.fonts import Type
from ui.widgets.announce import announce
from ui.widgets.cards import Card
from ui.widgets.layouts import empty
from ui.widgets.texts import Prose, SectionHeading, Text
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from ui.view_models.changes import Change
    from ui.view_models.operators import Card as Operator
    from ui.view_models.operators import Page

_LEAST = 200
_TWO = 760
"""From this width on the cards stand side by side."""
_WHO = 240
"""So wide the column of who changed something is at most."""
_NEWEST = 12
"""So many changes are shown at first."""
_TICK = 2_000
"""Milliseconds that "Copied" is said."""
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class OperatorCard(Card):
    """One operator; each line can be selected, the fingerprint copied."""

    def __init__(self, operator: Operator, parent: QWidget | None = None) -> None:
        super().__init__(operator.name, operator.role, parent)
        self._fingerprint = operator.fingerprint
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(fonts.px(16))
        self._lines.setVerticalSpacing(fonts.px(4))
        self._labels: list[Text] = []
        self._is_tight: bool | None = None
        self.values: dict[str, Text] = {}
        for row, (label, text) in enumerate(operator.lines):
            is_last = row == len(operator.lines) - 1
            value = Text(
                _in_lines(text) if is_last else text, Type.FIXED if is_last else Type.BODY, wrap=True
            )
            value.setTextInteractionFlags(_SELECTABLE)
            value.setAccessibleName(f"{label}: {text}")
            self.values[label] = value
            self._labels.append(Text(label, ink="text2"))
        self.copy = QPushButton(translate("Operators", "Copy"))
        self.copy.setProperty("kind", "link")
        name = translate("Operators", "Copy the fingerprint of {name}").format(name=operator.name)
        self.copy.setAccessibleName(name)
        self.copy.clicked.connect(self._copy)
        self.body.addLayout(self._lines)
        line = QHBoxLayout()
        line.addWidget(self.copy)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addStretch(1)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(_LEAST), super().minimumSizeHint().height())

    def _arrange(self) -> None:
        """Labels beside what they name; above it where there is hardly any room."""
        tight = 0 < self.width() < fonts.px(measures.TIGHT)
        if tight == self._is_tight:
            return
        self._is_tight = tight
        self._lines.setColumnStretch(1, int(not tight))
        for row, (label, value) in enumerate(zip(self._labels, self.values.values(), strict=True)):
            top = Qt.AlignmentFlag.AlignTop
            self._lines.addWidget(label, 2 * row, 0, top)
            self._lines.addWidget(value, 2 * row + tight, int(not tight), top)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._fingerprint)
        copied = translate("Operators", "Copied")
        self.copy.setText(copied)
        announce(self.copy, copied)
        QTimer.singleShot(_TICK, self.copy, lambda: self.copy.setText(translate("Operators", "Copy")))


class OperatorsSection(QWidget):
    """Both cards, whether the signatures were checked, whom to ask, and the agreement."""

    checked = Signal()
    """Somebody wants the signatures checked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[OperatorCard] = []
        self._page: Page | None = None
        self.heading = SectionHeading("")
        self._line = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._line.setSpacing(fonts.px(16))
        self.check = QPushButton(translate("Operators", "Check the signatures"))
        self.check.setProperty("kind", "link")
        self.check.clicked.connect(self.checked)
        self.told = Prose("", Type.DENSE)
        self.agreement = Prose("")
        self.agreement.setOpenExternalLinks(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(12))
        column.addWidget(self.heading)
        column.addLayout(self._line)
        column.addWidget(self.told)
        column.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.agreement)

    def show_page(self, page: Page, contact: str) -> None:
        """Show this."""
        self.agreement.say(_agreement(page, contact))
        self.agreement.setVisible(bool(self.agreement.said()))
        if page == self._page:
            return
        self._page = page
        self.heading.say(page.title, page.below)
        empty(self._line)
        self.cards = [OperatorCard(operator) for operator in page.cards]
        for card in self.cards:
            self._line.addWidget(card, 1)
        self.tell(page.unverified, again=bool(page.unverified))

    def tell(self, text: str, *, again: bool = False) -> None:
        """What is known of the signatures; `again`: they can be checked from here."""
        self.told.say(text)
        self.told.setVisible(bool(text))
        self.check.setVisible(again)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        wide = self.width() >= fonts.px(_TWO)
        wanted = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)


class ChangesSection(QWidget):
    """Day, who, what: newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changes: tuple[Change, ...] = ()
        self._shows_all = False
        self._narrow: bool | None = None
        self.rows: list[tuple[Text, Text, Prose]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(fonts.px(24))
        self._grid.setVerticalSpacing(fonts.px(10))
        self._none = Prose(translate("Changes", "Nothing yet."))
        self.more = QPushButton()
        self.more.setProperty("kind", "link")
        self.more.clicked.connect(self._show_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(12))
        column.addWidget(
            SectionHeading(
                translate("Changes", "What changed"),
                translate("Changes", "Choices, policy, task and checks, as the ledger recorded them."),
            )
        )
        column.addWidget(self._none)
        column.addLayout(self._grid)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_changes(self, changes: Sequence[Change]) -> None:
        """Show these."""
        if self.rows and tuple(changes) == self._changes:
            return
        self._changes = tuple(changes)
        empty(self._grid)
        self.rows = []
        for change in self._changes if self._shows_all else self._changes[:_NEWEST]:
            day = Text(change.day, ink="text2").beside_prose()
            who = Text(change.who, wrap=True).beside_prose()
            text = Prose(change.text)
            text.setAccessibleName(f"{change.day}, {change.who}: {change.text}")
            self.rows.append((day, who, text))
        n = len(self._changes)
        self.more.setText(translate("Changes", "All %n changes", None, n))
        self.more.setVisible(n > len(self.rows))
        self._none.setVisible(not n)
        self._narrow = None
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._arrange()

    def _show_all(self) -> None:
        self._shows_all, changes = True, self._changes
        self._changes = ()
        self.show_changes(changes)

    def _arrange(self) -> None:
        narrow = self.width() < fonts.px(_TWO)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        grid, top = self._grid, Qt.AlignmentFlag.AlignTop
        grid.setVerticalSpacing(fonts.px(2 if narrow else 10))
        for column, stretch in enumerate((0, 1, 0) if narrow else (0, 0, 1)):
            grid.setColumnStretch(column, stretch)
        named = max((who.fontMetrics().horizontalAdvance(who.text()) for _, who, _ in self.rows), default=0)
        grid.setColumnMinimumWidth(1, 0 if narrow else min(named + fonts.px(8), fonts.px(_WHO)))
        for number, (day, who, text) in enumerate(self.rows):
            first = 2 * number
            grid.addWidget(day, first, 0, top)
            grid.addWidget(who, first, 1, top)
            text.setContentsMargins(0, 0, 0, fonts.px(10 if narrow else 0))
            if narrow:
                tight = self.width() < fonts.px(measures.TIGHT)
                grid.addWidget(text, first + 1, 0 if tight else 1, 1, 2 if tight else 1)
            else:
                grid.addWidget(text, first, 2, top)


def _in_lines(fingerprint: str) -> str:
    """A fingerprint's groups in two lines."""
    groups = fingerprint.split()
    half = (len(groups) + 1) // 2
    return "\n".join((" ".join(groups[:half]), " ".join(groups[half:]))) if len(groups) > 4 else fingerprint


def _agreement(page: Page, contact: str) -> str:
    parts = []
    if page.agreement or page.agreement_url:
        name = page.agreement or page.agreement_url
        linked = f"[{name}]({page.agreement_url})" if page.agreement_url else f"**{name}**"
        parts.append(translate("Operators", "Agreement: {agreement}.").format(agreement=linked))
    if contact:
        parts.append(translate("Operators", "Questions: {contact}.").format(contact=f"**{contact}**"))
    return " ".join(parts)
