"""Everything since the choice: a strip of weeks, the rows, their filter, export, and verification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, measures
from ui.theme.fonts import SEMIBOLD
from ui.view_models import ledger
from ui.view_models.ledger import Filter
from ui.widgets import marks
from ui.widgets.calendar import CalendarStrip
from ui.widgets.cards import Card
from ui.widgets.layouts import empty
from ui.widgets.ledger_rows import LedgerRows, Line
from ui.widgets.progress import ProgressLine
from ui.widgets.segments import Segments
from ui.widgets.texts import Prose, Rule, SectionHeading, Text, strong
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from ui.view_models.changes import Change
    from ui.view_models.ledger import Ledger
    from ui.view_models.verification import Verification

MOST = 8
"""Rows before somebody asks for the earlier ones."""
_CARD = 368


class VerificationCard(Card):
    """What was proved, and what cannot be proved here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._parts: list[QWidget] = []
        self.shown: Verification | None = None
        self.hide()

    def show_verification(self, found: Verification | None) -> None:
        """Show this result; None: there is none that still holds."""
        self.shown = found
        for part in self._parts:
            self.body.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        if found is not None:
            self.setAccessibleName(found.title)
            self.setAccessibleDescription(
                " ".join((f"{found.proved_title}:", *found.proved, f"{found.open_title}:", *found.open))
            )
            icon, ink = ("verified", "text") if found.agrees else ("verdict-bad", "bad")
            self._add(marks.Marked(icon, found.title, ink=ink, weight=SEMIBOLD, wrap=True))  # type: ignore[arg-type]
            for title, items in ((found.proved_title, found.proved), (found.open_title, found.open)):
                head = title if found.agrees or title == found.open_title else ""
                if head:
                    made = strong(head)
                    made.setContentsMargins(0, fonts.px(6), 0, 0)
                    self._add(made)
                for item in items:
                    self._add(_item(item))
        self.setVisible(found is not None)

    def _add(self, part: QWidget) -> None:
        self._parts.append(part)
        self.body.addWidget(part)


def _item(text: str) -> QWidget:
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(fonts.px(8))
    dash = Text("–", weight=SEMIBOLD).beside_prose()
    dash.setAccessibleName(" ")
    line.addWidget(dash, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Prose(text), 1)
    return made


