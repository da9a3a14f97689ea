"""*What leaves*, through clicks and keys, on seeded states and with the real program behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from catalogue import layout
from tests.gui.conftest import told
from tests.gui.leaves_pages import Open, Opened, Windows, focusable
from tests.seeding import CATALOGUE
from ui.dialogs.withholding import WithholdingDialog
from ui.pages import DECIDES
from ui.theme.scheme import Look
from ui.view_models.report import PRIME
from ui.view_models.stations import Kind
from ui.widgets.answers import AnswerRow

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
REFUSING_PROXY = 'upload = "ask"\nproxy = "http://127.0.0.1:9"\n'
"""Nobody listens there."""


@pytest.fixture
def open_(tmp_path: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Pages whose states a test changes."""
    monkeypatch.setenv("SHOAL_ROOT", "")
    opening = Open(tmp_path)
    yield opening
    opening.close()


@pytest.fixture(scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory, worn: Look) -> Iterator[Callable[[str], Opened]]:
    opening, kept = Open(tmp_path_factory.mktemp("leaves")), dict[str, Opened]()

    def shown(variant: str) -> Opened:
        if variant not in kept:
            kept[variant] = opening(variant)
        return kept[variant]

    yield shown
    opening.close()


@pytest.fixture
def held(_shared: Callable[[str], Opened], look: Look, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """A page that tests only look at: one report, held."""
    monkeypatch.setenv("SHOAL_ROOT", "")
    return _shared("held").again()


@pytest.fixture
def normal(_shared: Callable[[str], Opened], look: Look, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """A page that tests only look at: eight weeks of reports."""
    monkeypatch.setenv("SHOAL_ROOT", "")
    return _shared("normal").again()


def cell(opened: Opened, row: int, column: int) -> str:
    found = opened.stations.pieces.item(row, column)
    assert found is not None
    return found.text()


# -- one report, from plain words to the exact bytes


def test_the_held_report_is_shown_to_the_byte(held: Opened) -> None:
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


def test_one_question_is_followed_down_the_page(held: Opened, qtbot: QtBot) -> None:
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


def test_bytes_and_fields_lead_to_each_other(held: Opened, qtbot: QtBot) -> None:
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


def test_the_segments_lead_to_the_stations(held: Opened, qtbot: QtBot) -> None:
    opened = held
    opened.page.resize(1120, 500)
    page, found = opened.page, opened.stations
    for id_, station in zip("432", reversed(found.stations[1:]), strict=True):
        qtbot.mouseClick(page.exact.steps.button(id_), LEFT)
        qtbot.waitUntil(lambda s=station: 0 <= s.mapTo(page.viewport(), s.rect().topLeft()).y() < 80)  # type: ignore[misc]
        assert page.exact.steps.current() == id_
    page.verticalScrollBar().setValue(0)
    assert page.exact.steps.current() == "1"  # it says where one is


def test_what_is_shown_stays_while_nothing_changed(held: Opened, qtbot: QtBot) -> None:
    opened = held
    before = opened.stations
    before.follow("endpoint.uptime")
    with qtbot.waitSignal(opened.session.read, timeout=20_000):
        opened.session.refresh()
    assert opened.stations is before and before.followed == "endpoint.uptime"
    assert f"34 answers to {len(CATALOGUE.metrics)} questions" in opened.page.exact.heading.text.said()


def test_who_gets_which_piece_is_said_with_the_task_s_numbers(held: Opened) -> None:
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


# -- the three answers


def test_three_answers_each_with_its_price(held: Opened) -> None:
    opened = held
    send, withhold = (opened.page.held.button(id_) for id_ in ("send", "withhold"))
    assert send.size() == withhold.size() or send.height() == withhold.height()
    assert send.property("kind") == withhold.property("kind") == "decision"
    assert not send.isDefault() and not withhold.isDefault()
    assert "a computer at this address is on" in told(send)[1]
    assert "Neither operator can tell" in told(withhold)[1]
    assert "Do nothing" in opened.said() and "It leaves by itself" in opened.said()
    timeline = told(opened.page.held.timeline)
    assert timeline[2] == QAccessible.Role.Graphic
    assert all(words in timeline[1] for words in ("Sealed", "Now, ", "left", "From ", "At the latest"))


def test_withholding_asks_first_and_then_is_done_for_good(open_: Open, qtbot: QtBot) -> None:
    opened = open_("held")
    button = opened.page.held.button("withhold")
    qtbot.mouseClick(button, LEFT)
    dialog = opened.page.findChild(WithholdingDialog)
    assert dialog is not None and "cannot be undone" in dialog.choices.button("withhold").accessibleName()
    assert not any(one.isDefault() for one in dialog.findChildren(QPushButton))
    qtbot.keyClick(dialog, KEY.Key_Escape)  # closing is not answering
    qtbot.waitUntil(lambda: opened.page.findChild(WithholdingDialog) is None)
    button.setFocus()
    qtbot.keyClick(button, KEY.Key_Space)
    dialog = opened.page.findChild(WithholdingDialog)
    assert dialog is not None
    qtbot.mouseClick(dialog.choices.button("keep"), LEFT)
    assert not opened.session.is_running("withhold")
    assert opened.made.device.kinds() == ["sealed"]
    before = opened.stations.found.body
    opened.page.ask_withholding()
    (dialog,) = (one for one in opened.page.findChildren(WithholdingDialog) if one.isVisible())
    dialog.choices.button("withhold").setFocus()
    qtbot.keyClick(dialog.choices.button("withhold"), KEY.Key_Space)
    opened.until(lambda: opened.page.exact.stations() is not None and opened.stations.found.zeros)
    assert opened.made.device.kinds() == ["sealed", "withheld", "sealed"]
    assert "1" not in "".join(group.bits for group in opened.stations.found.bits)
    assert len(opened.stations.found.body) == len(before) and opened.stations.found.body != before
    assert not button.isEnabled() and "zeros already" in told(button)[1]
    assert "Withheld, zeros held" in opened.page.past.rows.findChildren(QAbstractButton)[0].accessibleName()


def test_a_report_that_cannot_be_sent_is_told_above_the_headline(open_: Open, qtbot: QtBot) -> None:
    opened = open_("held", policy=REFUSING_PROXY)
    qtbot.mouseClick(opened.page.held.button("send"), LEFT)
    assert "Sending…" in opened.said()
    opened.until(opened.notices)
    (notice,) = opened.notices()
    assert notice.accessibleName() == "Send now did not succeed."
    assert "proxy" in notice.accessibleDescription() and notice.button.text() == "Try again"
    top = notice.mapTo(opened.page, notice.rect().topLeft()).y()
    assert 0 <= top < opened.page.headline.mapTo(opened.page, opened.page.headline.rect().topLeft()).y()
    opened.until(lambda: "is being sent" in opened.page.headline.text())
    assert not opened.page.held.button("withhold").isEnabled()
    qtbot.mouseClick(notice.button, LEFT)
    assert opened.session.is_running("send-now")
    opened.until(lambda: opened.notices() not in ([], [notice]))


# -- nothing is held


def test_with_sharing_off_the_empty_ledger_says_that_nothing_flows(open_: Open, qtbot: QtBot) -> None:
    opened = open_("local")
    page = opened.page
    assert page.headline.text() == "Shoal sends nothing from this computer."
    assert page.held.isHidden() and page.exact.stations() is None
    assert page.past.heading.accessibleName() == "The ledger holds no report"
    assert not page.past.rows.isVisible() and "now Local" in opened.said()
    assert page.past.calendar.current() is not None and "Nothing sent" in opened.said()
    with qtbot.waitSignal(opened.session.wanted) as wanted:
        page.below.linkActivated.emit("decides")
    assert wanted.args == [DECIDES, ""]


def test_a_preview_shows_real_values_and_keeps_nothing(open_: Open, qtbot: QtBot) -> None:
    opened = open_("local")
    exact = opened.page.exact
    before = opened.query("SELECT count(*) FROM ledger") + opened.query("SELECT count(*) FROM bodies")
    exact.preview.setFocus()
    qtbot.keyClick(exact.preview, KEY.Key_Space)
    opened.until(lambda: exact.stations() is not None)
    first = opened.stations
    assert first.kind is Kind.PREVIEW and "thrown away" in first.fingerprint.said()
    assert len(first.found.pieces) == first.found.questions
    vector = "".join(group.bits for group in first.found.bits)
    exact.preview.click()
    opened.until(lambda: exact.stations() not in (None, first))
    assert "".join(group.bits for group in opened.stations.found.bits) == vector
    assert opened.stations.found.body != first.found.body  # other random numbers
    opened.idle()
    assert before == opened.query("SELECT count(*) FROM ledger") + opened.query("SELECT count(*) FROM bodies")


def test_without_a_task_the_preview_is_the_words_alone(open_: Open) -> None:
    opened = open_("off")
    opened.page.go_to("preview")
    opened.until(lambda: opened.page.exact.shown is not None and opened.page.exact.shown.isVisible())
    assert opened.page.exact.stations() is None
    rows = opened.page.exact.findChildren(AnswerRow)
    assert len(rows) == len(CATALOGUE.metrics)
    assert "no task yet" in opened.said() and not opened.page.exact.steps.isVisible()


def test_a_preview_that_fails_says_why_and_can_be_tried_again(open_: Open, qtbot: QtBot) -> None:
    opened = open_("local")
    policy = opened.made.device.policy("nonsense = 1\n")
    opened.page.show_preview()
    opened.until(opened.notices)
    (notice,) = opened.notices()
    assert notice.accessibleName() == "The preview did not succeed."
    assert "nonsense" in notice.accessibleDescription()
    policy.unlink()
    opened.session.refresh()
    opened.until(lambda: opened.session.snapshot is not None and opened.session.snapshot.policy is not None)
    notice.button.setFocus()
    qtbot.keyClick(notice.button, KEY.Key_Space)
    opened.until(lambda: opened.page.exact.stations() is not None)
    opened.until(lambda: not opened.notices())


# -- the past


def test_every_kept_report_of_the_past_is_shown_the_same_way(normal: Opened, qtbot: QtBot) -> None:
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


def test_a_report_whose_bytes_went_still_has_its_fingerprint(normal: Opened, qtbot: QtBot) -> None:
    opened = normal
    gone = next(row for row in opened.page.past.rows.rows.values() if not row.line.opens)
    qtbot.mouseClick(gone, LEFT)
    assert opened.page.exact.shown is None
    digests = {
        json.loads(detail).get("body_sha256") for (detail,) in opened.query("SELECT detail FROM ledger")
    }
    assert any(digest in opened.page.exact.note.said() for digest in digests if digest)
    assert gone.isChecked() and not opened.notices()


def test_the_calendar_opens_what_lies_on_a_week(normal: Opened, qtbot: QtBot) -> None:
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


def test_the_filter_lists_what_was_delivered_and_what_was_not(normal: Opened, qtbot: QtBot) -> None:
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


def test_the_ledger_is_exported_as_json(normal: Opened, qtbot: QtBot, tmp_path: Path) -> None:
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


def test_verify_says_what_is_proved_and_what_cannot_be(normal: Opened, qtbot: QtBot) -> None:
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


def test_everything_is_reached_by_keys_and_has_a_name(normal: Opened) -> None:
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


def test_a_preview_is_reached_by_keys_too(open_: Open) -> None:
    opened = open_("local")
    opened.page.show_preview()
    opened.until(lambda: opened.page.exact.stations() is not None)
    opened.idle()
    opened.come_up()
    reached, past, found = focusable(opened.page), opened.page.past, opened.stations
    order = [opened.page.below, past.export, past.verify, past.calendar, opened.page.exact.preview]
    order += [opened.page.exact.steps.button("1"), found.bits, found.pieces, found.sealed.bytes]
    assert [one for one in reached if one in order] == order
    assert not [one for one in reached if not told(one)[0].strip()]


def test_the_smallest_window_is_one_column_and_hides_nothing(normal: Opened) -> None:
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
