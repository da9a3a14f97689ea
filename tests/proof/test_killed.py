"""Killed anywhere, on a full or read-only disk, with a clock that is set: nothing sealed is lost, never two
vectors for one period, never a broken chain, and the released counts are exact.

The programs are the shipped ones and are killed with SIGKILL; only their clocks are turned, so that weeks of
a real, weekly task pass in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import histories
from tests.histories import History
from tests.lives import Life
from tests.weeks import organisation

SEED = 20


def _end(life: Life) -> History:
    """Quiet weeks, in which everything comes to its end; then what `shoal verify` says."""
    life.kills, life.commands, life.set_clocks, life.mishap = 0, False, False, None
    life.run(3)
    life.machine.stop()
    ran = life.machine.device.shoal("verify")
    assert ran.code == 0, ran
    assert "Traceback" not in life.machine.said.read_text()
    return life.machine.history()


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    with organisation(tmp_path, SEED) as made:
        found = Life(tmp_path / "device", made, SEED)
        found.machine.enrol()
        try:
            yield found
        finally:
            found.machine.end()


@pytest.mark.timeout(1_500)
def test_killed_at_random_moments(life: Life, count: Callable[[int, int], int]) -> None:
    kills = life.kills = count(40, 300)
    life.commands = True
    life.run(3)
    history = _end(life)
    found = f"seed {SEED}: {life.machine.kills}, {life.organisation.kills}, {life.week} weeks"
    assert not histories.check(history, life.organisation.open), found
    assert not life.wrong, found
    assert sum(life.machine.kills.values()) == kills, found
    assert min(life.machine.kills.get(kind, 0) for kind in ("sampler", "worker", "power", "command")) > 0
    # not vacuous: each week whose reports are due by now has one, and most were delivered
    told = {row.facts["time"] for row in history.sealed()}
    assert len(told) >= life.week - 1, found
    assert sum(row.kind == "delivered" for row in history.rows) >= 0.7 * len(told), found
    print(found, len(history.sent))
