"""Recorded hosts for the tests of the Linux readings."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.probes.host.linux.recorded import Recorded
from tests.unit.agent.probes.host.recordings import LINUX


@pytest.fixture
def laptop() -> Recorded:
    return Recorded(LINUX / "laptop")


@pytest.fixture
def desktop() -> Recorded:
    return Recorded(LINUX / "desktop")


@pytest.fixture
def virtual() -> Recorded:
    return Recorded(LINUX / "virtual")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Recorded]:
    """A copy of a recorded host with files of other content, or without them (None)."""

    def change(name: str, files: dict[str, str | bytes | None]) -> Recorded:
        folder = tmp_path / name
        shutil.copytree(LINUX / name, folder, dirs_exist_ok=True)
        for file, text in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            elif isinstance(text, bytes):
                path.write_bytes(text)
            else:
                path.write_text(text, "utf-8")
        return Recorded(folder)

    return change
