"""Every text of the window goes through `translate`; without Qt it stays English.

Called as Qt's own is, so that lupdate finds the texts: literals for context and text, `None` for the comment
where there is none, and a plain name as the number of a plural. The application installs a translator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    Translator = Callable[[str, str, str | None, int], str]

NUMBER: Final = "%n"

# English has two forms, and its texts are written in the plural: here is what they are for one.
ONE: Final = {
    "%n checks": "%n check",
    "%n checks need attention": "%n check needs attention",
    "%n days": "%n day",
    "in %n days": "in %n day",
    "%n weeks": "%n week",
    "%n hours": "%n hour",
    "%n minutes": "%n minute",
    "%n seconds": "%n second",
    "%n computers": "%n computer",
    "%n held": "%n held",
    "%n earlier reports": "%n earlier report",
    "%n days ago": "%n day ago",
    "%n hours ago": "%n hour ago",
    "%n minutes ago": "%n minute ago",
    "All %n readings": "The %n reading",
    "All %n questions.": "The %n question.",
    "%n questions": "%n question",
    "%n answers": "%n answer",
    "%n bytes": "%n byte",
    "Erased: all readings, summaries and notes, and the bytes of %n reports.": "Erased: all readings, "
    "summaries and notes, and the bytes of %n report.",
    "All %n settings": "The %n setting",
    "All %n changes": "The %n change",
    "%n checks are silenced.": "%n check is silenced.",
    "Save %n changes": "Save %n change",
    "And %n more.": "And %n more.",
}


def english(context: str, text: str, comment: str | None = None, n: int = -1) -> str:
    """The text itself, with its number put in."""
    if n < 0:
        return text
    return (ONE.get(text, text) if n == 1 else text).replace(NUMBER, f"{n:,}")


_translator: Translator = english


def install(translator: Translator | None) -> None:
    """Have another translate from now on; None: English again. View models are made anew afterwards."""
    global _translator
    _translator = translator or english


def translate(context: str, text: str, comment: str | None = None, n: int = -1) -> str:
    """The text in the person's language. `n` (not negative) chooses the plural, and stands for %n in it.

    Its apostrophes are a printer's, also where the source has the straight ones of a program's own messages.
    """
    return _translator(context, text, comment, n).replace("'", "’")
