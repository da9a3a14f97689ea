from __future__ import annotations

import subprocess
import sys

import pytest

import agent.connection


def test_its_names_are_there_when_they_are_used() -> None:
    for name in {*agent.connection.__all__} - {"LARGEST_ANSWER"}:
        assert getattr(agent.connection, name).__name__ == name
    assert agent.connection.LARGEST_ANSWER == 64 * 1024


def test_there_is_no_other() -> None:
    with pytest.raises(AttributeError, match="Conection"):
        _ = agent.connection.Conection  # type: ignore[attr-defined]


def test_nothing_heavy_before() -> None:
    script = "import sys, agent.connection; print('httpcore' in sys.modules, 'ssl' in sys.modules)"
    script += "; agent.connection.Connection; print('httpcore' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout == "False False\nTrue\n"
