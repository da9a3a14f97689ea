"""Clocks that are set, disks that fill or turn read-only, damaged databases, at random moments of weeks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import StoreError
from tests import histories
from tests.disks import Disk, mounted, needs_root
from tests.lives import Life, end, living

SEED = 21


@pytest.mark.timeout(1_200)
def test_clocks_that_are_set(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    """Back and forward by an hour to five weeks, with some kills: one report a period, none of the future."""
    with living(tmp_path, tmp_path / "device", SEED) as life:
        life.set_clocks = True
        life.kills = count(6, 40)
        life.run(count(4, 30))
        history = end(life)
        found = f"seed {SEED}: {life.settings} settings, {life.machine.kills}, {life.week} weeks"
        assert not histories.check(history, life.organisation.open), found
        assert not life.wrong, found
        assert life.settings >= life.week // 3, found
        log = (life.machine.device.state / "agent.log").read_text()
        assert "the clock was set forward by" in log
        assert "the clock was set back by" in log
        delivered = {row.period_start for row in history.rows if row.kind == "delivered"}
        # a clock that ran ahead costs the periods that it invented, no more
        assert len(delivered) >= 0.5 * life.week, found
        print(found, len(delivered))


# -- the disk


class Mishaps:
    """A machine's state lies on a small disk, and that fills up or turns read-only."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.filled = self.locked = 0

    def befall(self, life: Life) -> None:
        """One or the other, for some minutes in which the machine is used and perhaps killed."""
        machine = life.machine
        machine.patience = 0.2
        if life.source.random() < 0.6:
            if machine.process is None:
                machine.start()
            filler = self.disk.fill()
            self.filled += 1
            life.sit(life.source.uniform(2, 15) * 60)
            if life.source.random() < 0.5:
                machine.begin("send-now").wait(60)
            filler.unlink()
        else:  # a disk whose files are open for writing cannot be made read-only, but by its own faults
            if machine.process is not None:
                machine.kill("power")
            self.disk.lock()
            self.locked += 1
            machine.start()
            assert machine.process is not None
            assert machine.process.wait(30) == StoreError.exit_code
            machine.process = None
            assert machine.begin("choose", "quiet").wait(60) == StoreError.exit_code
            self.disk.unlock()
        machine.patience = 2.0
        life.sit(10 * 60)


@pytest.mark.timeout(1_200)
@needs_root
def test_disks_that_fill_or_turn_read_only(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    """At random moments, with some kills: said in words, nothing sealed lost, and it goes on afterwards."""
    device = tmp_path / "device"
    with mounted(device / "state", megabytes=4) as disk, living(tmp_path, device, SEED) as life:
        mishaps = Mishaps(disk)
        life.mishap = lambda: mishaps.befall(life)
        life.kills = count(6, 40)
        life.run(count(4, 30))
        history = end(life)
        found = f"seed {SEED}: {mishaps.filled} filled, {mishaps.locked} read-only, {life.machine.kills}"
        assert not histories.check(history, life.organisation.open), found
        assert not life.wrong, found
        assert min(mishaps.filled, mishaps.locked) >= 2, found
        said = life.machine.said.read_text()
        assert "is full" in said
        assert "read-only" in said.lower()
        delivered = {row.period_start for row in history.rows if row.kind == "delivered"}
        assert len(delivered) >= 0.7 * (life.week - 1), found
        print(found, len(delivered), life.week)
