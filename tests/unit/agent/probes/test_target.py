from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Reading
from agent.probes.target import DNS, FAILURES, JITTER, LAST, LATENCY, TLS, Target
from agent.reached import NO_CONNECTION, NO_NETWORK, TROUBLES, Reached
from tests.unit.agent.probes.fake_host import MINUTE, Subject

TIMES = [80.0, 120.0, 100.0, 160.0, 90.0, 130.0, 120.0, 110.0, 140.0, 125.0]
GOOD = Reached(name=12.0, tries=[(4, took) for took in TIMES], tls=250.0)
ALL = (LATENCY, JITTER, DNS, TLS, FAILURES)
OFTEN = frozenset({LATENCY, JITTER, DNS, FAILURES})


class Check:
    """Answers once it is told what."""

    def __init__(self, thorough: bool) -> None:
        self.thorough = thorough
        self.answer: Reached | None = None
        self.stopped = False

    def result(self) -> Reached | None:
        return self.answer

    def stop(self) -> None:
        self.stopped = True


class Checked(Subject):
    """A target probe whose checks the test answers."""

    def __init__(self, **answers: object) -> None:
        super().__init__("target", **answers)
        self.checks: list[Check] = []
        assert isinstance(self.probe, Target)
        self.target = self.probe
        self.target.begin = self._begin

    def _begin(self, thorough: bool) -> Check:
        self.checks.append(Check(thorough))
        return self.checks[-1]

    def ask(self, *ids: str, wait: float = MINUTE) -> Reading:
        self.wait(wait)
        return self.reading(*ids)

    def told(self, answer: Reached, *ids: str) -> Reading:
        """A whole check that tells this."""
        self.ask(*(ids or ALL))
        self.checks[-1].answer = answer
        return self.ask(*(ids or ALL))


def test_off_until_there_is_a_target() -> None:
    subject = Subject("target")
    reading = subject.reading()
    assert set(reading.samples.values()) == {None}
    assert set(reading.reasons.values()) == {TROUBLES["off"]}
    assert not subject.probe.pending and not subject.marks and not subject.host.asked


def test_one_check_answers_for_all() -> None:
    subject = Checked()
    assert set(subject.ask().samples.values()) == {None}
    assert subject.target.pending == set(ALL)
    subject.checks[0].answer = GOOD
    reading = subject.ask()
    assert reading.samples == {LATENCY: 120.0, JITTER: 30.0, DNS: 12.0, TLS: 250.0, FAILURES: (0.0, 10.0)}
    assert not reading.reasons and not subject.target.pending
    assert len(subject.checks) == 1 and subject.marks == {LAST: "ok"}


def test_each_family_is_compared_with_itself() -> None:
    tries = [(4 + 2 * (i % 2), 100.0 + i % 2 * 50) for i in range(10)]
    assert Checked().told(Reached(tries=tries)).samples[JITTER] == 0.0


def test_what_failed_counts_and_the_rest_is_timed() -> None:
    reading = Checked().told(Reached(name=1.0, tries=[(4, None), *((4, 50.0) for _ in range(9))]))
    assert reading.samples[FAILURES] == (1.0, 10.0)
    assert reading.samples[LATENCY] == 50.0


@pytest.mark.parametrize("word", sorted(NO_NETWORK))
def test_without_a_network_nothing_is_said_of_it(word: str) -> None:
    subject = Checked()
    reading = subject.told(Reached(word, name=3.0, tries=[(4, 10.0)] * 10))
    assert set(reading.samples.values()) == {None}
    assert set(reading.reasons.values()) == {TROUBLES[word]}
    assert subject.marks == {LAST: word}


@pytest.mark.parametrize("word", sorted(NO_CONNECTION))
def test_without_a_name_every_connection_fails(word: str) -> None:
    reading = Checked().told(Reached(word))
    assert reading.samples[FAILURES] == (10.0, 10.0)
    assert {reading.reasons[id] for id in (LATENCY, JITTER, DNS, TLS)} == {TROUBLES[word]}


@pytest.mark.parametrize(
    ("answer", "mark"), [([30.0], " others"), ([], ""), (OSError("x"), ""), (RuntimeError("y"), "")]
)
def test_names_alone_are_told_from_a_network_that_is_down(answer: object, mark: str) -> None:
    subject = Checked(round_trips=answer)
    subject.told(Reached("name_silent"))
    assert subject.marks == {LAST: f"name_silent{mark}"}
    subject.told(Reached("silent", tries=[(4, None)] * 10))
    assert subject.marks == {LAST: "silent"}


def test_a_proxy_is_named_as_the_way() -> None:
    subject = Checked()
    reading = subject.told(Reached(proxied=True, tries=GOOD.tries))
    assert subject.marks == {LAST: "ok proxied"}
    assert reading.reasons[DNS] == "the proxy looks names up"


@pytest.mark.parametrize("word", ["metered", "saver", "portal"])
def test_it_rests_when_the_host_says_so(word: str) -> None:
    subject = Checked(restraint=word)
    reading = subject.ask()
    assert set(reading.reasons.values()) == {TROUBLES[word]}
    assert not subject.checks and not subject.target.pending
    assert subject.marks == {LAST: word}
    assert subject.host.asked == ["restraint"]


