"""On this device: the headline, the shoals, the filter, and three categories of checks that open."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import pages
from ui.link import commands
from ui.pages.health.category import CategorySection
from ui.pages.health.detail import MetricDetail
from ui.pages.health.readers import Readers
from ui.pages.health.shoals import Shoals
from ui.pages.health.tools import Empty, Tools
from ui.pages.page import Page
from ui.theme import fonts
from ui.view_models import health, measuring, reasons
from ui.view_models.health import Filter
from ui.view_models.measuring import Way
from ui.widgets.texts import Prose, Text
from ui.words import translate

if TYPE_CHECKING:
    from ui.dialogs.card import CardDialog
    from ui.link.commands import Answer
    from ui.link.session import Session
    from ui.link.snapshot import Snapshot
    from ui.widgets.metric_entry import MetricEntry

_SETTLE = 200
"""Milliseconds without a change of the layout, after which an opened row is not followed any more."""


class HealthPage(Page):
    """Rows are made with the first snapshot, details when a row is opened, the card when it is asked for."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, pages.title(pages.DEVICE), parent)
        self._page: health.Page | None = None
        self._kept: Snapshot | None = None
        """What the rows show: the newest snapshot that could be read."""
        self._once: dict[str, Any] | None = None
        """What `shoal once` read, while measuring is off."""
        self._reasons: dict[str, str] = {}
        self._asked_why = False
        self._before: Snapshot | None = None
        """As it was when a pass was asked for; until its readings are here."""
        self._place = ""
        self._revealed: MetricEntry | None = None
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE)
        self._settling.timeout.connect(self._revealed_for_good)
        self._sections: dict[str, CategorySection] = {}
        self._rest = QTimer(self, singleShot=True, interval=0)
        """Categories are made one in a turn of the event loop, so that none takes long."""
        self._rest.timeout.connect(lambda: self._show_rows(by_turns=True))
        self._card: CardDialog | None = None
        self._headline = self.add_headline("")
        self._below = Prose("", width=860)
        self._below.linked.connect(self._follow)
        self.add(self._below, 4)
        self.shoals = Shoals()
        self.shoals.opened.connect(self.go_to)
        self.add(self.shoals, 20)
        self.tools = Tools()
        self.tools.filtered.connect(self._filter)
        self.tools.measure.clicked.connect(self.measure)
        self.tools.card.clicked.connect(self.make_card)
        self.add(self.tools, 24)
        self.empty = Empty()
        self.empty.linked.connect(self._follow)
        self.add(self.empty, 16)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.add(self._rows, 16)
        self._nothing = Text("", ink="text2", wrap=True)
        self._nothing.setContentsMargins(fonts.px(12), 0, 0, fonts.px(24))
        self._rows.addWidget(self._nothing)
        self.readers = Readers()
        self.add(self.readers, 4)
        for widget in (self.shoals, self.tools, self.empty, self._nothing, self.readers):
            widget.hide()
        self.narrowed.connect(self._narrow)
        self.verticalScrollBar().rangeChanged.connect(self._scroll)

    # -- what is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what was measured; what cannot be read now leaves the last readings where they are."""
        if snapshot.trouble is None or self._kept is None:
            self._kept = snapshot
        if measuring.measures(snapshot):
            self._once = None
        if self._before is not None and not self.tools.is_busy() and snapshot.trouble is None:
            self.tools.say(measuring.happened(self._before, snapshot, self.session.numbers))
            self._before = None
        self._allow(snapshot)
        self._render()

    def page(self) -> health.Page | None:
        """What is shown."""
        return self._page

    def entry(self, id_: str) -> MetricEntry | None:
        """A check's row, if the filter shows it."""
        self._finish()
        found = (section.entry(id_) for section in self._sections.values())
        return next((entry for entry in found if entry is not None), None)

    def entries(self) -> list[MetricEntry]:
        """The rows that are shown, in order."""
        self._finish()
        return self._made()

    def _made(self) -> list[MetricEntry]:
        return [entry for section in self._sections.values() for entry in section.entries()]

    def go_to(self, place: str) -> None:
        """Open a check's row, under the filter that shows it, and give it the focus; "" is the top."""
        super().go_to(place)
        if not place:
            return
        if self._page is None:
            self._place = place  # when there is something to go to
            return
        silent = any(row.id == place for one in self._page.categories for row in one.silent_rows)
        if self.entry(place) is None:
            self.filter(Filter.SILENT if silent else Filter.ALL)
        entry = self.entry(place)
        if entry is None:
            return
        entry.open()
        entry.row.setFocus()
        self._reveal(entry)

    def filter(self, which: str) -> None:
        """Show these checks: a value of `health.Filter`."""
        self.tools.choose(Filter(which))
        self._filter()

    def is_busy(self) -> bool:
        """Whether something is measured that will change the page."""
        return self.tools.is_busy() or self.session.is_running(commands.once().name)

    # -- what can be done

    def measure(self) -> None:
        """Measure now: a pass of the background process, or once without keeping anything."""
        snapshot = self.session.snapshot
        if snapshot is None:
            return
        way = measuring.asking(snapshot).way
        if way is Way.RING:
            self.tools.begin(translate("Health", "Measuring …"))
            self._before = snapshot
            self.session.measure_now(self._measured)
        elif way is Way.ONCE:
            self.tools.begin(translate("Health", "Measuring once; nothing is kept …"))
            self.session.run(commands.once(), self._measured_once)

    def make_card(self) -> None:
        """Open the health card of what is shown."""
        if self._kept is None:
            return
        from ui.dialogs.card import CardDialog

        card = self._card = CardDialog(self.session, self._current(), self)
        card.finished.connect(self._card_closed)
        card.open()

    # -- the parts

    def _current(self) -> Snapshot:
        assert self._kept is not None
        return self._kept if self._once is None else measuring.once(self._kept, self._once)

    def _render(self) -> None:
        current = self._current()
        page = health.page(current, self.session.numbers, self._reasons)
        if self._once is not None:
            page = page._replace(below=measuring.once_below())
        self._page = page
        self._say(self._headline, page.headline)
        below = page.below
        if page.start is not None:
            start = f"{page.start.before}[{page.start.title}](#{page.start.id}){page.start.after}"
            below = f"{start}\n{below}"
        if below != self._below.said():
            self._below.say(below)
        readable = current.trouble is None
        self.shoals.setVisible(page.is_measured)
        self.shoals.show_categories(page.categories)
        self.tools.show_filters(page.filters, is_measured=page.is_measured)
        self.tools.setVisible(readable or page.is_measured)
        self.empty.setVisible(readable and not page.is_measured)
        if not page.is_measured:
            self.empty.show_offer(measuring.offer(current))
        if page.is_measured and not self._sections:
            self._rest.start()  # all else that the first reading brings is enough for one turn
        else:
            self._show_rows(by_turns=self._rest.isActive())
        for section in self._sections.values():
            for detail in section.details():
                detail.show_snapshot(current)
        self.readers.show_page(page)
        if self._place:
            place, self._place = self._place, ""
            self.go_to(place)

    def _finish(self) -> None:
        """Make what is left to be made."""
        if self._rest.isActive():
            self._show_rows()

    def _show_rows(self, *, by_turns: bool = False) -> None:
        self._rest.stop()
        page = self._page
        if page is None:
            return
        which = self.tools.current() if page.is_measured else Filter.ALL
        some, is_new = False, False
        for category in page.categories if page.is_measured else ():
            section = self._sections.get(category.id)
            if section is None and is_new and by_turns:
                self._rest.start()
                break
            if section is None:
                is_new = True
                section = self._sections[category.id] = CategorySection(category.title, self._make_detail)
                section.opened.connect(self._opened)
                self._rows.insertWidget(self._rows.count() - 1, section)
            shows = section.show_category(category, which, page.now_column)
            section.setVisible(shows)
            some = some or shows
        for section in () if page.is_measured else self._sections.values():
            section.hide()
        words = (
            translate("Health", "Every check has an answer.")
            if which is Filter.SILENT
            else translate("Health", "Nothing needs attention.")
        )
        self._say(self._nothing, words)
        self._nothing.setVisible(page.is_measured and not some and not self._rest.isActive())
        self._chain()

    def _filter(self) -> None:
        self._show_rows()
        if self.tools.current() is Filter.SILENT:
            self._ask_why()

    def _make_detail(self, id_: str) -> MetricDetail:
        why = self._reasons.get(id_, "")
        return MetricDetail(self.session, self._current(), id_, narrow=self.is_narrow, why=why)

    def _opened(self, id_: str, is_open: bool) -> None:
        self._chain()
        entry = self.entry(id_)
        if not is_open or entry is None:
            return
        self._reveal(entry)
        if entry.row.shown().value == "–":
            self._ask_why()

    def _reveal(self, entry: MetricEntry) -> None:
        """Scroll to it now, and again while what was just opened finds its place."""
        self._revealed = entry
        QTimer.singleShot(0, self, self._scroll)
        self._settling.start()

    def _scroll(self) -> None:
        """To all of the entry; where it is taller than the page, to its row."""
        if self._revealed is not None and self._revealed.isVisible():
            self._settling.start()  # on a busy machine the layout takes its time
            self.show_widget(self._revealed)
            self.show_widget(self._revealed.row)
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().minimum())  # where words begin

    def _revealed_for_good(self) -> None:
        self._revealed = None

    def _allow(self, snapshot: Snapshot) -> None:
        asking = measuring.asking(snapshot)
        self.tools.allow(asking.way is not Way.NONE, asking.reason)

    def _measured(self, answered: bool) -> None:
        self.tools.end()
        if not answered:
            self._before = None
            self.tools.say(measuring.unanswered())
        if self.session.snapshot is not None:
            self._allow(self.session.snapshot)

    def _measured_once(self, answer: Answer) -> None:
        self.tools.end()
        if answer.failure is not None:
            self.tools.say(measuring.failed(answer.failure))
            return
        self.tools.say("")
        self._once = dict(answer.value["samples"])
        self._reasons = reasons.told(answer.value["reasons"])
        self._render()

    def _ask_why(self) -> None:
        """Ask once why checks have no answer; only where measuring is wanted anyway."""
        if self._asked_why or self._kept is None or not measuring.measures(self._kept):
            return
        self._asked_why = True
        self.session.run(commands.once(), self._told_why)

    def _told_why(self, answer: Answer) -> None:
        if answer.failure is not None:
            self._asked_why = False
            return
        self._reasons = reasons.told(answer.value["reasons"])
        for section in self._sections.values():
            for entry in section.entries():
                detail = entry.detail()
                if isinstance(detail, MetricDetail) and entry.row.shown().value == "–":
                    detail.say_why(self._reasons.get(entry.id, ""))
        self._render()

    def _follow(self, target: str) -> None:
        if target.startswith("#"):
            self.go_to(target[1:])
        elif target == measuring.DECIDES:
            self.session.wanted.emit(pages.DECIDES, "")

    def _narrow(self, narrow: bool) -> None:
        for section in self._sections.values():
            for detail in section.details():
                detail.set_narrow(narrow)

    def _card_closed(self) -> None:
        self._card = None

    def _chain(self) -> None:
        """The Tab key goes as the eye does, whatever was made when."""
        stops: list[QWidget] = [self._below, *self.shoals.strips(), *self.tools.stops(), self.empty.stop()]
        for entry in self._made():
            stops.append(entry.row)
            detail = entry.detail()
            if isinstance(detail, MetricDetail):
                stops += detail.stops()
        stops.append(self.readers.all)
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    @staticmethod
    def _say(widget: Text, words: str) -> None:
        if widget.text() != words:
            widget.setText(words)
