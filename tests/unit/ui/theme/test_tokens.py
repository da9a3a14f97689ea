"""The colours' contrasts, the measures and the style sheet, without Qt."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.repository import ROOT
from ui.theme import measures, style
from ui.theme.tokens import BY_SCHEME, DARK, LIGHT, Scheme, Tokens, contrast

TEXTS = ("text", "text2", "text3", "accent", "ok", "warn", "bad")
BOTH = pytest.mark.parametrize("tokens", BY_SCHEME.values(), ids=lambda tokens: tokens.scheme)


def test_contrast_is_what_the_guidelines_say() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@BOTH
@pytest.mark.parametrize("ink", TEXTS)
def test_texts_can_be_read_on_every_ground(tokens: Tokens, ink: str) -> None:
    for ground in (tokens.window, tokens.surface, tokens.hover, tokens.tint):
        assert contrast(getattr(tokens, ink), ground) >= 4.5, (ink, ground)


@BOTH
def test_words_stand_out_from_their_bands(tokens: Tokens) -> None:
    assert contrast(tokens.warn, tokens.band_warn) >= 4.5
    assert contrast(tokens.bad, tokens.band_bad) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.on_bad, tokens.bad) >= 4.5
    assert contrast(tokens.on_warn, tokens.warn_fill) >= 4.5
    assert contrast(tokens.text, tokens.notice) >= 7
    assert contrast(tokens.text, tokens.stripe) >= 7


@BOTH
def test_borders_and_boxes_can_be_seen(tokens: Tokens) -> None:
    for ground in (tokens.window, tokens.surface):
        assert contrast(tokens.control, ground) >= 3
        assert contrast(tokens.accent, ground) >= 3


def test_a_pale_grey_would_be_found_out() -> None:
    assert contrast("#A0A8AB", LIGHT.window) < 3


@BOTH
def test_every_token_is_a_colour(tokens: Tokens) -> None:
    for slot in tokens._fields:
        value = getattr(tokens, slot)
        assert isinstance(value, Scheme) or re.fullmatch("#[0-9A-F]{6}", value), slot


@pytest.mark.parametrize(("pixels", "factor"), [(12, 1), (14, 1), (15, 1), (21, 1.5), (28, 2), (90, 3)])
def test_only_larger_text_makes_everything_larger(pixels: float, factor: float) -> None:
    assert measures.factor(pixels) == pytest.approx(factor)


def test_the_style_sheet_is_made_from_the_tokens() -> None:
    for tokens, other in ((LIGHT, DARK), (DARK, LIGHT)):
        made = style.sheet(tokens)
        assert "$" not in made
        assert set(re.findall("#[0-9A-F]{6}", made)) <= {getattr(tokens, slot) for slot in tokens._fields}
        assert other.accent not in made
    assert "min-height: 30px" in style.sheet(LIGHT)
    assert "min-height: 62px" in style.sheet(LIGHT, 2.0)


def test_focus_moves_nothing() -> None:
    """A ring of 2 px in place of a border of 1 px: padding and height give way by as much."""
    made = style.sheet(LIGHT)

    def measures_of(selector: str) -> tuple[int, int, int]:
        (body,) = re.findall(rf"(?m)^{re.escape(selector)} \{{(.*?)\}}", made, re.DOTALL)
        border, pad, tall = (
            re.search(pattern, body)
            for pattern in (r"border: (\d)px", r"padding: 0 (\d+)px", r"min-height: (\d+)px")
        )
        assert border and pad and tall
        return int(border[1]), int(pad[1]), int(tall[1])

    normal, focused = measures_of("QPushButton"), measures_of("QPushButton:focus")
    assert normal[0] + normal[1] == focused[0] + focused[1]
    assert 2 * normal[0] + normal[2] == 2 * focused[0] + focused[2]


@pytest.mark.parametrize(
    "module", ["ui.theme.tokens", "ui.theme.measures", "ui.theme.style", "ui.widgets.data"]
)
def test_what_is_said_to_be_free_of_qt_is(module: str) -> None:
    code = f"import sys, {module}; print('PySide6' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
