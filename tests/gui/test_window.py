"""The shell: tabs, pages made when first shown, the state in the bar, notices, closing, tray."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from agent.env import real_env
from tests.gui.conftest import colours, picture, told
from ui import pages
from ui.application import Shoal
from ui.dialogs.closing import ClosingDialog
from ui.link.session import Session
from ui.theme.scheme import Look
from ui.theme.tokens import LIGHT, Scheme
from ui.tray import Tray
from ui.tray import picture as tray_picture
from ui.view_models.status import Icon, Status
from ui.widgets.cards import NoticeBar
from ui.widgets.data import Notice
from ui.window import Window

LEFT = Qt.MouseButton.LeftButton
HELD = Status(
    Icon.HELD, "Next report leaves tonight", "", "1 held", "Shoal: next report leaves tonight", False
)
WRONG = Status(
    Icon.ATTENTION, "the policy file has an error", "Not sending:", "", "Shoal: not sending", False
)
OFF = Status(Icon.OFF, "Nothing is sent", "", "", "Shoal: nothing is sent", False)


@pytest.fixture
def session(qtbot: QtBot, look: Look, tmp_path: Path) -> Iterator[Session]:
    env = real_env(tmp_path / "state")
    env.prepare()
    made = Session(env)
    yield made
    made.end()


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


def test_the_tray_says_the_same_as_the_bar(qtbot: QtBot, look: Look) -> None:
    tray = Tray()
    tray.show_status(HELD)
    assert tray.is_visible()
    words = [action.text() for action in tray.menu().actions() if not action.isSeparator()]
    assert words == ["Next report leaves tonight", "On this device", "What leaves", "Who decides", "Measure now", "Quit the window"]  # fmt: skip  # noqa: E501
    with qtbot.waitSignal(tray.opened) as opened:
        tray.menu().actions()[3].trigger()
    assert opened.args == [pages.LEAVES]
    tray.show_status(OFF._replace(is_quiet=True))
    assert not tray.is_visible()
    tray.show_status(WRONG._replace(is_quiet=True))
    assert tray.is_visible()
    tray.hide()


def test_the_tray_s_four_pictures_differ_and_follow_the_scheme(look: Look) -> None:
    def seen(icon: Icon) -> bytes:
        return bytes(tray_picture(icon).pixmap(22, 22).toImage().constBits())

    light = [seen(icon) for icon in Icon]
    assert len(set(light)) == 4
    look.force(Scheme.DARK)
    assert all(seen(icon) != old for icon, old in zip(Icon, light, strict=True))


Make = Callable[[], Shoal]


@pytest.fixture
def make(
    qapp: QApplication, qtbot: QtBot, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Make]:
    """The whole program but for its own process: quitting would end the tests' application."""
    left: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda *_: left.append(True))
    made: list[Shoal] = []

    def program() -> Shoal:
        env = real_env(tmp_path / "state")
        env.prepare()
        shoal = Shoal(qapp, env, scheme=Scheme.LIGHT, asked_language="en_GB")
        shoal.left = left  # type: ignore[attr-defined]
        made.append(shoal)
        shoal.begin(start_sampler=False)
        qtbot.waitUntil(lambda: shoal.session.snapshot is not None)
        return shoal

    yield program
    for shoal in made:
        shoal.session.end()
        shoal.window.hide()
        shoal.window.deleteLater()
        shoal.deleteLater()


def test_without_a_tray_closing_is_leaving(make: Make) -> None:
    shoal = make()
    assert shoal.tray is None and not shoal.left  # type: ignore[attr-defined]
    shoal.window.close()
    assert shoal.left and not shoal.window.isVisible()  # type: ignore[attr-defined]


def test_closing_asks_once_whether_the_icon_stays(
    make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The offscreen platform has no tray; the icon behind it is a real one.
    monkeypatch.setattr(Tray, "is_there", staticmethod(lambda: True))
    shoal = make()
    assert shoal.tray is not None and shoal.tray.is_visible()
    shoal.window.close()
    dialog = shoal.window.findChild(ClosingDialog)
    assert dialog is not None and shoal.window.isVisible()
    dialog.reject()  # closing the question is no answer
    qtbot.waitUntil(lambda: shoal.window.findChild(ClosingDialog) is None)
    assert shoal.session.preferences.keep_icon is None
    shoal.window.close()
    dialog = shoal.window.findChild(ClosingDialog)
    assert dialog is not None
    assert not any(button.isDefault() for button in dialog.findChildren(QPushButton))
    with qtbot.waitSignal(shoal.session.remembered):
        qtbot.mouseClick(dialog.choices.button("keep"), LEFT)
    assert not shoal.window.isVisible() and not shoal.left  # type: ignore[attr-defined]
    shoal.open("leaves#")
    assert shoal.window.isVisible() and shoal.window.page() == pages.LEAVES
    shoal.window.close()
    assert not any(one.isVisible() for one in shoal.window.findChildren(ClosingDialog))
    assert not shoal.window.isVisible() and not shoal.left  # type: ignore[attr-defined]
    shoal.session.remember(keep_icon=False)
    shoal.open()
    shoal.window.close()
    assert shoal.left  # type: ignore[attr-defined]


def test_an_empty_state_is_shown_as_one(make: Make) -> None:
    shoal = make()
    assert shoal.window.bar.words() == "Nothing is sent"
    assert not (shoal.session.env.state / "shoal.db").exists()  # looking makes no files
