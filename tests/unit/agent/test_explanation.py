"""A number's way from what was read to the verdict: the same numbers as everywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent import explanation, migrations, sampler, summary
from agent.errors import TaskMismatch, UsageError
from agent.model import Moment
from agent.probes.host import Absent
from agent.probes.host.linux import LinuxHost
from agent.probes.host.linux.recorded import Recorded
from agent.schedule import DAY, QUARTER
from agent.store import Store
from catalogue.load import load
from tests.fakes import FakeEnv
from tests.unit.agent.probes.host.recordings import LINUX

CATALOGUE = load(None)


def at(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sit at a recorded computer."""
    system = Recorded(LINUX / host)
    monkeypatch.setattr(explanation, "this_host", lambda around: LinuxHost(around(system)))
    monkeypatch.setattr(explanation, "this_platform", lambda: "linux")


class TestHere:
    def test_what_was_asked_and_what_came_of_it(self, env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
        at("laptop", monkeypatch)
        found = explanation.here(env, CATALOGUE, CATALOGUE.metric("endpoint.disk_free"), {})
        assert (found.platform, found.probe) == ("linux", "storage")
        assert found.how == "The fullest volume's free share in percent."
        (only,) = found.rounds
        assert only.sample == 18.5
        assert only.moment == Moment(env.now(), env.monotonic(), "boot-1")
        (asked,) = only.heard
        assert asked.method == "volumes"
        usage = [each.given for each in asked.below if each.method == "library.disk_usage"]
        assert usage == [("/",), ("/home/user",)]

    def test_what_takes_two_readings_is_read_twice(
        self, env: FakeEnv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at("laptop", monkeypatch)
        found = explanation.here(env, CATALOGUE, CATALOGUE.metric("network.tcp_retransmit"), {}, settle=7)
        assert [(each.sample, each.reason) for each in found.rounds] == [
            (None, "needs a second reading"),
            ((0.0, 0.0), None),
        ]
        assert found.rounds[1].moment.ticking == found.rounds[0].moment.ticking + 7

    def test_it_goes_on_from_what_the_sampler_remembers_and_leaves_it_alone(
        self, env: FakeEnv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at("laptop", monkeypatch)
        metric = CATALOGUE.metric("endpoint.oom_kills")
        marks = {"endpoint.oom_kills": "boot-1 all=0", "endpoint.oom_kills.x": "1", "other": "y"}
        before = dict(marks)
        (only,) = explanation.here(env, CATALOGUE, metric, marks).rounds
        assert only.sample == 2.0
        assert marks == before
        assert explanation.remembered(marks, metric) == {k: v for k, v in before.items() if k != "other"}

    def test_an_answer_that_takes_long_is_waited_for(
        self, env: FakeEnv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at("laptop", monkeypatch)
        env.set_clock(1_700_000_000)
        found = explanation.here(env, CATALOGUE, CATALOGUE.metric("app.security_updates"), {})
        assert found.rounds[-1].sample == 3.0

    def test_without_a_target_nothing_is_tried(self, env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
        at("laptop", monkeypatch)
        rounds = explanation.here(env, CATALOGUE, CATALOGUE.metric("network.tcp_latency"), {}).rounds
        assert all("no target" in (each.reason or "") and not each.heard for each in rounds)

    def test_a_metric_without_a_source_here(self, env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
        at("laptop", monkeypatch)
        monkeypatch.setattr(explanation, "this_platform", lambda: "plan9")
        found = explanation.here(env, CATALOGUE, CATALOGUE.metric("endpoint.disk_free"), {})
        assert (found.platform, found.how, found.rounds) == ("plan9", "", ())

    def test_a_system_without_probes(self, env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
        def none(around: object) -> LinuxHost:
            raise Absent("there are no probes for plan9 yet")

        monkeypatch.setattr(explanation, "this_host", none)
        with pytest.raises(TaskMismatch, match="plan9"):
            explanation.here(env, CATALOGUE, CATALOGUE.metric("endpoint.disk_free"), {})


class TestReplayed:
    def test_every_moment_is_a_reading(self) -> None:
        found = explanation.replayed(LINUX / "wrapping", CATALOGUE, CATALOGUE.metric("endpoint.oom_kills"))
        assert [each.sample for each in found.rounds] == [0.0, 0.0, 1.0, 1.0]
        assert explanation.alone(CATALOGUE.metric("endpoint.oom_kills"), found.rounds).value() == 2.0

    def test_all_metrics_at_once_give_the_newest_sample_of_each(self) -> None:
        reading = explanation.whole(LINUX / "wrapping", CATALOGUE)
        assert reading.samples["endpoint.disk_latency"] == pytest.approx(8200 / 3750)
        assert reading.samples["endpoint.cpu_busy"] == 0.0  # of the moment before
        assert "endpoint.cpu_busy" not in reading.reasons
        assert reading.reasons["endpoint.battery_capacity"] == "there is no battery"

    @pytest.mark.parametrize("text", [None, "now = ", 'platform = "plan9"\nnow = 1', "home = 'x'"])
    def test_a_folder_that_is_no_recording(self, tmp_path: Path, text: str | None) -> None:
        place = tmp_path / "host"
        if text is not None:
            place.mkdir()
            (place / "answers.toml").write_text(text)
        with pytest.raises(UsageError) as caught:
            explanation.replayed(place, CATALOGUE, CATALOGUE.metric("endpoint.disk_free"))
        assert "host" in caught.value.message or "plan9" in caught.value.message
        with pytest.raises(UsageError):
            explanation.whole(place, CATALOGUE)


class TestKept:
    @pytest.fixture
    def store(self, env: FakeEnv) -> Iterator[Store]:
        migrations.migrate(env.database, CATALOGUE.metrics)
        with closing(Store.open(env, CATALOGUE.metrics)) as store:
            yield store

    def test_the_parts_make_the_value_of_the_status(self, env: FakeEnv, store: Store) -> None:
        env.set_clock(1_700_006_400)  # a UTC midnight
        for minute in range(2 * 24 * 60 + 40):
            samples = {"endpoint.disk_free": 20.0 + minute % 7, "network.tcp_rtt": float(minute)}
            store.add(env.now(), samples | {"network.tcp_retransmit": (1.0, 100.0)}, {})
            env.pass_time(60)
        store.flush()
        now = env.now()
        wanted = summary.today(store, CATALOGUE, now)
        for id in ("endpoint.disk_free", "network.tcp_rtt", "network.tcp_retransmit"):
            metric = CATALOGUE.metric(id)
            kept = explanation.kept(store, metric, now)
            assert kept.tally.value() == wanted[id].value
            assert kept.tally.count == 2 * 24 * 60 + 40 == sum(part.tally.count for part in kept.parts)
            assert kept.stop - kept.start == metric.window * DAY
            sizes = [part.seconds for part in kept.parts]
            assert (sizes.count(DAY), sizes.count(QUARTER), sizes.count(0)) == (2, 2, 10)

    def test_nothing_is_kept_of_what_was_never_measured(self, env: FakeEnv, store: Store) -> None:
        kept = explanation.kept(store, CATALOGUE.metric("network.wifi_signal"), env.now())
        assert (list(kept.parts), kept.tally.value()) == ([], None)


def test_it_reads_what_the_sampler_reads(env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every metric, by both ways, of the same computer."""
    at("laptop", monkeypatch)
    monkeypatch.setattr(sampler, "this_host", lambda: LinuxHost(Recorded(LINUX / "laptop")))
    env.set_clock(1_700_000_000)
    whole = sampler.once(env)
    for id, sample in whole.samples.items():
        env.set_clock(1_700_000_000)
        rounds = explanation.here(env, CATALOGUE, CATALOGUE.metric(id), {}).rounds
        if rounds:
            assert rounds[-1].sample == (None if sample is None else pytest.approx(sample, rel=1e-3)), id
