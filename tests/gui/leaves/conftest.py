from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gui.leaves.opened import Open, OpenedLeaves
from ui.theme.scheme import Look

Show = Callable[[str], OpenedLeaves]


@pytest.fixture
def open_(tmp_path: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Pages whose states a test changes."""
    monkeypatch.setenv("SHOAL_ROOT", "")
    opening = Open(tmp_path)
    yield opening
    opening.close()


@pytest.fixture(scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory, worn: Look) -> Iterator[Show]:
    opening, kept = Open(tmp_path_factory.mktemp("leaves")), dict[str, OpenedLeaves]()

    def shown(variant: str) -> OpenedLeaves:
        if variant not in kept:
            kept[variant] = opening(variant)
        return kept[variant]

    yield shown
    opening.close()


@pytest.fixture
def held(_shared: Show, look: Look, monkeypatch: pytest.MonkeyPatch) -> OpenedLeaves:
    """A page that tests only look at: one report, held."""
    monkeypatch.setenv("SHOAL_ROOT", "")
    return _shared("held").again()


@pytest.fixture
def normal(_shared: Show, look: Look, monkeypatch: pytest.MonkeyPatch) -> OpenedLeaves:
    """A page that tests only look at: eight weeks of reports."""
    monkeypatch.setenv("SHOAL_ROOT", "")
    return _shared("normal").again()
