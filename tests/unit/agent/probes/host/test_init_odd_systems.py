"""Whatever a system says below a host, or however long it says nothing: samples fit or are none."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent import migrations
from agent.log import Log
from agent.model import Moment, Reading
from agent.probes import pending, probes, read_all
from agent.probes.host import Absent
from agent.probes.host.linux import LinuxHost, child
from agent.probes.host.linux import services as linux_services
from agent.probes.host.linux.recorded import Recorded as Linux
from agent.probes.host.linux.system import System as LinuxSystem
from agent.probes.host.macos import MacHost, security
from agent.probes.host.macos.recorded import Recorded as Mac
from agent.probes.host.macos.system import System as MacSystem
from agent.probes.host.replay import recorded_host
from agent.probes.host.windows import WindowsHost
from agent.probes.host.windows.recorded import Recorded as Windows
from agent.probes.probe import domain
from agent.sampler import Passes, Sampler
from agent.store import Store
from agent.tending import Tending
from tests.fakes import FakeEnv
from tests.unit.agent.probes.fake_host import CATALOGUE
from tests.unit.agent.probes.host.recordings import EVERYTHING, LINUX, MACOS, WINDOWS

HANGS = 0.3
"""Seconds that a program may take in these tests."""


class Fields:
    """psutil's answer with whatever field is asked for."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __getattr__(self, name: str) -> object:
        return self._value


class Odd:
    """A recorded system that answers some questions, or all about some files, with whatever it is told to."""

    def __init__(self, system: object, odd: dict[str, Any], prefix: str = "") -> None:
        self._system, self._odd, self._prefix = system, odd, prefix

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._system, name)
        if name == "library":
            return Odd(found, self._odd, "library.")
        if f"{self._prefix}{name}" not in self._odd:
            return found
        answer = self._odd[f"{self._prefix}{name}"]

        def say(*given: object, **named: object) -> Any:
            if isinstance(answer, BaseException):
                raise answer
            return answer

        return say


NUMBERS = st.integers() | st.floats() | st.sampled_from([2**64, -(2**63), 1e308, -0.0])
TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "",
        "\x00",
        "0",
        "-1",
        "nan",
        "Tcp: a\nTcp: b",
        "oom_kill x",
        "full avg60=1e999",
        "a b c\n" * 200,
        "\ud800",
        "ID=\n",
    ]
)
SHAPED = (
    st.none()
    | NUMBERS
    | TEXTS
    | st.binary(max_size=20)
    | st.lists(TEXTS | NUMBERS, max_size=4)
    | st.tuples(NUMBERS, NUMBERS)
    | st.dictionaries(TEXTS, NUMBERS.map(Fields) | NUMBERS, max_size=2)
    | NUMBERS.map(Fields)
)
FAULTS = st.sampled_from(
    [
        OSError(5, "x"),
        ValueError(),
        Absent("none"),
        MemoryError(),
        KeyError("x"),
        UnicodeError(),
        RecursionError(),
    ]
)
ANYTHING = SHAPED | FAULTS
LIBRARY = ["boot_time", "cpu_times", "virtual_memory", "disk_usage", "disk_io_counters", "net_io_counters"]


def questions(system: type) -> list[str]:
    names = [
        name for name in dir(system) if not name.startswith("_") and name not in ("library", "path", "close")
    ]
    return sorted(
        [name for name in names if callable(getattr(system, name))] + [f"library.{name}" for name in LIBRARY]
    )


SYSTEMS: dict[str, tuple[Callable[[dict[str, Any]], Any], list[str]]] = {
    "linux": (lambda odd: LinuxHost(Odd(Linux(LINUX / "laptop"), odd)), questions(Linux)),  # type: ignore[arg-type]
    "macos": (lambda odd: MacHost(Odd(Mac(MACOS / "laptop"), odd)), questions(Mac)),  # type: ignore[arg-type]
    "windows": (
        lambda odd: WindowsHost(Odd(Windows(WINDOWS / "laptop"), odd)),  # type: ignore[arg-type]
        questions(Windows),
    ),
}


def check(reading: Reading) -> None:
    """Each sample lies in its metric's domain; each that is none has a reason."""
    for id, sample in reading.samples.items():
        each = CATALOGUE.metric(id)
        if sample is None:
            assert reading.reasons[id], id
        elif isinstance(sample, tuple):
            assert each.statistic == "ratio" and all(math.isfinite(part) and part >= 0 for part in sample), id
        elif each.classes:
            assert each.bucket(sample) is not None, id
        else:
            low, high = domain(each)
            assert low <= sample <= high, id


