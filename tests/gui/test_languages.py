"""The whole window in German, in a language whose texts are much longer, and in one from right to left."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agent.model import Choice
from tests.gui import languages
from tests.gui.languages import Walk
from tests.unit.ui import states
from ui.dialogs.asking import choosing, closing, withholding
from ui.dialogs.card import CardDialog
from ui.dialogs.erasing import ErasingDialog
from ui.dialogs.first_run import FirstRunDialog
from ui.theme.scheme import Look
from ui.view_models import decisions, erase, first_run
from ui.widgets.scroll import ScrollPage

PAGES = (("device", "open"), ("leaves", ""), ("decides", "settings"))
LONG, TURNED = "eo", "ar_EG"


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the two files of each language that nobody speaks, and nothing else."""
    folder = tmp_path_factory.mktemp("invented")
    for code in (LONG, TURNED[:2]):
        languages.invent(code, folder)
    return folder


@pytest.fixture(autouse=True)
def _environment(look: Look, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SHOAL_ROOT", os.environ.get("SHOAL_ROOT", ""))
    yield


SIZES = ((1000, 760), (720, 520))  # the larger first: what stands side by side has to give way
# What is the same in German: names, and what programs are told.
NAMES = re.compile(
    r"(Server: )?[\w.@:/-]*nordwerk\.example[\w/:-]*|[0-9a-f]{32}|IT Operations|Works council|Shoal"
    r"|Server|Proxy|Firewall|Secure Boot|2 Bits|info"
)
STATES = {"managed": PAGES, "worst": (("device", "worst"), ("leaves", ""), ("decides", ""))}


def _walked(
    variant: str,
    tag: str,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path | None = None,
) -> tuple[set[str], list[str]]:
    """(All that is heard on the pages, all that is clipped at either size.)"""
    made, heard, found = states.seeded(variant), set(), []
    with languages.speaking(tag, qapp, monkeypatch, folder) as spoken, made.attended():
        assert spoken == tag.partition("_")[0]
        walk = Walk(made, spoken, tag, qtbot, SIZES[0])
        try:
            for page, act in STATES[variant]:
                shown = walk.page(page, act)
                for size in SIZES:
                    found += [f"{page} at {size}: {one}" for one in walk.clipped_at(*size)]
                heard |= languages.heard(walk.window)
                assert isinstance(shown, ScrollPage)
        finally:
            walk.end()
    return heard, found


@pytest.mark.parametrize("variant", STATES)
def test_nothing_is_english_in_german(
    variant: str, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    english, _ = _walked(variant, "en_GB", qapp, qtbot, monkeypatch)
    german, clipped = _walked(variant, "de_DE", qapp, qtbot, monkeypatch)
    assert len(english) > 100 and len(german) > 100
    same = languages.in_english(english & german, lambda text: NAMES.fullmatch(text) is not None)
    assert not same
    assert not clipped
    # what would be found: an English text among the German ones
    assert languages.in_english({"Measure now", "12 %"}, lambda text: False) == ["Measure now"]


def _dialogs(walk: Walk) -> list[QDialog]:
    """Each dialog, on the snapshot that was read."""
    session, window = walk.session, walk.window
    assert session.snapshot is not None
    ask = first_run.ask(session.snapshot, session.numbers)
    assert ask is not None
    catalogue_title = session.snapshot.catalogue.texts["endpoint.disk_free"].title
    return [
        FirstRunDialog(session, session.snapshot, ask, window),
        closing(window),
        withholding(catalogue_title, window),
        ErasingDialog(erase.erase(session.snapshot), window),
        CardDialog(session, session.snapshot, window),
        choosing("X", decisions.consequences(session.snapshot, Choice.OFF), window),
    ]


@pytest.mark.parametrize(
    ("variant", "tag"), [("empty", "de_DE"), ("widened", "de_DE"), ("empty", LONG), ("widened", TURNED)]
)
def test_dialogs_speak_and_have_room(
    variant: str,
    tag: str,
    invented: Path,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: dict[str, set[str]] = {}
    for spoken_tag, folder in (("en_GB", None), (tag, None if tag == "de_DE" else invented)):
        made = states.seeded(variant)
        with languages.speaking(spoken_tag, qapp, monkeypatch, folder) as spoken, made.attended():
            walk = Walk(made, spoken, spoken_tag, qtbot, SIZES[1])
            heard[spoken_tag] = set()
            try:
                for dialog in _dialogs(walk):
                    dialog.show()
                    assert not walk.clipped_in(dialog), f"{type(dialog).__name__} in {spoken_tag}"
                    heard[spoken_tag] |= languages.heard(dialog)
                    dialog.hide()
            finally:
                walk.end()
        monkeypatch.undo()
    assert len(heard[tag]) > 40
    same = heard["en_GB"] & heard[tag]
    assert not languages.in_english(same, lambda text: NAMES.fullmatch(text) is not None or text == "X")


@pytest.mark.parametrize("tag", [LONG, TURNED])
def test_two_files_make_a_language_whose_long_texts_have_room(
    tag: str, invented: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = sorted(path.name for path in invented.rglob("*.*") if tag[:2] in path.stem)
    assert names == [f"{tag[:2]}.toml", f"shoal_{tag[:2]}.qm", f"shoal_{tag[:2]}.ts"]  # .qm: made of the .ts
    heard, clipped = _walked("managed", tag, qapp, qtbot, monkeypatch, invented)
    assert sum(text.startswith(("[", "\u200f[")) for text in heard) > 150
    assert not clipped


def test_what_has_no_room_is_found(qapp: QApplication, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(300, 200)
    label, wrapped, button = (
        QLabel("Much too long for this", holder),
        QLabel(holder),
        QPushButton("Too long", holder),
    )
    label.setGeometry(0, 0, 40, 20)
    wrapped.setWordWrap(True)
    wrapped.setText("Several words that need several lines, and one unbreakableandendlessword")
    wrapped.setGeometry(0, 30, 60, 20)
    button.setGeometry(260, 80, 200, 40)
    holder.show()
    found = languages.clipped(holder)
    assert [one.partition(" ")[0] for one in found] == ["QLabel", "QLabel", "QPushButton"]
    assert "leaves its parent" in found[2]
    for widget, place in ((label, (0, 0, 290, 20)), (wrapped, (0, 30, 290, 60)), (button, (0, 100, 200, 40))):
        widget.setGeometry(*place)
    assert not languages.clipped(holder)


def test_longer_texts_keep_their_places_and_marks() -> None:
    assert languages.longer("OK") == "[OKñ]"
    assert languages.longer("Start with ") == "[Start withññññ] "
    text = "Follow **{title}** down the page, or pick another."
    long = languages.longer(text)
    assert long.startswith("[Follow **{title}** down") and len(long) >= len(text) * 1.4
