"""One device's weeks on a clock of their own, lived through the real rooms: for `tests.seeding`."""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from agent import decisions
from agent.connection import Answer
from agent.env import Directories, machine_directories
from agent.ledger import Ledger
from agent.migrations import migrate
from agent.model import Choice, Fact, ReportState, Sample
from agent.schedule import DAY, HOUR, MINUTE
from agent.store import Store
from agent.worker.tend import tend
from catalogue.model import Metric
from dap.constants import MediaType, ReportError
from dap.messages.upload import ReportUploadStatus, UploadErrors, UploadRequest
from dap.task import Task
from tests import devices
from tests.courses import Course, no_answer
from tests.fakes import FakeEnv
from tests.nordwerk import COUNCIL, IT
from tests.unit.agent.agreement import MemoryKeychain

WEEK = 7 * DAY
CATALOGUE = devices.catalogue()
MORNING, EVENING = 6 * HOUR, 20 * HOUR
"""When this computer is on, UTC."""


class Life:
    """One device, living through its weeks."""

    def __init__(
        self, folder: Path, now: float, courses: dict[str, Course], *, seed: str, machine: Path
    ) -> None:
        self.folder, self.end = folder, now
        self.courses = courses
        self.chance = random.Random(seed)
        folder.mkdir(parents=True, exist_ok=True)
        self.env = FakeEnv(folder / "state", now=now, seed=seed)
        self.env.directories = Directories(folder / "state", *machine_directories(machine))
        self.etc = self.env.directories.etc
        self.keychain = MemoryKeychain()
        self.refuses = False
        """The leader refuses whatever comes; else it takes everything."""
        self.asleep = {int(now) // DAY - 12, int(now) // DAY - 11}
        """Days on which the computer was off."""
        self.stopped = now
        """From when on nothing measures."""
        self._last: dict[str, int] = {}

    # -- the leader, in place of a connection

    def post(self, url: str, body: bytes, *, content_type: str, token: str) -> Answer:
        if not self.refuses:
            return Answer(200, {}, b"")
        (report,) = UploadRequest.decode(body).reports
        why = ReportUploadStatus(report.report_metadata.report_id, ReportError.BATCH_COLLECTED)
        kind = {"content-type": str(MediaType.UPLOAD_ERRORS)}
        return Answer(200, kind, UploadErrors((why,)).encode())

    # -- what happens

    def begin(self, at: float, *, demo: bool = False) -> None:
        """Shoal is installed."""
        self.env.set_clock(at)
        if demo:
            self.env.mark_demo()
        self.env.prepare()
        migrate(self.env.database, CATALOGUE.metrics)
        self.etc.mkdir(parents=True, exist_ok=True)
        with closing(self.store()) as store:
            store.set_fact(Fact.WOKE_AT, str(at))

    def store(self) -> Store:
        return Store.open(self.env, CATALOGUE.metrics)

    def enrol(self, task: Task, *signers: Any) -> None:
        text = devices.signed(task, *(signers or (IT, COUNCIL)))
        (self.folder / "task.json").write_text(text)
        (self.folder / "upload.token").write_text(f"{devices.TOKEN}\n")
        with closing(Ledger.open(self.env)) as ledger:
            decisions.enrol(
                *(self.env, ledger, CATALOGUE, text, devices.TOKEN),
                task_file=self.folder / "task.json",
                token_file=self.folder / "upload.token",
                keychain=self.keychain,
            )

    def renew(self, task: Task, *signers: Any) -> None:
        """The operators hand out another file."""
        (self.folder / "task.json").write_text(devices.signed(task, *(signers or (IT, COUNCIL))))

    def choose(self, choice: Choice) -> None:
        with closing(Ledger.open(self.env)) as ledger:
            decisions.choose(self.env, ledger, CATALOGUE, choice, keychain=self.keychain)

    def set(self, key: str, value: Any) -> None:
        with closing(Ledger.open(self.env)) as ledger:
            decisions.set_value(self.env, ledger, key, value)

    def policy(self, text: str) -> None:
        (self.etc / "policy.toml").write_text(text)

    def tend(self) -> None:
        tend(self.env, CATALOGUE, connect=lambda policy: self, keychain=self.keychain)  # type: ignore[arg-type, return-value]

    def measure(self, start: float, stop: float, step: int, *, off: Iterable[float] = ()) -> None:
        """Passes within [start, stop) while the computer is on; not on the days `off`."""
        asleep = self.asleep | {int(day) // DAY for day in off}
        with closing(self.store()) as store:
            for t in range(-(-int(start) // step) * step, int(min(stop, self.stopped)), step):
                if MORNING <= t % DAY < EVENING and t // DAY not in asleep:
                    store.add(t, self._samples(t), {})
            store.flush()
        self.env.set_clock(max(stop, self.env.now()))

    def _samples(self, t: int) -> dict[str, Sample | None]:
        ago = (self.end - t) / DAY
        found: dict[str, Sample | None] = {}
        for metric in CATALOGUE.metrics:
            if metric.is_derived or not self._is_due(metric, t):
                continue
            found[metric.id] = self.courses.get(metric.id, no_answer)(ago, self.chance)
        return found

    def _is_due(self, metric: Metric, t: int) -> bool:
        if t // metric.every == self._last.get(metric.id):
            return False
        self._last[metric.id] = t // metric.every
        return True

    def week(self, start: float, became: str, *, step: int = HOUR) -> None:
        """A week of measuring, and what becomes of the report of the week before."""
        self.env.set_clock(start + 2 * HOUR + 5 * MINUTE)
        self.tend()  # seals it
        with closing(Ledger.open(self.env)) as ledger:
            held = ledger.reports(ReportState.HELD)
        self.measure(start, start + 8 * HOUR, step)
        if became == "withheld":
            with closing(Ledger.open(self.env)) as ledger:
                decisions.withhold(self.env, ledger)
            self.tend()
        off = {"late": [start + n * DAY for n in range(1, 7)]}.get(became, [])
        for report in held if became != "late" else ():
            with closing(Ledger.open(self.env)) as ledger:
                moment = (ledger.zeros_for(report) or ledger.report(report.id)).moment or 0.0
            self.measure(start + 8 * HOUR, moment, step)
            self.env.set_clock(moment + 1)
            self.refuses = became == "refused"
            self.tend()
            self.refuses = False
        self.measure(max(self.env.now(), start + 8 * HOUR), start + WEEK, step, off=off)
