"""The health card: ticked, seen, saved, copied; nothing else is on it, and nothing is sent."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.conftest import told
from tests.gui.health_pages import DISK, Pages, focused, pages
from tests.repository import ROOT
from tests.unit.ui.states import seeded
from ui.dialogs.card import HTML, PDF, CardDialog
from ui.link import paper
from ui.pages.health.page import HealthPage
from ui.theme.scheme import Look
from ui.view_models import card

LEFT = Qt.MouseButton.LeftButton
PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")


@pytest.fixture
def page(qtbot: QtBot, look: Look) -> Iterator[HealthPage]:
    with pages(qtbot) as made:
        yield made.open(seeded("worst"), attended=False)


@pytest.fixture
def dialog(page: HealthPage, qtbot: QtBot) -> CardDialog:
    qtbot.mouseClick(page.tools.card, LEFT)
    (found,) = page.findChildren(CardDialog)
    qtbot.waitUntil(found.isVisible)
    return found


def shown(dialog: CardDialog) -> str:
    return dialog.preview.toPlainText()


def test_what_needs_attention_is_ticked_at_first(dialog: CardDialog, page: HealthPage) -> None:
    snapshot = page.session.snapshot
    assert snapshot is not None
    choices = card.choices(snapshot, page.session.numbers)
    assert len(dialog.ticks) == len(choices) == 31
    assert dialog.ticked() == {id_ for id_, _, at_first in choices if at_first} and len(dialog.ticked()) == 12
    assert told(dialog.ticks[DISK])[0] == "Free disk space: 4.1 %, Bad"


def test_the_preview_shows_exactly_what_is_ticked(dialog: CardDialog, qtbot: QtBot) -> None:
    assert "Free disk space" in shown(dialog) and "Secure Boot" not in shown(dialog)
    dialog.ticks[DISK].setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert "Free disk space" not in shown(dialog)
    dialog.ticks["endpoint.secure_boot"].setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert "Secure Boot" in shown(dialog)
    assert {row.title for row in dialog.made().rows} == {
        box.text() for box in dialog.findChildren(QCheckBox) if box.isChecked()
    }


def test_all_and_none(dialog: CardDialog, qtbot: QtBot) -> None:
    links = {button.text(): button for button in dialog.findChildren(QPushButton)}
    qtbot.mouseClick(links["Tick none"], LEFT)
    assert not dialog.ticked() and dialog.said() == "Nothing is ticked."
    for button in (dialog.html, dialog.pdf, dialog.copy):
        assert not button.isEnabled() and told(button)[1] == "Nothing is ticked."
    qtbot.mouseClick(links["Tick all"], LEFT)
    assert len(dialog.ticked()) == 31 and dialog.copy.isEnabled() and not dialog.said()


def test_copying(dialog: CardDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.copy, LEFT)
    clipboard = QGuiApplication.clipboard().mimeData()
    assert clipboard.text() == card.plain(dialog.made()) and "`" not in clipboard.text()
    assert clipboard.html() == card.html(dialog.made())
    assert set(clipboard.formats()) == {"text/plain", "text/html"}
    assert dialog.said().startswith("Copied")


def test_what_was_copied_outlives_the_program() -> None:
    """A clipboard that holds an object of the interpreter's crashes when the program is left."""
    code = "\n".join(
        (
            "from PySide6.QtCore import QLocale",
            "from PySide6.QtWidgets import QApplication",
            "application = QApplication([])",
            "from tests.unit.ui.states import seeded, snapshot",
            "from ui.dialogs.card import CardDialog",
            "from ui.link.session import Session",
            "session = Session(seeded('normal').env, 'en', QLocale('en_GB'))",
            "dialog = CardDialog(session, snapshot('normal'))",
            "dialog.copy.click()",
            "print(dialog.said())",
            "session.end()",
        )
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout.startswith("Copied") and ended.returncode == 0, ended.stderr


def test_saving_as_html_through_the_file_dialog(dialog: CardDialog, qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "for the help desk.html"
    qtbot.mouseClick(dialog.html, LEFT)
    files = dialog.files
    assert isinstance(files, QFileDialog) and files.isVisible()
    assert files.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert Path(files.selectedFiles()[0]).name == "health-card.html"
    files.selectFile(str(target))
    files.accept()
    qtbot.waitUntil(lambda: dialog.said() == f"Saved as {target}.")
    assert target.read_text() == card.html(dialog.made())
    assert [one.name for one in tmp_path.iterdir()] == [target.name], "nothing lies beside it"


def test_saving_as_pdf_is_one_page(dialog: CardDialog, qtbot: QtBot, tmp_path: Path) -> None:
    for box in dialog.ticks.values():
        box.setChecked(True)
    target = tmp_path / "card.pdf"
    dialog.save(target, PDF)
    qtbot.waitUntil(lambda: dialog.said() == f"Saved as {target}.", timeout=20_000)
    content = target.read_bytes()
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    assert len(PAGES.findall(content)) == 1


def test_a_page_that_cannot_be_one_is_several(qapp: QApplication) -> None:
    """The control: what is counted above can be more than one."""
    content = paper.pdf("<p>word</p>" * 2_000, "Much", letter=True)
    assert len(PAGES.findall(content)) > 1


def test_what_cannot_be_saved_is_said(dialog: CardDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.save(tmp_path / "nowhere" / "card.html", HTML)
    qtbot.waitUntil(lambda: "No such file or directory" in dialog.said())
    assert dialog.said().startswith("It could not be saved as ")


def test_it_asks_nothing_of_other_programs(
    dialog: CardDialog, page: HealthPage, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.mouseClick(dialog.copy, LEFT)
    dialog.save(tmp_path / "card.html", HTML)
    qtbot.waitUntil(lambda: dialog.said().startswith("Saved"))
    assert page.session._runner is None, "whatever sends is a child of the window's"


def test_escape_closes_it_and_the_page_has_the_focus_again(
    dialog: CardDialog, page: HealthPage, qtbot: QtBot
) -> None:
    assert not any(button.isDefault() or button.autoDefault() for button in dialog.findChildren(QPushButton))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.findChildren(QDialog))
    page.make_card()
    assert len(page.findChildren(CardDialog)) == 1


def test_it_keeps_what_was_ticked_while_newer_readings_come(dialog: CardDialog, page: HealthPage) -> None:
    before = card.html(dialog.made())
    snapshot = page.session.snapshot
    assert snapshot is not None
    page.show_snapshot(snapshot._replace(now=snapshot.now + 86_400))
    assert card.html(dialog.made()) == before


@pytest.mark.parametrize("size", [(720, 520), (1120, 760)])
def test_it_fits_into_the_window(qtbot: QtBot, look: Look, size: tuple[int, int]) -> None:
    with pages(qtbot) as made:
        opened = Pages.open(made, seeded("normal"), width=size[0], height=size[1])
        opened.make_card()
        (dialog,) = opened.findChildren(CardDialog)
        assert dialog.width() <= size[0] and dialog.height() <= size[1]
        dialog.reject()
