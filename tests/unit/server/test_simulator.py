"""Simulated devices: equal seeds give equal fleets, and what they count is what was sent."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from pathlib import Path

import pytest

from catalogue import layout
from catalogue.load import load
from catalogue.model import Metric
from catalogue.verdict import Verdict, bad_count, bucket_verdict
from server import batches, simulator
from server.errors import PeerError
from server.serve import serving
from tests.aggregators import DAY, UPLOAD_TOKEN, Pair, free_ports, make_pair, totals

ALL = load().metrics
METRICS = load().prefix(5)
PAST = int(time.time()) // DAY - 2


def pair_for(metrics: tuple[Metric, ...], folder: Path) -> Pair:
    return make_pair(
        folder,
        length=layout.length(metrics),
        metrics=len(metrics),
        digest=layout.digest(metrics),
        ports=free_ports(2),
    )


def fleet(seed: int, devices: int = 400) -> list[dict[str, int | None]]:
    return [layout.decode(vector, ALL) for vector in simulator.answers(ALL, devices, seed)]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_fleet_is_mostly_healthy_and_not_all_alike(seed: int) -> None:
    answers = fleet(seed)
    for metric in ALL:
        verdicts = Counter(bucket_verdict(metric, answer[metric.id]) for answer in answers)
        answered = len(answers) - verdicts[Verdict.UNKNOWN]
        assert verdicts[Verdict.OK] > 0.7 * answered, metric.id
        assert verdicts[Verdict.BAD] < 0.12 * answered, metric.id
        assert verdicts[Verdict.OK] < answered, "nothing to find would be no fleet either"


def test_who_has_no_answer() -> None:
    answers = fleet(3)
    shares = {metric.id: sum(answer[metric.id] is None for answer in answers) / 400 for metric in ALL}
    for id in simulator._MOBILE:
        assert 0.25 < shares[id] < 0.45, "a third of a fleet has neither battery nor Wi-Fi"
    assert max(share for id, share in shares.items() if id not in simulator._MOBILE) < 0.25
    assert min(shares.values()) > 0, "a few chose quiet: they are in no metric"
    assert 1 <= sum(set(answer.values()) == {None} for answer in answers) <= 20
    assert {*simulator._MOBILE, *simulator._SILENT} <= shares.keys()


def test_bad_counts_are_the_device_s_own() -> None:
    derived = [metric for metric in ALL if metric.is_derived]
    assert len(derived) == 3
    for answer in fleet(4):
        verdicts = {metric.id: bucket_verdict(metric, answer[metric.id]) for metric in ALL}
        for metric in derived:
            assert answer[metric.id] == metric.bucket(bad_count(metric.category, verdicts, ALL))


def test_bad_counts_count_within_the_task_s_prefix() -> None:
    prefix = load().prefix(10)
    assert prefix[-1].id == "endpoint.bad_count"
    for vector in simulator.answers(prefix, 200, 5):
        answer = layout.decode(vector, prefix)
        verdicts = {metric.id: bucket_verdict(metric, answer[metric.id]) for metric in prefix}
        expected = bad_count("endpoint", verdicts, prefix)
        assert answer["endpoint.bad_count"] == prefix[-1].bucket(expected)


def test_some_devices_are_worse_in_everything() -> None:
    """Unhealthy answers gather on few devices, more than independent draws would."""
    unhealthy = (Verdict.WARN, Verdict.BAD)
    per_device = [
        sum(bucket_verdict(metric, answer[metric.id]) in unhealthy for metric in ALL if not metric.is_derived)
        for answer in fleet(6)
    ]
    mean = statistics.fmean(per_device)
    assert statistics.variance(per_device) > 2 * mean


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
    sent = list(simulator.answers(METRICS, 30, "fleet"))
    assert list(found.counts) == totals(sent, layout.length(METRICS))


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

    with pytest.raises(PeerError, match="does not take this upload token: HTTP 403") as error:
        asyncio.run(refused())
    assert "another token" not in str(error.value)


def test_its_outputs_are_labelled() -> None:
    assert simulator.LABEL == "SIMULATED"
    assert simulator.__doc__ is not None and simulator.__doc__.startswith("SIMULATED")
