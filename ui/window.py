"""The window: the bar, and the page below it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ui import pages
from ui.bar import Bar
from ui.theme import measures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent

    from ui.link.session import Session
    from ui.pages.page import Page
    from ui.view_models.status import Status
    from ui.widgets.data import Notice

_IDLE = 40
"""Milliseconds between two turns of what is not in a hurry."""


class Window(QMainWindow):
    """Pages are made when first shown."""

    painted = Signal()
    """For the first time: what a first look does not need may begin."""
    closing = Signal()
    """The person closes the window; whether the program goes on is not decided here."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._pages: dict[str, Page] = {}
        self._notices: tuple[Notice, ...] = ()
        self._page = pages.DEVICE
        self._was_shown = self._has_begun = self._is_told = False
        self._look = QTimer(self, singleShot=True, interval=_IDLE)
        self._look.timeout.connect(session.refresh)
        self.setWindowTitle("Shoal")
        self.setMinimumSize(*measures.MINIMUM)
        self.resize(1120, 760)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = Bar()
        self.bar.picked.connect(self.go)
        self._stack = QStackedWidget()
        column.addWidget(self.bar)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(whole)
        # Where the focus is at first: nowhere that shows a ring; the first Tab goes to the first tab.
        whole.setAccessibleName("Shoal")
        whole.setFocus()
        session.wanted.connect(self.go)

    def go(self, page: str, place: str = "") -> None:
        """Show a page, made now if it was never shown, and a place on it."""
        if page not in pages.FACTORIES:
            return
        self._page = page
        self.bar.show_page(page)
        if not self._has_begun:
            return  # made when the window has been painted
        made = self._pages.get(page)
        if made is None:
            made = self._pages[page] = pages.FACTORIES[page](self._session)
            made.show_notices(self._notices)
            self._stack.addWidget(made)
        self._stack.setCurrentWidget(made)
        if place:
            made.go_to(place)

    def page(self) -> str:
        """Which page is shown."""
        return self._page

    def pages(self) -> dict[str, Page]:
        """The pages that were made so far."""
        return dict(self._pages)

    def show_status(self, status: Status, notices: Sequence[Notice]) -> None:
        """Say this on every page from now on."""
        self.bar.show_status(status)
        if not self._is_told:
            # What the other pages are made of is loaded while nothing else is to be done.
            self._is_told = True
            self._load([part for parts in pages.PARTS.values() for part in parts], pause=_IDLE)
        if tuple(notices) != self._notices:
            self._notices = tuple(notices)
            for page in self._pages.values():
                page.show_notices(self._notices)

    def come_up(self) -> None:
        """Show the window before all others."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def is_looked_at(self) -> bool:
        """Whether a person has it before them now."""
        return self.isVisible() and self.isActiveWindow() and not self.isMinimized()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        super().paintEvent(event)
        if not self._was_shown:
            self._was_shown = True
            QTimer.singleShot(0, self._first_painted)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102, N802
        super().showEvent(event)
        self._turned_to()

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if not getattr(self, "_has_begun", False):
            return  # before the first paint the class of all kinds of events is not made for this alone
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._turned_to()

    def _turned_to(self) -> None:
        """A person turns to it: look now, since not everything tells of itself (a killed sampler)."""
        if self._has_begun and self._session.snapshot is not None:
            self._look.start()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102, N802
        event.ignore()
        self.closing.emit()

    def _first_painted(self) -> None:
        """Each in a turn of its own: none is to take long."""
        self.bar.draw_logo()
        self._make_keys()
        self._load(pages.PARTS[self._page], self._begin)

    def _begin(self) -> None:
        self._has_begun = True
        self.go(self._page)
        QTimer.singleShot(0, self.painted.emit)

    def _load(self, parts: Sequence[str], done: Callable[[], None] | None = None, pause: int = 0) -> None:
        """Load these modules, one in a turn; so many milliseconds between them."""
        waiting = iter(parts)

        def turn() -> None:
            part = next(waiting, None)
            if part is not None:
                import_module(part)
                QTimer.singleShot(pause, self, turn)
            elif done is not None:
                done()

        QTimer.singleShot(pause, self, turn)

    def _make_keys(self) -> None:
        from PySide6.QtGui import QKeySequence, QShortcut

        def key(keys: str | QKeySequence.StandardKey, act: object) -> None:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)

        for number, page in enumerate(pages.FACTORIES, 1):
            key(f"Ctrl+{number}", lambda page=page: self.go(page))
        key("Ctrl+PgDown", lambda: self._step(1))
        key("Ctrl+PgUp", lambda: self._step(-1))
        key(QKeySequence.StandardKey.Close, self.close)
        key(QKeySequence.StandardKey.Refresh, self._session.refresh)

    def _step(self, by: int) -> None:
        names = list(pages.FACTORIES)
        self.go(names[(names.index(self._page) + by) % len(names)])
