"""The sum is right, with a thousand devices and the aggregators killed at many random moments."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dap.dialect import DAP18
from tests import guard, sums
from tests.aggregators import free_ports

KILLS = 100 if guard.is_full() else 12


@pytest.mark.timeout(900)
def test_a_thousand_devices_and_aggregators_that_get_killed(tmp_path: Path) -> None:
    found = asyncio.run(
        sums.run(tmp_path, devices=1_000, kills=KILLS, seed=7, dialect=DAP18, length=60, ports=free_ports(2))
    )
    assert found.released == found.true
    assert found.reports == found.honest == 1_000
    assert found.kills == {"leader": KILLS, "helper": KILLS}
    assert found.refused["HPKE_DECRYPT_ERROR"] >= 50


def test_a_leader_that_forgets_is_found_out(tmp_path: Path) -> None:
    """The same with a disk that loses what was flushed: the aggregators disagree, and nothing is released."""
    keywords = {"length": 60, "ports": free_ports(2)}
    with pytest.raises(AssertionError, match="batchMismatch"):
        asyncio.run(
            sums.run(tmp_path, devices=200, kills=5, seed=8, dialect=DAP18, forgetful=True, **keywords)
        )
