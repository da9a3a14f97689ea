"""One way to find what is shipped beside the code."""

from __future__ import annotations

from pathlib import Path

import pytest

import resources


def test_what_is_shipped_is_found() -> None:
    assert resources.path("units", "shoal.service").is_file()
    assert resources.path("icons", "app.svg").is_file()
    assert not resources.path("icons", "nothing.svg").exists()


def test_a_frozen_program_keeps_them_in_a_folder_beside_its_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert resources.path("icons", "app.svg") == tmp_path / "resources" / "icons" / "app.svg"
