"""The colours of the two schemes, each under the name of what it is for. Free of Qt.

Accent means "interactive or lit", nothing else. Verdict colours never appear in a report's content.
Contrasts: texts at least 4.5 on every ground they stand on, borders of controls at least 3.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, NamedTuple

Ink = Literal["text", "text2", "text3", "accent", "ok", "warn", "bad"]
"""What a text may be coloured with."""


class Scheme(StrEnum):
    """Which of the two."""

    LIGHT = "light"
    DARK = "dark"


class Tokens(NamedTuple):
    """One scheme; each a "#RRGGBB"."""

    scheme: Scheme
    window: str
    surface: str
    """Cards, the open row, buttons."""
    hover: str
    tint: str
    """What is selected."""
    line: str
    """Decoration only."""
    control: str
    """Borders of controls, boxes that are not lit."""
    text: str
    text2: str
    text3: str
    """Also what is unknown."""
    accent: str
    on_accent: str
    ok: str
    warn: str
    """Its text and outline."""
    warn_fill: str
    on_warn: str
    bad: str
    on_bad: str
    band_warn: str
    band_bad: str
    notice: str
    stripe: str
    """Every second field of the bytes."""
    paper: str
    """What is printed or given away is white in either scheme."""

    def ink(self, name: Ink) -> str:
        """The colour of a kind of text."""
        return str(getattr(self, name))


LIGHT = Tokens(
    scheme=Scheme.LIGHT,
    window="#F5F6F3",
    surface="#FFFFFF",
    hover="#EBEDE8",
    tint="#DCEAF0",
    line="#D8DCD6",
    control="#7C868A",
    text="#172127",
    text2="#48545B",
    text3="#566269",
    accent="#0F5878",
    on_accent="#FFFFFF",
    ok="#17706A",
    warn="#7D5100",
    warn_fill="#F2B233",
    on_warn="#4A2F00",
    bad="#B3202A",
    on_bad="#FFFEFE",
    band_warn="#FBF0D6",
    band_bad="#F8DEDD",
    notice="#FBEBEA",
    stripe="#EBEDE8",
    paper="#FFFFFF",
)
DARK = Tokens(
    scheme=Scheme.DARK,
    window="#10181D",
    surface="#182329",
    hover="#1B282F",
    tint="#1B3A48",
    line="#2B3A42",
    control="#74858E",
    text="#E6ECEE",
    text2="#AEBAC0",
    text3="#93A2A9",
    accent="#7CC5E6",
    on_accent="#06222E",
    ok="#5CC8B8",
    warn="#F2BC52",
    warn_fill="#F2BC52",
    on_warn="#2A1D02",
    bad="#FF8278",
    on_bad="#2E0D0B",
    band_warn="#2E2918",
    band_bad="#3A2224",
    notice="#2E1F22",
    stripe="#22303A",
    paper="#FFFFFF",
)
BY_SCHEME = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
