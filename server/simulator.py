"""SIMULATED devices: invented answers, real reports. For trying out, tests and load, never for figures.

Each device draws plausible buckets for the catalogue's metrics, and goes through the very `dap.seal` that the
agent uses. Equal seeds give equal answers and equal bytes, so a caller can compare a release with the truth.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import ssl
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

import httpx
import truststore

from catalogue import layout
from dap.codec import encode_id
from dap.constants import MediaType
from dap.dialect import resource
from dap.errors import DecodeError
from dap.messages import UploadErrors
from dap.seal import Measurement, seal
from dap.task import is_loopback
from server.errors import PeerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from catalogue.model import Metric
    from dap.task import Task

LABEL: Final = "SIMULATED"
"""What every output that such devices took part in has to say."""
CONCURRENCY: Final = 16
_ATTEMPTS: Final = 8
_FIRST_PAUSE: Final = 0.2
_SILENT: Final = 0.06  # share of devices that have no answer to a metric
_SPREAD: Final = 0.22  # of a metric's answers around its usual bucket, as a part of all buckets


class Simulation(NamedTuple):
    """What a simulated fleet sent and what became of it.

    ``counts`` are the true sums over the reports that the leader took; ``refused`` counts its reasons.
    """

    period: int
    devices: int
    taken: int
    counts: tuple[int, ...]
    refused: dict[str, int]


def answers(metrics: Sequence[Metric], devices: int, seed: int | str) -> Iterator[tuple[int, ...]]:
    """The vectors of so many invented devices.

    Every metric has a usual bucket in the fleet; every device leans to the better or the worse side in all of
    its metrics a little, as real ones do, and some have no answer.
    """
    fleet = random.Random(f"fleet {seed}")  # noqa: S311 - invented data; equal seeds must give equal fleets
    usual = {metric.id: fleet.uniform(0.2, 0.8) for metric in metrics}
    for number in range(devices):
        device = random.Random(f"device {seed} {number}")  # noqa: S311
        lean = device.gauss(0.0, 0.08)
        buckets: dict[str, int | None] = {}
        for metric in metrics:
            place = device.gauss(usual[metric.id] + lean, _SPREAD)
            silent = device.random() < _SILENT
            bucket = min(metric.buckets - 1, max(0, int(place * metric.buckets)))
            buckets[metric.id] = None if silent else bucket
        yield layout.encode(buckets, metrics)


def bodies(
    task: Task, period: int, vectors: Iterable[tuple[int, ...]], seed: int | str
) -> Iterator[tuple[tuple[int, ...], bytes]]:
    """Each vector with the upload that carries it. Sealing costs a few milliseconds of CPU a report."""
    for number, vector in enumerate(vectors):
        opening = hashlib.sha256(f"simulated opening {seed} {period} {number}".encode()).digest()
        yield vector, seal(Measurement(period, vector), task, opening).body


async def simulate(
    task: Task,
    metrics: Sequence[Metric],
    *,
    devices: int,
    period: int,
    token: str,
    seed: int | str = 0,
    concurrency: int = CONCURRENCY,
    progress: Callable[[int], None] = lambda _: None,
) -> Simulation:
    """Send one report for each simulated device to the task's leader.

    ``progress`` is told how many have been answered. PeerError if the leader cannot be reached for some time,
    or refuses the upload as a whole; reports that it refuses one by one are counted.
    """
    reports = bodies(task, period, answers(metrics, devices, seed), seed)
    counts = [0] * layout.length(metrics)
    refused: dict[str, int] = {}
    answered = 0

    async def device(client: httpx.AsyncClient, url: str) -> None:
        nonlocal answered
        for vector, body in reports:
            reason = await upload(client, url, body)
            if reason is None:
                counts[:] = [total + bit for total, bit in zip(counts, vector, strict=True)]
            else:
                refused[reason] = refused.get(reason, 0) + 1
            answered += 1
            progress(answered)

    leader = task.config.leader_aggregator_endpoint
    url = resource(leader, "tasks", encode_id(task.task_id), "reports")
    async with _client(leader, token, concurrency) as client:
        await asyncio.gather(*(device(client, url) for _ in range(min(concurrency, devices))))
    taken = devices - sum(refused.values())
    return Simulation(period, devices, taken, tuple(counts), refused)


async def upload(client: httpx.AsyncClient, url: str, body: bytes) -> str | None:
    """Send one report until it is answered; why it was refused, or None. PeerError."""
    pause = _FIRST_PAUSE
    reason = ""
    for _ in range(_ATTEMPTS):
        try:
            response = await client.post(url, content=body)
        except httpx.TransportError as error:
            reason = type(error).__name__
        else:
            if response.is_success:
                return _refusal(response)
            reason = f"HTTP {response.status_code}"
            if response.status_code not in (408, 429) and response.status_code < 500:
                raise PeerError(f"The leader refused a simulated upload: {reason}.", "Check token and task.")
        await asyncio.sleep(pause)
        pause *= 2
    raise PeerError(f"The leader does not answer simulated uploads: {reason}.", "Is it running?")


def _refusal(response: httpx.Response) -> str | None:
    if not response.content:
        return None
    try:
        status = UploadErrors.decode(response.content).status
    except DecodeError as error:
        raise PeerError(f"The leader's answer to an upload: {error}.") from None
    return status[0].error.name.lower() if status else None


def _client(leader: str, token: str, concurrency: int) -> httpx.AsyncClient:
    local = is_loopback(urlsplit(leader).hostname or "")
    return httpx.AsyncClient(
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": str(MediaType.UPLOAD_REQ),
            "User-Agent": "shoal-simulator",
        },
        limits=httpx.Limits(max_connections=concurrency),
        timeout=30.0,
        trust_env=not local,
        verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )
