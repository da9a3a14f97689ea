"""Loads Qt so that what is imported after it is not read a second time."""

from __future__ import annotations

import sys
from typing import Any


def prepare() -> None:
    """For the program's start, before anything of Qt.

    PySide6 looks at the source text of every module that is imported after it, for whether it might switch
    on `__feature__` (snake_case and the like), and `linecache` keeps all those texts. We switch nothing on:
    the answer is no, and a third of the start's time and some MiB are saved. Where a version asks in another
    way, nothing changes.
    """
    import PySide6  # noqa: F401  (brings what asks, and nothing of Qt yet)

    feature: Any = sys.modules.get("shibokensupport.feature")
    if callable(getattr(feature, "_mod_uses_pyside", None)):
        feature._mod_uses_pyside = _is_plain
    if (texts := sys.modules.get("linecache")) is not None:
        texts.clearcache()  # what was looked at until here


def _is_plain(module: object) -> bool:
    """Whether a module switches Qt's names to another style: none of ours does."""
    return False