@pytest.mark.parametrize("platform", SYSTEMS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_whatever_a_system_says(platform: str, data: st.DataObject) -> None:
    make, names = SYSTEMS[platform]
    odd: dict[str, Any] = {}
    found = probes(make(odd), CATALOGUE, platform)
    marks: dict[str, str] = {}
    for number in range(2):
        odd.update(data.draw(st.dictionaries(st.sampled_from(names), ANYTHING, max_size=6)))
        reading = read_all(
            found, Moment(1_700_000_000.0 + 60 * number, 1_000.0 + 60 * number, "b"), EVERYTHING, marks
        )
        assert set(reading.samples) == {id for each in found for id in each.metrics if id in EVERYTHING}
        check(reading)
        assert all(isinstance(key, str) and isinstance(mark, str) for key, mark in marks.items())


class TestHanging:
    """Real programs that say nothing: each has its time-out, nobody waits for it, and the rest is as ever."""

    def test_on_linux(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root, programs = tmp_path / "root", tmp_path / "programs"
        (root / "run/systemd/system").mkdir(parents=True)
        (root / "proc").mkdir()
        (root / "proc/vmstat").write_text("oom_kill 3\n")
        programs.mkdir()
        for name in ("systemctl", "systemd-analyze"):
            (programs / name).write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/pids\nexec sleep 60\n")
            (programs / name).chmod(0o755)
        monkeypatch.setitem(child.ENVIRONMENT, "PATH", f"{programs}:{child.ENVIRONMENT['PATH']}")
        monkeypatch.setattr(linux_services, "_SECONDS", HANGS)
        reading = nobody_waits(LinuxHost(LinuxSystem(root)), "linux")
        for id in ("app.services_failed", "endpoint.boot_time"):
            assert "did not answer within 0.3 seconds" in reading.reasons[id]
        assert reading.samples["endpoint.oom_kills"] == 0.0
        for pid in (tmp_path / "pids").read_text().split():
            assert is_gone(int(pid))

    def test_on_macos(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(security, "_SECONDS", HANGS)
        monkeypatch.setattr(security, "_FDESETUP", ("/bin/sleep", "61"))
        monkeypatch.setattr(security, "_FIREWALL", ("/bin/echo", "Firewall is enabled. (State = 1)"))
        mac = Mac(MACOS / "laptop")
        monkeypatch.setattr(mac, "run", MacSystem().run)
        reading = nobody_waits(MacHost(mac), "macos")
        assert reading.reasons["endpoint.disk_encryption"] == "sleep did not answer within 0.3 seconds"
        assert reading.samples["endpoint.firewall"] == 0.0
        assert reading.samples["endpoint.disk_free"] == 12.5


def nobody_waits(host: Any, platform: str) -> Reading:
    """The first pass, which ends while programs still run, and those that hear what was late then."""
    found, due = probes(host, CATALOGUE, platform), EVERYTHING
    marks: dict[str, str] = {}
    samples: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for number in range(100):
        reading = read_all(found, Moment(1_700_000_000.0, 1_000.0 + 60 * number, "b"), due, marks)
        samples |= reading.samples
        reasons = {id: why for id, why in reasons.items() if id not in reading.samples} | dict(
            reading.reasons
        )
        check(reading)
        if not (due := sorted(pending(found))):
            break
        time.sleep(HANGS / 10)
    else:
        pytest.fail(f"{due} are asked about for ever")
    assert number > 0
    host.close()
    return Reading(samples, reasons)


def is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True  # ended; its parent has not looked yet
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    os.kill(pid, 9)
    return False


class Bell:
    """Time passes while somebody waits at it."""

    def __init__(self, env: FakeEnv, passes: int) -> None:
        self.env, self.left = env, passes
        self.stop: Callable[[], None] = lambda: None

    def wait(self, seconds: float) -> bytes:
        self.env.pass_time(min(seconds, 60.0))
        self.left -= 1
        if self.left <= 0:
            self.stop()
        return b""


class Worker(Tending):
    """Has done its work."""

    def wait(self) -> float:
        return 86400.0


COMPUTERS = (MACOS / "broken", MACOS / "laptop", LINUX / "broken", LINUX / "empty", LINUX / "laptop")


@pytest.mark.parametrize("host", COMPUTERS, ids=lambda host: f"{host.parent.name} {host.name}")
def test_the_sampler_goes_on_whatever_computer_it_is(host: Path, env: FakeEnv) -> None:
    """Forty minutes of the real sampler and its store: each pass is kept, and what was read fits."""
    folder, made = recorded_host(host)
    env.prepare()
    migrations.migrate(env.database, CATALOGUE.metrics)
    with closing(Store.open(env, CATALOGUE.metrics)) as store:
        store.set_setting("choice", "local")
    log, bell = Log(env, "sampler"), Bell(env, 40)
    sampler = Sampler(
        env,
        Passes(env, probes(made, CATALOGUE, folder.platform), CATALOGUE.metrics),
        lambda damaged: Store.open(env, CATALOGUE.metrics),
        bell,  # type: ignore[arg-type]
        Worker(env, ["none"], log),
        log,
    )
    bell.stop = sampler.stop
    sampler.run()
    with closing(Store.open(env, CATALOGUE.metrics)) as store:
        rows = store.connection.execute("SELECT count(*) FROM samples").fetchone()[0]
        assert rows >= 38
        for metric in CATALOGUE.metrics:
            if not metric.is_derived:
                value = store.tally(metric, 0, int(env.now()) + 1).estimate()
                assert value is None or math.isfinite(value)
        free = store.tally(CATALOGUE.metric("endpoint.disk_free"), 0, int(env.now()) + 1).value()
        assert free == {MACOS / "laptop": 12.5, LINUX / "laptop": 18.5}.get(host)
