"""What the agent's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeEnv


@pytest.fixture
def env(tmp_path: Path) -> FakeEnv:
    """A fake outside with a state directory (made, private) below the test's own folder."""
    fake = FakeEnv(tmp_path / "state")
    fake.prepare()
    return fake
