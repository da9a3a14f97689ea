"""The three pages, each made when it is first shown.

A page is a `Page`: a scroll page that is given the session, shows each new snapshot while it is seen, and
goes to a place of its own by name. To plug one in, name it in `FACTORIES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.widgets.scroll import ScrollPage
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QDialog, QWidget

    from ui.link.session import Session
    from ui.link.snapshot import Snapshot

DEVICE: Final = "device"
LEAVES: Final = "leaves"
DECIDES: Final = "decides"


class Page(ScrollPage):
    """The base of the pages. Override `show_snapshot`, and `go_to` where there are places to go to."""

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.session = session
        self._shown: Snapshot | None = None
        session.read.connect(self._came)
        self.acted.connect(session.acted)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show this; called on the event loop, only while the page is seen or about to be."""

    def go_to(self, place: str) -> None:
        """Scroll to a place ("" for the top), open what is there, and give it the focus."""
        if not place:
            self.verticalScrollBar().setValue(0)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102, N802
        super().showEvent(event)
        if self.session.snapshot is not None:
            self._show(self.session.snapshot)

    def _came(self, snapshot: Snapshot) -> None:
        if self.isVisible():
            self._show(snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot is not self._shown:
            self._shown = snapshot
            self.show_snapshot(snapshot)


def _device(session: Session) -> Page:
    from ui.pages.health import HealthPage

    return HealthPage(session)


def _leaves(session: Session) -> Page:
    from ui.pages.leaves import LeavesPage

    return LeavesPage(session)


def _decides(session: Session) -> Page:
    from ui.pages.decides import DecidesPage

    return DecidesPage(session)


FACTORIES: Final[dict[str, Callable[[Session], Page]]] = {
    DEVICE: _device,
    LEAVES: _leaves,
    DECIDES: _decides,
}
"""In the order of their tabs."""


def title(page: str) -> str:
    """What stands on a page's tab."""
    if page == DEVICE:
        return translate("Window", "On this device")
    if page == LEAVES:
        return translate("Window", "What leaves")
    return translate("Window", "Who decides")


def first_run(session: Session, parent: QWidget) -> QDialog | None:
    """The question, where the newest snapshot asks for a choice; None where nothing is to be asked."""
    return None
