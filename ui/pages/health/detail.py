"""What opens below a row: the chart of 30 days or of today; what it is, what helps, what it cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts
from ui.theme.fonts import Type
from ui.view_models import chart as charts
from ui.widgets.chart import HistoryChart
from ui.widgets.segments import Segments
from ui.widgets.texts import Prose, Text, strong
from ui.words import translate

if TYPE_CHECKING:
    from agent.store import Point
    from ui.link.session import Session
    from ui.link.snapshot import Snapshot
    from ui.widgets.data import History

MONTH, TODAY = "month", "today"


class Said(QWidget):
    """A heading and what it says."""

    def __init__(self, heading: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = Prose(text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strong(heading))
        column.addWidget(self._text)

    def say(self, text: str) -> None:
        """Another text."""
        if text != self._text.said():
            self._text.say(text)


class MetricDetail(QWidget):
    """Made when a row is first opened; `show_snapshot` keeps it up to date, moving nothing without need."""

    def __init__(
        self,
        session: Session,
        snapshot: Snapshot,
        id_: str,
        *,
        narrow: bool,
        why: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._snapshot, self._id = session, snapshot, id_
        found = charts.detail(snapshot, id_, session.numbers)
        self._month = self._shown = found.month
        self.spans = Segments(
            translate("Health", "Which time the chart shows"),
            ((MONTH, found.month_words), (TODAY, found.today_words)),
            MONTH,
            small=True,
        )
        self.spans.chosen.connect(self._choose)
        self.chart = HistoryChart(found.month)
        self._hints = {MONTH: _whole(found.hint), TODAY: _whole(found.today_hint)}
        self._hint = Text(self._hints[MONTH], Type.CAPTION, "text2", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self._trouble = Text("", Type.CAPTION, "bad", wrap=True)
        self._trouble.hide()
        above = QHBoxLayout()
        above.setSpacing(fonts.px(12))
        above.addWidget(self.spans)
        above.addWidget(self._hint, 1)
        left = QVBoxLayout()
        left.setSpacing(fonts.px(8))
        left.addLayout(above)
        left.addWidget(self._trouble)
        left.addWidget(self.chart)
        left.addStretch(1)
        self._why = Said(translate("Health", "Why there is no answer"), "")
        texts = QVBoxLayout()
        texts.setSpacing(fonts.px(12))
        texts.addWidget(self._why)
        for section in found.sections:
            texts.addWidget(Said(section.heading, section.text))
        texts.addStretch(1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.addLayout(left, 66)
        self._sides.addLayout(texts, 34)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.set_narrow(narrow)
        self.say_why(why)

    def set_narrow(self, narrow: bool) -> None:
        """Beside each other, or the words below the chart."""
        ways = QBoxLayout.Direction
        self._sides.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self._sides.setSpacing(fonts.px(16 if narrow else 32))
        # a stretch among lines would share out height that nobody has
        for index, share in enumerate((0, 0) if narrow else (66, 34)):
            self._sides.setStretch(index, share)

    def say_why(self, why: str) -> None:
        """Why the check has no answer; empty: it has one, or nobody knows."""
        self._why.setVisible(bool(why))
        self._why.say(why)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Newer readings."""
        self._snapshot = snapshot
        self._month = charts.month(snapshot, snapshot.catalogue.metric(self._id), self._session.numbers)
        if self.spans.current() == TODAY:
            self._ask()
        else:
            self._draw(self._month)

    def stops(self) -> list[QWidget]:
        """The tab stops, in order."""
        return [self.spans.button(MONTH), self.spans.button(TODAY), self.chart]

    def _choose(self, which: str) -> None:
        self._hint.setText(self._hints[which])
        self._trouble.hide()
        if which == MONTH:
            self._draw(self._month)
        else:
            self._ask()

    def _ask(self) -> None:
        self._session.points(self._id, self._came, self._could_not)

    def _came(self, points: tuple[Point, ...]) -> None:
        if self.spans.current() == TODAY:
            self._trouble.hide()
            self._draw(charts.today(self._snapshot, self._id, points, self._session.numbers))

    def _could_not(self, error: Exception) -> None:
        if self.spans.current() == TODAY:
            self._trouble.setText(
                translate("Health", "Today's samples cannot be read: {cause}.").format(
                    cause=str(error).rstrip(".")
                )
            )
            self._trouble.show()

    def _draw(self, history: History) -> None:
        if history != self._shown:
            self._shown = history
            self.chart.show_history(history)


def _whole(text: str) -> str:
    """The same, with its last sentence on one line."""
    before, dot, last = text.rpartition(". ")
    return before + dot + last.replace(" ", "\N{NO-BREAK SPACE}") if dot else text
