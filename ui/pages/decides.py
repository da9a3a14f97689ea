"""Who decides: the choice, every setting and its source, the operators, erasing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.pages import DECIDES, title
from ui.pages.page import Page

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.link.session import Session
    from ui.link.snapshot import Snapshot


class DecidesPage(Page):
    """The page."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, title(DECIDES), parent)
        self._headline = self.add_headline("")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show this."""
        self._headline.setText(title(DECIDES))
