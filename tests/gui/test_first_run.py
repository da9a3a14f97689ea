"""The question that is asked first, and again where a task asks for more: real widgets, real children."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from agent.model import Choice
from tests.gui.conftest import told
from tests.gui.seeded_pages import PATIENCE
from tests.seeded_life import CATALOGUE
from tests.seeding import Seeded
from tests.unit.ui.states import copied
from ui import pages
from ui.application import Shoal
from ui.dialogs.asking import AskingDialog
from ui.dialogs.first_run import FirstRunDialog, dialog
from ui.link.session import Session
from ui.theme.scheme import Look
from ui.theme.tokens import Scheme
from ui.widgets.texts import Prose, Text

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
LONG = int(PATIENCE * 1000)
REQUIRED = 'upload = "required"\ncontact = "a@b.example"\nagreement_url = "https://b.example/1"\n'

Look_at = Callable[..., Session]


@pytest.fixture
def session_of(
    tmp_path: Path, qtbot: QtBot, look: Look, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Look_at]:
    """A session on a copy of a seeded state, with its first snapshot."""
    with ExitStack() as stack:

        def made(variant: str, policy: str = "") -> Session:
            seeded: Seeded = copied(variant, tmp_path / variant)
            monkeypatch.setenv("SHOAL_ROOT", str(seeded.folder / "root"))
            if policy:
                seeded.device.policy(policy)
            session = Session(seeded.env)
            stack.callback(session.end)
            with qtbot.waitSignal(session.read, timeout=LONG):
                session.refresh()
            return session

        yield made


def opened(session: Session, qtbot: QtBot) -> FirstRunDialog:
    found = dialog(session)
    assert isinstance(found, FirstRunDialog)
    found.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(found)
    with qtbot.waitExposed(found):
        found.open()
    found.activateWindow()
    qtbot.waitUntil(found.isActiveWindow)
    return found


def said(found: FirstRunDialog) -> str:
    shown = [one for one in found.findChildren(Text) if one.isVisible()]
    prose = [one.accessibleName() for one in found.findChildren(Prose) if one.isVisible()]
    return " ".join([*(one.text() for one in shown), *prose])


def test_nothing_is_preselected_and_closing_is_not_choosing(session_of: Look_at, qtbot: QtBot) -> None:
    session = session_of("empty")
    found = opened(session, qtbot)
    assert found.choices is not None
    buttons = [found.choices.button(str(choice)) for choice in Choice]
    assert all(button.isEnabled() and not button.isDefault() and not button.hasFocus() for button in buttons)
    for sizes in ([one.width() for one in buttons], [one.height() for one in buttons]):
        assert max(sizes) - min(sizes) <= 1, "all alike"
    for key in (KEY.Key_Return, KEY.Key_Space):
        QTest.keyClick(found, key)
    assert found.isVisible() and not session.is_running("choose")
    QTest.keyClick(found, KEY.Key_Escape)
    assert not found.isVisible() and not session.is_running("choose")
    assert not session.env.database.exists(), "nothing was written"


def test_it_says_what_who_and_the_limits(session_of: Look_at, qtbot: QtBot) -> None:
    words = said(opened(session_of("empty"), qtbot))
    for part in (
        "Share a weekly health summary?",
        f"{len(CATALOGUE.metrics)} answers, such as “Free disk space: 10–15",
        "Names, files, websites, activity times, device numbers.",
        "IT Operations gets one, Works council the other",
        "at least 100 computers",
        "We cannot speak for other tools your employer runs.",
        "Closing is not choosing.",
    ):
        assert part in words


def test_the_answer_is_given_by_keys_alone(session_of: Look_at, qtbot: QtBot) -> None:
    session = session_of("empty")
    found = opened(session, qtbot)
    assert found.choices is not None
    local = found.choices.button("local")
    for _ in range(10):
        if local.hasFocus():
            break
        QTest.keyClick(QApplication.focusWidget() or found, KEY.Key_Tab)
    assert local.hasFocus()
    with qtbot.waitSignal(found.accepted, timeout=LONG):
        QTest.keyClick(local, KEY.Key_Space)
    with qtbot.waitSignal(
        session.read, timeout=LONG, check_params_cb=lambda snap: snap.chosen is Choice.LOCAL
    ):
        session.refresh()
    assert dialog(session) is None, "it is not asked again"


def test_what_the_child_refuses_is_said_and_can_be_tried_again(session_of: Look_at, qtbot: QtBot) -> None:
    session = session_of("empty")
    found = opened(session, qtbot)
    assert found.choices is not None
    etc = session.env.directories.etc
    (etc / "policy.toml").write_text('upload = "local"\n')  # since the dialog was made
    QTest.mouseClick(found.choices.button("share"), LEFT)
    qtbot.waitUntil(found.trouble.isVisible, timeout=LONG)
    assert found.isVisible() and "Policy does not allow share" in found.trouble.accessibleDescription()
    (etc / "policy.toml").unlink()
    with qtbot.waitSignal(found.accepted, timeout=LONG):
        QTest.mouseClick(found.trouble.button, LEFT)


def test_asked_again_it_shows_only_what_changed(session_of: Look_at, qtbot: QtBot) -> None:
    session = session_of("widened")
    found = opened(session, qtbot)
    words = said(found)
    assert "30, now 33" in words and "100 computers, now 60 computers" in words
    added = ", ".join(CATALOGUE.texts[metric.id].title for metric in CATALOGUE.metrics[30:33])
    assert f"New: {added}." in words
    assert "Never" not in words and "Who reads it" not in words
    assert found.choices is not None
    QTest.mouseClick(found.choices.button("off"), LEFT)  # which would drop what is held: asked
    (asked,) = (one for one in found.findChildren(AskingDialog) if one.isVisible())
    assert "dropped" in asked.accessibleDescription()
    QTest.keyClick(asked, KEY.Key_Escape)
    assert not session.is_running("choose")
    QTest.mouseClick(found.choices.button("share"), LEFT)  # nor is more agreed to by one click
    (asked,) = (one for one in found.findChildren(AskingDialog) if one.isVisible())
    assert "You agree to the task as it stands now." in asked.accessibleDescription()
    assert not session.is_running("choose")
    with qtbot.waitSignal(found.accepted, timeout=LONG):
        QTest.mouseClick(asked.choices.button("yes"), LEFT)
    qtbot.waitUntil(lambda: session.snapshot is not None and dialog(session) is None, timeout=LONG)


def test_required_a_note_takes_the_buttons_place_once(session_of: Look_at, qtbot: QtBot) -> None:
    session = session_of("empty", REQUIRED + "allow_quiet = false\n")
    found = opened(session, qtbot)
    assert found.choices is None and "Sharing is required by Nordwerk" in said(found)
    assert "Closing is not choosing" not in said(found)
    assert [one.text() for one in found.findChildren(QAbstractButton) if one.isVisible()] == [
        "See exactly what would be sent",
        "Close",
    ]
    assert dialog(session) is None, "it was told"


def test_required_with_quiet_left_offers_the_two(session_of: Look_at, qtbot: QtBot) -> None:
    found = opened(session_of("empty", REQUIRED), qtbot)
    assert found.choices is not None and [choice.id for choice in found.ask.choices] == ["share", "quiet"]


def test_a_choice_that_is_not_left_says_why(session_of: Look_at, qtbot: QtBot) -> None:
    session = session_of("empty")
    assert session.snapshot is not None
    session.snapshot = session.snapshot._replace(enrolled=None)
    found = opened(session, qtbot)
    assert found.choices is not None and not found.choices.button("share").isEnabled()
    assert "Share, Quiet: This computer takes part in no task yet." in said(found)
    assert told(found.choices.button("share"))[1] == "This computer takes part in no task yet."


@pytest.mark.parametrize("width", [720, 300])
def test_nothing_is_cut_off_and_the_rest_is_scrolled_to(
    session_of: Look_at, qtbot: QtBot, width: int
) -> None:
    found = opened(session_of("empty"), qtbot)
    found.resize(width, 300)
    qtbot.wait(50)
    for prose in found.findChildren(Prose):
        if prose.isVisible():
            assert prose.height() >= prose.heightForWidth(prose.width()), prose.accessibleName()


def test_the_preview_is_the_real_page_and_the_question_can_be_opened_again(
    qapp: QApplication, qtbot: QtBot, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = copied("empty", tmp_path / "empty")
    monkeypatch.setenv("SHOAL_ROOT", str(made.folder / "root"))
    monkeypatch.setattr(QApplication, "quit", lambda *_: None)
    shoal = Shoal(qapp, made.env, scheme=Scheme.LIGHT, asked_language="en_GB")
    try:
        shoal.begin(start_sampler=False)

        def asked() -> list[FirstRunDialog]:
            return [one for one in shoal.window.findChildren(FirstRunDialog) if one.isVisible()]

        qtbot.waitUntil(lambda: len(asked()) == 1, timeout=LONG)
        QTest.mouseClick(asked()[0].preview, LEFT)
        assert shoal.window.page() == pages.LEAVES and not asked()
        qtbot.waitUntil(lambda: shoal.session.is_running("preview"), timeout=LONG)
        page = shoal.window.pages()[pages.LEAVES]
        notices = page.findChildren(QAbstractButton)
        again = [one for one in notices if one.text() == "Choose…" and one.isVisible()]
        assert len(again) == 1, "a calm note leads back"
        QTest.mouseClick(again[0], LEFT)
        qtbot.waitUntil(lambda: len(asked()) == 1, timeout=LONG)
        asked()[0].reject()
    finally:
        shoal.session.end()
        shoal.window.hide()
        shoal.window.deleteLater()
        shoal.deleteLater()
