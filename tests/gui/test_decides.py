"""*Who decides*, through clicks and keys, on seeded states and with the real program behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QLineEdit, QWidget

from agent.model import Choice
from tests.gui.conftest import told
from tests.gui.decides_pages import Open
from tests.gui.seeded_pages import Windows, beyond
from ui.dialogs.asking import AskingDialog
from ui.dialogs.erasing import ErasingDialog
from ui.theme.scheme import Look

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def open_(tmp_path: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Pages whose states a test changes."""
    monkeypatch.setenv("SHOAL_ROOT", "")
    opening = Open(tmp_path)
    yield opening
    opening.close()


# -- the choice


def test_a_choice_is_made_by_a_click_and_said(open_: Open) -> None:
    found = open_("off")
    table = found.page.choice.table
    assert table is not None and found.snapshot.chosen is Choice.OFF
    QTest.mouseClick(table.radio("local"), LEFT, pos=QPoint(10, 12))
    assert table.radio("off").isChecked() and not table.radio("local").isChecked(), "not before it is done"
    found.until(lambda: found.snapshot.chosen is Choice.LOCAL)
    found.until(table.radio("local").isChecked)
    found.until(lambda: "Local is your choice now." in found.said())  # the child ends after it has written
    assert found.query("SELECT value FROM settings WHERE key = 'choice'") == [("local",)]
    found.until(lambda: "Choice: Off, now Local." in found.said())


def test_arrow_keys_walk_the_choices_and_choose_none(open_: Open) -> None:
    found = open_("off", policy='upload = "ask"\n')
    table = found.page.choice.table
    assert table is not None
    picked: list[str] = []
    table.picked.connect(picked.append)
    table.radio("off").setFocus()
    QTest.keyClick(table.radio("off"), KEY.Key_Right)
    assert table.radio("local").hasFocus() and table.radio("off").isChecked() and not picked
    QTest.keyClick(table.radio("local"), KEY.Key_Space)
    assert picked == ["local"], "the space bar does choose"
    found.until(lambda: found.snapshot.chosen is Choice.LOCAL)


def test_a_choice_that_drops_a_held_report_asks_first(open_: Open) -> None:
    found = open_("held")
    table = found.page.choice.table
    assert table is not None
    QTest.mouseClick(table.radio("off"), LEFT, pos=QPoint(10, 12))
    asked = found.dialog(AskingDialog)
    assert "The report that is held is dropped" in asked.accessibleDescription()
    assert not any(button.hasFocus() for button in asked.findChildren(QAbstractButton)), "none is preselected"
    QTest.keyClick(asked, KEY.Key_Escape)
    assert not found.session.is_running("choose") and found.snapshot.chosen is Choice.SHARE
    QTest.mouseClick(table.radio("off"), LEFT, pos=QPoint(10, 12))
    again = found.dialog(AskingDialog)
    QTest.mouseClick(again.choices.button("yes"), LEFT)
    found.until(lambda: found.snapshot.chosen is Choice.OFF)
    assert found.query("SELECT kind FROM ledger WHERE period_start > 0 ORDER BY row")[-1] == ("dropped",)
    found.until(lambda: found.page.headline.text() == "You decide. Nothing is sent from this computer.")


def test_what_is_not_left_is_said_with_its_reason(open_: Open) -> None:
    found = open_("local", policy='upload = "local"\n')
    table = found.page.choice.table
    assert table is not None
    assert [table.radio(str(choice)).isEnabled() for choice in Choice] == [True, True, False, False]
    assert "Share, Quiet: Your organisation does not allow this choice." in found.said()
    assert "policy.toml:1" in found.said() and "policy.toml:1" in told(table.radio("share"))[1]


def test_required_a_note_takes_the_place_of_the_buttons(open_: Open) -> None:
    found = open_("required")
    assert found.page.choice.table is None and found.page.choice.note is not None
    assert found.page.choice.note.accessibleName().startswith("Sharing is required by Nordwerk")
    assert "One sealed report a week, at a random moment" in found.said(), "what follows from it is said"
    assert "Required: sharing is agreed (holds here)" in found.said()


def test_required_what_is_left_beside_sharing_can_be_chosen(open_: Open) -> None:
    rules = 'upload = "required"\ncontact = "a@b.example"\nagreement_url = "https://b.example/1"\n'
    found = open_("held", policy=rules)
    table = found.page.choice.table
    assert found.page.choice.note is not None and table is not None
    assert [table.radio(str(choice)).isEnabled() for choice in Choice] == [False, False, True, True]


def test_a_task_that_asks_for_more_is_agreed_to_by_choosing_share_again(open_: Open) -> None:
    found = open_("widened")
    table = found.page.choice.table
    assert table is not None and found.page.headline.text().endswith("Sending waits until you choose again.")
    QTest.mouseClick(table.radio("share"), LEFT, pos=QPoint(10, 12))
    asked = found.dialog(AskingDialog)
    assert "You agree to the task as it stands now." in asked.accessibleDescription()
    QTest.keyClick(asked, KEY.Key_Escape)
    assert table.radio("share").isChecked()


