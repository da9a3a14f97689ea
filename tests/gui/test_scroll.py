"""A page is as tall as what stands on it at its width, and hides nothing of what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.scroll import ScrollPage
from ui.widgets.texts import Prose

WORDS = "Before totals are published, small random amounts are added, so that nobody can tell. " * 8


def test_a_page_ends_where_its_last_words_end(show: Callable[..., Any], qtbot: QtBot) -> None:
    page = ScrollPage("Page")
    texts = [Prose(WORDS) for _ in range(12)]
    for text in texts:
        page.add(text)
    show(page, 1000, 500)
    inner = page.widget()
    assert isinstance(inner, QWidget)
    for width in (1000, 720):
        page.resize(width, 500)
        qtbot.waitUntil(lambda: inner.height() > 500)
        qtbot.wait(10)
        last = texts[-1].mapTo(inner, texts[-1].rect().bottomLeft()).y()
        assert 0 < inner.height() - last < 80
        assert all(text.height() == text.heightForWidth(text.width()) for text in texts)
        assert not page.horizontalScrollBar().isVisible()


def test_what_is_wider_than_the_window_can_be_scrolled_to(show: Callable[..., Any], qtbot: QtBot) -> None:
    page = ScrollPage("Page")
    wide = QWidget()
    wide.setMinimumSize(900, 40)
    page.add(wide)
    show(page, 720, 500)
    qtbot.waitUntil(page.horizontalScrollBar().isVisible)
    page.resize(1100, 500)
    qtbot.waitUntil(lambda: not page.horizontalScrollBar().isVisible())
