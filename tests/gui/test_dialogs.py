"""What is asked above the window: answers look alike, and closing is not answering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.conftest import told
from ui.dialogs.asking import closing


def test_the_icon_s_question_has_two_answers(show: Callable[..., Any], qtbot: QtBot) -> None:
    for id_ in ("keep", "quit"):
        dialog = show(closing(), 480)
        button = dialog.choices.button(id_)
        assert told(button)[0].count(".") >= 2  # the answer, and what follows
        with qtbot.waitSignal(dialog.answered) as answered:
            qtbot.keyClick(button, Qt.Key.Key_Space)
        assert answered.args == [id_] and not dialog.isVisible()


def test_escape_answers_nothing(show: Callable[..., Any], qtbot: QtBot) -> None:
    dialog = show(closing(), 480)
    with qtbot.assertNotEmitted(dialog.answered):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
