"""Recorded Windows hosts: made after Microsoft's documentation, not taken from a computer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.probes.host.windows.recorded import Recorded
from tests.unit.agent.probes.host.recordings import WINDOWS


@pytest.fixture
def laptop() -> Recorded:
    return Recorded(WINDOWS / "laptop")


@pytest.fixture
def desktop() -> Recorded:
    return Recorded(WINDOWS / "desktop")


@pytest.fixture
def virtual() -> Recorded:
    return Recorded(WINDOWS / "virtual")


@pytest.fixture
def broken() -> Recorded:
    return Recorded(WINDOWS / "broken")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Recorded]:
    """A copy of a recorded host with texts of other content in a file; None as text removes the file."""

    def change(name: str, file: str, *pairs: tuple[str, str] | None) -> Recorded:
        folder = tmp_path / name
        shutil.copytree(WINDOWS / name, folder, dirs_exist_ok=True)
        path = folder / file
        for pair in pairs:
            if pair is None:
                path.unlink()
                continue
            data = path.read_bytes()
            encoding = "utf-16" if data[:2] == b"\xff\xfe" else "utf-8"
            text = data.decode(encoding)
            assert pair[0] in text, pair[0]
            path.write_bytes(text.replace(*pair).encode(encoding))
        return Recorded(folder)

    return change
