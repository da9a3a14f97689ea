"""What every page does: it shows each new snapshot while it is seen, and once when it comes up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

from ui import pages
from ui.link.session import Session
from ui.link.snapshot import Snapshot
from ui.pages.page import Page


class Counting(Page):
    """Notes what it is given."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Counting")
        self.given: list[Snapshot] = []

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.given.append(snapshot)


def test_a_page_is_given_what_is_new_while_it_is_seen(
    session: Session, qtbot: QtBot, show: Callable[..., Any]
) -> None:
    page = show(Counting(session), 800, 600)
    with qtbot.waitSignal(session.read):
        session.refresh()
    assert page.given == [session.snapshot]
    page.hide()
    with qtbot.waitSignal(session.read):
        session.refresh()
    assert len(page.given) == 1
    page.show()
    assert len(page.given) == 2 and page.given[-1] is session.snapshot
    page.hide()
    page.show()
    assert len(page.given) == 2


def test_every_page_has_a_title_of_its_own() -> None:
    assert len({pages.title(page) for page in pages.FACTORIES}) == len(pages.FACTORIES) == 3
