"""Shoal's own icons: one family of SVG files, drawn in the light scheme's colours and shown in the scheme's.

Painting from the vectors keeps them crisp at any scale. Icons are never mirrored.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources
from ui.theme import scheme
from ui.theme.tokens import BY_SCHEME, LIGHT, Scheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QIcon

_SIZES = (16, 20, 24, 32, 48, 64, 128)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def paint(painter: QPainter, name: str, place: QRectF, colour: str | None = None) -> None:
    """Paint the icon into `place`; `colour` stands in for the scheme's text colour."""
    _renderer(name, scheme.tokens().scheme, colour).render(painter, place)


def icon(name: str, colour: str | None = None, sizes: Sequence[int] = _SIZES) -> QIcon:
    """The icon for Qt's own widgets, as pixmaps of the present scheme; ask again after a change of it."""
    from PySide6.QtGui import QIcon  # a class of many numbers, which the first paint does without

    made = QIcon()
    for size in sizes:
        made.addPixmap(pixmap(name, size, colour))
    return made


def application_icon() -> QIcon:
    """The program's own; a simpler drawing up to 24 pixels."""
    made = icon("app-small", sizes=(16, 20, 24))
    for size in (32, 48, 64, 128, 256):
        made.addPixmap(pixmap("app", size))
    return made


def pixmap(name: str, size: int, colour: str | None = None, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of `size` logical pixels on a screen of that ratio."""
    made = QPixmap(QSize(size, size) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint(painter, name, QRectF(0, 0, size, size), colour)
    painter.end()
    return made


@functools.lru_cache(maxsize=128)
def _renderer(name: str, worn: Scheme, colour: str | None) -> QSvgRenderer:
    drawn = resources.path("icons", f"{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(_coloured(drawn, name, worn, colour).encode()))
    if not renderer.isValid():
        raise ValueError(f"the icon {name} cannot be read")
    return renderer


def _coloured(drawn: str, name: str, worn: Scheme, colour: str | None) -> str:
    if name.startswith("app"):
        return drawn  # the same on every ground
    names = {getattr(LIGHT, slot): slot for slot in LIGHT._fields if slot != "scheme"}

    def other(found: re.Match[str]) -> str:
        slot = names.get(found[0].upper())
        if slot is None:
            return found[0]
        return colour if colour and slot == "text" else str(getattr(BY_SCHEME[worn], slot))

    return _COLOUR.sub(other, drawn)
