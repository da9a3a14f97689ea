"""The look on a real application: palette, fonts, icons; following the scheme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

import resources
from tests.gui import samples
from tests.gui.conftest import colours, picture
from ui.theme import fonts, icons, scheme
from ui.theme.scheme import Look
from ui.theme.tokens import DARK, LIGHT, Scheme
from ui.widgets.data import State, Verdict
from ui.widgets.marks import Mark
from ui.widgets.metric_head import MetricHead
from ui.widgets.metric_row import MetricRow
from ui.widgets.segments import Segments
from ui.widgets.texts import Prose, Text

ICONS = sorted(path.stem for path in resources.path("icons").glob("*.svg"))


def test_the_palette_is_the_scheme_s(look: Look, qapp: QApplication) -> None:
    for tokens in (LIGHT, DARK):
        look.force(tokens.scheme)
        palette = qapp.palette()
        assert palette.color(QPalette.ColorRole.Window) == QColor(tokens.window)
        assert palette.color(QPalette.ColorRole.Link) == QColor(tokens.accent)
        disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        assert disabled == QColor(tokens.text3)
        assert scheme.tokens() is tokens


def test_widgets_that_are_shown_change_with_the_scheme(look: Look, show: Callable[..., Any]) -> None:
    shown = [
        show(widget) for widget in (QPushButton("Verify"), Text("words", ink="text2"), Mark("verdict-bad"))
    ]
    prose = show(Prose("Start with **Drive condition**."))
    before = [picture(widget) for widget in shown]
    assert LIGHT.text in colours(prose)
    look.force(Scheme.DARK)
    assert all(picture(widget) != old for widget, old in zip(shown, before, strict=True))
    assert LIGHT.text not in colours(prose)
    assert DARK.text in colours(prose)
    look.force(Scheme.LIGHT)
    assert [picture(widget) for widget in shown] == before


class Painted(QObject):
    """Notes which widgets were painted."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[QObject] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.seen.add(watched)
        return False


def test_what_is_painted_is_painted_anew_with_the_scheme(
    look: Look, show: Callable[..., Any], qtbot: QtBot
) -> None:
    """By Qt itself: no widget asks for it."""
    head = MetricHead("Endpoint health", "Now", "Verdict", "Last 30 days", "Since")
    segments = Segments("Which", (("all", "All 34"), ("bad", "Needs attention 2")), "all")
    shown = [show(MetricRow(samples.METRICS[0]), 1_056), show(head, 1_056), show(segments, 300)]
    noted = Painted()
    for widget in shown:
        widget.installEventFilter(noted)
    qtbot.wait(50)
    noted.seen.clear()
    qtbot.wait(50)
    assert not noted.seen, "nothing is painted while nothing changes"
    look.force(Scheme.DARK)
    qtbot.waitUntil(lambda: noted.seen == set(shown))


def test_a_platform_that_tells_no_scheme_is_light(look: Look) -> None:
    look.force(None)
    assert scheme.tokens() is LIGHT


def test_each_font_is_as_large_as_drawn_and_its_figures_equally_wide(look: Look) -> None:
    for kind in fonts.Type:
        font = fonts.font(kind)
        assert font.pixelSize() == kind.size
        assert font.featureValue(QFont.Tag("tnum")) == 1
        widths = {fonts.metrics(kind).horizontalAdvance(figure) for figure in "0123456789"}
        assert len(widths) == 1
    assert fonts.metrics(fonts.Type.FIXED).horizontalAdvance("i") == fonts.metrics(
        fonts.Type.FIXED
    ).horizontalAdvance("m")


def test_larger_text_makes_lengths_larger(look: Look) -> None:
    try:
        fonts.set_scale(2.0)
        assert (fonts.px(14), fonts.font(fonts.Type.BODY).pixelSize()) == (28, 28)
    finally:
        fonts.set_scale(1.0)
    assert fonts.font(fonts.Type.BODY).pixelSize() == 14


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_can_be_drawn_in_both_schemes(name: str, look: Look) -> None:
    assert QSvgRenderer(str(resources.path("icons", f"{name}.svg"))).isValid()
    drawn = []
    for worn in Scheme:
        look.force(worn)
        image = QImage(64, 64, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        icons.paint(painter, name, QRectF(0, 0, 64, 64))
        painter.end()
        seen = {
            image.pixelColor(x, y).name()
            for x in range(64)
            for y in range(64)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert seen, name
        drawn.append(seen)
    assert (drawn[0] == drawn[1]) == name.startswith("app")


def test_no_icon_has_a_colour_of_its_own() -> None:
    known = {getattr(LIGHT, slot) for slot in LIGHT._fields}
    for name in ICONS:
        text = resources.path("icons", f"{name}.svg").read_text()
        used = {word.upper() for word in icons._COLOUR.findall(text)}
        assert name.startswith("app") or used <= known, name


def test_every_verdict_and_every_state_has_a_mark() -> None:
    wanted = {f"verdict-{verdict}" for verdict in Verdict} | {f"state-{state}" for state in State}
    assert wanted <= set(ICONS)


def test_marks_differ_in_shape_not_only_in_colour(look: Look) -> None:
    """Told apart with the colours taken away."""

    def outline(name: str) -> bytes:
        image = icons.pixmap(name, 16).toImage().convertToFormat(QImage.Format.Format_Alpha8)
        return bytes(image.constBits())

    for family in (
        ["verdict-ok", "verdict-warn", "verdict-bad", "verdict-unknown"],
        [f"state-{s}" for s in State],
    ):
        assert len({outline(name) for name in family}) == len(family)
    assert outline("verdict-ok") == outline("verdict-ok")


def test_a_colour_stands_in_for_the_ink_only(look: Look) -> None:
    image = icons.pixmap("tray-attention", 64, "#00FF00").toImage()
    seen = {image.pixelColor(x, y).name() for x in range(64) for y in range(64)}
    assert {"#00ff00", LIGHT.warn_fill.lower()} <= seen
    assert LIGHT.text.lower() not in seen


def test_resources_are_found_where_a_frozen_program_keeps_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert resources.path("icons", "app.svg").is_file()
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert resources.path("icons", "app.svg") == tmp_path / "resources" / "icons" / "app.svg"


def test_a_label_takes_its_colour_from_its_ink(look: Look, show: Callable[..., Any]) -> None:
    label = show(Text("██████", ink="text"))
    assert LIGHT.text in colours(label)
    label.set_ink("bad")
    assert LIGHT.bad in colours(label)
    assert isinstance(label, QLabel)
