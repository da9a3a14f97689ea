from __future__ import annotations

from fractions import Fraction

from dap.constants import Role
from dap.task import Mechanism, Task, TaskWarning
from tests.unit.dap.making import make_config, make_info, make_operator, make_task


def test_two_operators_with_noise_need_no_warning() -> None:
    assert make_task().warnings == ()


def test_what_must_be_said_in_red() -> None:
    silent = make_task(make_config(make_info(mechanism=Mechanism.NONE, rho=Fraction(0))))
    demo = make_task(make_config(make_info(demo=True)))
    one_name = make_task(helper=make_operator(Role.HELPER, name="it"))
    wide_name = make_task(helper=make_operator(Role.HELPER, name="\uff29\uff34"))
    one_contact = make_task(helper=make_operator(Role.HELPER, contact="IT@example.org"))
    one_host = make_task(make_config(helper_aggregator_endpoint="https://LEADER.example:444/"))
    cases: list[tuple[Task, TaskWarning]] = [
        (silent, TaskWarning.NO_NOISE),
        (demo, TaskWarning.DEMO),
        (one_name, TaskWarning.ONE_OPERATOR),
        (wide_name, TaskWarning.ONE_OPERATOR),
        (one_contact, TaskWarning.ONE_OPERATOR),
        (one_host, TaskWarning.ONE_HOST),
        (make_task(make_config(helper_aggregator_endpoint="https://leader.example./")), TaskWarning.ONE_HOST),
    ]
    for task, warning in cases:
        assert task.warnings == (warning,)


def test_every_warning_is_a_sentence() -> None:
    for warning in TaskWarning:
        assert warning.sentence.endswith(".")
        assert warning.value == warning.name.lower()
