"""What the agent's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.store import Store
from tests.fakes import FakeEnv
from tests.unit.agent import sampling, stores
from tests.unit.agent.agreement import Device


@pytest.fixture
def env(tmp_path: Path) -> FakeEnv:
    """A fake outside with a state directory (made, private) below the test's own folder."""
    fake = FakeEnv(tmp_path / "state")
    fake.prepare()
    return fake


@pytest.fixture(autouse=True)
def _lives_end() -> Iterator[None]:
    """A sampler whose process would have ended keeps no database open."""
    yield
    while sampling.opened:
        sampling.opened.pop().close()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    """A device with a database, a wire that tests hold the other end of, and no task yet."""
    made = Device(tmp_path / "device")
    yield made
    made.close()


@pytest.fixture
def store(env: FakeEnv) -> Iterator[Store]:
    """A store of the metrics of tests.unit.agent.stores, with nothing in it."""
    with stores.opened(env, stores.METRICS) as found:
        yield found
