"""Who looks over the shoulder learns no choice; no answer is easier to give than another, or by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agent import decisions
from agent.enrolment import read_record
from agent.ledger import Ledger
from agent.model import Choice
from tests import devices, seeding
from tests.courses import NORMAL
from tests.gui.conftest import picture, told
from tests.gui.test_troubles import Opened
from tests.nordwerk import COUNCIL, IT, agreed
from tests.seeded_life import Life
from tests.seeding import Seeded
from tests.unit.ui.states import copied, seeded
from ui import pages
from ui.application import Shoal
from ui.dialogs import asking
from ui.dialogs.erasing import ErasingDialog
from ui.dialogs.first_run import FirstRunDialog, dialog
from ui.link.session import Session
from ui.pages.decides import DecidesPage
from ui.theme import icons
from ui.theme.scheme import Look
from ui.theme.tokens import Scheme
from ui.tray import Tray
from ui.view_models import erase
from ui.widgets.texts import Prose

KEY = Qt.Key
LONG = 20_000


class Seen(NamedTuple):
    """All that somebody sees of bar, tray and first page, and all that a screen reader says of them."""

    words: tuple[str, ...]
    tray: tuple[str, ...]
    bar: str
    page: str
    """Fingerprints of what is painted."""


@pytest.fixture
def see(
    qapp: QApplication, look: Look, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Seeded], Seen]]:
    """Open the whole program on a state; what is seen of it."""
    # The offscreen platform has no tray; the icon behind it is a real one.
    monkeypatch.setattr(Tray, "is_there", staticmethod(lambda: True))

    def seen(made: Seeded) -> Seen:
        monkeypatch.setenv("SHOAL_ROOT", str(made.folder / "root"))
        shoal = Shoal(qapp, made.env, scheme=Scheme.LIGHT, asked_language="en_GB")
        found = Opened(shoal)
        try:
            with made.attended():
                shoal.begin(start_sampler=False)
                found.until(lambda: shoal.session.snapshot is not None and found.window.bar.words())
                page = found.window.pages()[pages.DEVICE]
                _rest(found, found.window)
                parts: tuple[type[QWidget], ...] = (QLabel, QAbstractButton)
                shown = [w for part in parts for w in found.window.findChildren(part) if w.isVisible()]
                words = tuple(" | ".join(told(one)[:2]) for one in shown)
                assert shoal.tray is not None
                menu = tuple(action.text() for action in shoal.tray.menu().actions())
                icon = shoal.tray._icon
                tray = (icon.toolTip(), str(icon.isVisible()), _fingerprint(icon.icon()), *menu)
                return Seen(words, tray, picture(found.window.bar), picture(page))
        finally:
            shoal.session.end()
            shoal.window.hide()
            shoal.window.deleteLater()
            shoal.deleteLater()

    yield seen


def _rest(found: Opened, widget: QWidget) -> None:
    """Wait until what layouts do later is done: three pictures in a row are the same."""
    last: list[str] = []

    def rests() -> bool:
        QTest.qWait(150)
        last.append(picture(widget))
        return len(set(last[-3:])) == 1 and len(last) >= 3

    found.until(rests)


def _fingerprint(icon: Any) -> str:
    label = QLabel()
    label.setPixmap(icon.pixmap(32, 32))
    label.resize(32, 32)
    return picture(label)


# -- the same life with three choices, and a report that zeros have not replaced yet


def _made(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    """Readings and moments are the same whatever was chosen: the seed is the variant's name."""

    def live(life: Life) -> None:
        seeding.shared(life, agreed(), ["none"])
        if name in list(Choice) and name != Choice.SHARE:
            life.choose(Choice(name))
        seeding.finish(life)
        if name.startswith("withheld"):
            with closing(Ledger.open(life.env)) as ledger:
                decisions.withhold(life.env, ledger)
        if name == "withheld, zeros sealed":
            life.tend()

    monkeypatch.setitem(seeding.VARIANTS, "discretion", (live, NORMAL))
    return seeding.seed("discretion", folder)


ALIKE = ("share", "quiet", "withheld", "withheld, zeros sealed")


