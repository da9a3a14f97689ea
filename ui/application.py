"""Puts window, tray, notifications and session together, and decides what closing means."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from ui import language, pages
from ui.link import garbage
from ui.link.session import Session
from ui.theme.scheme import STYLE, Look
from ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.env import Env
    from ui.dialogs.asking import AskingDialog
    from ui.instance import Instance
    from ui.link.snapshot import Snapshot
    from ui.notifications import Notifier
    from ui.theme.tokens import Scheme
    from ui.tray import Tray


def qt(arguments: list[str] | None = None) -> QApplication:
    """The Qt application, named; once in a process."""
    # The style as an argument: setStyle would first make the class of QStyle with its five hundred numbers.
    application = QApplication(arguments or ["shoal-window", "-style", STYLE])
    application.setApplicationName("shoal")
    application.setApplicationDisplayName("Shoal")
    application.setDesktopFileName("shoal")
    application.setQuitOnLastWindowClosed(False)
    return application


class Shoal(QObject):
    """The running window program."""

    def __init__(
        self,
        application: QApplication,
        env: Env,
        *,
        scheme: Scheme | None = None,
        asked_language: str | None = None,
        instance: Instance | None = None,
    ) -> None:
        super().__init__(application)
        self._application = application
        self._instance = instance
        self.look = Look(application, scheme, styled=True)
        spoken = language.locale(asked_language)
        self.session = Session(env, language.install(application, spoken), spoken, self)
        self.window = Window(self.session)
        self.tray: Tray | None = None
        self.notifier: Notifier | None = None
        self._asking: AskingDialog | None = None
        self._was_asked = self._has_begun = False
        self._later: list[Callable[[], object]] = []
        self.session.read.connect(self._read)
        self.session.acted.connect(self._act)
        self.window.closing.connect(self._closing)
        if instance is not None:
            instance.raised.connect(self.open)

    def begin(self, page: str = "", *, hidden: bool = False, start_sampler: bool = True) -> None:
        """Show the window (unless it is to begin in the tray, and there is one), then read."""
        self.window.go(page or pages.DEVICE)
        self.window.painted.connect(lambda: self._begin_rest(start_sampler))
        if hidden:
            self._make_tray()
        if hidden and self.tray is not None:
            self._begin_rest(start_sampler)
        else:
            self.window.come_up()

    def _begin_rest(self, start_sampler: bool) -> None:
        if self._has_begun:
            return
        self._has_begun = True
        garbage.keep_to_the_loop()
        self.session.begin(start_sampler=start_sampler)
        # One in a turn of the event loop, so that none takes long; the first reading takes longer.
        self._later = [self._dress, self._make_tray]
        if self._instance is not None:
            self._later.append(self._instance.listen)
        self._next()

    def _next(self) -> None:
        if self._later:
            self._later.pop(0)()
            QTimer.singleShot(0, self, self._next)

    def _dress(self) -> None:
        from ui.theme import icons

        self._application.setWindowIcon(icons.application_icon())

    def _make_tray(self) -> None:
        if self.notifier is not None:
            return
        from ui.notifications import Notifier
        from ui.tray import Tray

        if Tray.is_there():
            self.tray = Tray(self)
            self.tray.opened.connect(self.open)
            self.tray.measured.connect(lambda: self.session.measure_now(lambda _: None))
            self.tray.left.connect(self.quit)
            self.look.changed.connect(self.tray.repaint)
        self.notifier = Notifier(self.session, self.tray, self)
        self.notifier.clicked.connect(self.open)
        if self.session.snapshot is not None:
            self._read(self.session.snapshot)

    def open(self, page: str = "") -> None:
        """Show the window, and this page of it, at this place ("device#endpoint.disk_free")."""
        if page:
            self.window.go(*page.split("#", 1))
        self.window.come_up()

    def quit(self) -> None:
        """Let go of everything and leave; the sampler goes on."""
        self.window.hide()
        if self.tray is not None:
            self.tray.hide()
        self.session.end()
        self._later.clear()
        if self._instance is not None:
            self._instance.release()
        self._application.quit()

    def _read(self, snapshot: Snapshot) -> None:
        # After the first paint: what they need is loaded by the first reading, in its thread.
        from ui.view_models.alerts import alerts
        from ui.view_models.notices import notices
        from ui.view_models.status import status

        numbers = self.session.numbers
        shown = status(snapshot, numbers)
        found = notices(snapshot, numbers)
        self.window.show_status(
            shown, [one.notice._replace(action=one.action, is_calm=not one.red) for one in found]
        )
        if self.tray is not None:
            self.tray.show_status(shown)
        if self.notifier is not None:
            self.notifier.tell(alerts(snapshot, numbers), seen=self.window.is_looked_at())
        if not self._was_asked and self.window.isVisible():
            self._was_asked = self.ask()

    def ask(self) -> bool:
        """Ask for the choice, if one is to be made; whether one is."""
        from ui.dialogs import first_run

        dialog = first_run.dialog(self.session, self.window)
        if dialog is not None:
            dialog.open()
        return dialog is not None

    def _act(self, action: str) -> None:
        from ui.view_models.notices import Action

        match action:
            case Action.START:
                found = self.session.snapshot
                self.session.start_sampler(anew=found is not None and found.trouble is not None)
            case Action.ASK:
                self.ask()
            case Action.VERIFY:
                self.window.go(pages.LEAVES, "verify")
            case Action.DECIDE:
                self.window.go(pages.DECIDES)
            case _:
                self.session.refresh()

    def _closing(self) -> None:
        kept = self.session.preferences.keep_icon
        if self.tray is None or not self.tray.is_visible():
            self.quit()
        elif kept is None:
            self._ask()
        elif kept:
            self.window.hide()
        else:
            self.quit()

    def _ask(self) -> None:
        from ui.dialogs.asking import closing

        if self._asking is None:
            self._asking = closing(self.window)
            self._asking.answered.connect(self._answered)
            self._asking.destroyed.connect(self._asked)
            self._asking.open()

    def _asked(self) -> None:
        self._asking = None

    def _answered(self, answer: str) -> None:
        keep = answer == "keep"
        self.session.remember(keep_icon=keep)
        if keep:
            self.window.hide()
        else:
            self.quit()


def report(message: str, cure: str = "") -> None:
    """Say on standard error why there is no window, as the command line does."""
    print(f"shoal: {message}", file=sys.stderr)
    if cure:
        print(f"       {cure}", file=sys.stderr)
