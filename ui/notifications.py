"""Desktop notifications, only for what needs a person, each kind of which can be turned off.

On Linux over D-Bus in a thread of its own (an answer may take minutes); elsewhere, and where no bus is there,
through the tray icon.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

import resources
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ui.link.session import Session
    from ui.tray import Tray
    from ui.view_models.alerts import Alert

_SERVICE = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_WAIT = 600.0
"""Seconds that a click on a notification is waited for."""


class Notifier(QObject):
    """Tells each alert once, if its kind is wanted; a click on one asks for its page."""

    clicked = Signal(str)
    """A page."""
    _failed = Signal(object)

    def __init__(self, session: Session, tray: Tray | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._tray = session, tray
        self._failed.connect(self._by_tray, Qt.ConnectionType.QueuedConnection)
        self._page = ""
        if tray is not None:
            tray.message_clicked.connect(lambda: self.clicked.emit(self._page))

    def tell(self, alerts: Iterable[Alert], *, seen: bool) -> None:
        """Tell what is new. `seen`: the person is looking at the window, which says it itself."""
        new = []
        for alert in alerts:
            kept = self._session.preferences
            if alert.key in kept.told or not kept.tells(alert.kind):
                continue
            known = any(key.startswith(f"{alert.subject}:") for key in kept.told)
            self._session.remember(told=kept.with_told(alert.key).told)
            if not seen and (known or not alert.is_change):
                new.append(alert)
        from ui.view_models.alerts import joined

        for alert in joined(new):
            self._show(alert)

    def _show(self, alert: Alert) -> None:
        if sys.platform.startswith("linux") and os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
            threading.Thread(target=self._by_bus, args=(alert,), daemon=True, name="notification").start()
        else:
            self._by_tray(alert)

    def _by_tray(self, alert: Alert) -> None:
        if self._tray is not None:
            self._page = alert.page
            self._tray.show_message(alert.title, alert.text)

    def _by_bus(self, alert: Alert) -> None:
        """In a thread: show it, and wait a while for a click."""
        try:
            told = show(alert.title, alert.text, translate("Notification", "Open"), _WAIT)
        except Exception:  # noqa: BLE001  (whatever the bus or its other end does, the tray is left)
            self._tell(self._failed, alert)
            return
        if told:
            self._tell(self.clicked, alert.page)

    def _tell(self, signal: object, value: object) -> None:
        try:
            signal.emit(value)  # type: ignore[attr-defined]
        except RuntimeError:  # the window is gone
            return


def show(title: str, text: str, button: str, seconds: float) -> bool:
    """Show a notification over the session bus; whether a person clicked it within `seconds`. Blocks.

    https://specifications.freedesktop.org/notification-spec/latest/protocol.html; whatever jeepney raises.
    """
    from jeepney import DBusAddress, MatchRule, message_bus, new_method_call
    from jeepney.io.blocking import Proxy, open_dbus_connection

    address = DBusAddress(_PATH, bus_name=_SERVICE, interface=_SERVICE)
    with open_dbus_connection(bus="SESSION") as bus:
        rule = MatchRule(type="signal", interface=_SERVICE, path=_PATH)
        Proxy(message_bus, bus).AddMatch(rule)
        icon = resources.path("icons", "app.svg").as_uri()
        hints = {"desktop-entry": ("s", "shoal"), "category": ("s", "device")}
        body = ("Shoal", 0, icon, title, text, ["default", button], hints, -1)
        call = new_method_call(address, "Notify", "susssasa{sv}i", body)
        with bus.filter(rule, bufsize=64) as signals:
            (number,) = bus.send_and_get_reply(call, timeout=10).body
            while True:
                try:
                    found = bus.recv_until_filtered(signals, timeout=seconds)
                except TimeoutError:
                    return False
                member = found.header.fields.get(3)
                if found.body and found.body[0] == number:
                    if member == "ActionInvoked":
                        return True
                    if member == "NotificationClosed":
                        return False
