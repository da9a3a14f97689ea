"""Desktop notifications: over a real bus, each once, and only those that are wanted."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ui import notifications
from ui.link.session import Session
from ui.notifications import Notifier
from ui.view_models.alerts import Alert

BAD = Alert("bad", "endpoint.disk_free", "bad", "Free space needs attention", "Empty the trash.", "device")
SERVER = """
import sys
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import Proxy, open_dbus_connection
name = "org.freedesktop.Notifications"
bus = open_dbus_connection(bus="SESSION")
assert Proxy(message_bus, bus).RequestName(name) == (1,)
print("ready", flush=True)
here = DBusAddress("/org/freedesktop/Notifications", interface=name)
while True:
    asked = bus.receive()
    is_call = asked.header.message_type == MessageType.method_call
    if is_call and asked.header.fields[HeaderFields.member] == "Notify":
        print(asked.body[0], *asked.body[3:6], sep="|", flush=True)
        bus.send(new_method_return(asked, "u", (7,)))
        bus.send(new_signal(here, "ActionInvoked", "us", (6, "default")))
        if sys.argv[1] == "click":
            bus.send(new_signal(here, "ActionInvoked", "us", (7, "default")))
        else:
            bus.send(new_signal(here, "NotificationClosed", "uu", (7, 2)))
"""


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session bus of its own."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed")
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
    yield
    daemon.terminate()
    daemon.communicate(timeout=10)


@pytest.mark.parametrize("act", ["click", "close"])
def test_a_notification_goes_over_the_bus_and_a_click_on_it_comes_back(
    act: str, bus: None, session: Session, qtbot: QtBot
) -> None:
    desktop = subprocess.Popen([sys.executable, "-c", SERVER, act], stdout=subprocess.PIPE, text=True)
    assert desktop.stdout is not None and desktop.stdout.readline().strip() == "ready"
    try:
        if act == "close":
            assert notifications.show("title", "text", "Open", 5.0) is False
            return
        notifier = Notifier(session, None)
        with qtbot.waitSignal(notifier.clicked, timeout=10_000) as clicked:
            notifier.tell([BAD], seen=False)
        assert clicked.args == ["device"]
        assert desktop.stdout.readline().strip() == f"Shoal|{BAD.title}|{BAD.text}|['default', 'Open']"
    finally:
        desktop.terminate()
        desktop.communicate(timeout=10)


@pytest.mark.parametrize("kind", ["choice", "changed", "bad"])
def test_each_kind_is_turned_off_alone(
    kind: str, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    notifier = Notifier(session, None)
    monkeypatch.setattr(notifier, "_show", lambda alert: shown.append(alert.kind))
    session.remember(**{f"tell_{kind}": False})
    kinds: tuple[Any, ...] = ("choice", "changed", "bad")
    notifier.tell([BAD._replace(subject=one, state="1", kind=one) for one in kinds], seen=False)
    assert shown == [one for one in kinds if one != kind]


def test_each_is_told_once_and_only_what_is_wanted(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    notifier = Notifier(session, None)
    monkeypatch.setattr(notifier, "_show", lambda alert: shown.append(alert.key))
    session.remember(tell_changed=False)
    task = Alert("task", "2", "changed", "t", "t", "decides", is_change=True)
    notifier.tell([BAD, task], seen=False)
    notifier.tell([BAD, task], seen=False)
    assert shown == [BAD.key]
    session.remember(tell_changed=True)
    notifier.tell([task], seen=False)  # the first that is known is no change
    notifier.tell([task._replace(state="3")], seen=False)
    assert shown == [BAD.key, "task:3"]
    looked_at = BAD._replace(state="endpoint.other")
    notifier.tell([looked_at], seen=True)  # the window says it
    notifier.tell([looked_at], seen=False)
    assert shown == [BAD.key, "task:3"]
    several = [BAD._replace(state=f"m{n}", title=f"Check {n}") for n in range(3)]
    notifier.tell(several, seen=False)
    assert len(shown) == 3
    assert json.loads(json.dumps(session.preferences.told))[-1] == "bad:m2"
