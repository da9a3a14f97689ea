"""Two devices, two aggregators in this process, and all that either aggregator ever holds of them.

Leader, helper and their databases are the product's own; they talk without HTTP. What each comes to hold is
read off afterwards with its own keys: decrypted shares, verifier shares, messages, sums, rows.
"""

from __future__ import annotations

import dataclasses
import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from dap.constants import Role
from dap.messages import (
    AggregationJobInitReq,
    CollectionJobResp,
    PingPong,
    Report,
    ReportShare,
    UploadRequest,
)
from dap.messages.binding import vdaf_context
from dap.prio3 import Prio3SumVec
from dap.seal import Measurement, seal
from dap.shares import open_aggregate_share, open_input_share
from dap.task import Task, TaskInfo
from server import batches, noise
from server.aggregator import Aggregator
from server.config import OperatorConfig
from tests.aggregators import Pair, Table, collection_request, make_pair

LENGTH = 10
PERIOD = 20_000
Vector = tuple[int, ...]
Sealing = Callable[[Vector, Task, bytes], bytes]
"""From vector, task and opening to an upload."""


def sealed(vector: Vector, task: Task, opening: bytes) -> bytes:
    """As the agent does it."""
    return seal(Measurement(PERIOD, vector), task, opening).body


class Half(NamedTuple):
    """One device's report, as one aggregator holds it. Vectors are field elements."""

    received: bytes
    """The upload (leader), or what the leader passes on of it (helper): id, time, public share, ciphertexts,
    and the leader's verifier share."""
    report_id: bytes
    public_share: bytes
    input_share: bytes
    measurement: list[int]
    proof: list[int]
    blind: bytes
    own_verifier: list[int]
    other_verifier: list[int]
    """The leader's, at the helper; none at the leader."""
    joint_seed: bytes
    out_share: list[int]


class View(NamedTuple):
    """All that one aggregator holds in the end, and what is published."""

    role: Role
    vdaf: Prio3SumVec
    context: bytes
    verify_key: bytes
    halves: tuple[Half, Half]
    own_total: list[int]
    """Its sum before its noise."""
    noisy: tuple[list[int], ...]
    """Both sums after it: whoever runs the collector reads both, and from the release either follows."""
    messages: bytes
    rows: bytes
    """Its database before, between and after."""

    @property
    def known(self) -> bytes:
        """Everything as bytes."""
        total = self.vdaf.field.encode(self.own_total)
        return b"".join((total, *map(self.vdaf.field.encode, self.noisy), self.messages, self.rows))


class Views(NamedTuple):
    """One trial: the leader's view, the helper's, and which device had which vector: to be guessed."""

    leader: View
    helper: View
    vectors: tuple[Vector, Vector]


class Lab:
    """One pair of operators for many trials. Everything follows from the seed."""

    def __init__(self, folder: Path, seed: object, sealing: Sealing = sealed) -> None:
        # relative: the pair's keys follow from the path's name
        self._pair = make_pair(
            Path("pair"), length=LENGTH, min_batch_size=2, noise=True, ports=(8_601, 8_602)
        )
        self._folder = folder
        self._source = random.Random(f"lab {seed}")
        self._sealing = sealing

    def trial(self, vectors: tuple[Vector, Vector]) -> Views:
        """Two devices with these vectors report; the batch is aggregated and collected."""
        place = self._folder / "trial"
        pair = self._pair._replace(leader=_at(self._pair.leader, place), helper=_at(self._pair.helper, place))
        with closing(Table(pair, PERIOD)) as table:
            found = self._play(table, vectors)
        shutil.rmtree(place)
        return found

    def _play(self, table: Table, vectors: tuple[Vector, Vector]) -> Views:
        uploads = [self._sealing(vector, table.task, self._source.randbytes(32)) for vector in vectors]
        with _repeatable(self._source):
            assert table.upload(*uploads) == [None, None]
            both: tuple[Aggregator, Aggregator] = (table.leader, table.helper)
            rows = {role: [_rows(role)] for role in both}
            job = table.leader.make_job(PERIOD, 10)
            assert job is not None
            answer = table.helper.aggregate(job.request).response or b""
            added = table.leader.finish_job(job, answer).added
            for role in both:
                rows[role].append(_rows(role))
            totals = [_total(role) for role in both]
            collected = table.collect() if added == len(uploads) else None
            for role in both:
                rows[role].append(_rows(role))
        noisy = () if collected is None else _noisy(table.pair, collected)
        messages = job.request + answer + (b"" if collected is None else collected.encode())
        views = [
            View(
                *(role.config.role, role.vdaf, vdaf_context(role.task_id), role.config.verify_key),
                halves,
                *(total, noisy, messages, b"".join(rows[role])),
            )
            for role, halves, total in zip(both, _halves(table, uploads, job.request), totals, strict=True)
        ]
        return Views(views[0], views[1], vectors)


