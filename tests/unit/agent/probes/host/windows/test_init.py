from __future__ import annotations

import math
import sys
from typing import Any

import pytest

from agent.model import Moment
from agent.probes import probes, read_all
from agent.probes.host import Absent, Host, this_host
from agent.probes.host.windows import WindowsHost, words
from agent.probes.host.windows.recorded import Recorded
from agent.probes.host.windows.system import System
from catalogue.load import load
from tests.unit.agent.probes.fake_host import CATALOGUE
from tests.unit.agent.probes.host.recordings import WINDOWS

HERE = {each.id for each in CATALOGUE.metrics if "windows" in each.platforms}
QUESTIONS = [name for name in vars(System) if not name.startswith("_") and name != "library"]


def test_it_answers_all_that_probes_may_ask() -> None:
    host = WindowsHost(Recorded(WINDOWS / "laptop"))
    for name in vars(Host):
        if not name.startswith("_"):
            assert callable(getattr(host, name)), name
    host.close()


def test_what_windows_cannot_tell_has_no_entry_in_the_catalogue() -> None:
    host = WindowsHost(Recorded(WINDOWS / "laptop"))
    for name in ("memory_kills", "memory_stall", "throttlings", "round_trips"):
        with pytest.raises(Absent, match="Windows"):
            getattr(host, name)()
    assert not HERE & {"endpoint.oom_kills", "endpoint.memory_pressure", "endpoint.thermal_throttle"}


def test_on_windows_it_is_this_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert isinstance(this_host(), WindowsHost)
    given: list[object] = []

    def around(system: Any) -> Any:
        given.append(system)
        return system

    this_host(around)
    assert [type(each) for each in given] == [System]


def test_where_sleeps_are_not_told_there_were_none() -> None:
    class Silent(System):
        def last_sleep(self) -> int:
            raise Absent("no")

    assert WindowsHost(Silent()).suspensions() == 0
    assert WindowsHost(Recorded(WINDOWS / "laptop")).suspensions() == 1_234_567_890


@pytest.mark.parametrize("servers", [0.0, -1.0, math.nan, None])
def test_a_clock_that_no_server_keeps_is_not_right(servers: float | None) -> None:
    """The time service says that it is off by nothing, as long as it knows nothing."""

    class Alone(System):
        def counter(self, path: str) -> float:
            if servers is None:
                raise Absent("no")
            return servers if path.endswith("Count") else 0.0

    with pytest.raises(Absent, match="no time server"):
        WindowsHost(Alone()).clock_error()


def test_battery_saver_and_a_connection_that_costs_are_restraints() -> None:
    names = ("laptop", "desktop", "virtual")
    restraints = [WindowsHost(Recorded(WINDOWS / name)).restraint() for name in names]
    assert restraints == ["saver", "metered", ""]


def test_every_question_can_be_told_to_a_person() -> None:
    assert set(words.WORDS) == set(QUESTIONS)


class Lying(System):
    """Gives one answer to everything, or raises it."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def __getattribute__(self, name: str) -> Any:
        if name in QUESTIONS or name == "library":
            answer = object.__getattribute__(self, "answer")

            def give(*given: object, **named: object) -> object:
                if isinstance(answer, BaseException):
                    raise answer
                return answer

            return give
        return object.__getattribute__(self, name)


LIES: list[object] = [
    None, "", "text", "C:", b"", bytes(100), bytes(4096), b"\xff" * 4096, -1, 0, 10**30, math.nan, math.inf,
    [], [b""], ["a"], {}, (0, b""), (0, b"\xff" * 4096), (1, bytes(4096)), (10**9, bytes(56)), ([], ""),
    ([""], ""),
    (["<Event/>"], "1"), ("text", 3), OSError("no"), ValueError("no"), MemoryError(), Absent("no"),
]  # fmt: skip


@pytest.mark.parametrize("lie", LIES, ids=repr)
def test_whatever_windows_answers_is_a_sample_in_its_domain_or_none_with_a_reason(lie: object) -> None:
    found = probes(WindowsHost(Lying(lie)), load(None), "windows")
    marks: dict[str, str] = {}
    for minute in range(2):
        moment = Moment(1_763_121_600.0 + 60 * minute, 1000.0 + 60 * minute, "boot")
        reading = read_all(found, moment, HERE, marks)
        assert set(reading.samples) == HERE
        for id, sample in reading.samples.items():
            assert (sample is None) == (id in reading.reasons), id
            if sample is not None:
                assert all(
                    math.isfinite(part) for part in (sample if isinstance(sample, tuple) else (sample,))
                )


@pytest.mark.skipif(sys.platform != "win32", reason="reads a Windows system")
class TestHere:
    def test_nothing_failed(self) -> None:
        found = probes(this_host(), load(None), "windows")
        reading = read_all(found, Moment(1_763_121_600.0, 1000.0, "boot"), HERE, {})
        assert not [why for why in reading.reasons.values() if why.startswith("the reading failed")]
        for id in ("endpoint.disk_free", "endpoint.memory_low", "app.memory_top", "app.services_failed"):
            assert reading.samples[id] is not None, reading.reasons.get(id)
