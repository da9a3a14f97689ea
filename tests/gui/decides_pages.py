"""The page *Who decides* on a seeded state that tests may change, with real children."""

from __future__ import annotations

from pathlib import Path

from tests.gui.seeded_pages import Opened, Opener
from ui.pages.decides import DecidesPage


class OpenedDecides(Opened[DecidesPage]):
    """The page that is shown, and the state below it."""

    def rest(self) -> None:
        self.until(self.page.is_whole)


class Open(Opener[OpenedDecides]):
    """Opens the page."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, DecidesPage, OpenedDecides)
