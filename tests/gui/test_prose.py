"""Prose is laid out and painted as a label of rich text is, without keeping a document for each."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from tests.gui.conftest import told
from ui.theme import fonts, scheme
from ui.theme.fonts import Type
from ui.theme.scheme import Look
from ui.theme.tokens import Ink, Scheme
from ui.widgets.layouts import laid_out
from ui.widgets.texts import Prose, to_html

TEXTS = (
    "",
    "A word",
    "What **leaves** this device is one `report.json`, a box lit for each question.\nAnd nothing else of it.",
    "x" * 80,
    "שלום עולם, זה טקסט ארוך יותר שנשבר לשורות אחדות",
)
WIDTHS = (0, 50, 131, 300, 700)


def _label(prose: Prose, text: str, kind: Type, ink: Ink, parent: QWidget) -> QLabel:
    made = QLabel(parent)
    made.setProperty("ink", ink)
    made.setFont(fonts.font(kind))
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.RichText)
    made.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
    made.setSizePolicy(prose.sizePolicy())
    if prose.minimumWidth():
        made.setMinimumWidth(prose.minimumWidth())
    worn = scheme.tokens()
    made.setText(to_html(text, fonts.line(kind), worn.text, worn.accent))
    return made


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("wears", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("text", TEXTS)
def test_it_is_as_large_and_looks_as_a_label_does(
    text: str, wears: Scheme, direction: Qt.LayoutDirection, look: Look
) -> None:
    look.force(wears)
    inks: tuple[Ink, ...] = ("text", "text2")
    for kind, ink, least in product((Type.BODY, Type.CAPTION), inks, (0, 130)):
        parent = QWidget()
        parent.setLayoutDirection(direction)
        prose = Prose(text, kind, ink, parent=parent)
        if least:
            prose.setMinimumWidth(least)
        label = _label(prose, text, kind, ink, parent)
        assert prose.sizeHint() == label.sizeHint()
        assert prose.minimumSizeHint() == label.minimumSizeHint()
        assert [prose.heightForWidth(n) for n in WIDTHS] == [label.heightForWidth(n) for n in WIDTHS]
        for width in (90, 333, 700):
            for one in (prose, label):
                one.resize(width, max(1, label.heightForWidth(width)))
            assert prose.grab().toImage() == label.grab().toImage()


def test_its_margins_are_added(look: Look) -> None:
    prose = Prose("Some words that need a second line where there is little room")
    size, tall = prose.sizeHint(), prose.heightForWidth(200)
    prose.setContentsMargins(40, 9, 30, 5)
    assert prose.sizeHint() == size + QSize(70, 14)
    assert prose.heightForWidth(270) == tall + 14


def test_it_says_what_a_label_says(look: Look) -> None:
    prose = Prose("One **bold** word")
    _, _, role = told(prose)
    assert told(prose)[0] == "One bold word"
    assert role == told(QLabel("words"))[2]
    assert prose.text() == to_html("One **bold** word", fonts.line(Type.BODY), *_inks())


def test_words_and_links_take_turns(look: Look) -> None:
    prose = Prose("Words")
    prose.resize(300, 40)
    seen = prose.grab().toImage()
    prose.say("[Words](there)")
    assert prose.focusPolicy() is Qt.FocusPolicy.StrongFocus
    assert prose.grab().toImage() != seen
    prose.say("Words")
    assert prose.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert prose.grab().toImage() == seen


def test_another_scheme_is_another_colour(look: Look) -> None:
    prose = Prose("Some **bold** words")
    prose.resize(300, 40)
    seen = prose.grab().toImage()
    look.force(Scheme.DARK)
    assert prose.grab().toImage() != seen
    look.force(Scheme.LIGHT)
    assert prose.grab().toImage() == seen


def test_a_hundred_keep_no_document_each(look: Look) -> None:
    made = [Prose(f"Sentence {number}") for number in range(100)]
    for one in made:
        one.resize(200, one.heightForWidth(200))
        one.grab()
    application = QCoreApplication.instance()
    assert application is not None
    assert not any(one.findChildren(QTextDocument) for one in made)
    assert len(application.findChildren(QTextDocument)) == 1


def test_what_is_laid_out_before_it_is_seen_is_asked_little_afterwards(look: Look) -> None:
    class Counted(QWidget):
        polished = 0

        def event(self, event: QEvent) -> bool:
            self.polished += event.type() is QEvent.Type.Polish
            return super().event(event)

    window, inside = QWidget(), QWidget()
    inside.setParent(window)
    column, part = QVBoxLayout(inside), Counted()
    column.addWidget(part)
    laid_out(inside, 400)
    assert not inside.isVisible()
    assert inside.width() == 400
    assert part.width() > 300
    assert part.polished == 1
    QVBoxLayout(window).addWidget(inside)
    window.show()
    assert part.polished == 1
    window.close()


def _inks() -> tuple[str, str]:
    return scheme.tokens().text, scheme.tokens().accent
