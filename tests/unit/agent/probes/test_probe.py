from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Moment
from agent.probes import REGISTRY, probes, read_all
from agent.probes.host import Absent, Host
from agent.probes.probe import Probe, Source, accept, domain
from catalogue.load import PLATFORMS
from tests.fakes import metric
from tests.unit.agent.probes.fake_host import CATALOGUE, FakeHost

MOMENT = Moment(1_700_000_000.0, 1_000.0, "boot-1")
ODD: list[Any] = [
    None,
    math.nan,
    math.inf,
    -math.inf,
    -1,
    -1e300,
    1e300,
    "",
    "text",
    b"x",
    (),
    (1,),
    (math.nan, 1),
    [],
    {},
    True,
]


class Odd(Probe):
    """Gives what the test wants, after it has written a mark."""

    name = "odd"
    answer: Any = None

    def sources(self) -> Mapping[str, Source]:
        return {"endpoint.odd": self._odd}

    def _odd(self, moment: Moment, marks: MutableMapping[str, str]) -> Any:
        marks["endpoint.odd"] = "seen"
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def odd(answer: Any, **given: Any) -> Odd:
    probe = Odd(cast(Host, FakeHost()), [metric("endpoint.odd", **given)])
    probe.answer = answer
    return probe


def test_a_sample_and_its_mark_are_kept() -> None:
    marks = {"other": "stays"}
    reading = odd(12).read(MOMENT, frozenset(["endpoint.odd"]), marks)
    assert reading.samples == {"endpoint.odd": 12.0}
    assert not reading.reasons
    assert marks == {"other": "stays", "endpoint.odd": "seen"}


def test_only_what_is_wanted_is_read() -> None:
    marks: dict[str, str] = {}
    assert odd(12).read(MOMENT, frozenset(["endpoint.other"]), marks).samples == {}
    assert marks == {}


def test_absent_is_a_reason_and_keeps_what_was_learnt() -> None:
    marks: dict[str, str] = {}
    reading = odd(Absent("no such thing")).read(MOMENT, frozenset(["endpoint.odd"]), marks)
    assert reading.samples == {"endpoint.odd": None}
    assert reading.reasons == {"endpoint.odd": "no such thing"}
    assert marks == {"endpoint.odd": "seen"}


def test_a_reason_is_never_empty() -> None:
    """A file that is there at one question and gone at the next has no words of its own."""
    reading = odd(Absent("")).read(MOMENT, frozenset(["endpoint.odd"]), {})
    assert reading.reasons == {"endpoint.odd": "what it is read from went away meanwhile"}


@pytest.mark.parametrize(
    "fault", [OSError(5, "secret path"), ValueError("secret"), KeyError("x"), RecursionError()]
)
def test_a_fault_is_contained_teaches_nothing_and_tells_no_details(fault: Exception) -> None:
    marks: dict[str, str] = {}
    reading = odd(fault).read(MOMENT, frozenset(["endpoint.odd"]), marks)
    assert reading.samples == {"endpoint.odd": None}
    assert reading.reasons == {"endpoint.odd": f"the reading failed ({type(fault).__name__})"}
    assert marks == {}


def test_the_end_of_the_program_is_no_fault() -> None:
    with pytest.raises(KeyboardInterrupt):
        odd(KeyboardInterrupt()).read(MOMENT, frozenset(["endpoint.odd"]), {})


@pytest.mark.parametrize("answer", ODD)
def test_what_is_no_percentage_is_no_sample(answer: Any) -> None:
    reading = odd(answer).read(MOMENT, frozenset(["endpoint.odd"]), {})
    assert reading.samples == {"endpoint.odd": None}
    assert reading.reasons["endpoint.odd"]


@pytest.mark.parametrize("answer", [*ODD, 1, 0.5, (1, -1), (1, 2, 3), ("1", 2)])
def test_what_is_no_pair_is_no_ratio(answer: Any) -> None:
    assert odd(answer, statistic="ratio").read(MOMENT, frozenset(["endpoint.odd"]), {}).samples == {
        "endpoint.odd": None
    }


def test_classes_become_their_index() -> None:
    kinds = metric("endpoint.odd", "last", classes=("ssd", "hdd"), edges=())
    assert accept(kinds, "hdd") == 1.0
    for answer in (*ODD, "tape", 0, 1):
        with pytest.raises(Absent):
            accept(kinds, answer)


@pytest.mark.parametrize(
    ("id", "low", "high"),
    [
        ("endpoint.disk_free", 0, 100),
        ("endpoint.cpu_busy", 0, 1),
        ("network.wifi_signal", -200, 0),
        ("endpoint.os_support", -1e9, 1e9),
        ("endpoint.uptime", 0, 1e9),
        ("app.crashes", 0, 1e9),
    ],
)
def test_domains(id: str, low: float, high: float) -> None:
    assert domain(CATALOGUE.metric(id)) == (low, high)


def test_a_metric_that_the_probe_does_not_know() -> None:
    with pytest.raises(LookupError, match=r"odd knows nothing of endpoint\.even"):
        Odd(cast(Host, FakeHost()), [metric("endpoint.even")])


def test_what_it_says_of_itself() -> None:
    probe = REGISTRY["storage"](
        cast(Host, FakeHost()),
        [CATALOGUE.metric("endpoint.disk_type"), CATALOGUE.metric("endpoint.disk_free")],
    )
    assert (probe.name, probe.metrics, probe.every) == (
        "storage",
        ("endpoint.disk_type", "endpoint.disk_free"),
        300,
    )


ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.tuples(st.floats() | st.integers(), st.floats() | st.integers())
    | st.lists(st.tuples(st.floats() | st.integers(), st.floats() | st.text(max_size=3)), max_size=3)
    | st.dictionaries(
        st.text(max_size=3), st.integers() | st.tuples(st.integers(), st.integers()), max_size=2
    )
    | st.sampled_from([OSError(), ValueError(), ZeroDivisionError(), Absent("none"), MemoryError()])
)
METHODS = sorted(name for name in vars(Host) if not name.startswith("_"))


RECORDS = st.lists(st.tuples(st.floats() | st.integers() | st.text(), st.text() | st.just("soffice.bin")))


@given(
    st.lists(st.dictionaries(st.sampled_from(METHODS), ANYTHING | RECORDS), min_size=1, max_size=3),
    st.sampled_from(PLATFORMS),
)
def test_whatever_a_host_returns_a_sample_is_in_its_domain_or_none(
    passes: list[dict[str, Any]], platform: str
) -> None:
    host = FakeHost()
    found = probes(cast(Host, host), CATALOGUE, platform)
    marks: dict[str, str] = {}
    for number, answers in enumerate(passes):
        host.tell(**answers)
        moment = Moment(1_700_000_000.0 + 60 * number, 1_000.0 + 60 * number, "boot-1")
        reading = read_all(found, moment, [each.id for each in CATALOGUE.metrics], marks)
        assert set(reading.samples) == {id for probe in found for id in probe.metrics}
        for id, sample in reading.samples.items():
            if sample is None:
                assert reading.reasons[id]
                continue
            each = CATALOGUE.metric(id)
            if isinstance(sample, tuple):
                assert each.statistic == "ratio"
                assert all(math.isfinite(part) and part >= 0 for part in sample)
            elif each.classes:
                assert each.bucket(sample) is not None
            else:
                low, high = domain(each)
                assert low <= sample <= high
        assert all(isinstance(key, str) and isinstance(mark, str) for key, mark in marks.items())
