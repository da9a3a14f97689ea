"""A collector on a folder of its own, a clock that tests set, and a leader that answers what they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dap.constants import Role
from dap.field import Field128
from dap.messages import CollectionJobReq, CollectionJobResp
from dap.shares import seal_aggregate_share
from server import config
from server.archive import Archive, State
from server.collector import Collector
from server.config import CollectorConfig
from tests.operators import DAY, NOW, Folders, catalogue

WEEK = 7 * DAY
PERIOD = NOW // WEEK + 2
READY = (PERIOD + 1) * WEEK + 7 * DAY  # its grace is over


class FakeLeader:
    """Stands for both aggregators: counts without noise, sealed as they seal."""

    def __init__(self, settings: CollectorConfig, collector_hpke: Any) -> None:
        self.settings = settings
        self.hpke = collector_hpke
        self.count = 100
        self.totals = [(5 * i) % 40 - 3 for i in range(settings.task.config.sum_vec.length)]
        self.requests: list[bytes] = []
        self.asked = 0
        self.not_yet = 0
        self.raises: list[BaseException] = []
        self.change: Callable[[CollectionJobResp], CollectionJobResp] = lambda response: response

    def ask(self, request: bytes, job_id: bytes) -> tuple[bytes | None, str, float]:
        self.asked += 1
        self.requests.append(request)
        self._raise()
        job = str(CollectionJobReq.decode(request).query.interval.start)
        return (None if self.not_yet else self.answer(request)), job, 7.0

    def look(self, job: str) -> tuple[bytes | None, float]:
        self._raise()
        if self.not_yet:
            self.not_yet -= 1
            return None, 7.0
        request = next(
            r for r in self.requests if CollectionJobReq.decode(r).query.interval.start == int(job)
        )
        return self.answer(request), 2.0

    def _raise(self) -> None:
        if self.raises:
            raise self.raises.pop(0)

    def answer(self, request: bytes) -> bytes:
        asked = CollectionJobReq.decode(request)
        p = Field128.modulus
        first = [(31 * i + 7) % p for i in range(len(self.totals))]
        second = [(total - share) % p for total, share in zip(self.totals, first, strict=True)]
        task, vdaf = self.settings.task, self.settings.task.config.vdaf()
        leader, helper = (
            seal_aggregate_share(
                self.hpke,
                role,
                task.task_id,
                self.settings.configuration,
                asked,
                vdaf.encode_aggregate(share),
                bytes([role]) * 32,
            )
            for role, share in ((Role.LEADER, first), (Role.HELPER, second))
        )
        return self.change(CollectionJobResp(self.count, asked.query.interval, leader, helper)).encode()


class Table:
    """A collector on a folder, and the leader that it asks."""

    def __init__(self, folders: Folders) -> None:
        self.folder = folders.collector
        self.settings = config.load_collector(self.folder)
        self.leader = FakeLeader(self.settings, self.settings.hpke_keys[0].config)
        self.now = float(READY)
        self.said: list[str] = []
        self.slept: list[float] = []
        self.archive = Archive(self.settings.database, self.settings.task.task_id)

    @property
    def collector(self) -> Collector:
        leader: Any = self.leader
        return Collector(
            self.settings,
            catalogue(),
            self.archive,
            leader,
            now=lambda: self.now,
            monotonic=lambda: sum(self.slept),
            sleep=self.slept.append,
            progress=self.said.append,
        )

    def state(self) -> State | None:
        row = self.archive.find(PERIOD)
        return row.state if row else None
