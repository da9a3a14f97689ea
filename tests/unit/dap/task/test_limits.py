from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from dap.constants import Role
from dap.errors import TaskRefused
from dap.messages import Extension, Interval
from dap.task import Mechanism, SumVecConfiguration, Task, check_limits, differences, summary, widened
from tests.unit.dap.making import DAY, HPKE, make_config, make_info, make_operator, make_task, public

WEEK = 7 * DAY
DAILY = {"period": DAY, "grace": 5 * DAY, "rho": Fraction(1, 14)}
DEMO = {"demo": True, "period": 5, "grace": 0}


def with_info(**changes: Any) -> Task:
    return make_task(make_config(make_info(**changes)))


def with_config(**changes: Any) -> Task:
    return make_task(make_config(**changes))


def refused_field(task: Task, **limits: Any) -> str:
    with pytest.raises(TaskRefused) as raised:
        check_limits(task, **limits)
    assert raised.value.reason
    return raised.value.field


@pytest.mark.parametrize(
    "task",
    [
        make_task(),
        with_info(**DAILY),
        with_info(rho=Fraction(1)),
        with_info(period=DAY, grace=3 * DAY, rho=Fraction(1, 7)),
        with_info(grace=14 * DAY),
        with_info(mechanism=Mechanism.JANUS_DISCRETE_LAPLACE),
        with_config(min_batch_size=25),
        make_task(
            make_config(
                leader_aggregator_endpoint="http://127.0.0.1:1/l",
                helper_aggregator_endpoint="http://127.0.0.1:1/h",
            )
        ),
    ],
)
def test_tasks_within_the_limits(task: Task) -> None:
    check_limits(task)


@pytest.mark.parametrize(
    ("task", "field"),
    [
        (with_config(min_batch_size=24), "min_batch_size"),
        (with_config(min_batch_size=0), "min_batch_size"),
        (with_info(rho=Fraction(101, 100)), "rho"),
        (with_info(rho=Fraction(0)), "rho"),
        (with_info(mechanism=Mechanism.NONE), "mechanism"),
        (with_info(mechanism=Mechanism.NONE, rho=Fraction(0)), "mechanism"),
        (with_info(period=DAY, rho=Fraction(15, 100)), "rho"),
        (with_info(period=DAY, rho=Fraction(1)), "rho"),
        (with_info(period=2 * DAY), "period"),
        (with_info(period=30 * DAY), "period"),
        (with_info(period=5), "period"),
        (with_info(grace=3 * DAY - 1), "grace"),
        (with_info(grace=14 * DAY + 1), "grace"),
        (with_info(demo=True), "demo"),
        (with_info(metrics=0), "length"),
        (with_info(metrics=61), "length"),
        (with_config(time_precision=DAY), "time_precision"),
        (with_config(leader_aggregator_endpoint="http://leader.example"), "leader_aggregator_endpoint"),
        (with_config(helper_aggregator_endpoint="ftp://helper.example"), "helper_aggregator_endpoint"),
        (with_config(helper_aggregator_endpoint="https://Leader.example/dap"), "helper_aggregator_endpoint"),
        (with_config(batch_mode=2), "batch_mode"),
        (with_config(batch_config=b"x"), "batch_mode"),
        (with_config(extensions=(Extension(1, Interval(1, 2).encode()),)), "extensions"),
        (with_config(vdaf_configuration=SumVecConfiguration(60, 2, 8).encode()), "max_measurement"),
        (with_config(vdaf_configuration=SumVecConfiguration(60, 1, 61).encode()), "chunk_length"),
        (with_config(vdaf_configuration=SumVecConfiguration(60, 1, 0).encode()), "chunk_length"),
        (with_config(vdaf_configuration=SumVecConfiguration(1 << 20, 1, 1000).encode()), "length"),
        (make_task(helper=make_operator(Role.HELPER, signing_key=public(Role.LEADER))), "helper.signing_key"),
        (
            make_task(helper=make_operator(Role.HELPER, hpke_config=HPKE[Role.LEADER].config)),
            "helper.hpke_config",
        ),
        (make_task(leader=make_operator(Role.HELPER), helper=make_operator(Role.LEADER)), "leader"),
    ],
)
def test_tasks_beyond_a_limit_are_refused_by_name(task: Task, field: str) -> None:
    assert refused_field(task) == field


@pytest.mark.parametrize("most", [Fraction(1, 1000), Fraction(1), Fraction(10**6)])
def test_no_ceiling_lets_a_task_without_noise_pass(most: Fraction) -> None:
    exact = with_info(mechanism=Mechanism.NONE, rho=Fraction(0))
    limits = {"max_rho_per_release": most, "max_rho_per_year": most, "demo_allowed": True}
    assert refused_field(exact, **limits) == "mechanism"


