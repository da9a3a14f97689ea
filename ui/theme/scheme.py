"""Puts the look on the application, and follows the system between light and dark.

A widget that paints asks `tokens()` whenever it paints: a change of scheme sends every widget a palette
change, and so a repaint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontInfo, QGuiApplication, QPalette

from ui.theme import fonts, style
from ui.theme.measures import factor
from ui.theme.palette import palette
from ui.theme.tokens import BY_SCHEME, LIGHT, Scheme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ui.theme.tokens import Tokens

STYLE: Final = "Fusion"
_current = LIGHT


def tokens() -> Tokens:
    """The colours in force."""
    return _current


class Look(QObject):
    """The application's look; keep it as long as the application.

    `forced` is a person's wish for one scheme (or a test's); otherwise the system's is followed.
    """

    changed = Signal()
    """The scheme is another, and every widget knows."""

    def __init__(
        self, application: QApplication, forced: Scheme | None = None, *, styled: bool = False
    ) -> None:
        """`styled`: the application began with STYLE as an argument."""
        super().__init__(application)
        self._application = application
        self._forced = forced
        self._platform = application.palette()
        if not styled:
            application.setStyle(STYLE)
        fonts.set_scale(factor(QFontInfo(application.font()).pixelSize()))
        application.setFont(fonts.font(fonts.Type.BODY))
        self._put_on(self._wanted())
        application.styleHints().colorSchemeChanged.connect(self._follow)

    def force(self, scheme: Scheme | None) -> None:
        """Wear this scheme from now on; None: the system's."""
        self._forced = scheme
        self._follow()

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is not tokens().scheme:
            self._put_on(wanted)
            self.changed.emit()

    def _wanted(self) -> Scheme:
        if self._forced is not None:
            return self._forced
        told = QGuiApplication.styleHints().colorScheme()
        if told is Qt.ColorScheme.Unknown:
            # Platforms that do not tell may still bring a dark palette.
            ground = self._platform.color(QPalette.ColorRole.Window)
            return Scheme.DARK if ground.lightness() < 128 else Scheme.LIGHT
        return Scheme.DARK if told is Qt.ColorScheme.Dark else Scheme.LIGHT

    def _put_on(self, scheme: Scheme) -> None:
        global _current
        _current = BY_SCHEME[scheme]
        self._application.setPalette(palette(_current))
        self._application.setStyleSheet(style.sheet(_current, fonts.scale()))
