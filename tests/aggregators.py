"""Two aggregators for tests: their settings without the ceremony of set-up, reports, and a collector."""

from __future__ import annotations

import asyncio
import hashlib
import random
import socket
from contextlib import AsyncExitStack, asynccontextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import httpx

from dap import hpke
from dap.codec import encode_id
from dap.constants import MediaType, ReportError, Role
from dap.dialect import DAP18, DIALECTS, Dialect
from dap.field import signed
from dap.messages import (
    AggregateShare,
    CollectionJobReq,
    CollectionJobResp,
    Interval,
    PlaintextInputShare,
    Query,
    Report,
    ReportMetadata,
    UploadRequest,
    input_share_aad,
    input_share_info,
)
from dap.messages.binding import vdaf_context
from dap.prio3 import Prio3SumVec, optimal_chunk_length
from dap.problems import Problem, ProblemError
from dap.seal import Measurement, seal
from dap.shares import open_aggregate_share
from dap.task import Mechanism, Operator, Task, TaskConfiguration, TaskInfo
from server.config import OperatorConfig, token_hash
from server.database import Database
from server.helper import Helper
from server.leader import Counted, Leader
from server.periods import Periods
from server.serve import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from dap.hpke import HpkeKey
    from server.resources import Resource

UPLOAD_TOKEN = "upload-token-of-a-test"
PEER_TOKEN = "leader-to-helper-token-of-a-test"
COLLECTOR_TOKEN = "collector-token-of-a-test"
DAY = 86_400


class Pair(NamedTuple):
    """A task with both aggregators' settings and the collector's key."""

    task: Task
    leader: OperatorConfig
    helper: OperatorConfig
    collector_key: HpkeKey

    @property
    def length(self) -> int:
        return self.task.config.sum_vec.length

    def url(self, *segments: str) -> str:
        base = self.task.config.leader_aggregator_endpoint.rstrip("/")
        return "/".join((base, "tasks", encode_id(self.task.task_id), *segments))

    def helper_url(self, *segments: str) -> str:
        base = self.task.config.helper_aggregator_endpoint.rstrip("/")
        return "/".join((base, "tasks", encode_id(self.task.task_id), *segments))


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [listener.getsockname()[1] for listener in sockets]
    finally:
        for listener in sockets:
            listener.close()


def make_pair(
    folder: Path,
    *,
    length: int = 12,
    metrics: int = 3,
    digest: bytes = bytes(32),
    period: int = DAY,
    grace: int = 5 * DAY,
    demo: bool = False,
    min_batch_size: int = 5,
    mechanism: Mechanism = Mechanism.DISCRETE_GAUSSIAN,
    rho: Fraction = Fraction(1, 2),
    noise: bool = False,
    dialect: Dialect = DAP18,
    dialect_name: str = "",
    path: str = "",
    ports: Sequence[int] = (0, 0),
    tls: tuple[Path, Path] | None = None,
) -> Pair:
    """Settings of a leader and a helper on loopback. Noise is off unless asked for."""

    dialect = DIALECTS[dialect_name] if dialect_name else dialect  # by name from another process

    def secret(what: str) -> bytes:
        return hashlib.sha256(f"{folder} {what}".encode()).digest()

    keys = {role: hpke.generate(7 + role, secret(role.word)) for role in (Role.LEADER, Role.HELPER)}
    collector_key = hpke.generate(1, secret("collector"))
    verify_key = secret("verify key")
    urls = [f"{'https' if tls else 'http'}://127.0.0.1:{port}{path}" for port in ports]
    info = TaskInfo(metrics, digest, mechanism, rho if mechanism else Fraction(0), period, grace, demo)
    configuration = TaskConfiguration.of(
        info,
        leader=urls[0],
        helper=urls[1],
        min_batch_size=min_batch_size,
        length=length,
        chunk_length=optimal_chunk_length(length),
    ).encode()
    operators = {
        role: Operator(
            role, f"The {role.word}", f"{role.word}@example.org", secret(f"sign {role}"), key.config
        )
        for role, key in keys.items()
    }
    task = Task(
        1,
        hashlib.sha256(verify_key).digest(),
        configuration,
        operators[Role.LEADER],
        operators[Role.HELPER],
        "Example",
        "",
    )

    def config(role: Role, peer: int) -> OperatorConfig:
        at_leader = role is Role.LEADER
        return OperatorConfig(
            role=role,
            folder=folder / role.word,
            task=task,
            configuration=configuration,
            verify_key=verify_key,
            hpke_keys=(keys[role],),
            peer_url=urls[peer],
            peer_token=PEER_TOKEN,
            collector_token_hash=token_hash(COLLECTOR_TOKEN) if at_leader else b"",
            upload_token_hash=token_hash(UPLOAD_TOKEN) if at_leader else b"",
            collector_hpke=collector_key.config,
            dialect=dialect,
            listen=("127.0.0.1", ports[1 - peer]),
            tls=tls,
            database=folder / role.word / "batches.db",
            noise=noise,
        )

    return Pair(task, config(Role.LEADER, 1), config(Role.HELPER, 0), collector_key)