def test_share_quiet_and_withheld_look_alike(
    see: Callable[[Seeded], Seen], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {name: see(_made(tmp_path / name, name, monkeypatch)) for name in (*ALIKE, "local")}
    share, local = found["share"], found["local"]
    assert any("Next report leaves" in words for words in share.words)
    assert "1 held" in "".join(share.words)
    for name in ALIKE:
        for part in Seen._fields:
            assert getattr(found[name], part) == getattr(share, part), f"{name}: {part}"
    for part in ("words", "tray", "bar"):  # what a difference looks like
        assert getattr(local, part) != getattr(share, part), part
    shown = "\n".join((*share.words, *share.tray)).casefold()
    for word in ("quiet", "withh", "zero"):
        assert word not in shown


def test_no_picture_is_of_a_choice() -> None:
    """An icon of its own for quiet or withheld would be one to be recognised by."""
    names = [path.stem for path in Path(icons.__file__).parents[2].glob("resources/icons/tray-*.svg")]
    assert sorted(names) == ["tray-attention", "tray-held", "tray-idle", "tray-off"]


# -- equal answers, none by accident


def _is_calm(window: QWidget, answers: list[QPushButton]) -> None:
    """Shown as it comes up: Return, Enter and Space answer nothing."""
    assert len({type(one) for one in answers}) == 1 and answers
    for one in answers:
        assert one.isEnabled() and not one.isDefault() and not one.autoDefault() and not one.hasFocus()
        assert not one.isChecked() and one.property("kind") == answers[0].property("kind")
    widths, heights = [one.width() for one in answers], [one.height() for one in answers]
    assert max(widths) - min(widths) <= 1 and max(heights) - min(heights) <= 1
    focused = QApplication.focusWidget() or window
    assert focused not in answers
    pressed: list[QPushButton] = []
    for one in answers:
        one.clicked.connect(lambda _=False, one=one: pressed.append(one))
    for key in (KEY.Key_Return, KEY.Key_Enter, KEY.Key_Space):
        QTest.keyClick(focused, key)
    assert not pressed and window.isVisible()


DIALOGS: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "withhold": (lambda: asking.withholding("12–18 Nov"), ("withhold", "keep")),
    "close": (asking.closing, ("keep", "quit")),
    "choose": (lambda: asking.choosing("Off", ("The report that is held is dropped.",)), ("yes", "no")),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_what_a_question_asks_is_not_answered_by_a_stray_key(qtbot: QtBot, look: Look, name: str) -> None:
    make, ids = DIALOGS[name]
    made = make()
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.open()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    for prose in made.findChildren(Prose):
        assert prose.height() >= prose.heightForWidth(prose.width()), "nothing is cut off"
    _is_calm(made, [made.choices.button(id_) for id_ in ids])
    # the same key on an answer does answer: this is what would be seen
    with qtbot.waitSignal(made.finished):
        made.choices.button(ids[0]).setFocus()
        QTest.keyClick(made.choices.button(ids[0]), KEY.Key_Space)


def _session(made: Seeded, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("SHOAL_ROOT", str(made.folder / "root"))
    session = Session(made.env)
    with qtbot.waitSignal(session.read, timeout=LONG):
        session.refresh()
    return session


@pytest.mark.parametrize("variant", ["empty", "widened"])
def test_the_four_answers_are_alike(
    qtbot: QtBot, look: Look, monkeypatch: pytest.MonkeyPatch, variant: str
) -> None:
    session = _session(seeded(variant), qtbot, monkeypatch)
    try:
        made = dialog(session)
        assert isinstance(made, FirstRunDialog) and made.choices is not None
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(made)
        with qtbot.waitExposed(made):
            made.open()
        made.activateWindow()
        qtbot.waitUntil(made.isActiveWindow)
        _is_calm(made, [made.choices.button(str(choice)) for choice in Choice])
        assert not session.is_running("choose")
    finally:
        session.end()


def test_the_four_columns_are_alike(qtbot: QtBot, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    session = _session(seeded("held"), qtbot, monkeypatch)
    try:
        page = DecidesPage(session)
        qtbot.addWidget(page)
        page.resize(1120, 900)
        with qtbot.waitExposed(page):
            page.show()
        qtbot.wait(50)
        table = page.choice.table
        assert table is not None
        radios = [table.radio(str(choice)) for choice in Choice]
        heads = [radio.parentWidget() for radio in radios]
        widths = [head.width() for head in heads if head is not None]
        assert max(widths) - min(widths) <= 1 and len({radio.height() for radio in radios}) == 1
        assert len({radio.font().toString() for radio in radios}) == 1
        for radio in radios:  # to be there is not to choose
            radio.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(radio, KEY.Key_Return)
            QTest.keyClick(radio, KEY.Key_Right)
        assert not session.is_running("choose") and not page.findChildren(asking.AskingDialog)
    finally:
        session.end()


def test_erasing_takes_the_word(qtbot: QtBot, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    session = _session(seeded("held"), qtbot, monkeypatch)
    try:
        assert session.snapshot is not None
        asked = erase.erase(session.snapshot)
        made = ErasingDialog(asked)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(made)
        with qtbot.waitExposed(made):
            made.open()
        with qtbot.assertNotEmitted(made.confirmed):
            QTest.keyClick(made.word, KEY.Key_Return)
            QTest.keyClicks(made.word, asked.word[:-1])
            QTest.keyClick(made.word, KEY.Key_Return)
            assert not made.yes.isEnabled() and made.isVisible()
        QTest.keyClicks(made.word, asked.word[-1])
        with qtbot.waitSignal(made.confirmed):
            QTest.keyClick(made.word, KEY.Key_Return)
    finally:
        session.end()


def test_what_came_meanwhile_is_not_agreed_to(
    qtbot: QtBot, look: Look, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The operators hand out another file while the question is open: what was not read is not agreed to."""
    made = copied("widened", tmp_path / "widened")
    session = _session(made, qtbot, monkeypatch)
    try:
        asked = dialog(session)
        assert isinstance(asked, FirstRunDialog)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(asked)
        asked.open()
        both: tuple[Any, ...] = (IT, COUNCIL)
        more = agreed(serial=3, id=b"\x0f" * 32, metrics=33, min_batch_size=50)
        _task_file(made).write_text(devices.signed(more, *both))
        asked._choose(Choice.SHARE)
        qtbot.waitUntil(asked.trouble.isVisible, timeout=LONG)
        assert "you have read serial 2, now it is 3" in asked.trouble.accessibleDescription()
        qtbot.waitUntil(lambda: _widened(session) == 3, timeout=LONG)
        asked.reject()
        again = dialog(session)
        assert isinstance(again, FirstRunDialog)
        qtbot.addWidget(again)
        with qtbot.waitSignal(again.accepted, timeout=LONG):
            again._choose(Choice.SHARE)
        qtbot.waitUntil(lambda: _widened(session) is None, timeout=LONG)
    finally:
        session.end()


def _task_file(made: Seeded) -> Path:
    found = read_record(made.env)
    assert found is not None and found.task_file is not None
    return Path(found.task_file)


def _widened(session: Session) -> int | None:
    """The serial number of the task that waits for the person."""
    found = None if session.snapshot is None else session.snapshot.enrolled
    if found is None or not found.enrolment.widened:
        return None
    return found.enrolment.task.serial
