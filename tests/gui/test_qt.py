"""Qt on this Python: a release that loses references passes every short test and dies in a day's work."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import PySide6
from packaging.requirements import Requirement

from tests.repository import ROOT

VOID_CALLS = """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
widget = QWidget()
for number in range(20_000):
    widget.setObjectName("a name")
print("survived", application.platformName())
"""


def test_twenty_thousand_void_calls() -> None:
    run = subprocess.run([sys.executable, "-c", VOID_CALLS], capture_output=True, text=True)
    assert (run.returncode, run.stdout.strip()) == (0, "survived offscreen"), run.stderr


def test_the_marker_admits_what_is_installed_and_not_what_aborts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    admitted = {}
    for python in ("3.11", "3.12", "3.13"):
        lines = [Requirement(line) for line in project["optional-dependencies"]["window"]]
        lines = [line for line in lines if line.name.startswith("PySide6")]
        (line,) = [x for x in lines if x.marker is None or x.marker.evaluate({"python_version": python})]
        admitted[python] = line.specifier
    assert not admitted["3.11"].contains("6.12.0")
    assert admitted["3.12"].contains("6.12.0")
    here = "{}.{}".format(*sys.version_info)
    assert admitted[here].contains(PySide6.__version__)
