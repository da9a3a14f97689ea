"""Lengths, in pixels at a body text of 14, and the type scale. Free of Qt."""

from __future__ import annotations

from enum import Enum

SPACE = (4, 8, 16, 24, 32, 40)

MARGIN = 32
NARROW_MARGIN = 20
TIGHT_MARGIN = 8
CONTENT = 1120
"""A page is at most this wide, margins within."""
PROSE = 860
NARROW = 900
"""Below: small margins, a small headline, no sparklines, no state in the bar."""
TIGHT = 400
"""Below, as with much larger text in a small window: the least margins."""
TWO_COLUMNS = 1000
"""Below: answers, bytes and past in one column."""
MINIMUM = (720, 520)

RADIUS = 6
RADIUS_CARD = 8
RADIUS_BADGE = 10

BAR = 56
ROW = 38
OPEN_ROW = 44
DENSE_ROW = 25
TABLE_ROW = 34
SETTING = 40
BUTTON = 32
DECISION = 40
SEGMENT = 32
SMALL_SEGMENT = 26

REGULAR = 400
MEDIUM = 500
SEMIBOLD = 600


class Type(Enum):
    """The type scale: (size, line height, weight)."""

    HEADLINE = (26, 34, SEMIBOLD)
    HEADLINE_NARROW = (22, 30, SEMIBOLD)
    SECTION = (18, 24, SEMIBOLD)
    GROUP = (16, 24, SEMIBOLD)
    BODY = (14, 20, REGULAR)
    DENSE = (13, 18, REGULAR)
    CAPTION = (12, 16, REGULAR)
    FIXED = (12, 18, REGULAR)

    @property
    def size(self) -> int:
        """Pixels, before scaling."""
        return self.value[0]

    @property
    def line(self) -> int:
        """Pixels from baseline to baseline, before scaling."""
        return self.value[1]

    @property
    def weight(self) -> int:
        """Where nothing else is asked for."""
        return self.value[2]


_BODY = Type.BODY.size
_USUAL = 15.5


def factor(application_pixels: float) -> float:
    """How much larger than drawn everything is to be, from the size of the platform's own text in pixels.

    Platforms' usual sizes (12 to 15) give 1: only somebody who asked for larger text gets larger text. At
    most 3, at least 1.
    """
    return 1.0 if application_pixels <= _USUAL else min(application_pixels / _BODY, 3.0)