def _at(config: OperatorConfig, place: Path) -> OperatorConfig:
    return dataclasses.replace(config, database=place / config.role.word / "batches.db")


@contextmanager
def _repeatable(source: random.Random) -> Iterator[None]:
    """The aggregators' noise and ephemeral keys, from a seed."""
    real = noise.draw

    def draw(info: TaskInfo, length: int) -> list[int]:
        return real(info, length, source.randrange)

    with mock.patch.object(noise, "draw", draw), mock.patch.object(os, "urandom", source.randbytes):
        yield


def _rows(role: Aggregator) -> bytes:
    """Every row of every table, as bytes."""
    found = bytearray()
    with role.database.write() as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for name in sorted(names):
            for row in connection.execute(f"SELECT * FROM {name}"):
                for cell in row:
                    found += cell if isinstance(cell, bytes) else str(cell).encode()
    return bytes(found)


def _total(role: Aggregator) -> list[int]:
    with role.database.write() as connection:
        share = batches.find(connection, PERIOD).share
    return role.vdaf.zero() if share is None else role.vdaf.decode_aggregate(share)


def _noisy(pair: Pair, collected: CollectionJobResp) -> tuple[list[int], ...]:
    shares = (
        (Role.LEADER, collected.leader_encrypted_agg_share),
        (Role.HELPER, collected.helper_encrypted_agg_share),
    )
    request = collection_request(PERIOD)
    task = pair.task
    return tuple(
        task.config.vdaf().decode_aggregate(
            open_aggregate_share(pair.collector_key, role, task.task_id, task.configuration, request, share)
        )
        for role, share in shares
    )


def _halves(table: Table, uploads: Sequence[bytes], job: bytes) -> Iterator[tuple[Half, Half]]:
    """What leader and helper read of both reports, each with its own keys."""
    reports = [UploadRequest.decode(upload).reports[0] for upload in uploads]
    inits = {
        init.report_share.report_metadata.report_id: init
        for init in AggregationJobInitReq.decode(job, table.leader.config.dialect).verify_inits
    }
    first, second = (
        _half(table.leader, report, upload, b"") for report, upload in zip(reports, uploads, strict=True)
    )
    yield first, second
    passed = [inits[report.report_metadata.report_id] for report in reports]
    first, second = (
        _half(
            table.helper,
            init.report_share,
            init.encode(),
            PingPong.decode(init.payload).verifier_share or b"",
        )
        for init in passed
    )
    yield first, second


def _half(role: Aggregator, report: Report | ReportShare, received: bytes, other: bytes) -> Half:
    config, vdaf = role.config, role.vdaf
    context, index = vdaf_context(role.task_id), int(config.role is Role.HELPER)
    metadata = report.report_metadata
    try:
        share = open_input_share(config.hpke_keys[0], config.role, role.task_id, config.configuration, report)
    except Exception:  # a weakened device's, which this one cannot read
        return Half(received, metadata.report_id, report.public_share, *(b"", [], [], b"", [], [], b"", []))
    state, verifier = vdaf.verify_init(
        config.verify_key, context, index, metadata.report_id, report.public_share, share
    )
    measurement, _, proof, blind = vdaf._open_input_share(context, index, share)
    return Half(
        *(received, metadata.report_id, report.public_share, share, measurement, proof, blind),
        _elements(vdaf, verifier),
        _elements(vdaf, other),
        state.joint_rand_seed,
        list(state.out_share),
    )


def _elements(vdaf: Prio3SumVec, verifier: bytes) -> list[int]:
    """A verifier share without the joint randomness part at its end."""
    return vdaf.field.integers(verifier[: -32 or None]) if verifier else []
