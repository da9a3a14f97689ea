"""The bar by itself: tabs that can always be read, and what is sent next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.conftest import told
from tests.gui.samples import HELD, OFF, WRONG
from ui import pages
from ui.bar import Bar
from ui.theme import fonts


@pytest.fixture(params=[1.0, 2.0, 3.0], ids=["usual", "twice", "thrice"])
def scale(request: pytest.FixtureRequest) -> Iterator[float]:
    fonts.set_scale(request.param)
    yield request.param
    fonts.set_scale(1.0)


@pytest.mark.parametrize("width", [720, 1_120, 2_200])
@pytest.mark.parametrize("side", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_every_tab_is_whole_and_in_the_window(
    show: Callable[..., Any], qtbot: QtBot, scale: float, width: int, side: Qt.LayoutDirection
) -> None:
    bar = Bar()
    bar.setLayoutDirection(side)
    bar.show_status(HELD)
    show(bar, width)
    qtbot.wait(1)
    spans = sorted((tab.geometry().left(), tab.geometry().right()) for tab in bar.tabs.values())
    assert spans[0][0] >= 0 and spans[-1][1] < width
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    for page, tab in bar.tabs.items():
        assert tab.text() == pages.title(page), "no tab is shortened"
        assert tab.width() >= tab.sizeHint().width()
    assert [told(tab)[0] for tab in bar.tabs.values()] == [
        "On this device",
        "What leaves, 1 held",
        "Who decides",
    ]


def test_a_tab_with_no_room_at_all_is_shortened_and_its_tooltip_is_not(show: Callable[..., Any]) -> None:
    bar = Bar()
    bar.show_status(HELD)
    show(bar, 260)
    short = [tab for tab in bar.tabs.values() if tab.text().endswith("…")]
    assert short
    assert all(tab.toolTip() == tab.accessibleName().partition(",")[0] for tab in short)


def test_the_lit_tab_is_picked_once(show: Callable[..., Any], qtbot: QtBot) -> None:
    bar = Bar()
    bar.show_page(pages.DEVICE)
    show(bar, 1_000)
    with qtbot.waitSignal(bar.picked) as picked:
        qtbot.mouseClick(bar.tabs[pages.DECIDES], Qt.MouseButton.LeftButton)
    assert picked.args == [pages.DECIDES]
    bar.show_page(pages.DECIDES)
    with qtbot.assertNotEmitted(bar.picked):
        qtbot.mouseClick(bar.tabs[pages.DECIDES], Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("status", "words"),
    [(HELD, "Next report leaves tonight"), (WRONG, "Not sending: the policy file has an error")],
)
def test_what_is_sent_next_is_said_where_there_is_room(
    show: Callable[..., Any], status: object, words: str
) -> None:
    bar = Bar()
    assert bar.words() == ""
    bar.show_status(OFF)
    bar.show_status(status)  # type: ignore[arg-type]
    show(bar, 1_120)
    assert bar.words() == words
    (end,) = (child for child in bar.children() if getattr(child, "accessibleName", str)() == words)
    assert end.isVisible()  # type: ignore[attr-defined]
    bar.resize(720, bar.height())
    assert not end.isVisible()  # type: ignore[attr-defined]
