"""A fleet of honest, repeating and cheating devices against two aggregators that get killed all the time."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, NamedTuple

import httpx

from dap.codec import encode_id
from dap.constants import MediaType, ReportError
from dap.messages import CollectionJobResp, UploadErrors, UploadRequest
from tests.aggregator_process import Process
from tests.aggregators import (
    COLLECTOR_TOKEN,
    DAY,
    Pair,
    body,
    cheat,
    client,
    collection_request,
    make_pair,
    totals,
    unshard,
    vectors,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dap.dialect import Dialect

P = 2**128 - 7 * 2**66 + 1


class Outcome(NamedTuple):
    """What was released, what should have been, and what happened on the way."""

    released: list[int]
    reports: int
    true: list[int]
    honest: int
    kills: dict[str, int]
    sent: int
    refused: dict[str, int]


class Fleet:
    """The uploads of one run, in random order; `true` is what a release must say."""

    def __init__(self, pair: Pair, period: int, devices: int, seed: int) -> None:
        source = random.Random(seed)
        chosen = vectors(devices, pair.length, seed)
        honest = [body(pair.task, period, vector, f"{seed} {n}") for n, vector in enumerate(chosen)]
        self.true = totals(chosen, pair.length)
        uploads = list(honest)
        uploads += source.choices(honest, k=devices // 10)  # repeated at once, or much later
        for n in range(devices // 20):
            uploads.append(cheat(pair, period, self._lie(source, pair.length), f"{seed} {n}"))
            uploads.append(self._altered(source, source.choice(honest)))
        uploads.append(self._under_a_known_id(pair, period, honest[0]))
        source.shuffle(uploads)
        # an upload may hold several reports: a gateway's, say
        self.uploads: list[bytes] = []
        while uploads:
            size = 1 if source.random() < 0.9 else source.randint(2, 5)
            self.uploads.append(b"".join(uploads[:size]))
            del uploads[:size]

    @staticmethod
    def _lie(source: random.Random, length: int) -> Sequence[int]:
        vector = [source.randint(0, 1) for _ in range(length)]
        vector[source.randrange(length)] = source.choice([2, P - 1, 1_000, source.randrange(2, P)])
        return vector

    @staticmethod
    def _altered(source: random.Random, content: bytes) -> bytes:
        """One byte of the leader's ciphertext changed: its own half does not open."""
        (report,) = UploadRequest.decode(content).reports
        payload = bytearray(report.leader_encrypted_input_share.payload)
        payload[source.randrange(len(payload))] ^= source.randint(1, 255)
        sealed = report.leader_encrypted_input_share._replace(payload=bytes(payload))
        metadata = report.report_metadata._replace(report_id=source.randbytes(16))
        return UploadRequest(
            (report._replace(report_metadata=metadata, leader_encrypted_input_share=sealed),)
        ).encode()

    @staticmethod
    def _under_a_known_id(pair: Pair, period: int, content: bytes) -> bytes:
        """The honest report again, under its own id but with bytes that do not open."""
        (report,) = UploadRequest.decode(content).reports
        shares = report._replace(helper_encrypted_input_share=report.leader_encrypted_input_share)
        return UploadRequest((shares._replace(public_share=bytes(len(report.public_share))),)).encode()


class Killer:
    """Kills one of two processes with SIGKILL at random moments and starts it again."""

    def __init__(
        self, processes: dict[str, Process], kills: int, seed: int, forgetful: Path | None = None
    ) -> None:
        """`forgetful`: the leader's database, of which its fourth kill loses all since the second."""
        self._processes = processes
        self._source = random.Random(seed)
        self._left = [role for role in processes for _ in range(kills)]
        self._source.shuffle(self._left)
        self.kills = dict.fromkeys(processes, 0)
        self._forgetful = forgetful
        self._remembered: dict[Path, bytes] = {}

    @property
    def is_done(self) -> bool:
        return not self._left

    async def run(self) -> None:
        while self._left:
            await asyncio.sleep(self._source.uniform(0.0, 0.3))
            role = self._left.pop()
            await asyncio.to_thread(self._processes[role].kill)
            if self._forgetful is not None and role == "leader":
                self._forget(self._forgetful)
            await asyncio.sleep(self._source.choice([0.0, 0.0, 0.1]))
            await asyncio.to_thread(self._processes[role].start)
            self.kills[role] += 1

    def _forget(self, database: Path) -> None:
        """As a disk that did not keep what it was told to: remember, and later go back to that."""
        parts = [database, database.with_name(f"{database.name}-wal")]
        if self.kills["leader"] == 1:
            self._remembered = {part: part.read_bytes() for part in parts if part.exists()}
        elif self.kills["leader"] == 3:
            for part in [*parts, database.with_name(f"{database.name}-shm")]:
                part.unlink(missing_ok=True)
            for part, content in self._remembered.items():
                part.write_bytes(content)


