"""Which language the window speaks: the one asked for, else the system's; English where there is no other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

import resources
from ui import words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

ENGLISH = "en"


def available() -> tuple[str, ...]:
    """The languages that the window is translated into, English first."""
    files = resources.path("translations").glob("shoal_*.qm")
    return (ENGLISH, *sorted(path.stem.removeprefix("shoal_") for path in files))


def locale(asked: str | None = None) -> QLocale:
    """The locale for a language tag ("de", "de_AT"), or the one of the environment."""
    if asked:
        return QLocale(asked)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").partition(".")[0]
        if value:
            return QLocale("en_GB") if value in ("C", "POSIX") else QLocale(value)
    return QLocale.system()


def install(application: QApplication, spoken: QLocale) -> str:
    """Make the application speak; the language of the texts it found."""
    QLocale.setDefault(spoken)
    application.setLayoutDirection(spoken.textDirection())
    language = spoken.name().partition("_")[0]
    if language == ENGLISH:
        words.install(None)
        return ENGLISH
    qt = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qt.load(spoken, "qtbase", "_", folder):
        application.installTranslator(qt)
    ours = QTranslator(application)
    file = resources.path("translations", f"shoal_{language}.qm")
    if not file.is_file() or not ours.load(str(file)):
        words.install(None)
        return ENGLISH
    application.installTranslator(ours)

    def translated(context: str, text: str, comment: str | None = None, n: int = -1) -> str:
        found = ours.translate(context, text, comment, n)
        if not found:
            return words.english(context, text, comment, n)
        return found if n < 0 else found.replace(words.NUMBER, spoken.toString(n))

    words.install(translated)
    return language
