"""Weeks in seconds: a real device, a real leader and helper, and clocks that a test turns under all of them.

The device's reports reach the leader through a front, which keeps what was sent, and loses some requests and
some answers. Other reports, known to the test, fill each batch up.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import mmap
import random
import sqlite3
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx

from catalogue import layout
from dap.codec import encode_id
from dap.constants import MediaType, ReportError, Role
from dap.field import signed
from dap.hpke import HpkeKey
from dap.messages import (
    CollectionJobReq,
    CollectionJobResp,
    Interval,
    Query,
    Report,
    UploadErrors,
    UploadRequest,
)
from dap.messages.binding import vdaf_context
from dap.seal import Measurement, seal
from dap.shares import open_aggregate_share, open_input_share
from dap.task import SignedTask, Task
from server import config as server_config
from server.operators import load_keys
from tests.aggregator_process import Process
from tests.aggregators import free_ports
from tests.operators import Folders, catalogue, make_folders, make_task, terms
from tests.recording import Leader, Request, recording, response

TURNED = Path(__file__).resolve().parent / "turned"
WEEK, DAY, HOUR = 7 * 86_400, 86_400, 3_600
BEGIN = 1_790_000_000 // WEEK * WEEK
"""A Thursday, 00:00 UTC."""
OTHERS = 25
"""Reports of other devices in each batch: the minimum, so that it is released without the device's, too."""


class Clock:
    """What the clocks of programs show that have its `environment`."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(24))
        with path.open("r+b") as file:
            self._file = mmap.mmap(file.fileno(), 24)
        self.environment = {"PYTHONPATH": str(TURNED), "SHOAL_TEST_CLOCK": str(path)}

    def now(self) -> float:
        return time.time() + self._get(0)

    def set_to(self, now: float) -> None:
        """Somebody sets the wall clock."""
        self._add(0, now - self.now())

    def turn_by(self, seconds: float) -> None:
        """The same, by so many seconds."""
        self._add(0, seconds)

    def pass_time(self, seconds: float) -> None:
        """The machine is on."""
        for which in range(3):
            self._add(which, seconds)

    def sleep(self, seconds: float) -> None:
        """The machine is suspended."""
        for which in range(2):
            self._add(which, seconds)

    def _get(self, which: int) -> float:
        return float(struct.unpack_from("<d", self._file, 8 * which)[0])

    def _add(self, which: int, seconds: float) -> None:
        struct.pack_into("<d", self._file, 8 * which, self._get(which) + seconds)


# -- the operators


class Sent(NamedTuple):
    """One request that a device sent."""

    at: float
    """UTC seconds by the right clock."""
    body: bytes
    shown: float
    """The same by the device's clock."""
    on_record: bool
    """Whether the device's ledger had it as sending when it came."""
    taken: bool | None
    """Whether the leader took it, now or before; None: the leader was killed, and nobody knows."""


class Opened(NamedTuple):
    """What both operators together read in a report."""

    id: bytes
    time: int
    vector: tuple[int, ...]