# -- settings


def test_a_setting_is_raised_by_keys_and_undone(open_: Open) -> None:
    found = open_("managed")
    settings = found.page.settings
    assert settings.value("min_batch_size") == "100 computers"
    raise_ = settings.row("min_batch_size")["act"]
    assert told(raise_)[0] == "Raise: Smallest group for totals"
    assert "Works agreement 12/2026" in told(raise_)[1], "the reason is read out"
    raise_.setFocus()
    QTest.keyClick(raise_, KEY.Key_Space)
    form = settings.form("min_batch_size")
    assert form is not None and form.field.hasFocus()
    QTest.keyClicks(form.field, "20")  # less than the organisation allows: the field does not take it
    QTest.keyClick(form.field, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(form.field, "250")
    QTest.keyClick(form.field, KEY.Key_Return)
    found.until(lambda: settings.value("min_batch_size") == "250 computers")
    found.until(lambda: settings.form("min_batch_size") is None)  # the child ends after it has written
    assert raise_.hasFocus(), "the focus is back where it was"
    found.until(lambda: "Smallest group for totals: 100 computers, now 250 computers." in found.said())
    QTest.mouseClick(settings.row("min_batch_size")["undo"], LEFT)
    found.until(lambda: settings.value("min_batch_size") == "100 computers")
    found.until(lambda: "undo" not in settings.row("min_batch_size"))


def test_what_is_typed_wrong_is_said_beside_the_field(open_: Open) -> None:
    found = open_("off")
    settings = found.page.settings
    QTest.mouseClick(settings.row("proxy")["act"], LEFT)
    form = settings.form("proxy")
    assert form is not None and isinstance(form.field, QLineEdit)
    form.field.setText("socks5://127.0.0.1:1080")
    QTest.mouseClick(form.save, LEFT)
    assert "SOCKS is not supported" in form.trouble.text() and not found.session.is_running("set-policy")
    QTest.keyClick(form.field, KEY.Key_Escape)
    assert settings.form("proxy") is None and settings.value("proxy") == "As the system has it"


def test_what_does_not_succeed_is_a_notice_with_one_button(open_: Open) -> None:
    found = open_("off")
    QTest.mouseClick(found.page.settings.more, LEFT)
    found.page.set("use_system_trust", "false")
    found.until(found.notices)
    (notice,) = found.notices()
    assert notice.accessibleName() == "The system’s certificates did not succeed."
    assert "needs ca_bundle" in found.said() and notice.button.text() == "Try again"
    QTest.mouseClick(notice.button, LEFT)
    assert found.session.is_running("set-policy")
    found.until(lambda: not found.session.is_running("set-policy"))


def test_all_settings_are_shown_on_demand(open_: Open) -> None:
    found = open_("off")
    assert "Detail of the log" not in found.said()
    QTest.mouseClick(found.page.settings.more, LEFT)
    found.until(lambda: "Detail of the log" in found.said())
    assert not found.page.settings.more.isVisible()


def test_checks_are_silenced_together_and_the_organisation_s_stay(open_: Open) -> None:
    found = open_("managed")
    silence = found.page.silence
    QTest.mouseClick(found.page.settings.row("blocked_metrics")["act"], LEFT)
    assert silence.is_open()
    locked, free = silence.entries["endpoint.secure_boot"], silence.entries["app.crashes"]
    assert not locked.box.isEnabled() and told(locked.box)[1] == "Silenced by your organisation"
    assert not silence.save.isVisible()
    QTest.mouseClick(free.box, LEFT, pos=QPoint(10, 12))
    assert silence.save.text() == "Save 1 change" and told(free.box)[1] == "silenced once you save"
    QTest.mouseClick(silence.save, LEFT)
    found.until(lambda: told(free.box)[1] == "Silenced by you")
    found.until(lambda: not silence.save.isVisible())
    assert "2 checks are silenced." in found.said()
    stored = dict(found.query("SELECT key, value FROM settings"))["policy.blocked_metrics"]
    assert json.loads(stored) == ["app.crashes"], "only the person's own"


def test_network_checks_are_turned_off_and_on_again(open_: Open) -> None:
    found = open_("off", policy='network_target = "net.nordwerk.example:443"\n')
    network = found.page.network
    assert "On: to net.nordwerk.example:443" in found.said() and not network.on.isVisible()
    QTest.mouseClick(network.off, LEFT)
    found.until(lambda: "Off: you turned them off." in found.said())
    assert not network.off.isVisible()
    QTest.mouseClick(network.on, LEFT)
    found.until(network.off.isVisible)


# -- operators and what changed


def test_a_fingerprint_is_copied_and_selected(open_: Open) -> None:
    found = open_("held")
    first, second = found.page.operators.cards
    QTest.mouseClick(second.copy, LEFT)
    operator = found.snapshot.enrolled
    assert operator is not None
    assert QApplication.clipboard().text() == operator.enrolment.task.helper.fingerprint
    assert second.copy.text() == "Copied" and first.copy.text() == "Copy"
    shown = first.values["Fingerprint"]
    assert shown.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert shown.text().split() == operator.enrolment.task.leader.fingerprint.split()


def test_a_policy_that_cannot_be_read_makes_no_claim_about_the_operators(open_: Open) -> None:
    found = open_("worst")
    assert found.page.operators.cards == []
    assert "They cannot be shown until the policy file is mended." in found.said()
    assert "takes part in no task" not in found.said()
    assert not found.page.settings.isVisible()


# -- everything, and nothing


def test_everything_is_exported_into_a_file_of_one_s_own(open_: Open, tmp_path: Path) -> None:
    found = open_("held")
    path = tmp_path / "all.json"
    QTest.mouseClick(found.page.keeping.export, LEFT)
    dialog = found.dialog(QFileDialog)
    dialog.selectFile(str(path))
    dialog.accept()
    found.until(lambda: f"Everything is saved as {path}." in found.said())
    kept = json.loads(path.read_text())
    assert kept["ledger"] and kept["bodies"] and path.stat().st_mode & 0o777 == 0o600
    found.page.exporting.write(str(tmp_path / "nowhere" / "all.json"))
    found.until(found.notices)
    assert found.notices()[0].accessibleName() == "The export did not succeed."
    assert "No such file" in found.said()


def test_erasing_wants_the_word_and_says_what_it_did(open_: Open) -> None:
    found = open_("held")
    assert found.query("SELECT count(*) FROM bodies") == [(1,)]
    QTest.mouseClick(found.page.erase.button, LEFT)
    asked = found.dialog(ErasingDialog)
    found.until(asked.word.hasFocus)
    assert not asked.yes.isEnabled()
    QTest.keyClicks(asked.word, "erasing")
    QTest.keyClick(asked.word, KEY.Key_Return)
    assert asked.isVisible() and not found.session.is_running("erase")
    asked.word.clear()
    QTest.keyClicks(asked.word, " Erase ")
    assert asked.yes.isEnabled()
    QTest.mouseClick(asked.yes, LEFT)
    found.until(
        lambda: "Erased: all readings, summaries and notes, and the bytes of 1 report." in found.said()
    )
    assert found.query("SELECT count(*) FROM bodies") == [(0,)]
    assert found.query("SELECT count(*) FROM ledger WHERE kind = 'erased'") == [(1,)], "its rows stay"


def test_what_the_window_does_by_itself_is_remembered(open_: Open) -> None:
    found = open_("off")
    box = found.page.habits.boxes["tell_changed"]
    assert box.isChecked()
    QTest.mouseClick(box, LEFT, pos=QPoint(10, 12))
    assert not found.session.preferences.tell_changed


# -- its shape


@pytest.mark.parametrize(
    ("width", "variant"), [(720, "managed"), (420, "required"), (420, "widened"), (1120, "held")]
)
def test_nothing_is_cut_off(open_: Open, width: int, variant: str) -> None:
    found = open_(variant, width=width, height=520)
    found.page.settings.show_all()
    found.page.edit("review_hold_hours")
    found.page.silence.open()
    QTest.qWait(50)
    room = found.page.viewport().width()
    assert not beyond(found.page.viewport(), room)
    assert beyond(found.page.viewport(), room // 2), "it would be noticed"


def test_everything_that_can_be_pressed_has_a_name_and_is_reached_by_keys(open_: Open) -> None:
    found = open_("managed")
    found.page.settings.show_all()
    found.page.silence.open()
    QTest.qWait(20)
    buttons = [one for one in found.page.findChildren(QAbstractButton) if one.isVisible()]
    assert len(buttons) > 40
    for button in buttons:
        name, _, role = told(button)
        assert name and role in (
            *(QAccessible.Role.Button, QAccessible.Role.RadioButton, QAccessible.Role.CheckBox),
            QAccessible.Role.PushButton,
        )
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus or not button.isEnabled()
    names = [told(one)[0] for one in buttons if one.text() in ("Raise", "Lower", "Change", "Copy", "Undo")]
    assert len(set(names)) == len(names) > 8, "no two of them sound alike"


def test_no_part_comes_up_as_a_window_of_its_own(open_: Open, qapp: QApplication) -> None:
    windows = Windows()
    qapp.installEventFilter(windows)
    try:
        found = open_("managed")
        found.page.settings.show_all()
        found.page.silence.open()
        loose = QLabel("it would be noticed")
        loose.show()
        QTest.qWait(20)
        loose.close()
    finally:
        qapp.removeEventFilter(windows)
    shown: list[QWidget] = [one for one in windows.seen if one is not found.page]
    assert shown == [loose]
