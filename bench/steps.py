"""Where an aggregator's time goes: each step of a report's way by itself, in one process, on real disks."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from bench.frame import Cell, Options, Table
from dap.messages import UploadRequest
from server.database import Database
from server.driver import JOB_SIZE
from server.helper import Helper
from server.leader import Leader
from server.pending import Waiting
from tests.aggregators import body, make_pair, vectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FLUSH = 8
"""Reports that share a transaction when they arrive: half of what sixteen connections have under way."""


class _Meter:
    """Seconds of CPU by name."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextlib.contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        self.spent[name] = self.spent.get(name, 0.0) + time.process_time() - start


def table(folder: Path, length: int, processes: Sequence[float], options: Options) -> Table:
    """Milliseconds of CPU a report; ``processes``: what the real leader and helper took for all of it."""
    count = options.count(5, 20) * JOB_SIZE
    pair = make_pair(folder, length=length)
    task_id = pair.task.task_id
    leader = Leader(pair.leader, Database(pair.leader.database, pair.leader.role, task_id))
    helper = Helper(pair.helper, Database(pair.helper.database, pair.helper.role, task_id))
    period = int(time.time()) // pair.task.config.info.period - 1
    bodies = [body(pair.task, period, vector, i) for i, vector in enumerate(vectors(count, length, 1))]
    meter = _Meter()

    waiting: list[Waiting] = []
    for encoded in bodies:
        with meter("leader: decode the upload"):
            (report,) = UploadRequest.decode(encoded).reports
        with meter("leader: open and verify its share"):
            found = leader.receive(report)
        assert isinstance(found, Waiting)
        waiting.append(found)
    for at in range(0, count, FLUSH):
        with meter("leader: store, flushed to disk"):
            leader.store(waiting[at : at + FLUSH])
    for _ in range(count // JOB_SIZE):
        with meter("leader: bind to a job"):
            job = leader.make_job(period, JOB_SIZE)
        assert job is not None
        with meter("helper: open, verify, add up, answer"):
            answer = helper.aggregate(job.request).response
        with meter("leader: add up and erase"):
            leader.finish_job(job, answer or b"")
    spent = {name: 1000 * seconds / count for name, seconds in meter.spent.items()}
    leader.database.close()
    helper.database.close()

    rows: list[list[Cell]] = []
    for role, whole in zip(("leader", "helper"), processes, strict=True):
        mine = [(name, took) for name, took in spent.items() if name.startswith(role)]
        rows += [[name, took, took / whole * 100] for name, took in mine]
        rest = whole - sum(took for _, took in mine)
        rows.append([f"{role}: HTTP, event loop, threads (the rest)", rest, rest / whole * 100])
        rows.append([f"{role}: all", whole, 100.0])
    return Table(("step", "CPU ms a report", "%"), rows, f"Where the time goes ({length} entries)")
