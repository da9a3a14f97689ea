"""What several of these tests start from: devices with a report that is due, or held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import devices
from tests.devices import Device
from tests.recording import Leader, recording


@pytest.fixture(scope="session")
def _leader() -> Iterator[Leader]:
    with recording() as leader:
        yield leader


@pytest.fixture
def leader(_leader: Leader) -> Leader:
    """The one that the devices know, as if nothing had come yet; it takes what comes."""
    _leader.forget()
    return _leader


@pytest.fixture(scope="session")
def _measured(tmp_path_factory: pytest.TempPathFactory, _leader: Leader) -> Device:
    return devices.measured(tmp_path_factory.mktemp("measured"), _leader.url)


@pytest.fixture(scope="session")
def _held(tmp_path_factory: pytest.TempPathFactory, _measured: Device) -> Device:
    return devices.seal_and_hold(_measured.copy(tmp_path_factory.mktemp("held")))


@pytest.fixture
def due(_measured: Device, tmp_path: Path) -> Device:
    """A device that shares, and whose period is over: the next worker seals, and sends."""
    return _measured.copy(tmp_path / "due")


@pytest.fixture
def holding(_held: Device, tmp_path: Path) -> Device:
    """A device with one report sealed and held."""
    return _held.copy(tmp_path / "holding")
