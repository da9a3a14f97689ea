"""What is imported after Qt is not read a second time."""

from __future__ import annotations

import subprocess
import sys

from tests.repository import ROOT

CODE = """
import linecache, sys
if sys.argv[1] == "prepared":
    from ui import loading
    loading.prepare()
import PySide6.QtWidgets
import ui.application
print(sum(name.startswith(sys.argv[2]) for name in linecache.cache))
"""


def kept(way: str) -> int:
    """How many of our files' texts lie in memory after the import."""
    command = [sys.executable, "-c", CODE, way, str(ROOT / "ui")]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def test_no_text_of_ours_is_kept() -> None:
    assert kept("prepared") <= 1  # `ui.loading`, which comes before
    assert kept("bare") > 10  # what it is there for
