"""The icon in the tray: state and next send; hollow when nothing is sent. Full, or quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui import pages
from ui.theme import icons, scheme
from ui.words import translate

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from ui.view_models.status import Icon, Status


class Tray(QObject):
    """Made only where the desktop has a tray. The menu says the same as the bar."""

    opened = Signal(str)
    """A page, or "" for the one that was shown last."""
    measured = Signal()
    left = Signal()
    message_clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon = QSystemTrayIcon(self)
        self._status: Status | None = None
        self._menu = QMenu()
        self._words = QAction(translate("Tray", "Shoal"), self)
        self._words.setEnabled(False)
        self._menu.addAction(self._words)
        self._menu.addSeparator()
        for page in pages.FACTORIES:
            action = QAction(pages.title(page), self)
            action.triggered.connect(lambda _=False, page=page: self.opened.emit(page))
            self._menu.addAction(action)
        self._menu.addSeparator()
        measure = QAction(translate("Tray", "Measure now"), self)
        measure.triggered.connect(self.measured)
        self._menu.addAction(measure)
        leave = QAction(translate("Tray", "Quit the window"), self)
        leave.triggered.connect(self.left)
        self._menu.addAction(leave)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self.message_clicked)

    @staticmethod
    def is_there() -> bool:
        """Whether the desktop shows icons in a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show_status(self, status: Status) -> None:
        """Say this from now on."""
        self._status = status
        self._icon.setIcon(picture(status.icon))
        self._icon.setToolTip(status.tooltip)
        self._words.setText(f"{status.strong} {status.text}".strip())
        self._icon.setVisible(not status.is_quiet or status.icon == "attention")

    def repaint(self) -> None:
        """The scheme is another."""
        if self._status is not None:
            self._icon.setIcon(picture(self._status.icon))

    def is_visible(self) -> bool:
        """Whether a person can find the icon now."""
        return self._icon.isVisible()

    def show_message(self, title: str, text: str) -> None:
        """A message at the icon."""
        self._icon.showMessage(title, text, icons.application_icon())

    def menu(self) -> QMenu:
        """The icon's menu."""
        return self._menu

    def hide(self) -> None:
        """Take the icon away."""
        self._icon.hide()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        ):
            self.opened.emit("")


def picture(state: Icon) -> QIcon:
    """The tray's picture of a state: idle, held, attention or off; light on a dark desktop."""
    return icons.icon(f"tray-{state}", scheme.tokens().text, (16, 20, 22, 24, 32, 44, 48, 64))
