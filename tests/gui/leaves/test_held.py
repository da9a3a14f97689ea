"""*What leaves* with a report that is held, or with none, and the real program behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.conftest import told
from tests.gui.leaves.opened import Open, OpenedLeaves
from tests.gui.seeded_pages import focusable
from tests.seeded_life import CATALOGUE
from ui.dialogs.asking import AskingDialog
from ui.pages import DECIDES
from ui.view_models.stations import Kind
from ui.widgets.answers import AnswerRow

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
REFUSING_PROXY = 'upload = "ask"\nproxy = "http://127.0.0.1:9"\n'
"""Nobody listens there."""


# -- the three answers


def test_three_answers_each_with_its_price(held: OpenedLeaves) -> None:
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
    dialog = opened.page.findChild(AskingDialog)
    assert dialog is not None and "cannot be undone" in dialog.choices.button("withhold").accessibleName()
    assert not any(one.isDefault() for one in dialog.findChildren(QPushButton))
    qtbot.keyClick(dialog, KEY.Key_Escape)  # closing is not answering
    qtbot.waitUntil(lambda: opened.page.findChild(AskingDialog) is None)
    button.setFocus()
    qtbot.keyClick(button, KEY.Key_Space)
    dialog = opened.page.findChild(AskingDialog)
    assert dialog is not None
    qtbot.mouseClick(dialog.choices.button("keep"), LEFT)
    assert not opened.session.is_running("withhold")
    assert opened.made.device.kinds() == ["sealed"]
    before = opened.stations.found.body
    opened.page.ask_withholding()
    (dialog,) = (one for one in opened.page.findChildren(AskingDialog) if one.isVisible())
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
