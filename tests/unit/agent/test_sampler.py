"""When the resident process measures, starts a worker, and sleeps; and what it makes of trouble."""

from __future__ import annotations

import signal
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent import doorbell, sampler
from agent.database import PAGE, CorruptError, note_damage, number, trouble
from agent.errors import StoreError
from agent.model import Fact
from agent.probes import Target
from agent.probes.host import Host
from agent.sampler import Passes
from agent.schedule import DAY, HOUR
from tests.fakes import FakeEnv, metric
from tests.unit.agent.sampling import METRICS, Life, Subject, ringing


@pytest.fixture
def life(env: FakeEnv) -> Life:
    return Life(env)


# -- passes


def test_a_pass_each_minute_at_a_second_of_its_own(life: Life) -> None:
    times = life.run(15).times()
    assert len(times) == 15
    assert {later - earlier for earlier, later in pairwise(times[1:])} <= {59, 60, 61}
    others = {Life(FakeEnv(life.env.state, seed=seed)).sampler._offset for seed in range(8)}
    assert len(others) == 8
    assert all(0 <= offset < 60 for offset in others)


def test_the_first_pass_is_quick_and_committed_at_once(life: Life) -> None:
    seen: list[int] = []
    life.run(3, at1=ringing(b"", lambda: seen.append(len(life.times()))))
    assert seen == [1]
    assert life.subject.asked[0][1] == {"endpoint.a"}
    assert life.subject.asked[1][1] == {"endpoint.a", "endpoint.slow"}


def test_each_metric_is_read_at_its_own_interval(life: Life) -> None:
    life.run(130)
    slow = [moment.now for moment, wanted in life.subject.asked if "endpoint.slow" in wanted]
    assert len(slow) == 3
    assert slow[1] - slow[0] == pytest.approx(HOUR, abs=240)


def test_an_answer_that_takes_long_is_fetched_at_the_next_passes_and_then_rests(life: Life) -> None:
    life.subject.late = 3
    life.run(20)
    slow = [index for index, (_, wanted) in enumerate(life.subject.asked) if "endpoint.slow" in wanted]
    assert slow == [1, 2, 3, 4]
    assert all("endpoint.a" in wanted for _, wanted in life.subject.asked)


def test_probes_are_told_the_time_and_the_boot(life: Life) -> None:
    life.run(2)
    moment = life.subject.asked[1][0]
    assert moment.boot == "boot-1"
    assert moment.now - life.subject.asked[0][0].now == pytest.approx(
        moment.ticking - life.subject.asked[0][0].ticking
    )


def test_marks_live_on_in_the_next_process(env: FakeEnv, life: Life) -> None:
    life.run(7)
    again = Life(env).run(5)
    with again.reading() as store:
        assert store.marks() == {"endpoint.a seen": "12", "clean": "yes"}


def test_in_a_demo_a_pass_each_second(env: FakeEnv) -> None:
    env.mark_demo()
    times = Life(env).run(20).times()
    assert 19 <= len(times) <= 20
    assert times[-1] - times[0] in (18, 19, 20)


# -- the choice


@pytest.mark.parametrize("choice", [None, "off", "nonsense"])
def test_nothing_is_measured_before_the_choice_or_when_off(env: FakeEnv, choice: str | None) -> None:
    life = Life(env, choice).run(5)
    assert life.subject.asked == []
    assert life.times() == []
    assert min(life.waits) > 0.5  # and it sleeps


@pytest.mark.parametrize("choice", ["local", "share", "quiet"])
def test_every_other_choice_measures(env: FakeEnv, choice: str) -> None:
    assert len(Life(env, choice).run(4).times()) == 4


def test_the_effective_choice_goes_before_the_persons_own(env: FakeEnv) -> None:
    life = Life(env, "share")
    with life.reading() as store:
        store.set_fact(Fact.CHOICE, "off")
    assert life.run(3).times() == []


def test_a_choice_takes_effect_when_the_bell_is_rung(env: FakeEnv) -> None:
    life = Life(env, None)
    life.run(
        8,
        at2=ringing(doorbell.WORK, lambda: life.decide("local")),
        at5=ringing(doorbell.WORK, lambda: life.decide("off")),
    )
    assert len(life.times()) == 3
    assert life.subject.stopped == 1  # measuring ended in good order


def test_what_happens_while_it_is_off_is_counted_by_nobody(env: FakeEnv) -> None:
    """Marks are where counting goes on from; switched off, nothing must go on from before."""
    life = Life(env)
    life.run(
        9,
        at3=ringing(doorbell.WORK, lambda: life.decide("off")),
        at6=ringing(doorbell.WORK, lambda: life.decide("local")),
    )
    assert life.subject.forgot
    with life.reading() as store:
        assert 0 < int(store.marks()["endpoint.a seen"]) < len(life.times()), "it began anew"


