"""The page *What leaves* on a seeded state that tests may change, with real children."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.seeding import Seeded
from tests.unit.ui.states import copied
from ui.link.session import Session
from ui.pages.leaves import LeavesPage
from ui.pages.leaves.report import ReportStations
from ui.widgets.cards import NoticeBar

PATIENCE = 20.0
"""Seconds for a child on a busy machine."""


class Opened:
    """A page that is shown, and the state below it."""

    def __init__(self, made: Seeded, session: Session, page: LeavesPage) -> None:
        self.made, self.session, self.page = made, session, page

    def until(self, what: Callable[[], object]) -> None:
        """Let the event loop run until something holds."""
        end = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < end, [one.accessibleDescription() for one in self.notices()]
            QTest.qWait(10)

    def come_up(self) -> None:
        """Have the keyboard, and nothing that it points at."""
        self.page.activateWindow()
        self.until(self.page.isActiveWindow)
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()

    def again(self) -> Opened:
        """As it was at first, for the next who looks at it."""
        os.environ["SHOAL_ROOT"] = str(self.made.folder / "root")
        page = self.page
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

    def said(self) -> str:
        """All that stands on the page."""
        shown = (one for one in self.page.findChildren(QLabel) if one.isVisible())
        return " ".join(one.accessibleName() or one.text() for one in shown)

    def notices(self) -> list[NoticeBar]:
        return [one for one in self.page.findChildren(NoticeBar) if one.isVisible()]

    def tamper(self) -> None:
        """Change the newest kept body, as somebody could who has the file."""
        with closing(sqlite3.connect(self.made.env.database, timeout=20)) as connection, connection:
            found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'bodies'"
            for (name,) in connection.execute(found).fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            newest = "(SELECT max(rowid) FROM bodies)"
            connection.execute(f"UPDATE bodies SET body = zeroblob(length(body)) WHERE rowid = {newest}")

    def query(self, text: str) -> list[Any]:
        with closing(sqlite3.connect(self.made.env.database, timeout=20)) as connection, connection:
            return connection.execute(text).fetchall()


class Windows(QObject):
    """Notes every window that comes up, however shortly."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


class Open:
    """Opens pages on copies of states, and lets go of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: list[Opened] = []
        self._stack = ExitStack()

    def __call__(self, variant: str, *, width: int = 1120, height: int = 900, policy: str = "") -> Opened:
        """The page at rest; SHOAL_ROOT is set for the children."""
        made = copied(variant, self._folder / variant)
        os.environ["SHOAL_ROOT"] = str(made.folder / "root")
        if policy:
            made.device.policy(policy)
        if made.env.database.exists():
            self._stack.enter_context(made.attended())
        session = Session(made.env)
        self._stack.callback(session.end)
        page = LeavesPage(session)
        page.resize(width, height)
        page.show()
        opened = Opened(made, session, page)
        self._kept.append(opened)
        opened.come_up()
        session.begin(start_sampler=False)
        opened.until(lambda: session.snapshot is not None and bool(page.headline.text()))
        opened.idle()
        QTest.qWait(20)  # what layouts do later is done
        return opened

    def close(self) -> None:
        self._stack.close()
        for opened in self._kept:
            opened.page.close()
            opened.page.deleteLater()
        self._kept = []


def focusable(page: QWidget) -> list[QWidget]:
    """What the Tab key reaches, in its order."""
    found: list[QWidget] = []
    page.setFocus()
    for _ in range(200):
        page.focusNextChild()
        now = QApplication.focusWidget()
        if now is None or now in found:
            break
        found.append(now)
    return found
