"""Desktop notifications: over a real bus, each once, and only those that are wanted."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from agent.schedule import DAY, HOUR
from tests.fakes import FakeEnv
from tests.seeded_life import CATALOGUE
from tests.unit.agent.stores import MONDAY, opened
from ui import notifications
from ui.link import preferences
from ui.link.session import Session
from ui.link.snapshot import Snapshot, read
from ui.notifications import Notifier
from ui.view_models.alerts import Alert, alerts
from ui.view_models.numbers import Numbers

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


class Life:
    """A device that measures each five minutes, and a window that is opened anew whenever somebody looks."""

    def __init__(self, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir(mode=0o700)
        self.env = FakeEnv(folder, now=float(MONDAY))
        self.told: list[str] = []
        self._qtbot, self._monkeypatch = qtbot, monkeypatch

    def day(self, day: int, hours: range = range(8, 16), **values: Callable[[int], float]) -> None:
        """Hours of one day, by a store that is opened and closed as by a new sampler; of minutes a value."""
        with opened(self.env, CATALOGUE.metrics) as store:
            for minute in range(hours.start * 60, hours.stop * 60, 5):
                samples = {id.replace("__", "."): value(minute) for id, value in values.items()}
                store.add(MONDAY + day * DAY + minute * 60, samples, {})
            store.flush()

    def look(self, day: int, hour: int) -> Snapshot:
        """What a new window sees and tells at that moment."""
        self.env.set_clock(MONDAY + day * DAY + hour * HOUR)
        found = read(self.env, CATALOGUE)
        session = Session(self.env)
        notifier = Notifier(session, None)
        self._monkeypatch.setattr(notifier, "_show", lambda alert: self.told.append(alert.state))
        bad = [alert for alert in alerts(found, Numbers(UTC)) if alert.kind == "bad"]
        for _ in range(3):
            notifier.tell(bad, seen=False)
        self._qtbot.waitUntil(lambda: preferences.load(self.env.state).told == session.preferences.told)
        session.end()
        return found


def test_what_comes_and_goes_is_told_once_in_a_life(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readings that swing, a busy first hour, a weekend off; sampler and window are new each day."""
    life = Life(tmp_path / "state", qtbot, monkeypatch)
    firewall, busy, disk = "endpoint.firewall", "endpoint.cpu_busy", "endpoint.disk_free"

    def days(day: int, hours: range = range(8, 16), *, is_busy: bool = False, free: float = 50.0) -> None:
        life.day(
            day,
            hours,
            endpoint__firewall=lambda minute: 2.0 * ((minute // 5 + day) % 2),
            endpoint__cpu_busy=lambda minute: float(is_busy),
            endpoint__disk_free=lambda minute: free,
        )

    def verdicts(found: Snapshot) -> dict[str, str]:
        return {id: found.health.summary[id].verdict for id in (firewall, busy, disk)}

    def first_day(found: Snapshot, id: str) -> float:
        since = found.health.since[id]
        assert since is not None
        return (since.t - MONDAY) / DAY

    days(0, range(8, 9), is_busy=True)
    assert verdicts(life.look(0, 9)) == {firewall: "bad", busy: "bad", disk: "ok"}
    assert life.told == [firewall], "an hour says nothing of a week"
    days(0, range(9, 16))
    for day in (1, 2):
        days(day)
        found = life.look(day, 16)
        assert verdicts(found)[firewall] == ("ok" if day % 2 else "bad")
        assert first_day(found, firewall) == day, "the other verdict held the day before"
    assert life.told == [firewall]
    days(3, free=2.0)
    assert verdicts(life.look(3, 16))[disk] == "bad"
    assert life.told == [firewall, disk], "one reading is enough for a limit"
    days(4, is_busy=True)
    assert verdicts(life.look(4, 16))[busy] == "bad"
    assert life.told == [firewall, disk]
    days(5, is_busy=True)
    life.look(5, 9)
    assert life.told == [firewall, disk, busy]
    days(8)
    found = life.look(8, 16)
    assert (first_day(found, disk), first_day(found, busy)) == (3, 4), "days off interrupt nothing"
    for day in (11, 12):
        days(day)
    found = life.look(12, 16)
    assert verdicts(found)[disk] == "ok" and first_day(found, disk) == 11
    days(13, free=2.0)
    found = life.look(13, 16)
    assert verdicts(found)[disk] == "bad" and first_day(found, disk) == 13
    assert life.told == [firewall, disk, busy], "nothing is told twice"