def test_a_process_that_starts_switched_off_forgets_too(env: FakeEnv) -> None:
    Life(env).run(3)
    off = Life(env, "off").run(2)
    with off.reading() as store:
        assert store.marks() == {}


# -- the doorbell


def test_flush_and_measure_and_what_was_answered(life: Life) -> None:
    counts: list[int] = []
    look = lambda: counts.append(len(life.times()))  # noqa: E731
    life.run(
        9,
        at3=ringing(doorbell.FLUSH, look),
        at4=ringing(doorbell.MEASURE, look),
        at5=ringing(doorbell.FLUSH + doorbell.MEASURE, look),
        at6=ringing(b"\x11", look),
    )
    # one committed at first; then three by the flush; then one more by each wish to measure
    assert counts == [1, 3, 4, 5]
    assert life.fact(Fact.ANSWERED) == "3"


def test_off_answers_but_does_not_measure(env: FakeEnv) -> None:
    life = Life(env, "off").run(3, at1=ringing(doorbell.MEASURE))
    assert life.subject.asked == []
    assert life.fact(Fact.ANSWERED) == "1"


# -- the worker


def test_the_worker_starts_at_first_and_when_asked_and_sees_all_that_was_measured(life: Life) -> None:
    begun = life.env.now()
    life.run(12, at8=ringing(doorbell.WORK))
    assert len(life.worker.started) == 2
    assert life.worker.started[0] == begun
    assert life.worker.started[1] == pytest.approx(begun + 7 * 60, abs=61)
    assert life.worker.seen == [0, 0]


def test_the_worker_follows_next_due_after_a_ring(life: Life) -> None:
    begun = life.env.now()

    def leave() -> None:
        with life.reading() as store:
            store.set_fact(Fact.NEXT_DUE, str(begun + 900))

    life.run(60, at3=ringing(doorbell.WORK, leave))
    assert life.worker.started[0] == begun
    assert any(abs(started - begun - 900) < 1 for started in life.worker.started)
    assert set(life.worker.seen) == {0}


def test_the_end_of_a_worker_is_heard_through_its_signal_not_polled(life: Life) -> None:
    life.run(4)
    assert all(wait > 0 for wait in life.waits)


# -- waking and clocks


def test_the_start_counts_as_waking(life: Life) -> None:
    now = life.env.now()
    life.run(3)
    assert life.fact(Fact.WOKE_AT) == f"{now:.3f}"
    assert life.fact(Fact.CLOCK_SET) is None


def test_a_suspension_is_noted_and_followed_by_a_pass(life: Life) -> None:
    def sleep() -> bytes:
        life.env.sleep(3 * HOUR)
        return b""

    life.run(6, at3=sleep)
    times = life.times()
    woke = float(life.fact(Fact.WOKE_AT) or 0)
    assert times[3] - times[2] >= 3 * HOUR
    assert woke == pytest.approx(times[3], abs=1)


@pytest.mark.parametrize("by", [-3_650 * DAY, -HOUR, HOUR, 3_650 * DAY])
def test_a_clock_that_is_set_is_noted_and_measuring_goes_on(life: Life, by: float) -> None:
    def turn() -> bytes:
        life.env.pass_time(20)
        life.env.set_clock(life.env.now() + by)
        return b""

    life.run(30, at12=turn)
    assert len(life.times()) == 30
    assert max(life.waits) <= 60
    assert float(life.fact(Fact.CLOCK_SET) or 0) == float(life.fact(Fact.WOKE_AT) or 1)
    assert "the clock was set" in (life.env.state / "agent.log").read_text()


def test_a_wait_never_outlasts_the_cadence_whatever_the_clock_did(life: Life) -> None:
    def slip() -> bytes:
        life.env.set_clock(life.env.now() - 50)  # too little to count as set
        return b""

    life.run(20, at4=slip, at9=slip)
    assert max(life.waits) <= 60


# -- trouble


def test_a_disk_that_refuses_for_an_hour_costs_no_pass(life: Life) -> None:
    def refuse() -> bytes:
        life.sampler._store.connection.execute("PRAGMA query_only = ON")
        return b""

    def take_again() -> bytes:
        life.sampler._store.connection.execute("PRAGMA query_only = OFF")
        return b""

    life.run(90, at5=refuse, at65=take_again)
    assert len(life.times()) == len(life.subject.asked)
    assert (life.env.state / "agent.log").read_text().count("cannot be written") == 1


def test_a_corrupt_database_is_put_aside_and_nothing_is_chosen_in_the_new_one(life: Life) -> None:
    def damage() -> bytes:
        life.sampler._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = bytearray(life.env.database.read_bytes())
        content[PAGE:] = b"\xa5" * (len(content) - PAGE)
        life.env.database.write_bytes(bytes(content))
        life.worker.code = StoreError.exit_code  # a worker noticed first
        return doorbell.WORK

    life.run(30, at12=damage, at20=ringing(b""))
    assert life.damaged == 1
    assert (life.env.state / "shoal.db.corrupt-1").exists()
    assert life.fact(Fact.CHOICE) is None
    assert life.times() == []  # off until chosen
    assert "is corrupt" in (life.env.state / "agent.log").read_text()