def vectors(count: int, length: int, seed: int) -> list[tuple[int, ...]]:
    """Random vectors of zeros and ones."""
    source = random.Random(seed)
    return [tuple(source.randint(0, 1) for _ in range(length)) for _ in range(count)]


def body(task: Task, period: int, vector: Sequence[int], number: int | str) -> bytes:
    """A sealed report; equal arguments give equal bytes."""
    opening = hashlib.sha256(f"opening {number}".encode()).digest()
    return seal(Measurement(period, tuple(vector)), task, opening).body


def reseal(pair: Pair, report: Report, role: Role, change: Callable[[bytes], bytes]) -> Report:
    """The report with another plaintext for one aggregator, sealed as a cheating client would."""
    key = {Role.LEADER: pair.leader, Role.HELPER: pair.helper}[role].hpke_keys[0]
    share = report.share(role)
    aad = input_share_aad(
        pair.task.task_id, pair.task.configuration, share.report_metadata, share.public_share
    )
    plaintext = key.open(input_share_info(role), aad, share.encrypted_input_share)
    sealed = hpke.seal(key.config, input_share_info(role), aad, change(plaintext), bytes(32))
    if role is Role.LEADER:
        return report._replace(leader_encrypted_input_share=sealed)
    return report._replace(helper_encrypted_input_share=sealed)


def cheat(pair: Pair, period: int, elements: Sequence[int], number: int | str) -> bytes:
    """A report of a client that proves, as well as it can, a vector of any field elements."""
    vdaf = Prio3SumVec(*pair.task.config.sum_vec)
    rigged = [element % vdaf.field.modulus for element in elements]
    vars(vdaf.circuit)["encode"] = lambda _: rigged
    source = hashlib.shake_128(f"cheat {number}".encode())
    report_id, rand = source.digest(16), source.digest(16 + vdaf.rand_size)[16:]
    shares = vdaf.shard(vdaf_context(pair.task.task_id), (), report_id, rand)
    return seal_shares(pair, report_id, period, shares.public_share, shares.input_shares)


def seal_shares(
    pair: Pair, report_id: bytes, period: int, public_share: bytes, shares: Sequence[bytes]
) -> bytes:
    """An upload of whatever shares, rightly sealed."""
    metadata = ReportMetadata(report_id, period)
    aad = input_share_aad(pair.task.task_id, pair.task.configuration, metadata, public_share)
    sealed = [
        hpke.seal(
            pair.task.operator(role).hpke_config,
            input_share_info(role),
            aad,
            PlaintextInputShare((), share).encode(),
            hashlib.sha256(report_id + bytes([role])).digest(),
        )
        for role, share in zip((Role.LEADER, Role.HELPER), shares, strict=True)
    ]
    return UploadRequest((Report(metadata, public_share, *sealed),)).encode()


def totals(chosen: Sequence[Sequence[int]], length: int) -> list[int]:
    """The true counts."""
    return [sum(vector[i] for vector in chosen) for i in range(length)]


