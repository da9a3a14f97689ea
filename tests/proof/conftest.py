"""What the proofs share: how much to do, and the tools that they need."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.guard import is_full


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "alone: loads the processors, or measures time: `make proof` runs it beside nothing else"
    )


def pytest_report_header() -> str:
    return f"proofs: {'full' if is_full() else 'reduced'} counts" + (
        "" if is_full() else " (all: make proof FULL=1)"
    )


@pytest.fixture(scope="session")
def count() -> Callable[[int, int], int]:
    """`count(reduced, full)` is how often to do what a proof repeats."""

    def chosen(reduced: int, full: int) -> int:
        return full if is_full() else reduced

    return chosen


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """`tool(name)` is the path of a program of the system; a missing one fails the proof."""

    def path(name: str) -> str:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
        if found is None:
            pytest.fail(f"{name} is missing  → tools/system.sh proof")
        return found

    return path
