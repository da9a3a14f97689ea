"""One report on four stations: answers, bits, two pieces and who gets them, the sealed bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QVBoxLayout, QWidget

from ui.theme import fonts, measures
from ui.theme.fonts import Type
from ui.view_models import report as words
from ui.view_models import stations
from ui.widgets.answers import AnswerList
from ui.widgets.bits import BitsView
from ui.widgets.cards import Card
from ui.widgets.flow import FlowDrawing
from ui.widgets.layouts import laid_out
from ui.widgets.pieces import PiecesTable
from ui.widgets.sealed import SealedView
from ui.widgets.spine import SpineStation
from ui.widgets.texts import Prose
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QResizeEvent

    from ui.view_models import flow
    from ui.view_models.numbers import Numbers
    from ui.view_models.parties import Names
    from ui.view_models.report import Group, Report


class Answers(QWidget):
    """The questions by category, in two columns where there is room."""

    followed = Signal(str)

    def __init__(
        self,
        groups: Sequence[Group],
        columns: tuple[Sequence[int], Sequence[int]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.lists: list[AnswerList] = []
        most = max((answer.boxes for group in groups for answer in group.answers), default=1)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(fonts.px(40))
        for part in columns:
            if not part:
                continue
            column = QVBoxLayout()
            column.setSpacing(fonts.px(16))
            for number in part:
                group = groups[number]
                made = AnswerList(group.title, group.answers, self._group, most)
                made.followed.connect(self.followed)
                self.lists.append(made)
                column.addWidget(made)
            column.addStretch(1)
            self._line.addLayout(column, 1)

    def follow(self, id_: str) -> None:
        """Follow one from the program; nothing is told."""
        for one in self.lists:
            if id_ in one.rows:
                one.follow(id_)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        narrow = self.width() < fonts.px(measures.TWO_COLUMNS - 2 * measures.MARGIN - 100)
        self._line.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        self._line.setSpacing(fonts.px(16 if narrow else 40))


class FlowSection(QWidget):
    """Who gets which piece, drawn, and what that is worth in sentences."""

    def __init__(self, page: flow.Page, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawing = FlowDrawing(translate("Leaves", "Who gets which piece"), page.flow)
        self._texts = [Prose("", width=measures.PROSE) for _ in range(3)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, fonts.px(8), 0, 0)
        column.setSpacing(fonts.px(8))
        column.addWidget(self.drawing)
        column.addSpacing(fonts.px(4))
        for text in self._texts:
            column.addWidget(text)
        self.show_page(page)

    def show_page(self, page: flow.Page) -> None:
        """Other numbers from now on."""
        self.drawing.show_flow(page.flow)
        noise = " ".join(text for text in (page.noise, page.guess, page.year) if text)
        for shown, text in zip(self._texts, (page.together, noise, page.limits), strict=True):
            shown.say(text)
            shown.setVisible(bool(text))

    def said(self) -> str:
        """The sentences."""
        return " ".join(text.said() for text in self._texts)


class ReportStations(QWidget):
    """The four stations of one report, one question followed through them. Empty until `build` is done."""

    def __init__(
        self,
        found: Report,
        kind: stations.Kind,
        names: Names,
        numbers: Numbers,
        flow_page: flow.Page | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.found, self.kind = found, kind
        self._names, self._numbers = names, numbers
        self.followed = found.example
        self._flow_page = flow_page
        self.stations: list[SpineStation] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def build(self, width: int) -> Iterator[bool]:
        """Make one station at each step, so that the event loop may run between them.

        The answers, which are most of it, are laid out as they will stand in this width: when all is seen
        less is left to be done.
        """
        self._make_answers()
        yield True
        laid_out(self, width)
        yield True
        for make in (self._make_bits, self._make_pieces, self._make_sealed):
            make()
            yield True
        self._say()

    def follow(self, id_: str) -> None:
        """Follow this question on all stations."""
        if id_ == self.followed or not stations.title_of(self.found, id_):
            return
        self.followed = id_
        self.answers.follow(id_)
        self.bits.follow(id_)
        self._say()

    def _station(self, station: stations.Station, *, is_last: bool = False) -> SpineStation:
        made = SpineStation(len(self.stations) + 1, station.title, station.text, is_last=is_last)
        self.stations.append(made)
        self._column.addWidget(made)
        return made

    def _make_answers(self) -> None:
        station = self._station(stations.answers(self.found, self.followed))
        self.answers = Answers(self.found.groups, words.columns(self.found.groups))
        if self.followed:
            self.answers.follow(self.followed)
        self.answers.followed.connect(self.follow)
        station.body.addWidget(self.answers)
        self.answers.setVisible(bool(self.found.groups))

    def _make_bits(self) -> None:
        station = self._station(stations.bits(self.found, self.followed, self._numbers))
        card = Card()
        name = translate("Leaves", "The report as zeros and ones")
        told = next((group.words for group in self.found.bits if group.id == self.followed), "")
        self.bits = BitsView(name, told, self.found.bits, self.followed)
        self.bits.followed.connect(self.follow)
        card.body.addWidget(self.bits)
        station.body.addWidget(card)

    def _make_pieces(self) -> None:
        station = self._station(stations.pieces(self.found))
        self.pieces = PiecesTable()
        if self.found.pieces:
            card = Card()
            card.body.setContentsMargins(*(fonts.px(side) for side in (12, 8, 12, 10)))
            card.body.addWidget(self.pieces)
            station.body.addWidget(card)
        self.flow = None
        if self._flow_page is not None:
            self.flow = FlowSection(self._flow_page)
            station.body.addWidget(self.flow)

    def _make_sealed(self) -> None:
        station = self._station(stations.sealed(self.found, self.kind, self._numbers), is_last=True)
        self.sealed = SealedView(
            translate("Leaves", "The sealed bytes"),
            translate("Leaves", "The fields of the sealed bytes"),
            translate("Leaves", "{} more bytes, all random-looking."),
            translate("Leaves", "Show all"),
        )
        self.sealed.show_body(self.found.body, self.found.fields, "period")
        station.body.addWidget(self.sealed)
        self.fingerprint = Prose(stations.fingerprint(self.found, self.kind), Type.CAPTION)
        station.body.addSpacing(fonts.px(4))
        station.body.addWidget(self.fingerprint)

    def _say(self) -> None:
        found, followed = self.found, self.followed
        self.stations[0].say(stations.answers(found, followed).text)
        self.stations[1].say(stations.bits(found, followed, self._numbers).text)
        if found.pieces and followed:
            heads = stations.table(found, followed, self._names.leader, self._names.helper)
            told = stations.pieces(found)
            self.pieces.show_pieces(
                f"{told.title}: {heads.question}", heads, found.pieces[followed], told.text
            )


class AnswersAlone(QWidget):
    """The first station alone, where no task is there to seal a report for."""

    def __init__(self, groups: Sequence[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        told = stations.answers_alone()
        self.station = SpineStation(1, told.title, told.text, is_last=True)
        self.answers = Answers(groups, words.columns(groups))
        self.station.body.addWidget(self.answers)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.station)