class Clock:
    """Time that only a test moves; UTC seconds."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Table:
    """Leader and helper as plain objects that talk without HTTP, and a clock for both."""

    def __init__(self, pair: Pair, period: int = 20_000) -> None:
        self.pair = pair
        self.task = pair.task
        self.period = period
        self.periods = Periods.of(pair.task.config)
        # the last moment at which an honest device sends
        self.clock = Clock(self.periods.collectable_from(period) - (DAY if self.periods.grace else 0))
        self.leader = Leader(pair.leader, self._open(pair.leader), now=self.clock)
        self.helper = Helper(pair.helper, self._open(pair.helper), now=self.clock)

    def _open(self, config: OperatorConfig) -> Database:
        return Database(config.database, config.role, self.task.task_id, durable=False)

    def close(self) -> None:
        self.leader.database.close()
        self.helper.database.close()

    def upload(self, *bodies: bytes) -> list[ReportError | None]:
        """What the leader says of each report."""
        answers: list[ReportError | None] = []
        for content in bodies:
            (report,) = UploadRequest.decode(content).reports
            found = self.leader.receive(report)
            answers.append(found if isinstance(found, ReportError) else self.leader.store([found])[0])
        return answers

    def report(self, number: int, vector: Sequence[int] | None = None, period: int | None = None) -> bytes:
        chosen = vectors(1, self.pair.length, number)[0] if vector is None else vector
        return body(self.task, self.period if period is None else period, chosen, number)

    def aggregate(self, period: int | None = None, size: int = 100) -> Counted:
        """Bring all that waits of a period through jobs; what became of it."""
        total = Counted(0, {}, 0)
        while (job := self.leader.make_job(self.period if period is None else period, size)) is not None:
            answer = self.helper.aggregate(job.request).response
            assert answer is not None
            counted = self.leader.finish_job(job, answer)
            refused = {
                name: total.refused.get(name, 0) + counted.refused.get(name, 0)
                for name in total.refused | counted.refused
            }
            total = Counted(total.added + counted.added, refused, total.again + counted.again)
            if counted.again:
                break
        return total

    def end_grace(self) -> None:
        """Let the period's grace pass, if it has not."""
        self.clock.now = max(self.clock.now, self.periods.collectable_from(self.period))

    def ask(self, period: int | None = None) -> Resource:
        """What a collector asks for when the grace is over."""
        self.end_grace()
        return self.leader.ask(collection_request(self.period if period is None else period).encode())

    def collect(self, period: int | None = None) -> CollectionJobResp:
        """A whole collection, when the grace is over; ProblemError if either side refuses."""
        collection = self.ask(period)
        wanted = self.leader.ready_to_collect(collection)
        if wanted is None:
            found = self.leader.collection(collection.id)
            raise ProblemError(found.problem or Problem(title="waiting"))
        share = self.helper.share(wanted.encode()).response
        self.leader.complete(collection, AggregateShare.decode(share or b"").encrypted_aggregate_share)
        found = self.leader.collection(collection.id)
        return CollectionJobResp.decode(found.response or b"")

    def released(self, period: int | None = None) -> list[int]:
        """The totals that the collector reads."""
        period = self.period if period is None else period
        return unshard(self.pair, collection_request(period), self.collect(period))


@asynccontextmanager
async def both(pair: Pair) -> AsyncIterator[None]:
    """Both aggregators in this process, on real sockets."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(pair.helper))
        await stack.enter_async_context(serving(pair.leader))
        yield


def client(token: str = UPLOAD_TOKEN) -> httpx.AsyncClient:
    """An HTTP client that carries a token."""
    return httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=30)


async def upload(http: httpx.AsyncClient, pair: Pair, content: bytes) -> httpx.Response:
    """POST an upload."""
    headers = {"Content-Type": str(MediaType.UPLOAD_REQ)}
    return await http.post(pair.url("reports"), content=content, headers=headers)


def collection_request(period: int, duration: int = 1) -> CollectionJobReq:
    """What a collector asks for."""
    return CollectionJobReq(Query.over(Interval(period, duration)))


def unshard(pair: Pair, request: CollectionJobReq, response: CollectionJobResp) -> list[int]:
    """The released totals, as signed numbers."""
    config = pair.task.config
    shares = [
        open_aggregate_share(
            pair.collector_key, role, pair.task.task_id, pair.task.configuration, request, sealed
        )
        for role, sealed in (
            (Role.LEADER, response.leader_encrypted_agg_share),
            (Role.HELPER, response.helper_encrypted_agg_share),
        )
    ]
    vdaf = config.vdaf()
    return [signed(element, vdaf.field) for element in vdaf.unshard(shares)]


async def release(pair: Pair, period: int) -> tuple[int, list[int]]:
    """Report count and totals of a period, as the collector reads them."""
    asked = collection_request(period)
    headers = {"Content-Type": str(MediaType.COLLECTION_JOB_REQ)}
    async with client(COLLECTOR_TOKEN) as http, asyncio.timeout(60):
        if pair.leader.dialect.client_names_jobs:
            place = pair.url("collection_jobs", "AAAAAAAAAAAAAAAAAAAAA" + "AQ"[period % 2])
            response = await http.put(place, content=asked.encode(), headers=headers)
        else:
            response = await http.post(pair.url("collection_jobs"), content=asked.encode(), headers=headers)
            place = str(response.url.join(response.headers["location"]))
        while response.is_success and not response.content:
            await asyncio.sleep(0.1)
            response = await http.get(place)
        assert response.status_code == 200, response.text
    found = CollectionJobResp.decode(response.content)
    return found.report_count, unshard(pair, asked, found)
