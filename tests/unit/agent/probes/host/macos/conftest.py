"""Macs for the tests of the macOS readings, made after documentation; see each one's answers.toml."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.probes.host.macos.recorded import Recorded
from tests.unit.agent.probes.host.recordings import MACOS

MACS = ("laptop", "desktop", "virtual", "broken")


@pytest.fixture
def laptop() -> Recorded:
    return Recorded(MACOS / "laptop")


@pytest.fixture
def desktop() -> Recorded:
    return Recorded(MACOS / "desktop")


@pytest.fixture
def virtual() -> Recorded:
    return Recorded(MACOS / "virtual")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Recorded]:
    """A copy of a recorded Mac with files of other content and answers that take others' place."""

    def change(name: str, files: dict[str, bytes | None] | None = None, **answers: object) -> Recorded:
        folder = tmp_path / name
        shutil.copytree(MACOS / name, folder, dirs_exist_ok=True)
        for file, data in (files or {}).items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True) if data is None else path.write_bytes(data)
        recorded = Recorded(folder)
        for key, value in answers.items():
            old = recorded.folder.answers.get(key)
            merged = old | value if isinstance(old, dict) and isinstance(value, dict) else value
            recorded.folder.answers[key] = merged
        return recorded

    return change
