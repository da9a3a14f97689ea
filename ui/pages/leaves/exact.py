"""From plain words to the exact bytes: the heading, the way between stations, the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.pages.leaves.report import AnswersAlone, ReportStations
from ui.theme import fonts, measures
from ui.view_models import stations
from ui.widgets.progress import ProgressLine
from ui.widgets.segments import Segments
from ui.widgets.texts import Prose, SectionHeading
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from ui.view_models import flow
    from ui.view_models.report import Group


class ExactSection(QWidget):
    """Shows one report at a time: the held one, a past one, or a preview once somebody asks for it."""

    jumped = Signal(QWidget)
    """A station that somebody wants to see."""
    asked = Signal()
    """ "Show a preview" was pressed."""
    changed = Signal()
    """Another report is shown, or none."""
    left = Signal()
    """Back from a past report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = SectionHeading("")
        self.preview = QPushButton(translate("Leaves", "Show a preview"))
        self.preview.clicked.connect(self.asked)
        self.back = QPushButton("")
        self.back.clicked.connect(self.left)
        self.steps = Segments(translate("Leaves", "Stations"), stations.steps(), "1")
        self.steps.chosen.connect(self._jump)
        self.progress = ProgressLine(translate("Leaves", "The report"))
        self.note = Prose("", ink="text2")
        self.note.hide()
        self.shown: ReportStations | AnswersAlone | None = None
        self._building: ReportStations | None = None
        self._followed = self._title = self._text = self._more = ""
        self._ends = QHBoxLayout()
        self._ends.setSpacing(fonts.px(8))
        for widget in (self.back, self.preview, self.steps):
            self._ends.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
            widget.hide()
        self._ends.addStretch(1)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(fonts.px(16))
        self._top.addWidget(self.heading, 1)
        self._top.addLayout(self._ends)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(fonts.px(16))
        self._column.addLayout(self._top)
        self._column.addWidget(self.progress)
        self._column.addWidget(self.note)

    # -- what is shown

    def say(self, title: str, text: str, *, preview: bool = False, back: str = "") -> None:
        """The heading; whether a preview can be asked for; what leads back ("" where nothing does)."""
        self._title, self._text = title, text
        self._say()
        self.preview.setVisible(preview)
        self.back.setText(back)
        self.back.setVisible(bool(back))

    def say_more(self, text: str, kind: stations.Kind) -> None:
        """What the report that is shown comes to, below the title."""
        before = self._text if kind is stations.Kind.PAST else ""
        self._more = f"{before} {text} {stations.aside(kind)}".strip()
        self._say()

    def _say(self) -> None:
        self.heading.say(self._title, self._more or self._text)
        again = translate("Leaves", "Preview again")
        self.preview.setText(again if self._more else translate("Leaves", "Show a preview"))

    def show_report(self, made: ReportStations, done: Callable[[], None]) -> None:
        """Build these and show them in place of what is shown, then call `done`, unless another is asked for
        meanwhile; the question that was followed stays."""
        self._building = made
        made.setParent(self)  # now, while it is empty: all that has a style is styled anew with its parent
        steps = made.build(self.width())

        def step() -> None:
            if self._building is not made:
                made.deleteLater()
                return
            if next(steps, False):
                QTimer.singleShot(0, self, step)
                return
            self._put(made)
            done()

        step()

    def show_answers(self, groups: Sequence[Group]) -> None:
        """Show only the plain words."""
        self._put(AnswersAlone(groups))

    def show_flow(self, page: flow.Page | None) -> None:
        """Other numbers of the task from now on."""
        if page is not None and isinstance(self.shown, ReportStations) and self.shown.flow is not None:
            self.shown.flow.show_page(page)

    def tell(self, text: str) -> None:
        """A sentence in place of the report; "" for none."""
        self.note.say(text)
        self.note.setVisible(bool(text))

    def clear(self) -> None:
        """Show no report."""
        self._put(None)

    def stations(self) -> ReportStations | None:
        """The report that is shown to the byte."""
        return self.shown if isinstance(self.shown, ReportStations) else None

    def _put(self, made: ReportStations | AnswersAlone | None) -> None:
        old, self.shown = self.shown, made
        self._building = None
        self._more = ""
        self._say()
        if isinstance(old, ReportStations):
            self._followed = old.followed
        if isinstance(made, ReportStations) and self._followed:
            made.follow(self._followed)
        self.tell("")
        self.steps.setVisible(isinstance(made, ReportStations))
        self.steps.choose("1")
        if made is not None:
            self._column.addWidget(made)
            made.show()  # at once: a layout would do it later
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.changed.emit()

    # -- the way between stations

    def _jump(self, id_: str) -> None:
        shown = self.stations()
        if shown is not None:
            self.jumped.emit(shown.stations[int(id_) - 1])

    def scrolled(self, top: int, page: QWidget) -> None:
        """The page shows what lies below `top`: light the station that a person reads there."""
        shown = self.stations()
        if shown is None:
            return
        reached = [
            number
            for number, station in enumerate(shown.stations, 1)
            if station.mapTo(page, QPoint(0, 0)).y() <= top + fonts.px(80)
        ]
        wanted = str(max(reached, default=1))
        if self.steps.current() != wanted:
            self.steps.choose(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        narrow = self.width() < fonts.px(760)
        self._top.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        self._top.setSpacing(fonts.px(8 if narrow else 16))
        tight = self.width() < fonts.px(measures.TIGHT)
        for id_, words in stations.steps():
            self.steps.rename(id_, words.split()[0] if tight else words, spoken=words)
