"""The line between headline and rows: filter, buttons, what came of measuring; and the empty page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.pages.health.detail import Said
from ui.theme import fonts
from ui.view_models.health import Filter
from ui.widgets.announce import announce
from ui.widgets.cards import Card
from ui.widgets.layouts import Flowing, empty
from ui.widgets.progress import ProgressLine
from ui.widgets.segments import Segments
from ui.widgets.texts import Prose, Text
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.view_models.health import Segment
    from ui.view_models.measuring import Offer


class Tools(QWidget):
    """Without readings only "Measure now" is there."""

    filtered = Signal()
    """Another filter was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = Segments(
            translate("Health", "Which checks are shown"), [(one, "") for one in Filter], Filter.ALL
        )
        self.filter.chosen.connect(lambda _: self.filtered.emit())
        self.measure = QPushButton(translate("Health", "Measure now"))
        self.card = QPushButton(translate("Health", "Health card…"))
        self.card.setAccessibleDescription(
            translate("Health", "A page for the help desk, of what you tick. It is not sent.")
        )
        self.progress = ProgressLine(translate("Health", "Measuring"))
        self._said = Text("", ink="text2", wrap=True)
        self._said.hide()
        self._may, self._reason, self._busy = False, "", False
        buttons = QWidget()
        pair = QHBoxLayout(buttons)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(fonts.px(8))
        pair.addWidget(self.measure)
        pair.addWidget(self.card)
        self._line = QWidget()
        ends = Flowing(self._line, gap=16, line_gap=8, ends=True)
        ends.addWidget(self.filter)
        ends.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(8))
        column.addWidget(self._line)
        column.addWidget(self.progress)
        column.addWidget(self._said)

    def current(self) -> Filter:
        """The chosen filter."""
        return Filter(self.filter.current())

    def choose(self, which: Filter) -> None:
        """Choose a filter from the program; nothing is told."""
        self.filter.choose(which)

    def show_filters(self, filters: Sequence[Segment], *, is_measured: bool) -> None:
        """The filters' words, with counts."""
        for one in filters:
            self.filter.rename(one.id, one.words)
        self.filter.setVisible(is_measured)
        self.card.setVisible(is_measured)

    def allow(self, may: bool, reason: str) -> None:
        """Whether measuring can be asked for, or why not."""
        self._may, self._reason = may, reason
        self.measure.setEnabled(may and not self._busy)
        self.measure.setToolTip(reason)
        self.measure.setAccessibleDescription(reason)

    def begin(self, words: str) -> None:
        """It is being measured."""
        self._busy = True
        self.say("")
        self.progress.show_progress(0, 0, words)
        announce(self.progress, words)
        self.allow(self._may, self._reason)

    def end(self) -> None:
        """It is over."""
        had_focus = self.measure.hasFocus()
        self._busy = False
        self.progress.finish()
        self.allow(self._may, self._reason)
        if had_focus:
            self.measure.setFocus()

    def is_busy(self) -> bool:
        """Whether it is being measured."""
        return self._busy

    def say(self, words: str) -> None:
        """What came of it."""
        self._said.setText(words)
        self._said.setVisible(bool(words))
        announce(self._said, words)

    def said(self) -> str:
        """What came of it."""
        return self._said.text()

    def stops(self) -> list[QWidget]:
        """The tab stops, in order."""
        return [*(self.filter.button(one) for one in Filter), self.measure, self.card]


class Empty(QWidget):
    """Nothing was measured: what would be, and how to have it measured."""

    linked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = Prose("", width=860)
        self._text.linked.connect(self.linked)
        self._card = Card()
        self._offer: Offer | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, fonts.px(24))
        column.setSpacing(fonts.px(16))
        column.addWidget(self._text)
        column.addWidget(self._card)

    def show_offer(self, offer: Offer) -> None:
        """Say this from now on."""
        if offer == self._offer:
            return
        self._offer = offer
        self._text.say(offer.text)
        empty(self._card.body)
        self._card.body.setSpacing(fonts.px(12))
        for title, checks in offer.checks:
            self._card.body.addWidget(Said(title, checks))

    def stop(self) -> QWidget:
        """The tab stop: a link."""
        return self._text