async def insist(http: httpx.AsyncClient, method: str, url: str, **more: object) -> httpx.Response:
    """Send until there is an answer that is not a server's trouble."""
    async with asyncio.timeout(120):
        while True:
            try:
                response = await http.request(method, url, **more)  # type: ignore[arg-type]
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if response.status_code < 500:
                return response
            await asyncio.sleep(0.05)


async def run(
    folder: Path,
    *,
    devices: int,
    kills: int,
    seed: int,
    dialect: Dialect,
    forgetful: bool = False,
    **pair: object,
) -> Outcome:
    """The whole of it, once. Two processes, real sockets, durable databases, noise off.

    `forgetful`: the leader's disk loses what it had said to have kept, for a test that must not pass.

    A demo, whose day-long period may be uploaded to and collected by one real clock: it has no grace.
    """
    keywords = {"dialect_name": dialect.name, "demo": True, "grace": 0, **pair}
    made = make_pair(folder, **keywords)  # type: ignore[arg-type]
    period = int(time.time()) // DAY - 7
    fleet = Fleet(made, period, devices, seed)
    processes = {role: Process(role, folder, **keywords) for role in ("leader", "helper")}
    for process in processes.values():
        process.start()
    killer = Killer(processes, kills, seed, made.leader.database if forgetful else None)
    try:
        killing = asyncio.create_task(killer.run())
        refused = await _upload(made, fleet.uploads, killer, 0.2 if forgetful else 0.02)
        await killing
        response = await _collect(made, period, processes)
    finally:
        for process in processes.values():
            process.kill()
    return Outcome(
        unshard(made, collection_request(period), response),
        response.report_count,
        fleet.true,
        devices,
        killer.kills,
        len(fleet.uploads),
        refused,
    )


async def _upload(pair: Pair, uploads: list[bytes], killer: Killer, pause: float) -> dict[str, int]:
    """Send all of them from several devices at once, some again later, while the killer is at work."""
    refused: dict[str, int] = {}
    queue = iter(uploads)
    headers = {"Content-Type": str(MediaType.UPLOAD_REQ)}

    async def device(http: httpx.AsyncClient, number: int) -> None:
        source = random.Random(number)
        sent: list[bytes] = []
        for content in queue:
            await one(http, content)
            sent.append(content)
            if source.random() < 0.05:
                await one(http, source.choice(sent))
            # as slow as it takes for the kills to fall among the uploads
            await asyncio.sleep(0 if killer.is_done else pause)

    async def one(http: httpx.AsyncClient, content: bytes) -> None:
        response = await insist(http, "POST", pair.url("reports"), content=content, headers=headers)
        assert response.status_code == 200
        for _, error in UploadErrors.decode(response.content).status:
            refused[ReportError(error).name] = refused.get(ReportError(error).name, 0) + 1

    async with client() as http:
        await asyncio.gather(*(device(http, number) for number in range(8)))
    return refused


async def _collect(pair: Pair, period: int, processes: dict[str, Process]) -> CollectionJobResp:
    """Collect, killing each side once while the collection is on its way, and once more when it is there."""
    content = collection_request(period).encode()
    headers = {"Content-Type": str(MediaType.COLLECTION_JOB_REQ)}
    named = pair.leader.dialect.client_names_jobs
    url = pair.url("collection_jobs", *([encode_id(b"collection of us")] if named else []))
    async with client(COLLECTOR_TOKEN) as http:
        asked = await insist(http, "PUT" if named else "POST", url, content=content, headers=headers)
        assert asked.status_code in (200, 201), asked.text
        place = url if named else str(asked.url.join(asked.headers["location"]))
        for role in ("leader", "helper"):
            await asyncio.to_thread(processes[role].kill)
            await asyncio.to_thread(processes[role].start)
        first = await _poll(http, place)
        await asyncio.to_thread(processes["leader"].kill)
        await asyncio.to_thread(processes["leader"].start)
        again = await _poll(http, place)
        assert first == again, "a release was made twice"
    return CollectionJobResp.decode(first)


async def _poll(http: httpx.AsyncClient, place: str) -> bytes:
    async with asyncio.timeout(120):
        while True:
            response = await insist(http, "GET", place)
            assert response.status_code == 200, response.text
            if response.content:
                return response.content
            await asyncio.sleep(0.1)
