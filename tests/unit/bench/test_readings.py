"""What readings cost: real probes on this computer, a real day's loop, real checks of a real target."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from agent import checking
from agent.probes import probes, this_host
from agent.probes.host import Process
from bench import probes as table
from bench import readings
from bench.target import listening
from catalogue.load import load

KNOWN = load(None)


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "PAUSE", 0.0)


@pytest.mark.usefixtures("brief")
class TestEachProbe:
    def test_every_metric_of_this_platform_is_in_one_row(self) -> None:
        found = probes(this_host(), KNOWN)
        rows = readings.each_probe(found, KNOWN.metrics, 2)
        ids = [id for row in rows for id in row.ids]
        assert sorted(ids) == sorted(id for probe in found for id in probe.metrics)
        every = {metric.id: metric.every for metric in KNOWN.metrics}
        assert all(every[id] == row.every for row in rows for id in row.ids)
        for row in rows:
            plain = row.plain()
            assert plain["first"].own > 0
            assert plain["warm"].own > 0
            assert plain["answered"] <= len(plain["metrics"])
        assert sum(row.plain()["answered"] for row in rows) >= 10

    def test_what_metrics_share_is_read_once_a_round(self, monkeypatch: pytest.MonkeyPatch) -> None:
        host = this_host()
        scans = 0
        real = host.processes

        def counted() -> Iterable[Process]:
            nonlocal scans
            scans += 1
            return real()

        monkeypatch.setattr(host, "processes", counted)
        found = [probe for probe in probes(host, KNOWN) if probe.name == "apps"]
        readings.each_probe(found, KNOWN.metrics, 3)
        assert scans == 4


def test_a_scan_sees_processes_and_costs_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "PAUSE", 0.0)
    processes, cost = readings.scan(3)
    assert processes >= 1
    assert 0 < cost < 1000


class TestMeter:
    def test_own_and_what_was_started(self) -> None:
        meter = readings.Meter()
        assert os.system("i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done") == 0
        cost = meter.cost()
        assert cost.below > 10
        assert cost.own < cost.below


def test_a_day_of_the_real_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "_MINUTES", 90)
    found = readings.day(tmp_path / "state", KNOWN.metrics)
    assert 0.1 < found["probes"] < found["all"]
    assert 0 < found["store"] < found["all"]
    assert found["probes"] + found["store"] <= found["all"]


def test_a_target_is_checked_plainly_and_thoroughly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The pauses between a check's ten connections cost nothing but time.
    brief = "import agent.connection.reach as r; r.STAGGER = 0.02; main()"
    monkeypatch.setattr("agent.checking._SCRIPT", checking._SCRIPT.replace("main()", brief))
    with listening(tmp_path / "target") as target:
        device = table.device(tmp_path / "device", target)
        order = table.order(device)
        assert f"target localhost:{target.port}" in order.splitlines()
        found = readings.reach(tmp_path / "state", order, 1)
    plain, thorough = sum(found["plain"]), sum(found["thorough"])
    assert 0 < plain < thorough <= sum(found["first"]) * 3
    assert found["every"] == [300, 3600]


def _row(probe: str, every: int, metrics: list[str], warm: tuple[float, float]) -> dict[str, Any]:
    return {
        "probe": probe,
        "every": every,
        "metrics": metrics,
        "answered": 1,
        "readings": 9,
        "first": [3.0, 0.0],
        "warm": warm,
        "later": False,
    }


def test_the_table_adds_up() -> None:
    found = table.Probes(
        [
            _row("memory", 60, ["endpoint.memory_low"], (0.5, 0.0)),
            _row("target", 300, ["network.jitter"], (0.1, 0.0)),
            _row("target", 3600, ["network.tls_time"], (0.1, 0.0)),
            _row("updates", 86_400, ["endpoint.os_support"], (44.0, 100.0)),
        ],
        (48, 1.0),
        {"all": 1.0, "store": 0.2, "probes": 0.6},
        {"first": [2.0, 60.0], "plain": [1.0, 4.0], "thorough": [1.6, 64.0], "every": [300, 3600]},
    )
    assert found.plain == pytest.approx((0.2, 0.8))
    assert found.thorough == pytest.approx((0.01, 1.0))
    (shown,) = found.tables
    by_name = {(str(row[0]), str(row[3])): row[-1] for row in shown.rows}
    assert by_name["memory", "minute"] == pytest.approx(0.5)
    assert by_name["updates", "day"] == pytest.approx(0.1)
    assert by_name["target", "5 minutes"] == pytest.approx(1.0)
    assert by_name["target", "hour"] == pytest.approx(1.01)
    assert by_name["all, without a target", "None"] == pytest.approx(0.5 + 0.1 + 0.4)
    assert by_name["all, with a target", "None"] == pytest.approx(1.0 + 2.01)
    assert "1.00 ms a minute in all" in " ".join(found.prose)
