"""A machine that is used, suspended, switched off and killed at random, over simulated weeks."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests import histories
from tests.devices import PROGRAM, Device, until
from tests.histories import History
from tests.weeks import OTHERS, Clock, Organisation

STEP = 80.0
"""Seconds: longer, and a wait would count as a suspension."""


class Machine:
    """One device of an organisation, on clocks of its own. Everything random follows from `seed`."""

    def __init__(self, folder: Path, organisation: Organisation, seed: object) -> None:
        self.device = Device(folder)
        self.organisation = organisation
        self.source = random.Random(f"machine {seed}")
        self.clock = Clock(folder / "device.clock")
        self.clock.set_to(organisation.world.now())
        self.device.environment = dict(self.clock.environment)
        self.process: subprocess.Popen[bytes] | None = None
        self.earlier: list[list[bytes]] = []
        self.kills: dict[str, int] = {}
        self.said = folder / "run.err"
        self.patience = 2.0
        """Seconds that an answer to the doorbell is waited for."""
        organisation.shown = self.clock
        organisation.ledger = self.device.state / "shoal.db"

    def enrol(self) -> None:
        """Enrol and choose share."""
        device = self.device
        device.policy(f"min_batch_size = {OTHERS}\n")
        device.task_file.write_text(self.organisation.signed.dump())
        device.token_file.write_text(self.organisation.token)
        ran = device.shoal("enrol", str(device.task_file), "--token-file", str(device.token_file))
        assert ran.code == 0, ran
        ran = device.shoal("choose", "share")
        assert ran.code == 0, ran

    # -- its processes

    def start(self) -> None:
        """Begin `shoal run`, in a group of its own."""
        assert self.process is None
        self.process = self.begin("run")

    def worker(self) -> int | None:
        """The number of the worker that runs, if one does."""
        if self.process is None or self.process.poll() is not None:
            return None
        pid = self.process.pid
        with contextlib.suppress(OSError):
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                if _runs(int(child)):
                    return int(child)
        return None

    def kill(self, kind: str) -> bool:
        """SIGKILL to the sampler, to its worker, or to both at once as when the power is cut.

        Whether there was anything to kill.
        """
        assert self.process is not None
        if kind == "worker":
            found = self.worker()
            if found is None:
                return False
            with contextlib.suppress(ProcessLookupError):
                os.kill(found, signal.SIGKILL)
            until(lambda: not _runs(found), 20)
        elif kind == "sampler":
            orphan = self.worker()
            self.process.kill()
            self.process.wait()
            self.process = None
            if orphan is not None and self.source.random() < 0.5:
                until(lambda: not _runs(orphan), 60)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self._wait_for_group(self.process.pid)
            self.process = None
            self.note()
        self.kills[kind] = self.kills.get(kind, 0) + 1
        return True

    def stop(self) -> None:
        """Leave in good order."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def end(self) -> None:
        """Whatever still runs of it, at once."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _wait_for_group(self, group: int) -> None:
        until(lambda: not any(map(_runs, _group(group))), 30)

    def note(self) -> None:
        """Remember the ledger as it is on the disk now."""
        rows, _ = histories.look(self.device.state)
        self.earlier.append([row.hash for row in rows])

    # -- time

    def step(self, seconds: float, *, asleep: bool = False) -> None:
        """Let time pass, and wait until the sampler has noticed."""
        for clock in (self.organisation.world, self.clock):
            (clock.sleep if asleep else clock.pass_time)(seconds)
        if self.process is not None:
            self.ring()

    def ring(self, wish: bytes = b"q") -> None:
        """Ring the doorbell, and wait for the answer as a command does."""
        before = self._fact("answered")
        try:
            bell = os.open(self.device.state / "doorbell", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.05)
            return
        try:
            os.write(bell, wish)
        finally:
            os.close(bell)
        give_up = time.monotonic() + self.patience
        while self._fact("answered") == before and time.monotonic() < give_up:
            if self.process is None or self.process.poll() is not None:
                return
            time.sleep(0.002)

    def finish_worker(self, seconds: float = 30.0) -> None:
        """Wait until no worker runs."""
        until(lambda: self.worker() is None, seconds)

    def next_moment(self) -> float | None:
        """Seconds until the next moment, by the device's clock, at which a report is sealed or sent."""
        query = (
            "SELECT moment FROM reports WHERE state IN ('held', 'sending') AND moment IS NOT NULL "
            "UNION ALL SELECT CAST(value AS REAL) FROM facts WHERE key LIKE 'sealing/%'"
        )
        now = self.clock.now()
        return min((t - now for (t,) in self.device.read(query) if t > now), default=None)

    def _fact(self, key: str) -> str | None:
        with contextlib.suppress(Exception):
            found = self.device.read(f"SELECT value FROM facts WHERE key = '{key}'")
            return str(found[0][0]) if found else None
        return None

    # -- commands

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """A command, in a group of its own."""
        with self.said.open("ab") as errors:
            return subprocess.Popen(
                [*PROGRAM, "--state", str(self.device.state), *words],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                env=self.device._environment(),
                start_new_session=True,
            )

    def kill_command(self, words: Sequence[str], after: float) -> bool:
        """Begin a command, and kill it with all that it started; whether it had not ended before."""
        process = self.begin(*words)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after)
            return False
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._wait_for_group(process.pid)
        self.kills["command"] = self.kills.get("command", 0) + 1
        return True

    # -- what is known in the end

    def history(self) -> History:
        """All of it; for when nothing of it runs."""
        rows, vectors = histories.look(self.device.state)
        return History(rows, vectors, self.earlier, list(self.organisation.sent), self.clock.now())


def _state(pid: int) -> tuple[str, int]:
    """A process's state and group; "Z" for one that has ended, or is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "Z", 0
    return fields[0], int(fields[2])


def _runs(pid: int) -> bool:
    return _state(pid)[0] not in "ZX"


def _group(group: int) -> list[int]:
    numbers = (int(place.name) for place in Path("/proc").iterdir() if place.name.isdigit())
    return [pid for pid in numbers if _state(pid)[1] == group]
