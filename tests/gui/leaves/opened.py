"""The page *What leaves* on a seeded state that tests may change, with real children."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.gui.seeded_pages import Opened, Opener
from ui.pages.leaves import LeavesPage
from ui.pages.leaves.report import ReportStations


class OpenedLeaves(Opened[LeavesPage]):
    """The page that is shown, and the state below it."""

    def rest(self) -> None:
        self.until(lambda: self.session.snapshot is not None and bool(self.page.headline.text()))
        self.idle()

    def again(self) -> OpenedLeaves:
        """As it was at first, for the next who looks at it."""
        os.environ["SHOAL_ROOT"] = str(self.made.folder / "root")
        page = self.page
        for name in list(page._failures):
            page.forgive(name)
        page._leave_past()
        if page.past.filter is not None:
            page.past.filter.button("all").click()
        page.resize(1120, 900)
        self.idle()
        self.until(lambda: page.exact.stations() is not None)
        self.stations.follow(self.stations.found.example)
        page.verticalScrollBar().setValue(0)
        self.come_up()
        return self

    def idle(self) -> None:
        """Until no child runs any more."""
        page = self.page
        bars = (page.exact.progress, page.held.progress, page.past.progress)
        self.until(lambda: all(bar.isHidden() for bar in bars))

    @property
    def stations(self) -> ReportStations:
        found = self.page.exact.stations()
        assert found is not None
        return found

    def tamper(self) -> None:
        """Change the newest kept body, as somebody could who has the file."""
        with closing(sqlite3.connect(self.made.env.database, timeout=20)) as connection, connection:
            found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'bodies'"
            for (name,) in connection.execute(found).fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            newest = "(SELECT max(rowid) FROM bodies)"
            connection.execute(f"UPDATE bodies SET body = zeroblob(length(body)) WHERE rowid = {newest}")


class Open(Opener[OpenedLeaves]):
    """Opens the page."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, LeavesPage, OpenedLeaves)