class PastSection(QWidget):
    """The lower part of the page; with sharing off the empty ledger, and what else it holds."""

    opened = Signal(str)
    """The id of a period whose report somebody wants to see."""
    exported = Signal()
    verified = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Ledger | None = None
        self._current: str | None = None
        self._all = False
        self._made_for: tuple[object, ...] = ()
        self.heading = SectionHeading("")
        self.export = QPushButton(translate("Leaves", "Export…"))
        self.export.clicked.connect(self.exported)
        self.verify = QPushButton(translate("Leaves", "Verify"))
        self.verify.clicked.connect(self.verified)
        self.heading.add(self.export)
        self.heading.add(self.verify)
        self.progress = ProgressLine(translate("Leaves", "Verifying"))
        self.saved = Prose("")
        self.saved.hide()
        self.calendar = CalendarStrip("", "")
        self.calendar.picked.connect(self._picked)
        self._legend: QWidget | None = None
        self._legend_place = QVBoxLayout()
        self.filter: Segments | None = None
        self._filter_place = QHBoxLayout()
        self.rows = LedgerRows("", ("", "", "", ""))
        self.rows.opened.connect(self.opened)
        self.more = QPushButton("")
        self.more.setProperty("kind", "link")
        self.more.clicked.connect(self._show_all)
        self.events = QWidget()
        self._events = QVBoxLayout(self.events)
        self._events.setContentsMargins(0, 0, 0, 0)
        self.card = VerificationCard()
        self._lower = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lower.setSpacing(fonts.px(24))
        left = QVBoxLayout()
        left.setSpacing(fonts.px(8))
        left.addLayout(self._filter_place)
        left.addWidget(self.rows)
        left.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeading)
        left.addWidget(self.events)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.card)
        right.addStretch(1)
        self._lower.addLayout(left, 1)
        self._lower.addLayout(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(12))
        self.rule = Rule()
        column.addWidget(self.rule)
        column.addSpacing(fonts.px(4))
        column.addWidget(self.heading)
        column.addWidget(self.progress)
        column.addWidget(self.saved)
        column.addWidget(self.calendar)
        column.addLayout(self._legend_place)
        column.addSpacing(fonts.px(4))
        column.addLayout(self._lower)

    # -- what is shown

    def show_ledger(self, found: Ledger, events: Sequence[Change]) -> None:
        """The past as of now; `events` stand where there is no report."""
        self._found = found
        self.heading.say(found.title)
        text = " ".join(f"{entry.spoken}." for entry in found.entries) or f"{found.title}."
        self.calendar.show_cells(found.title, text, found.cells, self._current)
        made_for = (found.legend, tuple(id_ for id_, _ in found.filters), found.has_reports, tuple(events))
        if made_for != self._made_for:
            self._made_for = made_for
            self._make_legend(found)
            self._make_filter(found)
            self._make_events(() if found.has_reports else events)
        elif self.filter is not None:
            for id_, words in found.filters:
                self.filter.rename(str(id_), words)
        self._list()

    def mark(self, current: str | None) -> None:
        """Which period's report is shown above; None: none of the past."""
        self._current = current
        self.calendar.pick(current)
        self.rows.mark(current)

    def tell_saved(self, text: str) -> None:
        """What became of an export; "" for nothing."""
        self.saved.say(text)
        self.saved.setVisible(bool(text))

    def _make_legend(self, found: Ledger) -> None:
        if self._legend is not None:
            self._legend_place.removeWidget(self._legend)
            self._legend.hide()
            self._legend.deleteLater()
        self._legend = marks.legend([(f"state-{state}", words) for state, words in found.legend])
        self._legend_place.addWidget(self._legend)

    def _make_filter(self, found: Ledger) -> None:
        kept = Filter.ALL if self.filter is None else Filter(self.filter.current())
        if self.filter is not None:
            self._filter_place.removeWidget(self.filter)
            self.filter.hide()
            self.filter.deleteLater()
            self.filter = None
        if len(found.entries) < 2:
            return
        options = [(str(id_), words) for id_, words in found.filters]
        self.filter = Segments(translate("Leaves", "Which reports"), options, str(kept), small=True)
        self.filter.chosen.connect(lambda _: self._list())
        self._filter_place.addWidget(self.filter, 0, Qt.AlignmentFlag.AlignLeading)
        self._filter_place.addStretch(1)

    def _make_events(self, events: Sequence[Change]) -> None:
        empty(self._events)
        for change in events:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(fonts.px(8), fonts.px(4), fonts.px(8), fonts.px(4))
            day = Prose(change.day)
            day.setFixedWidth(fonts.px(130))
            line.addWidget(day, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Prose(change.text, ink="text"), 1)
            self._events.addWidget(row)
            row.show()
        self.events.setVisible(bool(events))

    def _list(self) -> None:
        found = self._found
        if found is None:
            return
        which = Filter.ALL if self.filter is None else Filter(self.filter.current())
        entries = ledger.shown(found.entries, which)
        visible = entries if self._all or len(entries) <= MOST + 1 else entries[:MOST]
        lines = [
            Line(*(entry.id, str(entry.state), entry.period, entry.what, entry.when, entry.kept),
                 spoken=entry.spoken, opens=entry.row is not None)
            for entry in visible
        ]  # fmt: skip
        self.rows.setAccessibleName(found.title)
        self.rows.show_lines(found.columns, lines, self._current)
        self.rows.setVisible(found.has_reports)
        n = len(entries) - len(visible)
        self.more.setText(translate("Leaves", "%n earlier reports", None, n))
        self.more.setVisible(n > 0)

    def _show_all(self) -> None:
        at = len(self.rows.rows)
        self._all = True
        self._list()
        rows = list(self.rows.rows.values())
        if at < len(rows):
            rows[at].setFocus()

    def _picked(self, id_: str) -> None:
        entries = () if self._found is None else self._found.entries
        if any(entry.id == id_ for entry in entries):
            self.opened.emit(id_)
        else:
            self.calendar.pick(self._current)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        narrow = self.width() < fonts.px(measures.TWO_COLUMNS - 2 * measures.MARGIN)
        # On a narrow page the result stands above the rows, where somebody who pressed Verify looks.
        self._lower.setDirection(
            QBoxLayout.Direction.BottomToTop if narrow else QBoxLayout.Direction.LeftToRight
        )
        self.card.setMinimumWidth(0 if narrow else fonts.px(_CARD))
        self.card.setMaximumWidth(16_777_215 if narrow else fonts.px(_CARD))
