"""SIMULATED devices: invented answers, real reports. For trying out, tests and load, never for figures.

Each device draws plausible answers to the catalogue's metrics (a fleet that is mostly healthy), and goes
through the very `dap.seal` that the agent uses. Equal seeds give equal answers and equal bytes, so a caller
can compare a release with the truth.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import random
import ssl
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

import httpx
import truststore

from catalogue import layout
from catalogue.verdict import Verdict, bad_count, bucket_verdict
from dap.codec import encode_id
from dap.constants import MediaType
from dap.dialect import resource
from dap.errors import DecodeError
from dap.messages import UploadErrors
from dap.seal import Measurement, seal
from dap.task import is_loopback
from server.errors import PeerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from catalogue.model import Metric
    from dap.task import Task

LABEL: Final = "SIMULATED"
"""What every output that such devices took part in has to say."""
CONCURRENCY: Final = 16
_ATTEMPTS: Final = 8
_FIRST_PAUSE: Final = 0.2
_NORMAL: Final = NormalDist()
_DESKTOPS: Final = 0.33  # share of devices without battery and Wi-Fi
_MOBILE: Final = frozenset({"endpoint.battery_capacity", "network.wifi_signal"})
_SILENT: Final = {
    # shares of devices without a source, where that is more than a few
    "endpoint.secure_boot": 0.12,
    "endpoint.thermal_throttle": 0.15,
    "endpoint.unclean_shutdowns": 0.08,
    "network.tcp_retransmit": 0.1,
}
_QUIET: Final = 0.02  # share of devices whose user chose quiet: all zeros
_LEAN: Final = 0.5  # how much a device's own lean has in its answers, of 1
_WORN: Final = 0.06  # share of devices that lean to the worse side by much …
_WORN_OUT: Final = 1.3  # … and by how many deviations
_TAIL: Final = 1.6  # unhealthy devices gather at the milder end


class Simulation(NamedTuple):
    """What a simulated fleet sent and what became of it.

    ``counts`` are the true sums over the reports that the leader took; ``refused`` counts its reasons.
    """

    period: int
    devices: int
    taken: int
    counts: tuple[int, ...]
    refused: dict[str, int]


class _Tendency(NamedTuple):
    """How one metric lies in one invented fleet: shares of its devices, and where the healthy ones gather."""

    ok: float  # share of average devices whose verdict is ok
    bad: float
    crowding: float  # above 1: the healthy ones gather in the best buckets; below: near the first threshold
    silent: float  # share of devices that have no answer


def answers(metrics: Sequence[Metric], devices: int, seed: int | str) -> Iterator[tuple[int, ...]]:
    """The vectors of so many invented devices, of which most are healthy.

    metrics: the task's prefix.  Every metric leans to its better side, with a small unhealthy tail; every
    device leans a little to one side in all of its metrics, and a few lean to the worse one by much. Some
    have no answer; a device that chose quiet has none at all. A bad_count counts the device's own bad ones.
    """
    fleet = random.Random(f"fleet {seed}")  # noqa: S311 - invented data; equal seeds must give equal fleets
    tendencies = {metric.id: _tendency(metric, fleet) for metric in metrics if not metric.is_derived}
    for number in range(devices):
        device = random.Random(f"device {seed} {number}")  # noqa: S311
        yield layout.encode(_device(metrics, tendencies, device), metrics)


def _tendency(metric: Metric, fleet: random.Random) -> _Tendency:
    silent = _SILENT.get(metric.id, fleet.uniform(0.01, 0.05))
    return _Tendency(fleet.uniform(0.84, 0.97), fleet.uniform(0.002, 0.015), fleet.uniform(0.7, 2.0), silent)


def _device(
    metrics: Sequence[Metric], tendencies: Mapping[str, _Tendency], device: random.Random
) -> dict[str, int | None]:
    """One device's answers: bucket or None for each metric."""
    quiet = device.random() < _QUIET
    desktop = device.random() < _DESKTOPS
    lean = device.gauss(0.0, _LEAN) + (_WORN_OUT if device.random() < _WORN else 0.0)
    buckets: dict[str, int | None] = {}
    for metric in metrics:
        if metric.is_derived:
            continue
        tendency = tendencies[metric.id]
        # from 0, the best of the fleet, to 1: a normal place, so that a device's lean moves all its answers
        place = _NORMAL.cdf(lean + device.gauss(0.0, math.sqrt(1 - _LEAN**2)))
        silent = device.random() < tendency.silent or (desktop and metric.id in _MOBILE)
        buckets[metric.id] = None if quiet or silent else _bucket(metric, tendency, place)
    verdicts = {
        metric.id: bucket_verdict(metric, buckets[metric.id]) for metric in metrics if not metric.is_derived
    }
    for metric in metrics:
        if metric.is_derived:
            count = None if quiet else bad_count(metric.category, verdicts, metrics)
            buckets[metric.id] = metric.bucket(count)
    return buckets


def _bucket(metric: Metric, tendency: _Tendency, place: float) -> int:
    """The bucket of a device that stands at this place, 0 to 1, among the fleet's."""
    order = range(metric.buckets) if metric.better == "lower" else range(metric.buckets - 1, -1, -1)
    by_verdict: dict[Verdict, list[int]] = {Verdict.OK: [], Verdict.WARN: [], Verdict.BAD: []}
    for bucket in order:  # the best first
        by_verdict[bucket_verdict(metric, bucket)].append(bucket)
    if place >= 1 - tendency.bad and by_verdict[Verdict.BAD]:
        found, inside, crowding = by_verdict[Verdict.BAD], (place - 1 + tendency.bad) / tendency.bad, _TAIL
    elif place >= tendency.ok and by_verdict[Verdict.WARN]:
        found, inside, crowding = by_verdict[Verdict.WARN], (place - tendency.ok) / (1 - tendency.ok), _TAIL
    else:
        found, inside, crowding = by_verdict[Verdict.OK], place / tendency.ok, tendency.crowding
    return found[min(len(found) - 1, int(len(found) * max(0.0, inside) ** crowding))]


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
                raise _refused(url, response.status_code)
        await asyncio.sleep(pause)
        pause *= 2
    raise PeerError(
        f"The leader does not answer at {url}: {reason}.",
        "Is it running (shoal-server leader, or serve), and is that its address?",
    )


def _refused(url: str, status: int) -> PeerError:
    if status in (401, 403):
        return PeerError(
            f"The leader does not take this upload token: HTTP {status}.",
            "Is it the token of this very task? Another is made at the leader by: shoal-server task token",
        )
    if status == 404:
        return PeerError(
            f"The leader does not know this task, or is not at {url}: HTTP 404.",
            "Is this the task file that the leader has installed?",
        )
    return PeerError(f"The leader refused a simulated upload: HTTP {status}.", "See what the leader says.")


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
