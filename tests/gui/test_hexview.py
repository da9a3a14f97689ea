"""The sealed body: from a byte to its field and back, by pointer and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui import samples as s
from tests.gui.conftest import told
from ui.theme import fonts
from ui.theme.scheme import Look
from ui.theme.tokens import LIGHT
from ui.widgets.hexview import FEWEST
from ui.widgets.sealed import SealedView

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(show: Callable[..., Any], qtbot: QtBot) -> SealedView:
    made = SealedView("Bytes", "Fields", "{} more bytes, all random-looking.", "Show all")
    made.show_body(s.BODY, s.FIELDS, "id")
    show(made, 1040, 600)
    made.activateWindow()
    return made


def shown(view: SealedView, ground: str) -> str:
    """The bytes that stand on that ground, as hex."""
    found = ""
    for one in view.bytes.extraSelections():
        if one.format.background().color().name().upper() == ground and one.format.hasProperty(
            one.format.Property.BackgroundBrush
        ):
            found += one.cursor.selectedText().replace(" ", "")
    return found


def point_at(view: SealedView, byte: int) -> QPoint:
    """Where a byte of the first rows stands."""
    block = view.bytes.document().findBlockByNumber(byte // 16)
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.Right, n=block.text().rindex("  ") + 2 + byte % 16 * 3)
    return view.bytes.cursorRect(cursor).center() + QPoint(4, 0)


def test_the_bytes_are_the_body_s(view: SealedView) -> None:
    lines = view.bytes.toPlainText().splitlines()
    assert lines[0].split() == ["0", *s.BODY[:16].hex(" ").split()]
    head, tail = view.bytes.ends()
    assert lines[head].endswith("more bytes, all random-looking.")
    hidden = (-(-len(s.BODY) // 16) - head - tail) * 16
    assert str(hidden) in lines[head].replace(",", "")
    assert lines[-1].endswith(s.BODY[-8:].hex(" "))
    view.all.click()
    assert not view.all.isVisible()
    whole = "".join(line.split("  ")[-1] for line in view.bytes.toPlainText().splitlines()).replace(" ", "")
    assert whole == s.BODY.hex()


def test_a_short_body_is_shown_whole(view: SealedView) -> None:
    view.show_body(s.BODY[:94], s.FIELDS[:4])
    assert view.bytes.is_whole and view.all.isHidden()


def test_a_field_of_the_list_is_marked_in_the_bytes(view: SealedView, qtbot: QtBot) -> None:
    view.fields.setFocus()
    with qtbot.waitSignal(view.chosen) as chosen:
        qtbot.keyClick(view.fields, KEY.Key_Down)
    assert chosen.args == ["period"]
    assert shown(view, LIGHT.accent) == s.BODY[16:24].hex()
    with qtbot.waitSignal(view.chosen) as chosen:
        place = view.fields.visualItemRect(view.fields.item(3)).center()
        qtbot.mouseClick(view.fields.viewport(), LEFT, pos=place)
    assert chosen.args == ["public"]
    assert shown(view, LIGHT.accent) == s.BODY[26:94].hex()


def test_a_byte_leads_to_its_field(view: SealedView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.chosen) as chosen:
        qtbot.mouseClick(view.bytes.viewport(), LEFT, pos=point_at(view, 18))
    assert chosen.args == ["period"]
    assert view.fields.currentItem().text() == "Period"
    view.bytes.setFocus()
    for key, field in ((KEY.Key_Down, "public"), (KEY.Key_Up, "period"), (KEY.Key_End, "public"), (KEY.Key_Home, "period"), (KEY.Key_Left, "id")):  # fmt: skip  # noqa: E501
        with qtbot.waitSignal(view.chosen) as chosen:
            qtbot.keyClick(view.bytes, key)
        assert chosen.args == [field]
    assert told(view.bytes)[1].startswith("Report id, 0–15: 16 bytes. 16 random bytes")


def test_pointing_shows_a_field_lightly(view: SealedView, qtbot: QtBot) -> None:
    qtbot.mouseMove(view.bytes.viewport(), point_at(view, 19))
    qtbot.waitUntil(lambda: shown(view, LIGHT.tint) == s.BODY[16:24].hex())
    assert view.bytes.viewport().toolTip() == "Period (16–23: 8 bytes)"
    assert shown(view, LIGHT.accent) == s.BODY[:16].hex()


def test_walking_into_what_is_left_out_shows_it(view: SealedView, qtbot: QtBot) -> None:
    view.bytes.setFocus()
    for _ in range(view.bytes.ends()[0]):
        qtbot.keyClick(view.bytes, KEY.Key_Down)
    assert view.bytes.is_whole and not view.all.isVisible()
    found = view.bytes.field()
    assert found is not None and found.id == "leader"


def test_both_are_read_out(view: SealedView) -> None:
    assert told(view.bytes)[::2] == ("Bytes", QAccessible.Role.EditableText) or told(view.bytes)[0] == "Bytes"
    interface = QAccessible.queryAccessibleInterface(view.fields)
    assert interface.role() is QAccessible.Role.List
    words = [interface.child(n).text(QAccessible.Text.Name) for n in range(interface.childCount())]
    assert any(
        word.startswith("Sealed for the works council, 5,995–6,119: 125 bytes. A seed") for word in words
    )


def test_bytes_stay_left_to_right(look: Look, qtbot: QtBot) -> None:
    made = SealedView("Bytes", "Fields", "{} more", "Show all")
    qtbot.addWidget(made)
    made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert made.bytes.layoutDirection() is Qt.LayoutDirection.LeftToRight
    assert made.fields.layoutDirection() is Qt.LayoutDirection.RightToLeft


def test_both_cards_are_equally_tall_and_full(show: Callable[..., Any]) -> None:
    """As many lines as the fields leave room for, and the link at the end of the card."""
    made = SealedView("Bytes", "Fields", "{} more", "Show all")
    fields = [s.FIELDS[0]._replace(id=str(n), first=n, size=1) for n in range(14)]
    made.show_body(s.BODY, fields)
    show(made, 1040, 400)
    made.resize(1040, made.sizeHint().height())
    lines = made.bytes.toPlainText().count("\n") + 1
    assert lines > FEWEST
    spare = made.all.geometry().top() - made.bytes.geometry().bottom()
    assert 0 < spare < 3 * made.bytes.fontMetrics().lineSpacing()


@pytest.mark.parametrize(
    ("scale", "width", "row", "next_row"),
    [
        (1.0, 672, 16, "Public share"),
        (2.0, 672, 8, "Public extensions"),
        (3.0, 672, 4, "Period"),
    ],
)
def test_much_larger_text_has_fewer_bytes_a_line(
    show: Callable[..., Any], look: Look, scale: float, width: int, row: int, next_row: str
) -> None:
    fonts.set_scale(scale)
    try:
        made = SealedView("Bytes", "Fields", "{} more bytes, all random-looking.", "Show all")
        made.show_body(s.BODY, s.FIELDS, "period")
        made.setMinimumWidth(100)  # as on a page, which turns its cards before it asks what they claim
        show(made, width, 900)
        lines = made.bytes.toPlainText().splitlines()
        assert lines[0].split("  ")[-1] == s.BODY[:row].hex(" ")
        assert made.bytes.width() <= width and made.bytes.document().idealWidth() <= made.bytes.width()
        assert shown(made, LIGHT.accent) == s.BODY[16:24].hex()
        made.bytes.setFocus()
        QTest.keyClick(made.bytes, KEY.Key_End)
        QTest.keyClick(made.bytes, KEY.Key_Right)
        assert made.bytes.accessibleDescription().startswith(next_row)
    finally:
        fonts.set_scale(1.0)
