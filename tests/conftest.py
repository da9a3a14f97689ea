"""Encloses every test: homes, keychain and network are never the real ones."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import guard

IN_CI = bool(os.environ.get("CI"))

# Before any test module is imported, for what modules and session fixtures do.
_session_home = tempfile.TemporaryDirectory(prefix="shoal-tests-", ignore_cleanup_errors=True)
guard.enclose(os.environ, Path(_session_home.name))
time.tzset()

# No deadlines: two busy cores make them a lottery. CI repeats the same examples; developers explore.
_slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("developer", deadline=None, max_examples=60, suppress_health_check=_slow)
settings.register_profile(
    "ci", settings.get_profile("developer"), derandomize=True, print_blob=True, database=None
)
settings.register_profile("full", settings.get_profile("developer"), max_examples=2_000)
settings.load_profile("full" if guard.is_full() else "ci" if IN_CI else "developer")


@pytest.fixture(scope="module")
def _untouched() -> list[Path]:
    """The home of the module's last test, if that left it as it was given: most never look at it."""
    return []


@pytest.fixture(autouse=True)
def _enclosed(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, _untouched: list[Path]
) -> Iterator[None]:
    """Give each test a home of its own, for itself and for the programs that it starts, and no network."""
    environment = dict(os.environ)
    home = next(filter(guard.is_untouched, _untouched), None) or tmp_path_factory.mktemp("home")
    _untouched[:] = [home]
    guard.enclose(environment, home)
    for name, value in environment.items():
        if os.environ.get(name) != value:
            monkeypatch.setenv(name, value)
    with guard.loopback_only():
        yield


@pytest.fixture(autouse=True, scope="module")
def _nothing_left_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fail a module whose tests leave a program running, and end it."""
    yield
    left = guard.end_what_is_left(tmp_path_factory.getbasetemp())
    assert not left, f"left running: {left}"
