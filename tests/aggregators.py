"""Two aggregators for tests: their settings without the ceremony of set-up, reports, and a collector."""

from __future__ import annotations

import hashlib
import random
import socket
from contextlib import AsyncExitStack, asynccontextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import httpx

from dap import hpke
from dap.codec import encode_id
from dap.constants import MediaType, Role
from dap.dialect import DAP18, Dialect
from dap.field import signed
from dap.messages import CollectionJobReq, CollectionJobResp, Interval, Query
from dap.prio3 import optimal_chunk_length
from dap.seal import Measurement, seal
from dap.shares import open_aggregate_share
from dap.task import Mechanism, Operator, Task, TaskConfiguration, TaskInfo
from server.config import OperatorConfig, token_hash
from server.serve import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from dap.hpke import HpkeKey

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
    path: str = "",
    ports: Sequence[int] = (0, 0),
) -> Pair:
    """Settings of a leader and a helper on loopback. Noise is off unless asked for."""

    def secret(what: str) -> bytes:
        return hashlib.sha256(f"{folder} {what}".encode()).digest()

    keys = {role: hpke.generate(7 + role, secret(role.word)) for role in (Role.LEADER, Role.HELPER)}
    collector_key = hpke.generate(1, secret("collector"))
    verify_key = secret("verify key")
    urls = [f"http://127.0.0.1:{port}{path}" for port in ports]
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
            tls=None,
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


def totals(chosen: Sequence[Sequence[int]], length: int) -> list[int]:
    """The true counts."""
    return [sum(vector[i] for vector in chosen) for i in range(length)]


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
