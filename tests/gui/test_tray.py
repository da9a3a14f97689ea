"""The icon in the tray: the same words as the bar, four pictures, full or quiet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.samples import HELD, OFF, WRONG
from ui import pages
from ui.theme.scheme import Look
from ui.theme.tokens import Scheme
from ui.tray import Tray
from ui.tray import picture as tray_picture
from ui.view_models.status import Icon

LEFT = Qt.MouseButton.LeftButton


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
