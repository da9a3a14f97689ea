"""On this device: what is read there, the filter, rows that open, keys, narrow windows, newer readings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.courses import NORMAL, no_answer
from tests.gui.conftest import colours, told
from tests.gui.health_pages import DISK, Pages, detail, focused, ids, pages, row, words
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import copied, seeded
from ui import words as language
from ui.link.session import Session
from ui.pages.health.page import HealthPage
from ui.theme.scheme import Look
from ui.theme.tokens import LIGHT
from ui.view_models.health import Filter
from ui.widgets.metric_head import Columns
from ui.widgets.texts import Prose

LEFT = Qt.MouseButton.LeftButton
WIFI = "network.wifi_signal"
SILENT = {m.id for m in CATALOGUE.metrics if not m.is_derived and NORMAL.get(m.id, no_answer) is no_answer}


@pytest.fixture
def open_pages(qtbot: QtBot, look: Look) -> Iterator[Pages]:
    with pages(qtbot) as made:
        yield made


@pytest.fixture
def normal(open_pages: Pages) -> HealthPage:
    return open_pages.open(seeded("normal"))


def test_what_is_read_at_first(normal: HealthPage) -> None:
    assert "29 of 31 checks need no attention, 2 do." in words(normal)
    assert "Measured" in words(normal) and "The readings stay on this computer." in words(normal)
    assert [normal.tools.filter.button(one).text() for one in Filter] == [
        "All 31",
        "Needs attention 2",
        f"No answer {len(SILENT)}",
    ]
    assert len(ids(normal)) == 31
    assert ids(normal)[0] == DISK, "the worst of a category comes first"
    name, _, role = told(row(normal, DISK))
    assert name == "Free disk space, 12 %, Warn, since 9 November"
    assert role in (QAccessible.Role.CheckBox, QAccessible.Role.Button)
    strips = [told(strip)[:2] for strip in normal.shoals.strips()]
    assert strips[0] == ("Endpoint health", "1 of 19 needs attention")
    assert "No answer: Wi-Fi signal, " in words(normal)
    assert all(entry.detail() is None for entry in normal.entries()), "details are made when opened"


def test_the_filter_by_pointer_and_by_keys(normal: HealthPage, qtbot: QtBot) -> None:
    tools = normal.tools
    qtbot.mouseClick(tools.filter.button(Filter.ATTENTION), LEFT)
    assert ids(normal) == [DISK, "app.crashes"]
    tools.filter.button(Filter.ATTENTION).setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Left)
    assert tools.current() is Filter.ALL and len(ids(normal)) == 31
    qtbot.keyClick(focused(), Qt.Key.Key_Right)
    qtbot.keyClick(focused(), Qt.Key.Key_Right)
    assert tools.current() is Filter.SILENT
    assert set(ids(normal)) == SILENT
    assert row(normal, WIFI).shown().value == "–"
    assert told(row(normal, WIFI))[0].startswith("Wi-Fi signal, –, Unknown")


def test_a_filter_that_leaves_nothing_says_so(open_pages: Pages, qtbot: QtBot) -> None:
    page = open_pages.open(seeded("normal"))
    snapshot = page.session.snapshot
    assert snapshot is not None
    fine = {
        id_: one._replace(verdict="ok") if one.verdict == "warn" else one
        for id_, one in snapshot.health.summary.items()
    }
    page.filter(Filter.ATTENTION)
    assert "Nothing needs attention." not in words(page)
    page.show_snapshot(snapshot._replace(health=snapshot.health._replace(summary=fine)))
    assert ids(page) == [] and "Nothing needs attention." in words(page)


@pytest.mark.parametrize("way", ["click", "Space", "Return"])
def test_a_row_opens(normal: HealthPage, qtbot: QtBot, way: str) -> None:
    opened = row(normal, DISK)
    for is_open in (True, False, True):
        if way == "click":
            qtbot.mouseClick(opened, LEFT)
        else:
            opened.setFocus()
            qtbot.keyClick(opened, getattr(Qt.Key, f"Key_{way}"))
        assert opened.isChecked() is is_open
        assert detail(normal, DISK).isVisible() is is_open
    texts = CATALOGUE.texts[DISK]
    shown = words(detail(normal, DISK))
    for text in (texts.explanation, texts.fix, texts.cannot_show):
        assert text in shown
    for heading in ("What it is", "What helps", "What it cannot show", "Each step is one box of the report"):
        assert heading in shown
    assert "Why there is no answer" not in shown
    name, text, role = told(detail(normal, DISK).chart)
    assert name == "Free disk space, last 30 days" and text.startswith("Between ")
    assert role is QAccessible.Role.Graphic


def test_today_and_back(normal: HealthPage, qtbot: QtBot) -> None:
    normal.go_to(DISK)
    opened = detail(normal, DISK)
    month = told(opened.chart)[1]
    qtbot.mouseClick(opened.spans.button("today"), LEFT)
    qtbot.waitUntil(lambda: told(opened.chart)[0] == "Free disk space, last 24 hours")
    assert told(opened.chart)[1] != month
    qtbot.keyClick(opened.spans.button("today"), Qt.Key.Key_Left)
    assert told(opened.chart)[:2] == ("Free disk space, last 30 days", month)


def test_the_tab_key_goes_as_the_eye_does(normal: HealthPage, qtbot: QtBot) -> None:
    normal.go_to("app.crashes")  # opened first, though it stands further down
    normal.go_to(DISK)
    second = ids(normal)[1]
    assert focused() is row(normal, DISK)
    opened = detail(normal, DISK)
    for expected in (opened.spans.button("month"), opened.chart, row(normal, second)):
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        assert focused() is expected
    for expected in (opened.chart, opened.spans.button("month"), row(normal, DISK), normal.tools.card):
        qtbot.keyClick(focused(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
        assert focused() is expected


def test_everything_is_reached_by_the_tab_key_and_has_a_name(normal: HealthPage, qtbot: QtBot) -> None:
    normal.go_to("app.crashes")
    normal.tools.filter.button(Filter.ALL).setFocus()
    seen = []
    while focused() not in seen:
        seen.append(focused())
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert {row(normal, id_) for id_ in ids(normal)} <= set(seen)
    assert {*normal.shoals.strips(), normal.tools.measure, normal.tools.card, normal.readers.all} <= set(seen)
    for one in seen:
        assert told(one)[0], f"{one} has no name"


def test_a_fish_opens_its_row(normal: HealthPage, qtbot: QtBot) -> None:
    strip = normal.shoals.strips()[2]
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert focused() is row(normal, "app.crashes") and detail(normal, "app.crashes").isVisible()
    assert normal.tools.current() is Filter.ALL


def test_a_fish_without_an_answer_leads_to_its_filter_and_says_why(normal: HealthPage, qtbot: QtBot) -> None:
    normal.shoals.strips()[1].opened.emit(WIFI)
    assert normal.tools.current() is Filter.SILENT and focused() is row(normal, WIFI)
    assert "Nothing was measured." in told(detail(normal, WIFI).chart)[1]
    qtbot.waitUntil(lambda: not normal.is_busy(), timeout=30_000)
    assert "Why there is no answer" in words(detail(normal, WIFI))


def test_an_opened_row_is_scrolled_to(open_pages: Pages, qtbot: QtBot) -> None:
    page = open_pages.open(seeded("normal"), width=720, height=464, place="app.crashes")
    opened = row(page, "app.crashes")
    assert opened.isChecked(), "its place was asked for before anything was read"
    qtbot.waitUntil(lambda: 0 <= opened.mapTo(page.viewport(), QPoint(0, 0)).y() < 100)


def test_who_read_it(normal: HealthPage, qtbot: QtBot) -> None:
    assert "The account admin read this page with shoal status on 17 November" in words(normal.readers)
    assert "anna" not in words(normal.readers)
    assert normal.readers.all.text() == "All 3 readings"
    normal.readers.all.setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert words(normal.readers).count("anna") == 2
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert "anna" not in words(normal.readers)


def test_nobody_read_it(open_pages: Pages) -> None:
    page = open_pages.open(seeded("held"))
    assert not page.readers.isVisible()


def test_where_to_begin(open_pages: Pages, qtbot: QtBot) -> None:
    page = open_pages.open(seeded("worst"), attended=False)
    assert "19 of 31 checks need no attention, 12 do." in words(page)
    assert "Start with Free disk space" in words(page)
    page._below.linkActivated.emit(f"#{DISK}")
    assert focused() is row(page, DISK) and row(page, DISK).isChecked()


@pytest.mark.parametrize("width", [720, 1120])
def test_narrow_and_wide(open_pages: Pages, width: int) -> None:
    page = open_pages.open(seeded("normal"), width=width, height=464, place=DISK)
    opened = detail(page, DISK)
    texts = opened.findChildren(Prose)
    below = opened.chart.mapTo(page, QPoint(0, opened.chart.height())).y()
    tops = [one.mapTo(page, QPoint(0, 0)).y() for one in texts if one.isVisibleTo(page)]
    assert all(top >= below for top in tops) is (width == 720), "the words stand below, or beside"
    assert (Columns.of(row(page, DISK).width()).trend is None) is (width == 720)
    inner = page.widget()
    assert inner is not None and inner.width() <= page.viewport().width(), "nothing is cut"
    assert inner.minimumSizeHint().width() <= page.viewport().width()


def test_hardly_any_room(open_pages: Pages) -> None:
    """As on a small window whose text is twice as large: what stood beside the title stands below it."""
    page = open_pages.open(seeded("normal"), width=470, height=700, place=DISK)
    stacked, wide = row(page, DISK), row(open_pages.open(seeded("normal"), place=DISK), DISK)
    assert Columns.of(stacked.width()).is_stacked and not Columns.of(wide.width()).is_stacked
    assert stacked.height() >= wide.height() + 10
    assert LIGHT.warn in colours(stacked) and told(stacked)[0] == told(wide)[0]
    inner = page.widget()
    assert inner is not None and inner.minimumSizeHint().width() <= page.viewport().width()


def test_newer_readings_change_no_place(normal: HealthPage, qtbot: QtBot) -> None:
    normal.go_to(DISK)
    before, opened, chart = ids(normal), row(normal, DISK), detail(normal, DISK).chart
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    pointed = chart.current()
    snapshot = normal.session.snapshot
    assert snapshot is not None and pointed is not None
    found = dict(snapshot.health.summary)
    found["endpoint.boot_time"] = found["endpoint.boot_time"]._replace(value=200.0, verdict="bad")
    normal.show_snapshot(snapshot._replace(health=snapshot.health._replace(summary=found)))
    assert row(normal, DISK) is opened and opened.isChecked() and focused() is opened
    assert chart.current() == pointed, "who walks the days goes on walking"
    assert ids(normal)[:2] == ["endpoint.boot_time", DISK] and sorted(ids(normal)) == sorted(before)
    assert told(row(normal, "endpoint.boot_time"))[0].startswith("Start-up time, 200 s, Bad")
    assert "28 of 31 checks" in words(normal)


def test_a_long_past_is_shown_as_a_short_one_is(open_pages: Pages) -> None:
    short, long = (open_pages.open(seeded(variant), place=DISK) for variant in ("local", "normal"))
    assert len(detail(short, DISK).chart._history.days) == len(detail(long, DISK).chart._history.days) == 30
    assert len(short.findChildren(QWidget)) == len(long.findChildren(QWidget)), "nothing more is made"


def test_german_words_fit(open_pages: Pages, qtbot: QtBot, tmp_path: Path) -> None:
    made = copied("normal", tmp_path)
    with made.attended():
        session = Session(made.env, "de", QLocale("de_DE"))
        page = HealthPage(session)
        qtbot.addWidget(page)
        page.resize(720, 464)
        with qtbot.waitExposed(page):
            page.show()
        session.refresh()
        qtbot.waitUntil(lambda: page.page() is not None, timeout=20_000)
        page.go_to(DISK)
        assert row(page, DISK).text() == "Freier Speicherplatz"
        inner = page.widget()
        assert inner is not None and inner.minimumSizeHint().width() <= page.viewport().width()
        session.end()
    assert language.translate("Health", "Since") == "Since", "the tests' window goes on in English"


def test_right_to_left(open_pages: Pages, qtbot: QtBot) -> None:
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        page = open_pages.open(seeded("normal"), place=DISK)
        strips = page.shoals.strips()
        assert strips[0].mapTo(page, QPoint(0, 0)).x() > strips[1].mapTo(page, QPoint(0, 0)).x()
        measure, chosen = page.tools.measure, page.tools.filter
        assert measure.mapTo(page, QPoint(0, 0)).x() < chosen.mapTo(page, QPoint(0, 0)).x()
    finally:
        QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
