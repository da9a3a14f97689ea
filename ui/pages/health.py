"""On this device: what was measured, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.pages import DEVICE, title
from ui.pages.page import Page

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.link.session import Session
    from ui.link.snapshot import Snapshot


class HealthPage(Page):
    """The page."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, title(DEVICE), parent)
        self._headline = self.add_headline("")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show this."""
        self._headline.setText(title(DEVICE))
