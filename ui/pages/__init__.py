"""The three pages, each made when it is first shown.

A page is a `ui.pages.page.Page`; to plug one in, name it in `FACTORIES`. Nothing is loaded here that a window
without a page could do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.link.session import Session
    from ui.pages.page import Page

DEVICE: Final = "device"
LEAVES: Final = "leaves"
DECIDES: Final = "decides"


def _device(session: Session) -> Page:
    from ui.pages.health.page import HealthPage

    return HealthPage(session)


def _leaves(session: Session) -> Page:
    from ui.pages.leaves import LeavesPage

    return LeavesPage(session)


def _decides(session: Session) -> Page:
    from ui.pages.decides import DecidesPage

    return DecidesPage(session)


FACTORIES: Final[dict[str, Callable[[Session], Page]]] = {
    DEVICE: _device,
    LEAVES: _leaves,
    DECIDES: _decides,
}
"""In the order of their tabs."""


PARTS: Final[dict[str, tuple[str, ...]]] = {
    DEVICE: (
        "ui.widgets.chart",
        "ui.pages.health.detail",
        "ui.pages.health.category",
        "ui.pages.health.tools",
        "ui.pages.health.page",
    ),
    LEAVES: (
        "ui.widgets.flow",
        "ui.widgets.sealed",
        "ui.pages.leaves.report",
        "ui.pages.leaves.held",
        "ui.pages.leaves.past",
        "ui.pages.leaves",
    ),
    DECIDES: ("ui.widgets.choices", "ui.pages.decides.settings", "ui.pages.decides", "ui.dialogs.first_run"),
}
"""What a page is made of, in pieces of some milliseconds: loaded one in a turn, so that none takes long."""


def title(page: str) -> str:
    """What stands on a page's tab."""
    if page == DEVICE:
        return translate("Window", "On this device")
    if page == LEAVES:
        return translate("Window", "What leaves")
    return translate("Window", "Who decides")
