"""Simulated devices: equal seeds give equal fleets, and what they count is what was sent."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from catalogue import layout
from catalogue.load import load
from catalogue.model import Metric
from server import batches, simulator
from server.errors import PeerError
from server.serve import serving
from tests.aggregators import DAY, UPLOAD_TOKEN, Pair, free_ports, make_pair, totals

METRICS = load().prefix(5)
PAST = int(time.time()) // DAY - 7


def pair_for(metrics: tuple[Metric, ...], folder: Path) -> Pair:
    return make_pair(
        folder,
        length=layout.length(metrics),
        metrics=len(metrics),
        digest=layout.digest(metrics),
        ports=free_ports(2),
    )


def test_every_answer_is_one_that_a_device_could_give() -> None:
    found = list(simulator.answers(METRICS, 300, seed=1))
    decoded = [layout.decode(vector, METRICS) for vector in found]
    for metric in METRICS:
        buckets = [answer[metric.id] for answer in decoded]
        assert 3 <= buckets.count(None) <= 60, "some devices have no answer, most have"
        assert len(set(buckets)) > 2, "a fleet is not all alike"


def test_equal_seeds_give_equal_bytes(tmp_path: Path) -> None:
    pair = pair_for(METRICS, tmp_path)

    def sent(seed: int) -> list[bytes]:
        vectors = simulator.answers(METRICS, 5, seed)
        return [content for _, content in simulator.bodies(pair.task, PAST, vectors, seed)]

    assert sent(1) == sent(1)
    assert not set(sent(1)) & set(sent(2))
    assert len(set(sent(1))) == 5
    assert len({len(content) for content in sent(1)}) == 1


def test_what_it_says_it_sent_is_what_the_leader_has(tmp_path: Path) -> None:
    pair = pair_for(METRICS, tmp_path)
    seen: list[int] = []

    async def talk() -> simulator.Simulation:
        async with serving(pair.helper), serving(pair.leader) as (_, leader):
            found = await simulator.simulate(
                pair.task,
                METRICS,
                devices=30,
                period=PAST,
                token=UPLOAD_TOKEN,
                seed="fleet",
                concurrency=4,
                progress=seen.append,
            )
            async with asyncio.timeout(20):
                while True:
                    with leader.database.write() as connection:
                        if batches.find(connection, PAST).reports == 30:
                            return found
                    await asyncio.sleep(0.05)

    found = asyncio.run(talk())
    assert seen == list(range(1, 31))
    assert (found.devices, found.taken, found.refused) == (30, 30, {})
    fleet = list(simulator.answers(METRICS, 30, "fleet"))
    assert list(found.counts) == totals(fleet, layout.length(METRICS))


def test_refused_reports_are_counted_and_left_out(tmp_path: Path) -> None:
    pair = pair_for(METRICS, tmp_path)

    async def talk() -> simulator.Simulation:
        async with serving(pair.leader):
            future = 10**9
            return await simulator.simulate(pair.task, METRICS, devices=3, period=future, token=UPLOAD_TOKEN)

    found = asyncio.run(talk())
    assert (found.taken, found.refused) == (0, {"report_too_early": 3})
    assert set(found.counts) == {0}


def test_a_leader_that_is_away_or_refuses_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulator, "_FIRST_PAUSE", 0.001)
    pair = pair_for(METRICS, tmp_path)

    async def talk(token: str) -> None:
        await simulator.simulate(pair.task, METRICS, devices=3, period=PAST, token=token)

    with pytest.raises(PeerError, match="ConnectError"):
        asyncio.run(talk(UPLOAD_TOKEN))

    async def refused() -> None:
        async with serving(pair.leader):
            await talk("another token")

    with pytest.raises(PeerError, match="HTTP 403") as error:
        asyncio.run(refused())
    assert "another token" not in str(error.value)


def test_its_outputs_are_labelled() -> None:
    assert simulator.LABEL == "SIMULATED"
    assert simulator.__doc__ is not None and simulator.__doc__.startswith("SIMULATED")
