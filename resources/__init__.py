"""What is shipped beside the code: icons, translations, templates, unit files.

`path` finds it from source, installed and frozen alike.
"""

from __future__ import annotations

import sys
from pathlib import Path


def path(*parts: str) -> Path:
    """Where the resource lies, e.g. path("icons", "app.svg"). Nothing is said of whether it is there."""
    return folder().joinpath(*parts)


def folder() -> Path:
    """The folder that holds them all."""
    if getattr(sys, "frozen", False):
        # A frozen program keeps its data below the folder that it names; modules may lie in an archive.
        return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent)) / "resources"
    return Path(__file__).resolve().parent
