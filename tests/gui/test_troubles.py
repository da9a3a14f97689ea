"""Whatever goes wrong below an open window: it says what happened and what to do, goes on, and recovers."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from agent.database import is_full
from agent.env import program, real_env
from agent.lock import SAMPLER, end_holder
from tests.gui.conftest import told
from tests.repository import ROOT
from tests.seeding import Seeded
from tests.unit.ui.states import copied
from ui import pages
from ui.application import Shoal
from ui.link import session as link
from ui.link.commands import Failure
from ui.link.snapshot import Kind
from ui.theme.scheme import Look
from ui.theme.tokens import Scheme
from ui.widgets.cards import NoticeBar

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 20.0
"""Seconds, on a busy machine."""
AS_ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None, reason="mounts a disk"
)


class Opened:
    """The whole program on a state, with nobody's sampler but the one a test wants."""

    def __init__(self, shoal: Shoal) -> None:
        self.shoal, self.env, self.window = shoal, shoal.session.env, shoal.window

    @property
    def kind(self) -> Kind | None:
        found = self.shoal.session.snapshot
        trouble = None if found is None else found.trouble or found.writing
        return None if trouble is None else trouble.kind

    def bars(self) -> list[NoticeBar]:
        """The notices that can be seen."""
        return [bar for bar in self.window.findChildren(NoticeBar) if bar.isVisible()]

    def said(self) -> str:
        """What the notices say, and what stands on the page and in the bar."""
        page = self.window.pages()[self.window.page()]
        shown = [one for one in page.findChildren(QLabel) if one.isVisible()]
        words = [one.accessibleName() or one.text() for one in shown]
        return "\n".join([*(" ".join(told(bar)[:2]) for bar in self.bars()), *words, self.window.bar.words()])

    def until(self, what: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < end, self.said()
            QTest.qWait(10)

    def again(self) -> None:
        """Look once more: what F5 does."""
        before = self.shoal.session.snapshot
        self.shoal.session.refresh()
        self.until(lambda: self.shoal.session.snapshot is not before)
        QTest.qWait(1)

    def press(self, words: str) -> None:
        (bar,) = (bar for bar in self.bars() if not bar.button.isHidden() and bar.button.text() == words)
        QTest.mouseClick(bar.button, LEFT)


Open = Callable[..., tuple[Opened, Seeded]]


@pytest.fixture
def open_window(
    qapp: QApplication, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """The program on a copy of a seeded state. Troubles are looked at again by itself, and soon."""
    monkeypatch.setattr(link, "_TROUBLED", 200)
    stack = ExitStack()

    def opened(folder: Path | None = None, first: Fault | None = None) -> tuple[Opened, Seeded]:
        made = copied("held", folder or tmp_path / "made")
        monkeypatch.setenv("SHOAL_ROOT", str(made.folder / "root"))
        stack.enter_context(made.attended())
        if first is not None:
            stack.callback(first(made))
        shoal = Shoal(qapp, made.env, scheme=Scheme.LIGHT, asked_language="en_GB")
        stack.callback(shoal.deleteLater)
        stack.callback(shoal.window.deleteLater)
        stack.callback(shoal.window.hide)
        stack.callback(shoal.session.end)
        shoal.begin(start_sampler=False)
        found = Opened(shoal)
        found.until(lambda: shoal.session.snapshot is not None and found.window.bar.words())
        return found, made

    with stack:
        yield opened


# -- the faults: each breaks a state, and gives what mends it

Fault = Callable[[Seeded], Callable[[], object]]


def held_by_another(made: Seeded) -> Callable[[], object]:
    holder = sqlite3.connect(made.env.database, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    return holder.close


def damaged(made: Seeded) -> Callable[[], object]:
    kept = made.folder / "kept"
    shutil.copytree(made.env.state, kept, ignore=shutil.ignore_patterns("doorbell", "*.socket"))
    for ending in ("-wal", "-shm"):
        Path(f"{made.env.database}{ending}").unlink(missing_ok=True)
    made.env.database.write_bytes(b"nothing of the kind" * 400)
    return lambda: shutil.copyfile(kept / made.env.database.name, made.env.database)


def _version(made: Seeded, number: int) -> None:
    with closing(sqlite3.connect(made.env.database)) as connection:
        connection.execute(f"PRAGMA user_version = {number}")


def newer(made: Seeded) -> Callable[[], object]:
    _version(made, 99)
    return lambda: _version(made, 1)


def older(made: Seeded) -> Callable[[], object]:
    _version(made, 0)
    return lambda: _version(made, 1)


def taken_away(made: Seeded) -> Callable[[], object]:
    away = made.folder / "away"
    made.env.state.rename(away)
    return lambda: away.rename(made.env.state)


def rewritten(made: Seeded) -> Callable[[], object]:
    """The ledger: its first row is of another second than was recorded."""

    def change(seconds: int) -> None:
        with closing(sqlite3.connect(made.env.database)) as connection, connection:
            connection.execute("DROP TRIGGER IF EXISTS ledger_never_changes")
            connection.execute("UPDATE ledger SET t = t + ? WHERE row = 1", (seconds,))

    change(1)
    return lambda: change(-1)


def policy_broken(made: Seeded) -> Callable[[], object]:
    made.device.policy('upload = "ask"\nmin_batch_size = 10\n')
    return lambda: made.device.policy('upload = "ask"\n')


OLDER = (older, "An older Shoal made this database.", "brings it up to date")
FAULTS: dict[str, tuple[Fault, str, str]] = {
    "locked": (held_by_another, "Another process holds the database.", "restart the agent"),
    "corrupt": (damaged, "The database is damaged.", "Starting Shoal puts it aside"),
    "newer": (newer, "A newer Shoal made this database.", "Use the newer version again."),
    "gone": (taken_away, "The folder with Shoal’s data is gone.", "bring that back"),
    "ledger": (rewritten, "The ledger was changed.", "Keep the file."),
    "policy": (policy_broken, "The policy cannot be read.", "ask your administrator"),
}
"""What happens → what the window says happened, and what to do."""
WATCHED = "policy"
"""Nobody has to press anything for it to be seen."""


def test_where_nothing_is_wrong_nothing_is_said(open_window: Open) -> None:
    found, _ = open_window()
    for page in pages.FACTORIES:
        found.window.go(page)
        QTest.qWait(1)
        assert not found.bars(), told(found.bars()[0])
    assert found.kind is None and found.window.bar.words().startswith("Next report leaves")


@pytest.mark.parametrize("name", FAULTS)
def test_it_happens_below_an_open_window(open_window: Open, name: str) -> None:
    found, made = open_window()
    found.window.go(pages.LEAVES)
    found.until(lambda: "One report is held" in found.said())
    fault, title, cure = FAULTS[name]
    mend = fault(made)
    try:
        if name != WATCHED:
            found.again()
        found.until(lambda: title in found.said())
        assert cure in found.said()
        for page in pages.FACTORIES:
            found.window.go(page)
            found.until(lambda: [told(bar)[0] for bar in found.bars()] == [title])  # on every page
            assert (
                "Nothing has been chosen" not in found.said() and "ledger holds no report" not in found.said()
            )
        found.window.go(pages.LEAVES)
        assert "One report is held" in found.said(), "what was read is still there"
    finally:
        mend()
    if name == "ledger":
        found.again()
    found.until(lambda: found.kind is None and not found.bars())  # by itself


def test_what_fails_for_the_same_cause_is_not_told_beside_it(open_window: Open) -> None:
    found, made = open_window()
    found.window.go(pages.LEAVES)
    page = found.window.pages()[pages.LEAVES]
    page.fail("some", "Something", Failure(1, "It failed.", ""), lambda: None)
    found.until(lambda: len(found.bars()) == 1)
    mend = taken_away(made)
    try:
        found.again()
        (bar,) = found.bars()
        assert told(bar)[0] == FAULTS["gone"][1]
    finally:
        mend()
    found.until(lambda: [told(one)[0] for one in found.bars()] not in ([], [FAULTS["gone"][1]]))
    page.forgive("some")
    found.until(lambda: not found.bars())


@pytest.mark.parametrize("name", ["corrupt", "gone", "older"])
def test_it_was_so_before(open_window: Open, name: str) -> None:
    """Nothing was ever read: no page may say that there is nothing."""
    fault, title, _ = FAULTS.get(name, OLDER)
    found, _ = open_window(first=fault)
    found.until(lambda: title in found.said())
    for page, words in (
        (pages.DEVICE, "The readings cannot be shown now."),
        (pages.LEAVES, "What leaves cannot be shown now."),
        (pages.DECIDES, "You decide. What you chose cannot be read now."),
    ):
        found.window.go(page)
        QTest.qWait(1)
        assert words in found.said()
        assert "Nothing has been chosen" not in found.said() and "holds no report" not in found.said()


# -- nothing can be written


@AS_ROOT
@pytest.mark.parametrize("name", ["full", "read-only"])
def test_nothing_can_be_written(open_window: Open, tmp_path: Path, name: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    _run("mount", "-t", "tmpfs", "-o", "size=16m", "shoal-test", str(disk))
    try:
        found, _ = open_window(folder=disk / "made")
        assert not found.bars()
        if name == "full":
            with (disk / "ballast").open("wb") as file, pytest.raises(OSError, match="No space"):
                while True:
                    os.write(file.fileno(), bytes(4_096))
            assert is_full(found.env.database)
        else:
            _run("mount", "-o", "remount,ro", str(disk))
        found.again()
        title = "The disk is full." if name == "full" else "The database cannot be written."
        found.until(lambda: title in found.said())
        assert "Not sending: the database cannot be" in found.said()
        found.window.go(pages.LEAVES)
        found.until(lambda: "One report is held" in found.said())
        if name == "full":
            (disk / "ballast").unlink()
        else:
            _run("mount", "-o", "remount,rw", str(disk))
        found.until(lambda: not found.bars())
        found.shoal.session.end()
    finally:
        _run("umount", "--lazy", str(disk))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


# -- the background process


@pytest.fixture
def running(qapp: QApplication, look: Look, tmp_path: Path) -> Iterator[Opened]:
    """The program with a background process of its own, which measures."""
    env = real_env(tmp_path / "state")
    env.prepare()
    chosen = [*program(), "--state", str(env.state), "choose", "local", "--json"]
    subprocess.run(chosen, cwd=ROOT, capture_output=True, check=True)
    shoal = Shoal(qapp, env, scheme=Scheme.LIGHT, asked_language="en_GB")
    found = Opened(shoal)
    shoal.begin()
    try:
        found.until(lambda: shoal.session.snapshot is not None and shoal.session.snapshot.sampler)
        found.until(lambda: not found.bars())
        yield found
    finally:
        shoal.session.end()
        end_holder(env, SAMPLER)
        shoal.window.hide()
        shoal.window.deleteLater()
        shoal.deleteLater()


def holder(found: Opened) -> int:
    return int((found.env.state / "sampler.lock").read_text())


def test_it_is_killed_and_does_not_stay(running: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_STAYS", 2.0)
    doorbell, before = running.env.state / "doorbell", holder(running)
    os.kill(before, signal.SIGKILL)
    running.again()
    running.until(lambda: "Its background process" in running.said())
    doorbell.unlink()
    doorbell.write_text("in the way")
    running.press("Start measuring")
    running.until(lambda: "Shoal’s background process does not stay." in running.said())
    log = running.env.state / "agent.log"
    assert str(log) in running.said() and "in the way of the doorbell" in log.read_text()
    doorbell.unlink()
    running.press("Start measuring")
    running.until(lambda: not running.bars())
    assert holder(running) != before


def test_whoever_turns_to_the_window_sees_at_once_that_it_was_killed(running: Opened) -> None:
    """A killed process writes nothing that could be watched, and the next look may be a minute away."""
    session = running.shoal.session
    session._slow.stop()
    looks: list[object] = []
    session.read.connect(looks.append)
    quiet = 0
    while quiet < 3 or session._is_reading:  # all that a start brings with it is over
        seen_before, _ = len(looks), QTest.qWait(500)
        quiet = quiet + 1 if len(looks) == seen_before else 0
    running.window.hide()
    os.kill(holder(running), signal.SIGKILL)
    QTest.qWait(600)
    seen = session.snapshot
    assert seen is not None and seen.sampler and not session._is_reading, "nothing told of it"
    running.shoal.open()
    running.until(lambda: "Its background process" in running.said())


def test_a_damaged_database_below_it(running: Opened) -> None:
    """The button restarts it: the file is put aside whole, a new one begins, and nothing is chosen in it."""
    env, before, junk = running.env, holder(running), b"nothing of the kind" * 400
    for ending in ("", "-wal", "-shm"):
        Path(f"{env.database}{ending}").unlink(missing_ok=True)
    env.database.write_bytes(junk)
    running.again()
    running.until(lambda: "The database is damaged." in running.said())
    running.press("Start Shoal")
    running.until(lambda: "A damaged database was put aside." in running.said())
    assert junk in [path.read_bytes() for path in env.state.glob("*.corrupt-*")]
    assert holder(running) != before
    found = running.shoal.session.snapshot
    assert found is not None and found.chosen is None and not found.in_force.measures