@pytest.mark.parametrize("answer", ["", "nonsense", None, 7, RuntimeError("x"), OSError("y")])
def test_a_host_that_does_not_know_lets_it(answer: object) -> None:
    subject = Checked(restraint=answer)
    subject.ask()
    assert len(subject.checks) == 1


def test_an_answer_that_comes_in_the_midst_of_a_pass_waits_for_the_next() -> None:
    """Else some metrics would have it, and the rest begin a check of their own."""
    subject = Checked()
    subject.ask()
    looks = 0

    def late() -> Reached | None:
        nonlocal looks
        looks += 1
        return GOOD if looks > 1 else None

    subject.checks[0].result = late  # type: ignore[method-assign]
    assert set(subject.ask().samples.values()) == {None}
    assert None not in subject.ask().samples.values()
    assert (looks, len(subject.checks)) == (2, 1)


class TestThoroughness:
    def test_hourly(self) -> None:
        subject = Checked()
        subject.told(GOOD)
        subject.told(GOOD, *OFTEN)
        subject.told(GOOD)
        assert [check.thorough for check in subject.checks] == [True, False, True]

    def test_until_it_is_known_who_answers(self) -> None:
        subject = Checked()
        for answer in (Reached("stranger"), Reached("silent", tries=[(4, None)] * 10), GOOD, GOOD):
            subject.told(answer, *OFTEN)
        assert [check.thorough for check in subject.checks] == [True, True, True, False]

    def test_a_broken_family_is_no_reason(self) -> None:
        subject = Checked()
        subject.told(Reached("v6", tries=GOOD.tries), *OFTEN)
        subject.told(GOOD, *OFTEN)
        assert [check.thorough for check in subject.checks] == [True, False]

    def test_for_another_target(self) -> None:
        subject = Checked()
        subject.told(GOOD, *OFTEN)
        subject.target.follow(None)
        subject.target.follow(subject._begin)
        subject.told(GOOD, *OFTEN)
        assert [check.thorough for check in subject.checks] == [True, True]

    def test_after_a_long_pause(self) -> None:
        subject = Checked()
        subject.told(GOOD, *OFTEN)
        subject.wait(3_600)
        subject.told(GOOD, *OFTEN)
        assert [check.thorough for check in subject.checks] == [True, True]


class TestPatience:
    def test_a_check_is_waited_for_and_then_given_up(self) -> None:
        subject = Checked()
        for _ in range(3):
            subject.ask()
            assert subject.target.pending == set(ALL)
        reading = subject.ask(wait=120)
        assert "did not end" in reading.reasons[LATENCY]
        assert subject.checks[0].stopped and len(subject.checks) == 2  # the others ask anew
        assert not subject.checks[1].stopped

    def test_the_end_leaves_none(self) -> None:
        subject = Checked()
        subject.ask()
        subject.target.stop(subject.moment, subject.marks)
        assert subject.checks[0].stopped
        subject.target.stop(subject.moment, subject.marks)

    def test_turned_off_it_ends_at_once(self) -> None:
        subject = Checked()
        subject.ask()
        subject.target.follow(None)
        assert subject.checks[0].stopped and not subject.target.pending
        assert set(subject.ask().reasons.values()) == {TROUBLES["off"]}
        subject.target.follow(subject._begin)
        subject.ask()
        assert len(subject.checks) == 2

    @pytest.mark.parametrize("end", ["stop", "off", "rest"])
    def test_nor_what_waits_for_the_next_one(self, end: str) -> None:
        """A check that has been heard of may have left its process there."""
        subject = Checked()
        subject.told(GOOD)
        subject.told(GOOD)
        assert [check.stopped for check in subject.checks] == [False, False]
        if end == "stop":
            subject.target.stop(subject.moment, subject.marks)
        elif end == "off":
            subject.target.follow(None)
        else:
            subject.host.answers["restraint"] = "metered"
            subject.ask()
        assert [check.stopped for check in subject.checks] == [False, True]

    def test_no_process_to_be_had(self) -> None:
        subject = Checked()

        def begin(thorough: bool) -> Check:
            raise OSError("no memory")

        subject.target.begin = begin
        assert set(subject.ask().reasons.values()) == {TROUBLES["failed"]}


times = st.none() | st.floats(0, 1e6)


@given(
    st.sampled_from(["", *TROUBLES]),
    times,
    st.lists(st.tuples(st.sampled_from([4, 6]), times), max_size=10),
    times,
)
def test_whatever_it_is_told_a_sample_is_in_its_domain(
    trouble: str, name: float | None, tries: list[tuple[int, float | None]], tls: float | None
) -> None:
    reading = Checked().told(Reached(trouble, name=name, tries=tries, tls=tls))
    for id in ALL:
        sample = reading.samples[id]
        if sample is None:
            assert reading.reasons[id]
        elif isinstance(sample, tuple):
            assert 0 <= sample[0] <= sample[1]
        else:
            assert 0 <= sample <= 1e6