class Organisation:
    """A weekly task with all that a fleet needs, at real programs; `world` is the right time."""

    def __init__(self, folder: Path, front: Leader, seed: object = 0) -> None:
        self.folder = folder
        self.front = front
        self.world = Clock(folder / "world.clock")
        self.world.set_to(BEGIN)
        self.ports = free_ports(2)
        helper_url = f"http://127.0.0.1:{self.ports[1]}/"
        self.folders: Folders = make_folders(folder, seed, leader_url=front.url, helper_url=helper_url)
        known = catalogue()
        wanted = terms(metrics=len(known.metrics), min_batch_size=OTHERS)
        self.signed: SignedTask = make_task(self.folders, wanted, now=BEGIN)
        self.task: Task = self.signed.claimed()
        self.length = layout.length(known.metrics)
        self.token = (folder / "upload.token").read_text().strip()
        self.sent: list[Sent] = []
        self.ledger: Path | None = None
        """The database of the device that sends here."""
        self.shown: Clock = self.world
        """The clock of that device."""
        self.losing = random.Random(f"losing {seed}")
        self.processes = {role: self._process(role) for role in (Role.LEADER, Role.HELPER)}
        self.kills = {Role.LEADER: 0, Role.HELPER: 0}
        front.answering = self._forward

    def _process(self, role: Role) -> Process:
        folder: Path = getattr(self.folders, role.word)
        port = self.ports[0 if role is Role.LEADER else 1]
        process = Process(role.word, self.folder)
        process._command = [sys.executable, "-m", "tests.weeks_aggregator", str(folder), str(port)]
        process.environment = self.world.environment
        return process

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Both aggregators, while the block lasts."""
        try:
            for process in self.processes.values():
                process.start()
            yield
        finally:
            for process in self.processes.values():
                process.kill()

    def kill(self, role: Role) -> None:
        """SIGKILL, and start again."""
        self.processes[role].kill()
        self.processes[role].start()
        self.kills[role] += 1

    # -- what a device meets

    def _forward(self, request: Request, connection: object) -> None:
        """Give a device's request to the leader, and the answer to the device, or lose one of them."""
        at, shown = self.world.now(), self.shown.now()
        on_record, lost = self._is_on_record(request.body), self.losing.random()
        answer = None if lost < 0.05 else self._ask_leader(request)
        taken = False if lost < 0.05 else None if answer is None else _took(*answer)
        self.sent.append(Sent(at, request.body, shown, on_record, taken))
        if answer is not None and lost < 0.85:
            with contextlib.suppress(OSError):
                status, content, kind = answer
                connection.sendall(response(status, content, kind=kind))  # type: ignore[attr-defined]

    def _ask_leader(self, request: Request) -> tuple[int, bytes, str] | None:
        to = http.client.HTTPConnection("127.0.0.1", self.ports[0], timeout=20)
        method, path, _ = request.line.split(" ")
        try:
            headers = {name: value for name, value in request.headers if name.lower() != "host"}
            to.request(method, path, request.body, headers)
            found = to.getresponse()
            return found.status, found.read(), found.headers.get("content-type") or ""
        except (OSError, http.client.HTTPException):
            return None
        finally:
            to.close()

    def _is_on_record(self, body: bytes) -> bool:
        assert self.ledger is not None
        wanted = hashlib.sha256(body).hexdigest()
        connection = sqlite3.connect(self.ledger, timeout=20)
        try:
            query = (
                "SELECT count(*) FROM reports JOIN ledger ON ledger.kind IN ('sealed', 'resealed') "
                "AND instr(detail, ?) > 0 AND period_start = start WHERE state IN ('sending', 'dropped')"
            )
            return bool(connection.execute(query, (wanted,)).fetchone()[0])
        finally:
            connection.close()

    # -- the others, and the collector

    def others(self, period: int) -> list[tuple[int, ...]]:
        """What the other devices answer about a period."""
        source = random.Random(f"others {period}")
        return [tuple(source.randint(0, 1) for _ in range(self.length)) for _ in range(OTHERS)]

    def upload_others(self, period: int) -> None:
        """All of them, at once; again until there is an answer."""
        bodies = []
        for number, vector in enumerate(self.others(period)):
            opening = hashlib.sha256(f"{period} {number}".encode()).digest()
            bodies.append(seal(Measurement(period, vector), self.task, opening).body)
        headers = {"Content-Type": str(MediaType.UPLOAD_REQ)}
        answer = self._insist("POST", "reports", b"".join(bodies), headers)
        assert not UploadErrors.decode(answer.content).status if answer.content else True

    def collect(self, period: int) -> tuple[int, list[int]]:
        """How many reports a period's release counts, and its totals."""
        content = CollectionJobReq(Query.over(Interval(period, 1)))
        headers = {"Content-Type": str(MediaType.COLLECTION_JOB_REQ)}
        name = encode_id(hashlib.sha256(f"{period}".encode()).digest()[:16])
        found = server_config.load_collector(self.folders.collector)
        named = found.dialect.client_names_jobs
        token = found.leader_token
        where = f"collection_jobs/{name}" if named else "collection_jobs"
        asked = self._insist("PUT" if named else "POST", where, content.encode(), headers, token)
        assert asked.status_code in (200, 201), asked.text
        place = where if named else asked.headers["location"].partition(f"{encode_id(self.task.task_id)}/")[2]
        give_up = time.monotonic() + 60
        while not (answer := self._insist("GET", place, b"", {}, token)).content:
            assert answer.status_code == 200, answer.text
            assert time.monotonic() < give_up, "no release"
            time.sleep(0.05)
        assert answer.status_code == 200, answer.text
        released = CollectionJobResp.decode(answer.content)
        shares = [
            open_aggregate_share(
                found.hpke_keys[0], role, self.task.task_id, self.task.configuration, content, sealed
            )
            for role, sealed in (
                (Role.LEADER, released.leader_encrypted_agg_share),
                (Role.HELPER, released.helper_encrypted_agg_share),
            )
        ]
        vdaf = self.task.config.vdaf()
        return released.report_count, [signed(element, vdaf.field) for element in vdaf.unshard(shares)]

    def _insist(
        self, method: str, where: str, content: bytes, headers: dict[str, str], token: str = ""
    ) -> httpx.Response:
        url = f"http://127.0.0.1:{self.ports[0]}/tasks/{encode_id(self.task.task_id)}/{where}"
        headers = {**headers, "Authorization": f"Bearer {token or self.token}"}
        give_up = time.monotonic() + 60
        while True:
            with contextlib.suppress(httpx.TransportError), httpx.Client(trust_env=False, timeout=30) as to:
                answer = to.request(method, url, content=content, headers=headers)
                if answer.status_code < 500:
                    return answer
            assert time.monotonic() < give_up, "the leader does not answer"
            time.sleep(0.05)

    # -- both operators together

    def open(self, body: bytes) -> Opened:
        """What a report says, which takes both operators' keys."""
        (report,) = UploadRequest.decode(body).reports
        keys = {role: self._key(role) for role in (Role.LEADER, Role.HELPER)}
        return opened(self.task, report, keys)

    def _key(self, role: Role) -> HpkeKey:
        return load_keys(getattr(self.folders, role.word)).hpke_keys[0]


def _took(status: int, content: bytes, kind: str) -> bool:
    if status != 200 or not content:
        return status == 200
    return [error for _, error in UploadErrors.decode(content).status] == [ReportError.REPORT_REPLAYED]


def opened(task: Task, report: Report, keys: dict[Role, HpkeKey]) -> Opened:
    """Open both shares of a report and join them."""
    vdaf = task.config.vdaf()
    context, metadata = vdaf_context(task.task_id), report.report_metadata
    shares = []
    for number, (role, key) in enumerate(keys.items()):
        share = open_input_share(key, role, task.task_id, task.configuration, report)
        state, _ = vdaf.verify_init(
            bytes(32), context, number, metadata.report_id, report.public_share, share
        )
        shares.append(vdaf.encode_aggregate(state.out_share))
    return Opened(metadata.report_id, metadata.time, tuple(vdaf.unshard(shares)))


@contextlib.contextmanager
def organisation(folder: Path, seed: object = 0) -> Iterator[Organisation]:
    """One, with its aggregators running behind a front."""
    with recording() as front:
        made = Organisation(folder, front, seed)
        with made.running():
            yield made
