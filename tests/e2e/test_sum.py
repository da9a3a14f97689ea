"""The sum is right: two processes, killed again and again, and devices of every kind. Small, for each run.

tests/proof/test_sum.py is the same with a thousand devices.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dap.dialect import DAP18, JANUS, Dialect
from tests import sums
from tests.aggregators import free_ports


@pytest.mark.parametrize("dialect", [DAP18, JANUS], ids=lambda dialect: dialect.name)
def test_the_released_counts_are_the_true_ones(tmp_path: Path, dialect: Dialect) -> None:
    found = asyncio.run(
        sums.run(tmp_path, devices=120, kills=3, seed=1, dialect=dialect, ports=free_ports(2), path="/api/")
    )
    assert found.released == found.true
    assert found.reports == found.honest == 120
    assert found.kills == {"leader": 3, "helper": 3}
    assert found.refused["HPKE_DECRYPT_ERROR"] >= 6
