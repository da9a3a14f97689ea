"""What every page is: a scroll page with the session, which shows each new snapshot while it is seen.

What a page's own commands could not do stands above everybody's notices, with a button that tries again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer

from ui.theme import fonts
from ui.widgets.scroll import ScrollPage
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from ui.link.commands import Failure
    from ui.link.session import Session
    from ui.link.snapshot import Snapshot
    from ui.widgets.data import Notice

_AGAIN, _CLOSE = "page.again.", "page.close."
"""What the buttons of a page's own notices do, before the name of what failed."""
_DECLINED = 20
"""The exit code of what a person, or a policy, does not want: no error, and not to be tried again."""


class Page(ScrollPage):
    """The base of the pages. Override `show_snapshot`, and `go_to` where there are places to go to."""

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.session = session
        self._shown: Snapshot | None = None
        self._told: Sequence[Notice] = ()
        self._failures: dict[str, Notice] = {}
        self._retries: dict[str, Callable[[], None]] = {}
        session.read.connect(self._came)
        self.acted.connect(session.acted)
        self.acted.connect(self._answer_notice)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show this; called on the event loop, only while the page is seen or about to be."""

    def go_to(self, place: str) -> None:
        """Scroll to a place ("" for the top), open what is there, and give it the focus."""
        if not place:
            self.verticalScrollBar().setValue(0)

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """What holds on every page, and above it what this page could not do.

        Where the database cannot be read, all else fails for that cause, which is told alone.
        """
        self._told = notices
        snapshot = self.session.snapshot
        is_readable = snapshot is None or snapshot.trouble is None
        super().show_notices([*(self._failures.values() if is_readable else ()), *notices])

    def fail(self, name: str, what: str, failure: Failure, again: Callable[[], None]) -> None:
        """Say that `what` did not succeed, and why, where a person sees it; until `forgive(name)`.

        Its button calls `again`, or closes the notice where it was declined.
        """
        from ui.view_models import notices  # not loaded before something fails

        declined = failure.code == _DECLINED
        button = translate("Page", "Close") if declined else translate("Page", "Try again")
        action = f"{_CLOSE if declined else _AGAIN}{name}"
        self._retries[name] = again
        told = notices.of_failure(failure, what).notice
        self._failures[name] = told._replace(button=button, action=action)
        self.show_notices(self._told)
        self.verticalScrollBar().setValue(0)

    def forgive(self, name: str) -> None:
        """It did succeed, or nobody needs it any more."""
        if self._failures.pop(name, None) is not None:
            self.show_notices(self._told)

    def scroll_to(self, widget: QWidget) -> None:
        """So that its top is at the page's top; after what is being laid out has its place."""

        def scroll() -> None:
            top = widget.mapTo(self.inner(), QPoint(0, 0)).y() - fonts.px(16)
            self.verticalScrollBar().setValue(max(0, top))

        QTimer.singleShot(0, self, scroll)

    def inner(self) -> QWidget:
        """What is scrolled."""
        found = self.widget()
        assert found is not None
        return found

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102, N802
        super().showEvent(event)
        if self.session.snapshot is not None:
            self._show(self.session.snapshot)

    def _came(self, snapshot: Snapshot) -> None:
        if self.isVisible():
            self._show(snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot is not self._shown:
            self._shown = snapshot
            self.show_snapshot(snapshot)

    def _answer_notice(self, action: str) -> None:
        for prefix in (_AGAIN, _CLOSE):
            if action.startswith(prefix):
                name = action.removeprefix(prefix)
                self.forgive(name)
                if prefix == _AGAIN:
                    self._retries[name]()
