"""The platform's own interface font at our sizes, with figures of equal width."""

from __future__ import annotations

import functools

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics

from ui.theme.measures import MEDIUM, SEMIBOLD, Type

__all__ = ["MEDIUM", "SEMIBOLD", "Type", "font", "line", "metrics", "px", "scale", "set_scale"]

_scale = 1.0


def set_scale(factor: float) -> None:
    """Make everything so much larger than drawn (`measures.factor`); before any widget is made."""
    global _scale
    _scale = factor
    font.cache_clear()
    metrics.cache_clear()


def scale() -> float:
    """What `set_scale` was told."""
    return _scale


def px(length: float) -> int:
    """A length of the design, in this application's pixels."""
    return round(length * _scale)


def line(kind: Type) -> int:
    """The line height, in pixels."""
    return px(kind.line)


@functools.cache
def font(kind: Type, weight: int | None = None) -> QFont:
    """The font of a step of the scale, in its own weight or this one."""
    if kind is Type.FIXED:
        made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        made.setStyleHint(QFont.StyleHint.Monospace)
    else:
        made = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    made.setPixelSize(px(kind.size))
    made.setWeight(QFont.Weight(weight or kind.weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


@functools.cache
def metrics(kind: Type, weight: int | None = None) -> QFontMetrics:
    """The widths and heights of that font."""
    return QFontMetrics(font(kind, weight))
