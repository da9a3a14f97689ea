"""Clocks that are set, disks that fill or turn read-only, damaged databases, at random moments of weeks."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.errors import StoreError
from tests import histories
from tests.lives import Life, end
from tests.weeks import organisation

SEED = 21


@contextlib.contextmanager
def living(folder: Path, state: Path) -> Iterator[Life]:
    """A machine whose state lies at `state`, with an organisation that lies elsewhere."""
    with organisation(folder, SEED) as made:
        life = Life(state, made, SEED)
        life.machine.enrol()
        try:
            yield life
        finally:
            life.machine.end()


@pytest.mark.timeout(1_200)
def test_clocks_that_are_set(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    """Back and forward by an hour to five weeks, with some kills: one report a period, none of the future."""
    with living(tmp_path, tmp_path / "device") as life:
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


class Disk:
    """A few megabytes for a machine's state, which fill up or turn read-only."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.filled = self.locked = 0

    @contextlib.contextmanager
    def mounted(self) -> Iterator[None]:
        self.place.mkdir(parents=True)
        options = "size=4m,mode=0700"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.place], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", self.place], check=True)

    def fill(self) -> Path:
        """To the last page."""
        filler = self.place / "fill"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        return filler

    def remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", self.place], check=True)

    def befall(self, life: Life) -> None:
        """One or the other, for some minutes in which the machine is used and perhaps killed."""
        machine = life.machine
        machine.patience = 0.2
        if life.source.random() < 0.6:
            if machine.process is None:
                machine.start()
            filler = self.fill()
            self.filled += 1
            life.sit(life.source.uniform(2, 15) * 60)
            if life.source.random() < 0.5:
                machine.begin("send-now").wait(60)
            filler.unlink()
        else:  # a disk whose files are open for writing cannot be made read-only, but by its own faults
            if machine.process is not None:
                machine.kill("power")
            self.remount("ro")
            self.locked += 1
            machine.start()
            assert machine.process is not None
            assert machine.process.wait(30) == StoreError.exit_code
            machine.process = None
            assert machine.begin("choose", "quiet").wait(60) == StoreError.exit_code
            self.remount("rw")
        machine.patience = 2.0
        life.sit(10 * 60)


@pytest.mark.timeout(1_200)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_disks_that_fill_or_turn_read_only(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    """At random moments, with some kills: said in words, nothing sealed lost, and it goes on afterwards."""
    disk = Disk(tmp_path / "device" / "state")
    with disk.mounted(), living(tmp_path, tmp_path / "device") as life:
        life.mishap = lambda: disk.befall(life)
        life.kills = count(6, 40)
        life.run(count(4, 30))
        history = end(life)
        found = f"seed {SEED}: {disk.filled} filled, {disk.locked} read-only, {life.machine.kills}"
        assert not histories.check(history, life.organisation.open), found
        assert not life.wrong, found
        assert min(disk.filled, disk.locked) >= 2, found
        said = life.machine.said.read_text()
        assert "is full" in said
        assert "read-only" in said.lower()
        delivered = {row.period_start for row in history.rows if row.kind == "delivered"}
        assert len(delivered) >= 0.7 * (life.week - 1), found
        print(found, len(delivered), life.week)
