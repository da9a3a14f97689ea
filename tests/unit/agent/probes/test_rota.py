from __future__ import annotations

from agent.probes.rota import Rota
from tests.fakes import metric

MINUTE = metric("endpoint.minute", every=60)
HOUR = metric("endpoint.hour", every=3600)
NEVER = metric("endpoint.bad_count", "derived")


def test_everything_at_first_then_each_at_its_own_pace() -> None:
    rota = Rota([MINUTE, HOUR, NEVER])
    passes = [rota.due(1000.0 + 60 * i) for i in range(121)]
    assert passes[0] == {MINUTE.id, HOUR.id}
    assert all(MINUTE.id in due for due in passes)
    assert [i for i, due in enumerate(passes) if HOUR.id in due] == [0, 60, 120]


def test_a_pass_a_little_early_skips_nothing() -> None:
    rota = Rota([MINUTE])
    assert [bool(rota.due(t)) for t in (0.0, 59.2, 118.0, 119.0, 178.0)] == [True, True, True, False, True]


def test_a_pass_after_a_long_sleep_reads_each_once() -> None:
    rota = Rota([MINUTE, HOUR])
    rota.due(0.0)
    assert rota.due(604_800.0) == {MINUTE.id, HOUR.id}
    assert rota.due(604_801.0) == frozenset()


def test_a_clock_that_starts_again_is_no_reason_to_wait() -> None:
    rota = Rota([HOUR])
    rota.due(50_000.0)
    assert rota.due(5.0) == {HOUR.id}


def test_a_demo_goes_faster() -> None:
    rota = Rota([MINUTE, HOUR], hasten=60)
    passes = [rota.due(float(second)) for second in range(61)]
    assert all(MINUTE.id in due for due in passes)
    assert sum(HOUR.id in due for due in passes) == 2
