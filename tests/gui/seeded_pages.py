"""Pages on seeded states that tests may change, with real children."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from tests.seeding import Seeded
from tests.unit.ui.states import copied
from ui.link.session import Session
from ui.link.snapshot import Snapshot
from ui.pages.page import Page
from ui.widgets.cards import NoticeBar

PATIENCE = 30.0
"""Seconds for a child on a busy machine."""
A_page = TypeVar("A_page", bound=Page)
A_dialog = TypeVar("A_dialog", bound=QDialog)


class Opened(Generic[A_page]):
    """A page that is shown, and the state below it."""

    def __init__(self, made: Seeded, session: Session, page: A_page) -> None:
        self.made, self.session, self.page = made, session, page

    @property
    def snapshot(self) -> Snapshot:
        assert self.session.snapshot is not None
        return self.session.snapshot

    def until(self, what: Callable[[], object]) -> None:
        """Let the event loop run until something holds."""
        end = time.monotonic() + PATIENCE
        while not what():
            noticed = [one.accessibleDescription() for one in self.notices()]
            assert time.monotonic() < end, f"it did not happen in time; {noticed}"
            QTest.qWait(10)

    def rest(self) -> None:
        """Until it shows what was read first."""
        raise NotImplementedError

    def come_up(self) -> None:
        """Have the keyboard, and nothing that it points at."""
        self.page.activateWindow()
        self.until(self.page.isActiveWindow)
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()

    def dialog(self, kind: type[A_dialog]) -> A_dialog:
        """The dialog of that kind that is open."""
        found: list[A_dialog] = []

        def look() -> bool:
            found[:] = [one for one in self.page.findChildren(kind) if one.isVisible()]
            return bool(found)

        self.until(look)
        return found[0]

    def said(self) -> str:
        """All that stands on the page."""
        shown = (one for one in self.page.findChildren(QLabel) if one.isVisible())
        return " ".join(one.accessibleName() or one.text() for one in shown)

    def notices(self) -> list[NoticeBar]:
        return [one for one in self.page.findChildren(NoticeBar) if one.isVisible()]

    def query(self, text: str) -> list[Any]:
        with closing(sqlite3.connect(self.made.env.database, timeout=20)) as connection, connection:
            return connection.execute(text).fetchall()


An_opened = TypeVar("An_opened", bound=Opened[Any])


class Opener(Generic[An_opened]):
    """Opens pages on copies of states, and lets go of them."""

    def __init__(
        self,
        folder: Path,
        page: Callable[[Session], Page],
        opened: Callable[[Seeded, Session, Any], An_opened],
    ) -> None:
        self._folder, self._page, self._opened = folder, page, opened
        self._kept: list[An_opened] = []
        self._stack = ExitStack()

    def __call__(self, variant: str, *, width: int = 1120, height: int = 900, policy: str = "") -> An_opened:
        """The page at rest; SHOAL_ROOT is set for the children."""
        made = copied(variant, self._folder / variant)
        os.environ["SHOAL_ROOT"] = str(made.folder / "root")
        if policy:
            made.device.policy(policy)
        if made.env.database.exists():
            self._stack.enter_context(made.attended())
        session = Session(made.env)
        self._stack.callback(session.end)
        page = self._page(session)
        page.resize(width, height)
        page.show()
        opened = self._opened(made, session, page)
        self._kept.append(opened)
        opened.come_up()
        session.begin(start_sampler=False)
        opened.rest()
        QTest.qWait(20)  # what layouts do later is done
        return opened

    def close(self) -> None:
        self._stack.close()
        for opened in self._kept:
            opened.page.close()
            opened.page.deleteLater()
        self._kept = []


class Windows(QObject):
    """Notes every window that comes up, however shortly."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


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


def beyond(page: QWidget, width: int) -> list[str]:
    """Visible children that end beyond a width: they would be cut off."""
    found = []
    for child in page.findChildren(QWidget):
        if child.isVisible() and child.width() > 1:
            right = child.mapTo(page, child.rect().topRight()).x()
            if right > width:
                found.append(f"{type(child).__name__} {child.accessibleName()[:40]!r} ends at {right}")
    return found
