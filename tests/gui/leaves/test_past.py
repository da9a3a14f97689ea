"""*What leaves* of the past: its reports, the ledger and its verification."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.conftest import told
from tests.gui.leaves.opened import Open, OpenedLeaves
from tests.gui.seeded_pages import focusable
from ui.view_models.stations import Kind

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key


# -- the past


def test_every_kept_report_of_the_past_is_shown_the_same_way(normal: OpenedLeaves, qtbot: QtBot) -> None:
    opened = normal
    page, rows = opened.page, opened.page.past.rows
    held = opened.stations.found.body
    first, second, *_ = rows.rows.values()
    first.setFocus()
    qtbot.keyClick(first, KEY.Key_Down)
    assert second.hasFocus()
    qtbot.keyClick(second, KEY.Key_Return)
    opened.until(lambda: opened.stations.kind is Kind.PAST)
    assert page.exact.heading.accessibleName() == f"The report of {second.line.period}"
    assert opened.stations.found.body != held and second.isChecked()
    opened.idle()
    assert page.exact.heading.text.said().startswith(f"{second.line.what}, {second.line.when}. ")
    assert page.exact.back.hasFocus()
    qtbot.keyClick(page.exact.back, KEY.Key_Space)
    opened.until(lambda: opened.stations.kind is Kind.HELD)
    assert opened.stations.found.body == held and second.hasFocus() and not second.isChecked()
    reader = QAccessible.queryAccessibleInterface(second).actionInterface()
    reader.doAction(reader.actionNames()[0])  # what a screen reader does, which toggles
    opened.until(lambda: opened.stations.kind is Kind.PAST)
    assert second.isChecked()


def test_a_report_whose_bytes_went_still_has_its_fingerprint(normal: OpenedLeaves, qtbot: QtBot) -> None:
    opened = normal
    gone = next(row for row in opened.page.past.rows.rows.values() if not row.line.opens)
    qtbot.mouseClick(gone, LEFT)
    assert opened.page.exact.shown is None
    digests = {
        json.loads(detail).get("body_sha256") for (detail,) in opened.query("SELECT detail FROM ledger")
    }
    assert any(digest in opened.page.exact.note.said() for digest in digests if digest)
    assert gone.isChecked() and not [one.accessibleDescription() for one in opened.notices()]


def test_the_calendar_opens_what_lies_on_a_week(normal: OpenedLeaves, qtbot: QtBot) -> None:
    opened = normal
    calendar = opened.page.past.calendar
    calendar.setFocus()
    for key in (KEY.Key_End, KEY.Key_Left, KEY.Key_Left):
        qtbot.keyClick(calendar, key)
    assert "Delivered" in told(calendar)[1]
    qtbot.keyClick(calendar, KEY.Key_Return)
    opened.until(lambda: opened.stations.kind is Kind.PAST)
    for key in (KEY.Key_Home, KEY.Key_Return):  # a week of nothing
        qtbot.keyClick(calendar, key)
    assert "Nothing sent" in told(calendar)[1] and opened.stations.kind is Kind.PAST


def test_the_filter_lists_what_was_delivered_and_what_was_not(normal: OpenedLeaves, qtbot: QtBot) -> None:
    opened = normal
    past = opened.page.past
    assert past.filter is not None
    everything = list(past.rows.rows)
    listed = {}
    for id_ in ("sent", "not_sent", "all"):
        qtbot.mouseClick(past.filter.button(id_), LEFT)
        listed[id_] = list(past.rows.rows)
    assert listed["all"] == everything and len(everything) == 8
    assert sorted(listed["sent"] + listed["not_sent"]) == sorted(everything)
    assert {past.rows.rows[id_].line.state for id_ in listed["not_sent"]} == {"held", "late"}


def test_the_ledger_is_exported_as_json(normal: OpenedLeaves, qtbot: QtBot, tmp_path: Path) -> None:
    opened = normal

    def save(path: Path) -> None:
        qtbot.mouseClick(opened.page.past.export, LEFT)
        dialog = opened.page.findChild(QFileDialog)
        assert dialog is not None
        dialog.selectFile(str(path))
        dialog.accept()

    save(tmp_path / "mine.json")
    opened.until(opened.page.past.saved.isVisible)
    assert "mine.json" in opened.page.past.saved.said()
    found = json.loads((tmp_path / "mine.json").read_text())
    assert (tmp_path / "mine.json").stat().st_mode & 0o777 == 0o600, "read by this account alone"
    assert len(found["rows"]) == opened.query("SELECT count(*) FROM ledger")[0][0]
    assert len(found["reports"]) == opened.query("SELECT count(*) FROM reports")[0][0]
    opened.until(lambda: opened.page.findChild(QFileDialog) is None)
    opened.page._save("/dev/null/never.json")
    opened.until(opened.notices)
    assert opened.notices()[0].accessibleName() == "Export did not succeed."
    assert "never.json" in opened.notices()[0].accessibleDescription()


def test_a_database_that_was_held_shortly_is_read_again_by_itself(open_: Open, qtbot: QtBot) -> None:
    opened = open_("held")
    database = opened.made.env.database
    aside = database.with_name("aside")
    database.rename(aside)
    database.write_bytes(b"nothing that SQLite knows" * 100)
    opened.session.refresh()
    opened.until(lambda: opened.session.snapshot is not None and opened.session.snapshot.trouble is not None)
    assert opened.page.held.isVisible() and opened.page.exact.stations() is not None, "what was read stays"
    aside.replace(database)
    opened.until(lambda: opened.session.snapshot is not None and opened.session.snapshot.trouble is None)
    assert opened.page.held.isVisible() and opened.page.exact.stations() is not None


# -- verification


def test_verify_says_what_is_proved_and_what_cannot_be(normal: OpenedLeaves, qtbot: QtBot) -> None:
    opened = normal
    page, steps = opened.page, list[tuple[int, int]]()
    bar = page.past.progress.bar
    bar.valueChanged.connect(lambda value: steps.append((value, bar.maximum())))
    qtbot.mouseClick(page.past.verify, LEFT)
    assert page.past.progress.isVisible() and not page.past.card.isVisible()
    page.past.verify.click()  # once more changes nothing
    opened.until(page.past.card.isVisible)
    kept = opened.query("SELECT count(*) FROM bodies")[0][0]
    assert steps[-1] == (kept, kept) and len(steps) > 1
    said = opened.said()
    assert page.past.card.accessibleName().startswith("Verified just now, in ")
    assert f"All {kept} kept reports were built again" in said
    assert "This cannot be proved here" in said and "no other program" in said
    card = page.past.card
    normal.until(lambda: 0 <= card.mapTo(page.viewport(), QPoint(0, 0)).y() < page.viewport().height())


def test_verify_finds_what_was_tampered_with(open_: Open) -> None:
    opened = open_("normal")
    opened.tamper()
    opened.page.go_to("verify")
    opened.until(opened.page.past.card.isVisible)
    found = opened.page.past.card.shown
    assert found is not None and not found.agrees and found.title == "Something differs"
    assert "is not as it was written" in opened.said() and "Verified" not in found.title


# -- reach


def test_everything_is_reached_by_keys_and_has_a_name(normal: OpenedLeaves) -> None:
    reached = focusable(normal.page)
    assert not [one for one in reached if not told(one)[0].strip()]
    page, past, found = normal.page, normal.page.past, normal.stations
    order = [
        *(page.held.button("send"), page.held.button("withhold"), page.exact.steps.button("1")),
        *(found.answers.lists[0].rows[found.followed], found.bits, found.pieces, found.sealed.bytes),
        *(found.sealed.all, found.sealed.fields, past.export, past.verify, past.calendar),
        *(past.filter.button("all") if past.filter else past, next(iter(past.rows.rows.values()))),
    ]
    assert [one for one in reached if one in order] == order
    assert len(reached) < len(order) + 6  # answers, rows and segments are one stop each, not one each


def test_the_smallest_window_is_one_column_and_hides_nothing(normal: OpenedLeaves) -> None:
    page, found = normal.page, normal.stations
    page.resize(720, 464)
    page.verify()
    normal.until(page.past.card.isVisible)
    QTest.qWait(20)
    assert not page.horizontalScrollBar().isVisible()
    one, other, *_ = found.answers.lists
    assert other.mapTo(page, other.rect().topLeft()).y() > one.mapTo(page, one.rect().bottomLeft()).y()
    edge = page.viewport().width()
    for widget in (found.sealed.bytes, found.pieces, page.exact.steps, page.past.verify, page.past.card):
        assert widget.isVisible() and widget.mapTo(page, widget.rect().topRight()).x() <= edge
    card, rows = page.past.card, page.past.rows
    assert card.mapTo(page, card.rect().bottomLeft()).y() < rows.mapTo(page, rows.rect().topLeft()).y()
    page.resize(1120, 900)
    normal.until(
        lambda: card.mapTo(page, card.rect().topLeft()).x() > rows.mapTo(page, rows.rect().topRight()).x()
    )
