"""The Tab key's way follows what is seen: the order of layouts, not that in which widgets were made."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QLayout


def tab_order(root: QWidget) -> None:
    """Have the Tab key walk what lies in `root` from top to bottom, as its layouts stand now."""
    for one, other in pairwise(stops(root)):
        QWidget.setTabOrder(one, other)


def stops(root: QWidget) -> Iterator[QWidget]:
    """What takes the focus by key in `root`, in the order of its layouts; hidden ones, too."""
    if root.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield root
    layout = root.layout()
    if layout is not None:
        yield from _within(layout)


def _within(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QBoxLayout) and layout.direction() in (
        QBoxLayout.Direction.BottomToTop,
        QBoxLayout.Direction.RightToLeft,
    ):
        places.reverse()
    for place in places:
        item = layout.itemAt(place)
        widget, inner = (None, None) if item is None else (item.widget(), item.layout())
        if widget is not None:
            yield from stops(widget)
        elif inner is not None:
            yield from _within(inner)
