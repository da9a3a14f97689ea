from __future__ import annotations

from fractions import Fraction

from agent.commands import promises
from dap.task import Mechanism
from tests.unit.agent.agreement import task


def test_the_minimum_and_the_odds_come_from_the_task_s_own_terms() -> None:
    strengths = (Fraction(1), Fraction(1, 64))
    weak, strong = (promises.sentences(task(rho=rho, min_batch_size=77)) for rho in strengths)
    assert "at least 77 devices" in weak[0]
    assert "instead of 50" in weak[1]
    assert weak[1] != strong[1]  # computed, not written down
    assert "all year long" in weak[2]


def test_a_demo_promises_no_year() -> None:
    assert not any("year" in sentence for sentence in promises.sentences(task(demo=True, period=20, grace=0)))


def test_no_noise_is_said_loudly() -> None:
    given = task()
    config = given.config
    info = config.info._replace(mechanism=Mechanism.NONE, rho=Fraction(0))
    exact = config._replace(task_info=info.encode())
    found = promises.sentences(given._replace(configuration=exact.encode()))
    assert any(sentence.startswith("NO NOISE") for sentence in found)
