"""What every page is: a scroll page with the session, which shows each new snapshot while it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.widgets.scroll import ScrollPage

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from ui.link.session import Session
    from ui.link.snapshot import Snapshot


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
