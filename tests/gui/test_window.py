"""The window: tabs, pages made when first shown, the state in the bar, notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.conftest import colours, picture, told
from tests.gui.samples import HELD, OFF, WRONG
from ui import pages
from ui.link.session import Session
from ui.theme.tokens import LIGHT
from ui.widgets.cards import NoticeBar
from ui.widgets.data import Notice
from ui.window import Window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> Iterator[Window]:
    made = Window(session)
    with qtbot.waitExposed(made):
        made.come_up()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(lambda: bool(made.pages()))
    yield made
    made.hide()
    made.deleteLater()


def test_pages_are_made_when_first_shown(window: Window, qtbot: QtBot) -> None:
    assert list(window.pages()) == [pages.DEVICE]
    qtbot.mouseClick(window.bar.tabs[pages.DECIDES], LEFT)
    assert (window.page(), list(window.pages())) == (pages.DECIDES, [pages.DEVICE, pages.DECIDES])
    first = window.pages()[pages.DEVICE]
    window.go(pages.DEVICE)
    assert window.pages()[pages.DEVICE] is first and first.isVisible()


def test_pages_are_reached_by_keys(window: Window, qtbot: QtBot) -> None:
    for number, page in enumerate(pages.FACTORIES, 1):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        qtbot.wait(1)
        assert window.page() == page
        assert window.bar.tabs[page].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.page() == pages.DEVICE)
    qtbot.keyClick(window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.page() == pages.DECIDES)


def test_a_screen_reader_toggles_a_tab_and_the_page_is_shown(window: Window, qtbot: QtBot) -> None:
    tab = QAccessible.queryAccessibleInterface(window.bar.tabs[pages.LEAVES])
    first = tab.actionInterface().actionNames()[0]
    with qtbot.waitSignal(window.bar.picked) as picked:
        tab.actionInterface().doAction(first)
    assert picked.args == [pages.LEAVES]
    assert window.page() == pages.LEAVES and pages.LEAVES in window.pages()
    with qtbot.assertNotEmitted(window.bar.picked):
        window.go(pages.DEVICE)


def test_the_first_tab_key_leads_to_the_tabs(window: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
    assert window.bar.tabs[window.page()].hasFocus()
    qtbot.keyClick(window.bar.tabs[pages.DEVICE], Qt.Key.Key_Right)
    qtbot.keyClick(window.bar.tabs[pages.LEAVES], Qt.Key.Key_Space)
    assert window.page() == pages.LEAVES


def test_the_bar_says_what_is_sent_next(window: Window, qtbot: QtBot) -> None:
    window.show_status(HELD, [])
    assert window.bar.words() == "Next report leaves tonight"
    leaves = window.bar.tabs[pages.LEAVES]
    assert leaves.badge() == "1 held" and told(leaves)[0] == "What leaves, 1 held"
    assert told(leaves)[2] in (QAccessible.Role.RadioButton, QAccessible.Role.CheckBox)
    qtbot.wait(50)  # until all has its place
    assert LIGHT.bad not in colours(window.bar)
    held = picture(window.bar)
    window.show_status(WRONG, [])
    assert window.bar.words() == "Not sending: the policy file has an error"
    assert LIGHT.bad in colours(window.bar) and leaves.badge() == ""
    window.show_status(OFF, [])
    assert picture(window.bar) != held
    window.show_status(HELD, [])
    qtbot.waitUntil(lambda: picture(window.bar) == held)


def test_a_narrow_window_keeps_its_tabs(window: Window, qtbot: QtBot) -> None:
    window.show_status(HELD, [])
    assert window.minimumSize() == QSize(720, 520)
    window.resize(720, 520)
    qtbot.waitUntil(lambda: window.width() == 720)
    for tab in window.bar.tabs.values():
        assert tab.isVisible() and tab.geometry().right() <= 720 and tab.width() >= tab.sizeHint().width()


def test_a_notice_stands_on_every_page_also_on_those_made_later(
    window: Window, session: Session, qtbot: QtBot
) -> None:
    window.show_status(
        OFF,
        [Notice("One operator holds both pieces.", "It could read your answers.", "Start", action="start")],
    )
    for page in pages.FACTORIES:
        window.go(page)
        (bar,) = window.pages()[page].findChildren(NoticeBar)
        qtbot.waitUntil(bar.isVisible)
        with qtbot.waitSignal(session.acted) as acted:
            qtbot.mouseClick(bar.button, LEFT)
        assert acted.args == ["start"]


def test_somebody_may_ask_for_a_page(window: Window, session: Session) -> None:
    session.wanted.emit(pages.LEAVES, "")
    assert window.page() == pages.LEAVES
    session.wanted.emit("nowhere", "")
    assert window.page() == pages.LEAVES