@pytest.mark.parametrize("key", [Fact.NEXT_DUE, Fact.ANSWERED, "quarters_done"])
def test_a_number_that_is_none_is_damage_and_no_crash(life: Life, key: str) -> None:
    def damage() -> None:
        with life.reading() as store:
            store.set_fact(key, "soon")

    life.run(30, at12=ringing(doorbell.WORK, damage))
    assert life.damaged == 1
    assert f"({key} should be a number, and is none)" in (life.env.state / "agent.log").read_text()


def test_a_damaged_value_that_a_worker_met_is_damage_to_the_sampler(life: Life) -> None:
    def damage() -> bytes:
        with pytest.raises(CorruptError) as caught, trouble(life.env.database):
            number(Fact.CLOCK_SET, "soon")
        note_damage(life.env.database, caught.value)
        life.worker.code = StoreError.exit_code
        return doorbell.WORK

    life.run(30, at12=damage, at20=ringing(b""))
    assert life.damaged == 1
    assert "clock_set should be a number" in (life.env.state / "agent.log").read_text()


def test_what_was_measured_before_an_erasing_is_forgotten_at_the_next_ring(life: Life) -> None:
    def erase() -> None:
        with life.reading() as store:
            store.erase()

    begun = life.env.now()
    life.run(12, at7=ringing(doorbell.WORK, erase))
    times = life.times()
    assert len(times) == 4
    assert min(times) > begun + 5 * 60


def test_what_is_no_trouble_of_the_store_ends_the_process_but_commits_first(life: Life) -> None:
    def fail() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        life.run(9, at7=fail)
    assert len(life.times()) == 7


def test_stopping_commits_and_rests(life: Life) -> None:
    life.run(4)
    assert len(life.times()) == 4
    with life.reading() as store:
        assert store.marks()["clean"] == "yes"
    assert life.worker.stopped


# -- once


def test_once_reads_everything_and_stores_nothing(env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject()

    def passes(env: Any, known: Any, *, checking: Any) -> Passes:
        return Passes(env, [subject], METRICS)

    monkeypatch.setattr(sampler, "_passes", passes)
    assert sampler.once(env).samples == {"endpoint.a": 1.0, "endpoint.slow": 1.0}
    assert [wanted for _, wanted in subject.asked] == [{"endpoint.a", "endpoint.slow"}, {"endpoint.a"}]
    assert not env.database.exists()


@pytest.mark.parametrize(("late", "found"), [(1, True), (40, True), (10_000, False)])
def test_once_waits_for_what_takes_long_within_reason(
    env: FakeEnv, monkeypatch: pytest.MonkeyPatch, late: int, found: bool
) -> None:
    subject, ended = Subject(late), []
    monkeypatch.setattr(Subject, "stop", lambda *_: ended.append(True))
    monkeypatch.setattr(sampler, "_passes", lambda env, known, checking: Passes(env, [subject], METRICS))
    begun = env.now()
    reading = sampler.once(env)
    assert reading.samples == {"endpoint.a": 1.0, "endpoint.slow": 1.0 if found else None}
    assert set(reading.reasons) == (set() if found else {"endpoint.slow"})
    assert env.now() - begun < 40
    assert ended == [True]


def test_what_the_worker_left_is_what_is_checked(env: FakeEnv) -> None:
    target = Target(cast(Host, None), [metric("network.tcp_latency", "p50", probe="target")])
    passes = Passes(env, [Subject(), target], METRICS)
    is_on = []
    for word in (None, "target localhost:1", None):
        passes.check(word)
        is_on.append(target.begin is not None)
    assert is_on == [False, True, False]


def test_another_order_ends_what_the_earlier_one_began(env: FakeEnv) -> None:
    target = Target(cast(Host, None), [metric("network.tcp_latency", "p50", probe="target")])
    passes = Passes(env, [target], METRICS)
    ended: list[bool] = []
    stops = SimpleNamespace(stop=lambda: ended.append(True))
    for word, count in (("target a:1", 0), ("target a:1", 0), ("target b:1", 1), (None, 2)):
        passes.check(word)
        assert len(ended) == count
        target._latest = cast(Any, stops)


@pytest.mark.skipif(not hasattr(signal, "SIGCHLD"), reason="there are no such signals")
def test_only_a_workers_end_wakes_the_sampler() -> None:
    before = signal.getsignal(signal.SIGCHLD)
    try:
        sampler._watch_children(True)
        assert callable(signal.getsignal(signal.SIGCHLD))
        sampler._watch_children(False)
        assert signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGCHLD, before)
