"""The page *On this device* on seeded states, and what is found on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agent.env import Env
from tests.seeding import Seeded
from ui.link.session import Session
from ui.pages.health.detail import MetricDetail
from ui.pages.health.page import HealthPage
from ui.widgets.metric_row import MetricRow

DISK = "endpoint.disk_free"
Open = Callable[..., HealthPage]


class Pages:
    """Opens pages; closes them and their sessions."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self._stack = ExitStack()
        self._kept: list[HealthPage] = []  # for as long as they may be painted

    def open(
        self, made: Seeded, *, attended: bool = True, width: int = 1120, height: int = 760, place: str = ""
    ) -> HealthPage:
        """The page on that state, read and shown; `attended`: as if the sampler ran."""
        if attended and made.env.state.exists():
            self._stack.enter_context(made.attended())
        return self.of(made.env, width=width, height=height, place=place)

    def of(self, env: Env, *, width: int = 1120, height: int = 760, place: str = "") -> HealthPage:
        """The same of any state."""
        session = Session(env, "en", QLocale("en_GB"))
        self._stack.callback(session.end)
        page = HealthPage(session)
        self._kept.append(page)
        self._qtbot.addWidget(page)
        page.resize(width, height)
        with self._qtbot.waitExposed(page):
            page.show()
        page.activateWindow()
        self._qtbot.waitUntil(page.isActiveWindow)
        if place:
            page.go_to(place)
        session.refresh()
        self._qtbot.waitUntil(lambda: page.page() is not None, timeout=20_000)
        self._qtbot.wait(1)
        return page

    def close(self) -> None:
        """End the sessions."""
        self._stack.close()


@contextmanager
def pages(qtbot: QtBot) -> Iterator[Pages]:
    """Pages for one test."""
    made = Pages(qtbot)
    try:
        yield made
    finally:
        made.close()


def row(page: HealthPage, id_: str) -> MetricRow:
    """A check's row; it has to be there."""
    entry = page.entry(id_)
    assert entry is not None, f"{id_} is not shown"
    return entry.row


def ids(page: HealthPage) -> list[str]:
    """The checks that are shown, in order."""
    return [entry.id for entry in page.entries()]


def detail(page: HealthPage, id_: str) -> MetricDetail:
    """What is open below a row."""
    entry = page.entry(id_)
    found = None if entry is None else entry.detail()
    assert isinstance(found, MetricDetail), f"{id_} was never opened"
    return found


def words(widget: QWidget) -> str:
    """Every visible label's text within a widget, as it is read out."""
    from PySide6.QtWidgets import QLabel

    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.accessibleName() or label.text() for label in labels)


def focused() -> QWidget:
    """What has the focus."""
    found = QApplication.focusWidget()
    assert found is not None, "nothing has the focus"
    return found
