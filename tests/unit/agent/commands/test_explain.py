"""`once --explain` and `once --host`, typed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from agent import explanation
from agent.commands import explain
from agent.model import Moment
from agent.probes.host.linux import LinuxHost
from agent.probes.host.linux.recorded import Recorded
from agent.probes.host.watched import Heard
from agent.tally import start as start_tally
from catalogue.errors import CatalogueError
from tests.fakes import metric
from tests.unit.agent.commands.conftest import CATALOGUE, Machine
from tests.unit.agent.probes.host.recordings import LINUX

READ = [each for each in CATALOGUE.metrics if "linux" in each.platforms]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recorded laptop is this computer."""
    monkeypatch.setattr(
        explanation, "this_host", lambda around: LinuxHost(around(Recorded(LINUX / "laptop")))
    )
    monkeypatch.setattr(explanation, "this_platform", lambda: "linux")


class TestExplain:
    @pytest.mark.usefixtures("here")
    def test_before_anything_is_kept_it_shows_this_reading_alone(self, machine: Machine) -> None:
        shown = machine.type("once", "--explain", "endpoint.disk_free").stdout
        assert "Free disk space (endpoint.disk_free), Linux" in shown
        assert "volumes: (free, all) bytes" in shown
        assert "; every 5 min\n" in shown
        assert "psutil.disk_usage('/home/user') → " in shown
        assert "gave → [(37000000000, 200000000000)]" in shown
        assert "Reading  18.5 %\n" in shown
        assert "min: the smallest of 1 reading\n" in shown
        assert "□□□□■□□□  number 5 of 8: 15–20 %; lower bounds 3, 5, 10, 15, 20, 30, 50" in shown
        assert "Verdict  ▲ warn  (warn below 20 %, bad below 5 %)" in shown
        assert machine.files() == set()

    @pytest.mark.usefixtures("here")
    def test_the_value_is_that_of_the_status(self, machine: Machine) -> None:
        machine.type("choose", "local")
        machine.measure(endpoint__disk_free=4.5)
        rows = {row["id"]: row for row in machine.json("status")["metrics"]}
        for each in ("endpoint.disk_free", "endpoint.memory_low", "network.tcp_rtt", "app.crashes"):
            found = machine.json("once", "--explain", each)
            assert found["computation"]["from"] == "what is kept here"
            for key in ("bucket", "verdict", "label" if rows[each]["value"] is None else "title"):
                assert found[key] == rows[each][key]
            assert found["computation"]["value"] == rows[each]["value"]
        disk = machine.json("once", "--explain", "endpoint.disk_free")["computation"]
        assert disk["readings"] == sum(int(dump.split()[0]) for _, _, dump in disk["parts"]) == 30
        shown = machine.type("once", "--explain", "endpoint.memory_low").stdout
        assert "Computed of what is kept here over 7 days, " in shown
        assert re.search(r"\n  30 readings, kept as (\d quarter-hours?, )?\d+ single readings?\n", shown)
        assert "share: 0 of 30 readings say yes: 100 × 0 ÷ 30" in shown
        assert len(disk["part_values"]) == len(disk["parts"]) and min(disk["part_values"]) == 4.5
        shown = machine.type("once", "--explain", "endpoint.disk_free").stdout
        newest = re.findall(r"^    [0-9-]{10} [0-9:]{8}(?:, \d+ min, \d+ readings?)?: 4\.5 %$", shown, re.M)
        assert len(newest) == min(6, len(disk["parts"]))
        assert ("before these" in shown) == (len(disk["parts"]) > 6)

    @pytest.mark.usefixtures("here")
    def test_who_sees_what_is_kept_is_noted_like_every_reader(self, machine: Machine) -> None:
        machine.measure()
        machine.type("once", "--explain", "endpoint.disk_free")
        assert len(machine.json("status")["read_by"]) == 1

    @pytest.mark.usefixtures("here")
    def test_what_is_remembered_is_shown_and_gone_on_from(self, machine: Machine) -> None:
        with machine.store() as store:
            store.add(machine.env.now(), {}, {"endpoint.oom_kills": "boot-1 all=0", "other": "secret"})
            store.flush()
        shown = machine.type("once", "--explain", "endpoint.oom_kills").stdout
        assert "Remembered from earlier passes\n  endpoint.oom_kills = boot-1 all=0\n" in shown
        assert "secret" not in shown
        assert "| oom_kill 2\n" in shown  # of many lines the one that counts
        assert "Reading  2\n" in shown

    @pytest.mark.parametrize("host", ["laptop", "broken", "sleeping"])
    def test_every_metric_of_every_kind_of_host_can_be_explained(self, host: str) -> None:
        for each in READ:
            read = explanation.replayed(LINUX / host, CATALOGUE, each)
            shown = explain.as_text(CATALOGUE, each, read, None, {})
            found = explain.as_data(CATALOGUE, each, read, None, {})
            assert f"({each.id}), Linux" in shown
            assert "Verdict  " in shown
            assert all(line.isprintable() for line in shown.splitlines())
            assert json.dumps(found, allow_nan=False)
            assert found["verdict"] in ("ok", "warn", "bad", "unknown")
            assert found["how"], f"the source of {each.id} does not say what it makes of the host's answer"
            assert all(taken["sample"] is not None or taken["reason"] for taken in found["readings"])

    def test_a_slip_of_the_finger(self, machine: Machine) -> None:
        result = machine.type("once", "--explain", "endpoint.disk_fre", code=2)
        assert "Did you mean endpoint.disk_free" in result.stderr
        assert "`shoal once` lists them" in machine.type("once", "--explain", "zzz", code=2).stderr
        titled = machine.type("once", "--explain", "free disk", code=2).stderr
        assert "Did you mean endpoint.disk_free?" in titled

    def test_what_only_counts_others_is_read_nowhere(self, machine: Machine) -> None:
        assert "counts the checks" in machine.type("once", "--explain", "app.bad_count", code=2).stderr

    def test_a_metric_that_this_system_does_not_supply(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(explanation, "this_platform", lambda: "plan9")
        monkeypatch.setattr(
            explanation, "this_host", lambda around: LinuxHost(around(Recorded(LINUX / "empty")))
        )
        shown = machine.type("once", "--explain", "endpoint.disk_free").stdout
        assert "Nothing was read: there is no source on plan9." in shown
        assert "Verdict  ○ unknown" in shown

    def test_the_real_program_explains_the_real_machine(self) -> None:
        command = [sys.executable, "-P", "-m", "agent", "once", "--explain", "endpoint.memory_low", "--json"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stderr
        (reading,) = json.loads(run.stdout)["readings"]
        (asked,) = reading["asked"]
        total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if "MemTotal" in line)
        assert asked["answer"][1] == int(re.findall(r"\d+", total)[0]) * 1024
        assert asked["by"][0]["means"] == "psutil.virtual_memory()"
        assert asked["means"] == "(available, total) bytes of memory."
        assert asked["by"][0]["answer"]["total"] == asked["answer"][1]
        assert not os.path.exists(os.environ["SHOAL_STATE"])


class TestHost:
    def test_a_recorded_host_in_place_of_this_one(self, machine: Machine) -> None:
        found = machine.json("once", "--host", str(LINUX / "sleeping"))
        assert found["samples"]["network.link_drops"] == 1.0
        assert found["samples"]["endpoint.disk_latency"] == 5.0
        assert found["reasons"]["network.wifi_signal"] == "no Wi-Fi connection"
        shown = machine.type("once", "--host", str(LINUX / "sleeping")).stdout
        assert "  8.042 days\n" in shown
        assert "–  no Wi-Fi connection\n" in shown
        assert machine.files() == set()

    def test_what_is_kept_here_is_none_of_a_recorded_hosts(self, machine: Machine) -> None:
        machine.measure(endpoint__disk_free=1.0)
        words = ("once", "--host", str(LINUX / "laptop"), "--explain", "endpoint.disk_free")
        found = machine.json(*words)
        assert found["computation"]["from"] == "this reading alone"
        assert found["computation"]["value"] == 18.5
        assert machine.json("status")["read_by"] == []

    def test_each_moment_is_shown(self, machine: Machine) -> None:
        words = ("once", "--host", str(LINUX / "wrapping"), "--explain", "network.tcp_retransmit")
        shown = machine.type(*words).stdout
        assert shown.count("Read 2023-11-14 22:") == 4
        assert "Reading  40 of 12,000\n" in shown
        assert "ratio: 100 × 46 ÷ 14,900, each added up over 3 readings\n" in shown

    def test_a_folder_that_is_no_host(self, machine: Machine, tmp_path: Path) -> None:
        assert "does not say when" in machine.type("once", "--host", str(tmp_path), code=2).stderr
        assert "does not exist" in machine.type("once", "--host", str(tmp_path / "none"), code=2).stderr


class Pair(NamedTuple):
    one: int
    other: bytes


def test_whatever_a_host_gives_json_can_say_it() -> None:
    given = [
        None,
        True,
        3,
        0.5,
        float("nan"),
        "text",
        "x" * 30_000,
        b"\xff",
        (1, {"a": Pair(1, b"z")}),
        object,
    ]
    said = json.loads(json.dumps(explain.plain(given), allow_nan=False))
    assert said[:6] == [None, True, 3, 0.5, "nan", "text"]
    assert len(said[6]) < 21_000 and said[6].endswith("(30,000 characters)")
    assert said[7:9] == ["ff", [1, {"a": {"one": 1, "other": "7a"}}]]
    assert explain.plain(SimpleNamespace(a=1)) == {"a": 1}


def test_of_a_systems_structures_only_the_size_is_shown() -> None:
    """They hold more than was asked for: adapters' addresses, drives' serial numbers."""
    heard = Heard("adapters", ())
    heard.answer = {"7": (1, 2)}
    below = Heard("interfaces", ())
    below.answer = (2, b"serial number" * 9)
    heard.below.append(below)
    found = explanation.Readings(
        "windows", "network", "how", [explanation.Round(Moment(1.0, 1.0, "b"), [heard], None, "why")]
    )
    disk = CATALOGUE.metric("network.nic_errors")
    shown = explain.as_text(CATALOGUE, disk, found, None, {})
    assert "GetIfTable2 → [2, '117 bytes']" in shown
    said = json.dumps(explain.as_data(CATALOGUE, disk, found, None, {}))
    assert "117 bytes" in said and b"serial number".hex() not in said


@pytest.mark.parametrize("platform", ["linux", "windows", "macos"])
def test_every_question_to_a_system_has_words(platform: str) -> None:
    room = f"agent.probes.host.{platform}"
    system = import_module(f"{room}.system").System
    words = import_module(f"{room}.words").WORDS
    asked = {name for name in dir(system) if not name.startswith("_") and callable(getattr(system, name))}
    assert asked - {"path", "close"} == set(words)


def test_words_take_what_was_given() -> None:
    asked = Heard("value", ("HKLM\\SOFTWARE", "Name"))
    asked.answer = 1
    heard = Heard("secure_boot", ())
    heard.below.append(asked)
    found = explanation.Readings(
        "windows", "security", "how", [explanation.Round(Moment(1.0, 1.0, "b"), [heard], None, "why")]
    )
    shown = explain.as_text(CATALOGUE, CATALOGUE.metric("endpoint.secure_boot"), found, None, {})
    assert "registry HKLM\\SOFTWARE: Name → 1" in shown


def test_an_answer_cannot_steer_the_terminal() -> None:
    heard = Heard("program_crashes", ())
    heard.answer = [(1.0, "\x1b[31mred\x07")]
    below = Heard("text", ("proc/\x1b]0;title\x07", ""))
    below.answer = "one\n\x1b[2J\ntwo"
    heard.below.append(below)
    found = explanation.Readings(
        "linux", "apps", "how", [explanation.Round(Moment(1.0, 1.0, "b"), [heard], None, "why")]
    )
    shown = explain.as_text(
        CATALOGUE, CATALOGUE.metric("app.crashes"), found, None, {"app.crashes": "\x1b[0m"}
    )
    assert all(line.isprintable() for line in shown.splitlines())


@pytest.mark.parametrize(
    ("statistic", "samples", "told"),
    [
        ("share", [1.0, 0.0, 1.0], "share: 2 of 3 readings say yes: 100 × 2 ÷ 3"),
        ("ratio", [(1.0, 50.0), (2.0, 50.0)], "ratio: 100 × 3 ÷ 100, each added up over 2 readings"),
        ("sum", [1.0, 2.5], "sum: 2 readings, added up: 3.5"),
        ("mean", [1.0, 2.0], "mean: 2 readings, added up: 3, ÷ 2"),
        ("p25", [1.0] * 9, "p25: number 3 of 9 readings in order of size, known to an eighth of its bucket"),
        ("p50", [1.0] * 9, "p50: number 5 of 9 readings in order of size, known to an eighth of its bucket"),
        ("p95", [1.0], "p95: number 1 of 1 reading in order of size, known to an eighth of its bucket"),
        ("last", [1.0], "last: the newest of 1 reading"),
        ("max", [1.0, 2.0], "max: the largest of 2 readings"),
        ("min", [], "no reading, no value"),
    ],
)
def test_the_computation_with_its_numbers(statistic: str, samples: list[float], told: str) -> None:
    tally = start_tally(metric("endpoint.x", statistic))
    for number, sample in enumerate(samples):
        tally.add(sample, number)
    assert explain.working(tally.metric, tally) == told


def test_too_few_is_said() -> None:
    few = start_tally(metric("endpoint.x", "share", least=5))
    few.add(1.0, 0)
    assert explain.working(few.metric, few).endswith("; too few: 5 readings are needed")


def test_a_table_of_sources_that_cannot_be_read_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    from catalogue import sources

    def broken(metrics: object) -> object:
        raise CatalogueError("cannot be read", file="sources.toml")

    disk = CATALOGUE.metric("endpoint.disk_free")
    monkeypatch.setattr(sources, "load_sources", broken)
    assert explain.source(CATALOGUE, disk, "linux") == ""


def test_the_source_is_the_catalogues_word() -> None:
    assert "statvfs" in explain.source(CATALOGUE, CATALOGUE.metric("endpoint.disk_free"), "linux")
    assert explain.source(CATALOGUE, CATALOGUE.metric("network.tcp_rtt"), "windows").startswith("none: ")
    assert explain.source(CATALOGUE, CATALOGUE.metric("endpoint.disk_free"), "plan9") == ""


class TestLongAnswers:
    """What a number can be worked out from is there; the rest is cut, and said to be."""

    def shown(self, host: Heard, platform: str = "linux", id: str = "endpoint.disk_latency") -> str:
        found = explanation.Readings(
            platform, "storage", "how", [explanation.Round(Moment(1.0, 1.0, "b"), [host], None, "why")]
        )
        return explain.as_text(CATALOGUE, CATALOGUE.metric(id), found, None, {})

    def heard(self, method: str, answer: object, *below: Heard) -> Heard:
        heard = Heard(method, ("var/log/dpkg.log",))
        heard.answer, heard.below = answer, list(below)
        return heard

    def test_of_many_disks_the_one_that_counts(self) -> None:
        counters = {f"loop{n}": Pair(n, b"") for n in range(90)} | {"vda": Pair(12345, b"")}
        below = self.heard("library.disk_io_counters", counters)
        shown = self.shown(self.heard("disk_activity", {"vda": (1, 2)}, below))
        assert "{'vda': Pair(one=12345, other=b'')}, of 91" in shown
        assert "loop" not in shown and "--json" not in shown

    def test_a_named_answer_is_whole_over_several_lines(self) -> None:
        memory = SimpleNamespace(**{f"kind{n}": n * 1_000_000 for n in range(12)})
        shown = self.shown(self.heard("memory", (1, 2), self.heard("library.virtual_memory", memory)))
        assert "kind11=11000000" in shown
        assert all(len(line) <= 110 for line in shown.splitlines())

    def test_of_a_log_the_line_that_ended_the_search(self) -> None:
        log = self.heard("lines_backwards", [f"line {n} " + "x" * 40 for n in range(50)])
        times = [self.heard("when", float(n)) for n in range(20)]
        shown = self.shown(self.heard("last_update", 1.0, log, *times), id="endpoint.update_age")
        words = " ".join(shown.split())
        assert "… 48 more …, 'line 49 " in words
        assert "… 14 questions more of this kind, then the last" in shown
        assert " → 19.0" in shown and " → 18.0" not in shown
        assert "`--json` has whole" in shown

    def test_of_a_list_how_many_lines_count(self) -> None:
        lines = ["Listing...", *(f"p{n}/stable-security 2 all" for n in range(9)), "q/stable 2 all"]
        asked = self.heard("start", "\n".join(lines))
        shown = self.shown(self.heard("security_updates", 9, asked), id="app.security_updates")
        assert "| p0/stable-security 2 all" in shown and "Listing" not in shown
        assert "9 of 11 lines count, …" in shown


def test_a_middle_value_does_not_pretend_to_be_exact() -> None:
    found = explanation.replayed(LINUX / "sleeping", CATALOGUE, CATALOGUE.metric("endpoint.disk_latency"))
    shown = explain.as_text(CATALOGUE, CATALOGUE.metric("endpoint.disk_latency"), found, None, {})
    assert "which stands for an eighth of its bucket" in shown and "exactly" not in shown
