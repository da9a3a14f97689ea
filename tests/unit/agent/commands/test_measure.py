from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from agent import sampler
from agent.commands import explain, measure, tables
from agent.commands.session import Session
from agent.env import Env
from agent.model import Fact, Reading, Sample
from agent.probes import this_platform
from catalogue.sources import load_sources
from tests.unit.agent.commands.conftest import CATALOGUE, DAY, Machine

IDS = {metric.id for metric in CATALOGUE.metrics}


class TestStatus:
    def test_before_anything_it_says_how_to_begin_and_makes_no_file(self, machine: Machine) -> None:
        shown = machine.type("status").stdout
        assert "No check has an answer yet." in shown
        for command in ("shoal once", "shoal choose", "shoal run"):
            assert command in shown
        found = machine.json("status")
        assert {row["id"] for row in found["metrics"]} == IDS
        assert {row["verdict"] for row in found["metrics"]} == {"unknown"}
        assert found["last_measured"] is None
        assert machine.files() == set()

    def test_whatever_the_verdicts_it_exits_with_0(self, machine: Machine) -> None:
        machine.type("choose", "local")
        machine.measure(endpoint__disk_free=1.0)
        shown = machine.type("status").stdout
        assert "◆ bad" in shown  # by shape and word, not by colour
        assert "need no attention" in shown
        texts = CATALOGUE.texts["endpoint.disk_free"]
        assert f"{texts.title}: {texts.fix.split()[0]}" in shown  # what is bad comes with what to do

    def test_since_when_a_verdict_holds(self, machine: Machine) -> None:
        machine.type("choose", "local")
        machine.measure(endpoint__disk_free=50.0)
        began = machine.env.now()
        machine.env.pass_time(3 * DAY)
        machine.measure(endpoint__disk_free=1.0)
        bad = machine.env.now()
        machine.env.pass_time(2 * DAY)
        machine.measure(endpoint__disk_free=1.0)
        rows = {row["id"]: row["since"] for row in machine.json("status")["metrics"]}
        day = tables.day
        assert rows["endpoint.disk_free"] == {"day": day(bad), "at_least": False}
        assert rows["endpoint.memory_low"] is None or rows["endpoint.memory_low"]["day"] == day(began)
        assert rows["network.wifi_signal"] is None
        assert day(bad) in machine.type("status").stdout

    def test_shares_are_of_time_and_the_newest_has_no_span(self, machine: Machine) -> None:
        machine.measure(endpoint__memory_low=1.0, endpoint__uptime=16.0, app__crashes=2.0)
        rows = [re.split(r"  +", line) for line in machine.type("status").stdout.splitlines()]
        values = {row[1]: row[2:-1] for row in rows if len(row) > 3}
        texts = CATALOGUE.texts
        assert values[texts["endpoint.memory_low"].title] == ["100 % of time", "7 days"]
        assert values[texts["app.crashes"].title][1] == "7 days"
        assert values[texts["endpoint.uptime"].title] == ["16 days"]

    @pytest.mark.parametrize("columns", [80, 120])
    def test_it_fits_a_terminal(
        self, machine: Machine, columns: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        machine.measure(endpoint__disk_free=1.0, endpoint__memory_low=1.0, app__crashes=50.0)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(tables, "is_read_by_a_person", lambda: True)
        for command in ("status", "once", "preview"):
            lines = machine.type(command).stdout.splitlines()
            assert max(map(len, lines)) <= columns, (command, max(lines, key=len))

    def test_the_worst_comes_first(self, machine: Machine) -> None:
        machine.measure(endpoint__disk_free=1.0, endpoint__uptime=16.0)
        shown = machine.type("status").stdout
        assert shown.index("◆ bad") < shown.index("▲ warn") < shown.index("● ok") < shown.index("○ unknown")

    def test_values_as_the_report_would_have_them(self, machine: Machine) -> None:
        machine.type("choose", "local")
        machine.measure()
        found = machine.json("status")
        (disk,) = [row for row in found["metrics"] if row["id"] == "endpoint.disk_free"]
        assert (disk["value"], disk["verdict"], disk["bucket"]) == (18.5, "warn", 4)
        assert found["choice"] == "local"
        assert found["last_measured"] == pytest.approx(machine.env.now(), abs=1)

    def test_who_reads_it_is_noted_and_shown_to_the_next(self, machine: Machine) -> None:
        machine.measure()
        assert machine.json("status")["read_by"] == []
        machine.env.pass_time(60)
        (reader,) = machine.json("status")["read_by"]
        assert reader["account"]
        assert reader["time"] == int(machine.env.now()) - 60
        assert f"Read before, in 30 days: {reader['account']} (" in machine.type("status").stdout
        machine.env.pass_time(31 * DAY)
        assert machine.json("status")["read_by"] == []

    def test_hands_behind_sudo_are_named(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        machine.measure()
        monkeypatch.setenv("SUDO_USER", "helpdesk")
        machine.type("status")
        assert machine.json("status")["read_by"][0]["account"].endswith(" (sudo by helpdesk)")
        monkeypatch.setenv("SUDO_USER", "\x1b[31mred")
        machine.type("status")
        assert "\x1b" not in machine.json("status")["read_by"][0]["account"]

    def test_an_unreadable_policy_does_not_hide_the_health(self, machine: Machine) -> None:
        machine.type("choose", "local")
        machine.measure()
        machine.policy("upload = maybe\n")
        assert "nothing is sent" in machine.json("status")["choice"]

    def test_what_keeps_reports_from_being_sent_is_said(self, machine: Machine) -> None:
        machine.measure()
        with machine.store() as store:
            store.set_fact(Fact.TROUBLE, "the token is refused.")
        assert machine.json("status")["trouble"] == "the token is refused."
        assert "Nothing is sent now: the token is refused." in machine.type("status").stdout

    def test_a_database_that_was_put_aside_is_named(self, machine: Machine) -> None:
        machine.measure()
        with machine.store() as store:
            store.set_fact(Fact.SET_ASIDE, "shoal.db.corrupt-1")
        assert "shoal.db.corrupt-1" in machine.type("status").stdout


class TestOnce:
    def test_every_reading_or_why_there_is_none(self, machine: Machine) -> None:
        shown = machine.type("once").stdout
        assert "endpoint.disk_free" in shown and "18.5 %" in shown
        found = machine.json("once")
        assert found["samples"]["network.tcp_rtt"] == 23.0
        assert found["reasons"]["endpoint.uptime"] == "not now"
        assert machine.files() == set()

    def test_every_kind_of_sample_has_words(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        samples = {
            metric.id: (1.0, 2_000.0) if metric.statistic == "ratio" else 1.0  # of classes the second
            for metric in CATALOGUE.metrics
            if not metric.is_derived
        }
        monkeypatch.setattr(sampler, "once", lambda env, checks: Reading(samples))
        shown = machine.type("once").stdout
        rows = dict(re.split(r"  +", line.strip(), maxsplit=1) for line in shown.splitlines()[2:])
        assert rows.keys() == samples.keys()
        assert rows["network.tcp_retransmit"] == "1 of 2,000"
        assert rows["endpoint.disk_encryption"] == "only partly encrypted"
        assert rows["endpoint.memory_low"] == "yes"
        assert rows["network.wifi_signal"] == "1 dBm"

    @pytest.mark.parametrize(
        ("id", "sample", "words"),
        [
            ("endpoint.disk_free", 60.0785, "60.08 %"),
            ("endpoint.disk_free", 0.00001234, "1.234e-05 %"),
            ("endpoint.os_support", 1690.07, "1,690 days"),
            ("network.wifi_signal", -61.0, "-61 dBm"),
            ("app.security_updates", 12_345.0, "12,345"),
            ("endpoint.firewall", 2.0, "off"),
            ("endpoint.cpu_busy", 0.0, "no"),
            ("network.nic_errors", (3.0, 41_000.0), "3 of 41,000"),
            ("network.nic_errors", None, "–"),
        ],
    )
    def test_a_reading_in_words(self, id: str, sample: Sample | None, words: str) -> None:
        assert explain.sample_words(CATALOGUE, CATALOGUE.metric(id), sample) == words

    def test_what_has_no_source_here_says_why(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sampler, "once", lambda env, checks: Reading({"endpoint.disk_free": 18.5}))
        sources = load_sources(CATALOGUE.metrics)
        missing = {
            id: on[this_platform()].missing for id, on in sources.items() if on[this_platform()].missing
        }
        assert missing
        assert machine.json("once")["reasons"] == missing
        shown = machine.type("once").stdout
        assert all(f"–  {why}" in shown for why in missing.values())
        listed = {line.split()[0] for line in shown.splitlines()[2:]}
        assert listed == {metric.id for metric in CATALOGUE.metrics if not metric.is_derived}

    def test_the_real_program_measures_the_real_machine(self) -> None:
        command = [sys.executable, "-P", "-m", "agent", "once", "--json"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stderr
        found = json.loads(run.stdout)
        here = {metric.id for metric in CATALOGUE.metrics if this_platform() in metric.platforms}
        assert set(found["samples"]) == here
        assert not os.path.exists(os.environ["SHOAL_STATE"])


class TestRun:
    def test_it_becomes_the_resident_process_of_that_state(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        became: list[Env] = []
        monkeypatch.setattr(Session, "become_resident", lambda self: became.append(self.env))
        machine.type("run")
        assert became == [machine.env]
        assert machine.env.state.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ((), "No check has an answer yet."),
        (("unknown",), "No check has an answer yet."),
        (("ok", "ok", "unknown"), "All 2 checks that have an answer need no attention."),
        (("ok", "warn"), "1 of 2 checks need no attention, 1 does."),
        (("ok", "warn", "bad", "unknown"), "1 of 3 checks need no attention, 2 do."),
    ],
)
def test_the_headline(verdicts: tuple[str, ...], sentence: str) -> None:
    from agent.store import Summarised

    checks = [metric for metric in CATALOGUE.metrics if not metric.is_derived]
    rows = {m.id: Summarised(m.id, 1.0, 0, word) for m, word in zip(checks, verdicts, strict=False)}
    rows["endpoint.bad_count"] = Summarised("endpoint.bad_count", 1.0, 1, "warn")  # counts others again
    assert measure.headline(CATALOGUE, rows) == sentence
