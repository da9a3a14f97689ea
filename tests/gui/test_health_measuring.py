"""Measure now, with real programs; the page of a device that measured nothing; a database in trouble."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from agent.env import program, real_env
from agent.lock import SAMPLER, end_holder
from tests.gui.conftest import told
from tests.gui.health_pages import DISK, Pages, ids, pages, row, words
from tests.repository import ROOT
from tests.seeding import Seeded
from tests.unit.ui.states import copied, seeded
from ui.application import Shoal
from ui.link.snapshot import Kind
from ui.pages import DECIDES
from ui.pages.health.page import HealthPage
from ui.theme.scheme import Look
from ui.theme.tokens import Scheme
from ui.view_models.health import Filter
from ui.view_models.notices import Action, notices
from ui.widgets.cards import NoticeBar

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def open_pages(qtbot: QtBot, look: Look) -> Iterator[Pages]:
    with pages(qtbot) as made:
        yield made


def readable_again(page: HealthPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.session.read, timeout=20_000):
        page.session.refresh()


# -- measuring now


def test_a_real_pass_of_the_real_sampler(open_pages: Pages, qtbot: QtBot, tmp_path: Path) -> None:
    env = real_env(tmp_path / "state")
    env.prepare()
    chosen = [*program(), "--state", str(env.state), "choose", "local", "--json"]
    told_of = subprocess.run(chosen, cwd=ROOT, capture_output=True, check=True, text=True)
    assert json.loads(told_of.stdout)
    page = open_pages.of(env)
    try:
        assert not page.tools.measure.isEnabled(), "nobody would measure"
        assert told(page.tools.measure)[1] == "Shoal’s background process is not running."
        page.session.start_sampler()
        qtbot.waitUntil(page.tools.measure.isEnabled, timeout=20_000)
        qtbot.mouseClick(page.tools.measure, LEFT)
        assert page.is_busy() and not page.tools.measure.isEnabled()
        qtbot.waitUntil(lambda: "easured" in page.tools.said(), timeout=20_000)
        qtbot.waitUntil(lambda: len(ids(page)) > 3, timeout=20_000)
        assert "checks" in words(page) and not page.is_busy()
        assert not page.empty.isVisible()
    finally:
        end_holder(env, SAMPLER)
    qtbot.waitUntil(lambda: not page.tools.measure.isEnabled(), timeout=20_000)
    (notice,) = notices(page.session.snapshot, page.session.numbers)  # type: ignore[arg-type]
    assert notice.action is Action.START and notice.notice.title.startswith("Shoal stopped measuring on")
    assert len(ids(page)) > 3, "what was measured is shown all the same"


def test_a_sampler_that_is_killed_while_the_window_is_open(
    qapp: QApplication, qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    env = real_env(tmp_path / "state")
    env.prepare()
    chosen = [*program(), "--state", str(env.state), "choose", "local", "--json"]
    subprocess.run(chosen, cwd=ROOT, capture_output=True, check=True)
    shoal = Shoal(qapp, env, scheme=Scheme.LIGHT, asked_language="en_GB")
    shoal.begin()
    window = shoal.window

    def runs() -> bool | None:
        snapshot = shoal.session.snapshot
        return None if snapshot is None else snapshot.sampler

    def notices_now() -> list[NoticeBar]:
        return [bar for bar in window.findChildren(NoticeBar) if bar.isVisible()]

    try:
        qtbot.waitUntil(lambda: runs() is True and not notices_now(), timeout=20_000)
        os.kill(int((env.state / "sampler.lock").read_text()), signal.SIGKILL)
        shoal.session.refresh()
        qtbot.waitUntil(lambda: len(notices_now()) == 1, timeout=20_000)
        (bar,) = notices_now()
        assert told(bar)[0].startswith(("Shoal stopped measuring on", "Shoal does not measure yet."))
        assert bar.button.text() == "Start measuring"
        qtbot.mouseClick(bar.button, LEFT)
        qtbot.waitUntil(lambda: runs() is True and not notices_now(), timeout=20_000)
    finally:
        shoal.session.end()
        end_holder(env, SAMPLER)
        window.hide()
        window.deleteLater()
        shoal.deleteLater()


def test_a_sampler_that_does_not_answer(open_pages: Pages, qtbot: QtBot, tmp_path: Path) -> None:
    page = open_pages.open(copied("normal", tmp_path))  # somebody listens, and does nothing
    qtbot.mouseClick(page.tools.measure, LEFT)
    qtbot.waitUntil(lambda: not page.is_busy(), timeout=20_000)
    assert page.tools.said().startswith("The background process did not answer in time.")
    assert page.tools.measure.isEnabled()


@pytest.mark.parametrize("variant", ["empty", "off"])
def test_nothing_is_measured(open_pages: Pages, variant: str) -> None:
    page = open_pages.open(seeded(variant))
    assert "Shoal measures nothing on this computer." in words(page)
    assert not ids(page) and not page.tools.card.isVisible() and not page.tools.filter.isVisible()
    shown = [button.text() for button in page.findChildren(QPushButton) if button.isVisible()]
    assert shown == ["Measure now"], "one button, and nothing else"
    assert "Free disk space, Memory nearly full" in words(page.empty), "what would be measured"


def test_measuring_once_keeps_nothing(open_pages: Pages, qtbot: QtBot, tmp_path: Path) -> None:
    made = copied("off", tmp_path)
    page = open_pages.open(made)
    before = {one.name for one in made.env.state.iterdir()}
    qtbot.mouseClick(page.tools.measure, LEFT)
    assert page.is_busy()
    qtbot.waitUntil(lambda: not page.is_busy(), timeout=30_000)
    assert "Nothing was kept and nothing is sent." in words(page)
    assert len(ids(page)) > 3 and page.tools.card.isVisible()
    assert not row(page, ids(page)[0]).shown().since, "one look has no history"
    assert {one.name for one in made.env.state.iterdir()} == before
    page.filter(Filter.SILENT)
    assert any(row(page, id_).shown().note for id_ in ids(page)), "and why others have no answer"


def test_the_empty_page_leads_to_the_choice(open_pages: Pages, qtbot: QtBot) -> None:
    page = open_pages.open(seeded("empty"))
    with qtbot.waitSignal(page.session.wanted) as wanted:
        page.empty.stop().linkActivated.emit("decides")  # type: ignore[attr-defined]
    assert wanted.args == [DECIDES, ""]


# -- trouble


def damage(made: Seeded, kind: Kind) -> None:
    """Make the database one that cannot be read."""
    if kind is Kind.CORRUPT:
        for name in ("-wal", "-shm"):
            made.env.database.with_name(made.env.database.name + name).unlink(missing_ok=True)
        made.env.database.write_bytes(b"nothing of the kind" * 400)
        return
    connection = sqlite3.connect(made.env.database)
    connection.execute(f"PRAGMA user_version = {99 if kind is Kind.NEWER else 0}")
    connection.close()


@pytest.mark.parametrize("kind", [Kind.CORRUPT, Kind.NEWER, Kind.OLDER])
def test_what_cannot_be_read_at_first(open_pages: Pages, tmp_path: Path, kind: Kind) -> None:
    made = copied("held", tmp_path)
    damage(made, kind)
    page = open_pages.open(made)
    snapshot = page.session.snapshot
    assert snapshot is not None and snapshot.trouble is not None and snapshot.trouble.kind is kind
    assert "The readings cannot be shown now." in words(page)
    assert "measures nothing" not in words(page), "nobody knows that"
    assert not ids(page) and not page.tools.isVisible() and not page.empty.isVisible()


def test_what_cannot_be_read_any_more_leaves_what_was_read(
    open_pages: Pages, qtbot: QtBot, tmp_path: Path
) -> None:
    made = copied("held", tmp_path)
    page = open_pages.open(made, place=DISK)
    before = ids(page)
    shutil.copytree(made.env.state, tmp_path / "kept", ignore=shutil.ignore_patterns("doorbell"))
    damage(made, Kind.CORRUPT)
    readable_again(page, qtbot)
    assert ids(page) == before and row(page, DISK).isChecked()
    assert not page.tools.measure.isEnabled()
    assert told(page.tools.measure)[1] == "The database cannot be read now."
    shutil.copytree(tmp_path / "kept", made.env.state, dirs_exist_ok=True)
    readable_again(page, qtbot)
    assert page.tools.measure.isEnabled() and ids(page) == before


def test_a_database_that_another_process_holds(open_pages: Pages, qtbot: QtBot, tmp_path: Path) -> None:
    made = copied("held", tmp_path)
    page = open_pages.open(made)
    holder = sqlite3.connect(made.env.database, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        readable_again(page, qtbot)
        assert not page.tools.measure.isEnabled() and ids(page)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    readable_again(page, qtbot)
    assert page.tools.measure.isEnabled()
