"""One report on *What leaves*, from plain words to the exact bytes, through clicks and keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from catalogue import layout
from tests.gui.conftest import told
from tests.gui.leaves.opened import Open, OpenedLeaves
from tests.gui.seeded_pages import Windows
from tests.seeded_life import CATALOGUE
from ui.view_models.report import PRIME
from ui.widgets.answers import AnswerRow

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key


def cell(opened: OpenedLeaves, row: int, column: int) -> str:
    found = opened.stations.pieces.item(row, column)
    assert found is not None
    return found.text()


def test_the_held_report_is_shown_to_the_byte(held: OpenedLeaves) -> None:
    opened = held
    found, page = opened.stations, opened.page
    ((body,),) = opened.query("SELECT body FROM bodies")
    shown = found.sealed.bytes
    found.sealed.all.click()
    written = "".join(line.split("  ")[-1] for line in shown.toPlainText().splitlines()).replace(" ", "")
    assert bytes.fromhex(written) == bytes(body)
    # every lit box is a 1 at its place, and no other number is one
    bits = "".join(group.bits for group in found.found.bits)
    rows = [row for one in found.answers.lists for row in one.rows.values()]
    by_id = {row.answer.id: row.answer for row in rows}
    expected = "".join(
        "".join("1" if n == by_id[group.id].lit else "0" for n in range(len(group.bits)))
        for group in found.found.bits
    )
    assert bits == expected and bits.count("1") == found.found.answered > 20
    # both pieces together give the bit back, and neither is it
    for number in range(found.pieces.rowCount()):
        one, other = (int(cell(opened, number, column).replace(" ", ""), 16) for column in (1, 2))
        assert (one + other) % PRIME == int(cell(opened, number, 3))
        assert not {one, other} & {0, 1}
    assert page.headline.text().startswith("One report is held. It leaves ")
    assert f"{len(body):,} bytes" in opened.said()


def test_one_question_is_followed_down_the_page(held: OpenedLeaves, qtbot: QtBot) -> None:
    opened = held
    found = opened.stations
    row = found.answers.lists[0].rows["endpoint.uptime"]
    qtbot.mouseClick(row, LEFT)
    assert "**Days since a restart** is numbers" in found.stations[1].text.said()
    head = found.pieces.horizontalHeaderItem(0)
    assert head is not None and head.text() == "Days since a restart"
    now = found.bits.current()
    assert now is not None and now.id == "endpoint.uptime"
    # from the bits with a key, and everything follows back
    qtbot.keyClick(found.bits, KEY.Key_Right)
    after = found.bits.current()
    assert after is not None and after.id != now.id
    assert found.followed == after.id
    (checked,) = (one for one in found.answers.findChildren(AnswerRow) if one.isChecked())
    assert checked.answer.id == after.id
    assert checked.answer.title in told(found.pieces)[0]
    # among the answers with keys
    checked.setFocus()
    qtbot.keyClick(checked, KEY.Key_Down)
    assert found.followed not in (after.id, now.id)


def test_bytes_and_fields_lead_to_each_other(held: OpenedLeaves, qtbot: QtBot) -> None:
    sealed = held.stations.sealed
    sealed.fields.setFocus()
    qtbot.keyClick(sealed.fields, KEY.Key_Home)
    field = sealed.bytes.field()
    assert field is not None and field.id == "report_id"
    qtbot.keyClick(sealed.bytes, KEY.Key_Down)
    field = sealed.bytes.field()
    assert field is not None and field.id == "period"
    assert sealed.fields.currentItem().text() == field.title
    assert "Period" in told(sealed.bytes)[1]


def test_the_segments_lead_to_the_stations(held: OpenedLeaves, qtbot: QtBot) -> None:
    opened = held
    opened.page.resize(1120, 500)
    page, found = opened.page, opened.stations
    for id_, station in zip("432", reversed(found.stations[1:]), strict=True):
        qtbot.mouseClick(page.exact.steps.button(id_), LEFT)
        qtbot.waitUntil(lambda s=station: 0 <= s.mapTo(page.viewport(), s.rect().topLeft()).y() < 80)  # type: ignore[misc]
        assert page.exact.steps.current() == id_
    page.verticalScrollBar().setValue(0)
    assert page.exact.steps.current() == "1"  # it says where one is


def test_what_is_shown_stays_while_nothing_changed(held: OpenedLeaves, qtbot: QtBot) -> None:
    opened = held
    before = opened.stations
    before.follow("endpoint.uptime")
    with qtbot.waitSignal(opened.session.read, timeout=20_000):
        opened.session.refresh()
    assert opened.stations is before and before.followed == "endpoint.uptime"
    assert f"34 answers to {len(CATALOGUE.metrics)} questions" in opened.page.exact.heading.text.said()


def test_who_gets_which_piece_is_said_with_the_task_s_numbers(held: OpenedLeaves) -> None:
    opened = held
    assert opened.stations.flow is not None
    said = told(opened.stations.flow.drawing)[1] + opened.stations.flow.said()
    for words in (
        "IT Operations",
        "Works council",
        "at least 100 computers",
        "times in 100",
        f"{layout.length(CATALOGUE.metrics)} zeros",
    ):
        assert words in said


def test_no_part_of_the_page_comes_up_as_a_window(open_: Open, qapp: QApplication) -> None:
    windows = Windows()
    qapp.installEventFilter(windows)
    try:
        opened = open_("normal")
        opened.page.go_to("verify")
        opened.until(opened.page.past.card.isVisible)
        opened.page.open_past(list(opened.page.past.rows.rows)[1])
        opened.until(lambda: opened.page.exact.stations() is not None)
        assert windows.seen == [opened.page] and opened.page.isActiveWindow()
    finally:
        qapp.removeEventFilter(windows)
