"""Releases made by the product's own code of totals that a test knows, and the noise's exact distribution.

`Releases` puts each batch's masked halves into the databases of a leader and a helper; from there on it is
their own code that draws the noise and seals, and the collector's that joins, signs and makes intervals. What
is left out is reports, and the network.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from catalogue import layout
from catalogue.load import load
from catalogue.model import Catalogue
from dap.constants import Role
from dap.task import TaskInfo
from server import noise, releases
from server.archive import Archive, Collection, State
from server.batches import BatchState
from server.collector import Collector
from server.config import CollectorConfig
from server.releases import Release
from tests.aggregators import DAY, Table, collection_request, make_pair

WEEK = 7 * DAY
FIRST = 2_900
"""The number of the first period; a weekly one of 2025."""


@cache
def catalogue() -> Catalogue:
    """The built-in one."""
    return load("en")


class Releases:
    """A weekly task of the catalogue's first metrics, its aggregators and its collector.

    `silent` aggregators add no noise. Where `drawn_for` is given, noise is drawn for those terms instead of
    the task's: a fault to be found.
    """

    def __init__(
        self,
        folder: Path,
        *,
        metrics: int,
        rho: Fraction,
        seed: object,
        silent: Sequence[Role] = (),
        drawn_for: Fraction | None = None,
    ) -> None:
        prefix = catalogue().prefix(metrics)
        pair = make_pair(
            folder,
            length=layout.length(prefix),
            metrics=metrics,
            digest=layout.digest(prefix),
            period=WEEK,
            grace=WEEK,
            rho=rho,
            noise=True,
        )
        for role in silent:
            quiet = dataclasses.replace(getattr(pair, role.word), noise=False)
            pair = pair._replace(**{role.word: quiet})
        self.length = pair.length
        self.info = pair.task.info
        self._metrics = prefix
        self._table = Table(pair, FIRST)
        self._period = FIRST
        self._source = random.Random(f"{seed} {rho} {silent}")
        self._drawn_for = drawn_for
        collector = CollectorConfig(
            folder=folder / "collector",
            task=pair.task,
            configuration=pair.task.configuration,
            hpke_keys=(pair.collector_key,),
            leader_url="",
            leader_token="",
            dialect=pair.leader.dialect,
            since=0,
            database=folder / "collector" / "releases.db",
        )
        collector.folder.mkdir()
        self._archive = Archive(collector.database, pair.task.task_id)
        nobody: Any = None  # whom to ask over the network
        self._collector = Collector(collector, catalogue(), self._archive, nobody, now=self._table.clock)

    def close(self) -> None:
        self._table.close()
        self._archive.close()

    def vector(self, source: random.Random) -> tuple[int, ...]:
        """All answers of one device, at random."""
        return layout.encode(
            {metric.id: source.randrange(metric.buckets) for metric in self._metrics}, self._metrics
        )

    def release(self, count: int, totals: Sequence[int]) -> Release:
        """What is published of a batch with these true totals."""
        table, self._period = self._table, self._period + 1
        table.clock.now = table.periods.collectable_from(self._period)
        self._fill(count, totals)
        with self._noise():
            answer = table.collect(self._period).encode()
        request = collection_request(self._period).encode()
        row = Collection(self._period, State.ANSWERED, request, None, answer, "")
        found, joined = self._collector.open(row)
        return releases.make(
            *(table.task, catalogue(), self._period, found, joined),
            now=table.clock.now,
            rho_before=Fraction(0),
        )

    def _fill(self, count: int, totals: Sequence[int]) -> None:
        """As if `count` reports had been added up: each half alone is random."""
        vdaf = self._table.task.config.vdaf()
        mask = [self._source.randrange(vdaf.field.modulus) for _ in totals]
        checksum = self._source.randbytes(32)
        halves = (self._table.leader, vdaf.field.subtract(totals, mask)), (self._table.helper, mask)
        for aggregator, half in halves:
            with aggregator.database.write() as connection:
                connection.execute(
                    "INSERT INTO batches VALUES (?, ?, ?, ?, ?)",
                    (self._period, int(BatchState.OPEN), count, checksum, vdaf.encode_aggregate(half)),
                )

    @contextmanager
    def _noise(self) -> Iterator[None]:
        """The aggregators' own sampler, on randomness that can be repeated."""
        real, below = noise.draw, self._source.randrange

        def draw(info: TaskInfo, length: int) -> list[int]:
            if self._drawn_for is not None:
                info = info._replace(rho=self._drawn_for)
            return real(info, length, below)

        with mock.patch.object(noise, "draw", draw):
            yield


def estimates(release: Release) -> list[int]:
    """The joined totals, bucket by bucket."""
    return [bucket.total.estimate for metric in release.metrics for bucket in metric.buckets]


# -- what the noise must be, from its definition alone


class Noise:
    """The sum of so many independent discrete Gaussians: P(X = k) ∝ exp(−k²/2σ²) each."""

    def __init__(self, sigma2: Fraction, copies: int) -> None:
        reach = int(14 * float(sigma2) ** 0.5) + 2
        k = np.arange(-reach, reach + 1)
        one = np.exp(-(k**2) / (2 * float(sigma2)))
        one /= one.sum()
        masses: NDArray[np.float64] = np.ones(1)
        for _ in range(copies):
            masses = np.convolve(masses, one)
        self.masses = masses
        self.middle = len(masses) // 2

    @property
    def variance(self) -> float:
        k = np.arange(len(self.masses)) - self.middle
        return float((self.masses * k**2).sum())

    def within(self, half_width: int) -> float:
        """P(|X| ≤ h)."""
        return float(self.masses[self.middle - half_width : self.middle + half_width + 1].sum())

    def logarithm(self, k: int) -> float:
        """log P(X = k); −∞ far out."""
        at = self.middle + k
        mass = self.masses[at] if 0 <= at < len(self.masses) else 0.0
        return float(np.log(mass)) if mass > 0 else float("-inf")


def sigma2(info: TaskInfo) -> Fraction:
    """σ² = n / 2ρ of each aggregator's noise, as the documents promise it."""
    return Fraction(info.metrics) / (2 * info.rho)
