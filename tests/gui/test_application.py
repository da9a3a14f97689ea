"""The program put together: reading, and what closing means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from agent.env import real_env
from ui import pages
from ui.application import Shoal
from ui.dialogs.asking import AskingDialog
from ui.theme.scheme import Look
from ui.theme.tokens import Scheme
from ui.tray import Tray

LEFT = Qt.MouseButton.LeftButton


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
    dialog = shoal.window.findChild(AskingDialog)
    assert dialog is not None and shoal.window.isVisible()
    dialog.reject()  # closing the question is no answer
    qtbot.waitUntil(lambda: shoal.window.findChild(AskingDialog) is None)
    assert shoal.session.preferences.keep_icon is None
    shoal.window.close()
    dialog = shoal.window.findChild(AskingDialog)
    assert dialog is not None
    assert not any(button.isDefault() for button in dialog.findChildren(QPushButton))
    with qtbot.waitSignal(shoal.session.remembered):
        qtbot.mouseClick(dialog.choices.button("keep"), LEFT)
    assert not shoal.window.isVisible() and not shoal.left  # type: ignore[attr-defined]
    shoal.open("leaves#")
    assert shoal.window.isVisible() and shoal.window.page() == pages.LEAVES
    shoal.window.close()
    assert not any(one.isVisible() for one in shoal.window.findChildren(AskingDialog))
    assert not shoal.window.isVisible() and not shoal.left  # type: ignore[attr-defined]
    shoal.session.remember(keep_icon=False)
    shoal.open()
    shoal.window.close()
    assert shoal.left  # type: ignore[attr-defined]


def test_an_empty_state_is_shown_as_one(make: Make) -> None:
    shoal = make()
    assert shoal.window.bar.words() == "Nothing is sent"
    assert not (shoal.session.env.state / "shoal.db").exists()  # looking makes no files
