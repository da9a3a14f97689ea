"""Fusion's palette, from the tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette

if TYPE_CHECKING:
    from ui.theme.tokens import Tokens

_TEXTS = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)


def palette(tokens: Tokens) -> QPalette:
    """What Fusion draws with."""
    role = QPalette.ColorRole
    made = QPalette()
    for roles, colour in (
        ((role.Window,), tokens.window),
        ((role.Base, role.Button, role.ToolTipBase), tokens.surface),
        ((role.AlternateBase,), tokens.hover),
        ((*_TEXTS, role.ToolTipText), tokens.text),
        ((role.PlaceholderText,), tokens.text3),
        ((role.Highlight, role.Link, role.LinkVisited, role.Accent), tokens.accent),
        ((role.HighlightedText,), tokens.on_accent),
        ((role.Light,), tokens.surface),
        ((role.Midlight,), tokens.line),
        ((role.Mid, role.Dark), tokens.control),
        ((role.Shadow,), tokens.line),
        ((role.BrightText,), tokens.bad),
    ):
        for one in roles:
            made.setColor(one, QColor(colour))
    for one in _TEXTS:
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor(tokens.text3))
    return made
