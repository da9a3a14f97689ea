"""What the aggregators' tests share: leader and helper at one table, and a database by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dap.dialect import JANUS
from server.database import Database
from tests.aggregators import Table, make_pair
from tests.callers import PREFIX
from tests.unit.server.stores import database


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    """Leader and helper that have met nobody yet, their resources below a path."""
    found = Table(make_pair(tmp_path, path=PREFIX + "/"))
    yield found
    found.close()


@pytest.fixture
def janus(tmp_path: Path) -> Iterator[Table]:
    """The same in Janus's dialect."""
    found = Table(make_pair(tmp_path, path=PREFIX, dialect=JANUS))
    yield found
    found.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """One table for all examples of a property."""
    found = Table(make_pair(tmp_path_factory.mktemp("shared"), path=PREFIX))
    yield found
    found.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """A leader's database with nothing in it."""
    found = database(tmp_path / "batches.db")
    yield found
    found.close()
