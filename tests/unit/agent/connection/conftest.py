"""An authority, and a server with its certificate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.unit.agent.connection.ways import context
from tests.unit.agent.servers import Server, answering, serving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def tls(authority: trustme.CA) -> Iterator[Server]:
    with serving(answering(200), context(authority, "leader.invalid")) as server:
        yield server
