"""The history chart: steps equally tall, thresholds with words, gaps hatched; read by keys and as text."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from tests.gui import samples as s
from tests.gui.conftest import colours, picture, told
from ui.theme.scheme import Look
from ui.theme.tokens import DARK, LIGHT
from ui.widgets.chart import HistoryChart
from ui.widgets.chart_paint import Place, bands, position, thinned
from ui.widgets.data import Verdict

Show = Callable[..., Any]
KEY = Qt.Key
ALL = pytest.mark.parametrize(
    "history", [s.free_space(), s.drive(), s.crashes(), s.today()], ids=lambda h: h.title
)


@ALL
def test_it_is_a_picture_with_a_name_and_the_same_in_words(history: Any, show: Show) -> None:
    chart = show(HistoryChart(history), 700)
    assert told(chart) == (history.title, history.text, QAccessible.Role.Graphic)


def test_every_bucket_is_equally_tall_and_linear_inside(look: Look) -> None:
    history = s.free_space()
    place = Place.of(history, 700, 240)
    edges = [place.step_y(number, 8) for number in range(9)]
    heights = [low - high for low, high in itertools.pairwise(edges)]
    assert max(heights) - min(heights) < 1e-9
    assert position(history, 12.5) == pytest.approx(3.5)
    assert position(history, 10) == 3
    assert (position(history, -5), position(history, 400)) == (0, 8)
    assert place.value_y(history, 3) == pytest.approx(edges[1])


def test_the_bands_are_the_verdicts_of_the_steps() -> None:
    assert list(bands(s.free_space())) == [
        (Verdict.BAD, 0, 2),
        (Verdict.WARN, 2, 5),
        (Verdict.OK, 5, 8),
    ]


@ALL
def test_bands_are_drawn_in_both_schemes(history: Any, show: Show, look: Look) -> None:
    for worn in (LIGHT, DARK):
        look.force(worn.scheme)
        seen = colours(show(HistoryChart(history), 700))
        assert {worn.band_warn, worn.band_bad} <= seen


def test_only_a_report_lights_a_box(show: Show) -> None:
    history = s.free_space()
    assert LIGHT.accent in colours(show(HistoryChart(history), 700))
    assert LIGHT.accent not in colours(show(HistoryChart(history._replace(report=None)), 700))


def test_what_was_not_measured_is_not_bridged(show: Show) -> None:
    whole = s.free_space()
    days = tuple(day._replace(value=20.0 + n % 3) for n, day in enumerate(whole.days))
    gap = tuple(day._replace(value=None) if 10 <= n < 20 else day for n, day in enumerate(days))
    steps = tuple(step._replace(verdict=Verdict.OK) for step in whole.steps)
    base = whole._replace(report=None, steps=steps, last="")
    closed = show(HistoryChart(base._replace(days=days)), 700).grab().toImage()
    open_ = show(HistoryChart(base._replace(days=gap)), 700).grab().toImage()
    place = Place.of(base, 700, closed.height())
    column = int(place.day_x(15.0, 30))
    dark = {y for y in range(closed.height()) if closed.pixelColor(column, y).name().upper() == LIGHT.text}
    assert dark
    assert not [y for y in dark if open_.pixelColor(column, y).name().upper() == LIGHT.text]


def test_arrow_keys_walk_the_days_and_read_them_out(show: Show, qtbot: QtBot) -> None:
    history = s.free_space()
    chart = show(HistoryChart(history), 700)
    chart.activateWindow()
    chart.setFocus()
    qtbot.waitUntil(chart.hasFocus)
    still = picture(chart)
    for key, day in ((KEY.Key_Left, 29), (KEY.Key_Left, 28), (KEY.Key_Home, 0), (KEY.Key_Left, 0), (KEY.Key_Right, 1), (KEY.Key_End, 29), (KEY.Key_Right, 29)):  # fmt: skip  # noqa: E501
        qtbot.keyClick(chart, key)
        assert chart.current() == history.days[day]
        assert told(chart)[1] == f"{history.days[day].label}: {history.days[day].words}"
    assert picture(chart) != still
    qtbot.keyClick(chart, KEY.Key_Escape)
    assert chart.current() is None and told(chart)[1] == history.text
    assert picture(chart) == still


def test_up_and_down_are_left_to_the_page(show: Show, qtbot: QtBot) -> None:
    chart = show(HistoryChart(s.free_space()), 700)
    qtbot.keyClick(chart, KEY.Key_Down)
    assert chart.current() is None


def test_the_pointer_reads_out_the_day_below_it(show: Show, qtbot: QtBot) -> None:
    history = s.drive()
    chart = show(HistoryChart(history), 700)
    place = Place.of(history, chart.width(), chart.height())
    qtbot.mouseMove(chart, QPoint(int(place.day_x(20.5, 30)), 60))
    qtbot.waitUntil(lambda: chart.current() == history.days[20])


def test_another_history_is_another_picture(show: Show) -> None:
    chart = show(HistoryChart(s.free_space()), 700, 240)
    before = picture(chart)
    chart.show_history(s.crashes())
    assert picture(chart) != before and told(chart)[0] == "Program crashes, last 30 days"


@pytest.mark.parametrize("width", [320, 420, 700, 1056])
@ALL
def test_all_parts_are_inside_at_every_width(history: Any, width: int, look: Look) -> None:
    place = Place.of(history, width, 240)
    assert 0 < place.labels < place.plot.left() < place.plot.right() < place.boxes
    assert place.boxes + place.box <= width


def test_a_long_line_keeps_its_lowest_and_highest_points() -> None:
    points = [QPointF(n / 50, 100 if n == 777 else n % 7) for n in range(5_000)]
    kept = thinned(points)
    assert len(kept) <= 2 * 102
    assert max(point.y() for point in kept) == 100
    assert [p.x() for p in kept] == sorted(p.x() for p in kept)
    few = [QPointF(10.0 * n, n % 3) for n in range(40)]
    assert thinned(few) == few