def test_a_policy_may_only_narrow() -> None:
    assert refused_field(make_task(), floor=51) == "min_batch_size"
    check_limits(make_task(), floor=50)
    assert refused_field(with_config(min_batch_size=24), floor=1) == "min_batch_size"
    assert refused_field(make_task(), max_rho_per_release=Fraction(2, 5)) == "rho"
    assert refused_field(with_info(rho=Fraction(2)), max_rho_per_release=Fraction(9)) == "rho"
    assert refused_field(make_task(), max_rho_per_year=Fraction(25)) == "rho"
    check_limits(make_task(), max_rho_per_year=Fraction(26))
    assert refused_field(with_info(**DAILY), max_rho_per_year=Fraction(25)) == "rho"
    over = with_info(period=DAY, grace=5 * DAY, rho=Fraction(1, 6))
    assert refused_field(over, max_rho_per_year=Fraction(1000)) == "rho"


def test_a_demo_is_free_only_where_it_is_allowed() -> None:
    demo = make_task(make_config(make_info(**DEMO), min_batch_size=1))
    check_limits(demo, demo_allowed=True)
    check_limits(demo, demo_allowed=True, floor=100)
    assert refused_field(demo) == "demo"
    zero = make_task(make_config(make_info(**DEMO), min_batch_size=0))
    assert refused_field(zero, demo_allowed=True) == "min_batch_size"
    assert refused_field(with_info(demo=True, period=0), demo_allowed=True) == "period"
    assert refused_field(with_info(**{**DEMO, "rho": Fraction(2)}), demo_allowed=True) == "rho"
    check_limits(with_info(**{**DEMO, "mechanism": Mechanism.NONE, "rho": Fraction(0)}), demo_allowed=True)
    assert refused_field(with_info(**DEMO | {"mechanism": Mechanism.NONE}), demo_allowed=True) == "rho"
    twice = make_task(helper=make_operator(Role.HELPER, signing_key=public(Role.LEADER)))
    assert refused_field(twice, demo_allowed=True) == "helper.signing_key"


def test_a_summary_is_plain_data() -> None:
    shown = summary(make_task())
    assert shown["leader"] == {
        "name": "IT",
        "contact": "it@example.org",
        "url": "https://leader.example/dap/",
        "fingerprint": make_operator(Role.LEADER).fingerprint,
        "hpke_fingerprint": make_operator(Role.LEADER).hpke_fingerprint,
    }
    promises = {
        "serial": 3,
        "metrics": 48,
        "min_batch_size": 50,
        "rho": "1/2",
        "period": WEEK,
        "demo": False,
        "warnings": [],
    }
    assert {name: shown[name] for name in promises} == promises
    assert summary(with_info(demo=True))["warnings"] == ["demo"]


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        (make_task(), []),
        (make_task(serial=4), []),
        (with_info(metrics=50, digest=b"\x01" * 32), ["metrics"]),
        (with_info(metrics=40, digest=b"\x01" * 32), []),
        (with_info(digest=b"\x01" * 32), ["metrics"]),
        (make_task(helper=make_operator(Role.HELPER, name="Vendor")), ["operators"]),
        (make_task(leader=make_operator(Role.LEADER, signing_key=b"\x01" * 32)), ["operators"]),
        (make_task(helper=make_operator(Role.HELPER, contact="new@example.org")), []),
        (make_task(helper=make_operator(Role.HELPER, hpke_config=HPKE[Role.LEADER].config)), []),
        (with_config(min_batch_size=49), ["min_batch_size"]),
        (with_config(min_batch_size=51), []),
        (with_info(rho=Fraction(51, 100)), ["rho"]),
        (with_info(rho=Fraction(1, 10)), []),
        (with_info(mechanism=Mechanism.NONE, rho=Fraction(0)), ["rho"]),
        (with_info(**DAILY), ["period"]),
        (with_info(period=DAY, rho=Fraction(1, 10)), ["rho", "period"]),
        (with_info(demo=True), ["demo"]),
        (with_info(grace=10 * DAY), []),
    ],
)
def test_a_person_is_asked_again_when_something_widens(new: Task, fields: list[str]) -> None:
    assert widened(make_task(), new) == fields


def test_noise_that_comes_widens_nothing() -> None:
    silent = with_info(mechanism=Mechanism.NONE, rho=Fraction(0))
    assert widened(silent, make_task()) == []
    assert widened(silent, silent) == []


def test_everything_that_changed_is_shown() -> None:
    new = make_task(
        make_config(min_batch_size=60), helper=make_operator(Role.HELPER, contact="new@example.org")
    )
    assert differences(make_task(), new) == [
        ("helper.contact", "betriebsrat@example.org", "new@example.org"),
        ("min_batch_size", 50, 60),
    ]
    assert differences(make_task(), make_task()) == []
