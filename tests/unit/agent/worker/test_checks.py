"""What the worker leaves for the sampler about active checks of the network."""

from __future__ import annotations

import pytest

from agent import decisions
from agent.connection.reach import Order
from agent.errors import PolicyInvalid
from agent.model import Choice, Fact
from tests.unit.agent.agreement import Device, task

TARGET = 'network_target = "net.example:443"\n'


def order(device: Device) -> str | None:
    device.tend()
    return device.store.fact(Fact.CHECKS)


def test_off_until_a_target_is_set(sharing: Device) -> None:
    assert order(sharing) is None
    sharing.policy(TARGET)
    assert order(sharing) is not None


def test_the_order_says_where_and_how(sharing: Device) -> None:
    sharing.policy(
        TARGET
        + 'proxy = "http://proxy.example:3128"\nuse_system_trust = false\nca_bundle = "/etc/a ca.pem"\n'
    )
    found = Order(order(sharing) or "")
    assert (found.host, found.port, found.proxy) == ("net.example", 443, "http://proxy.example:3128")
    assert (found.system_trust, found.ca, found.thorough) == (False, "/etc/a ca.pem", False)
    assert found.shunned == ("helper.invalid", "leader.invalid")


@pytest.mark.parametrize("choice", [Choice.LOCAL, Choice.QUIET, Choice.SHARE])
def test_whoever_measures_checks(device: Device, choice: Choice) -> None:
    device.policy(TARGET)
    device.enrol()
    device.choose(choice)
    assert order(device)


def test_who_sends_nothing_looks_no_aggregator_up(device: Device) -> None:
    device.policy(TARGET)
    device.enrol(task(leader="https://10.1.2.3/"))
    device.choose(Choice.LOCAL)
    assert Order(order(device) or "").shunned == ("10.1.2.3",)


def test_off_stops_them_and_so_does_the_person(sharing: Device) -> None:
    sharing.policy(TARGET)
    assert order(sharing)
    sharing.store.set_setting("policy.network_target", '"off"')
    assert order(sharing) is None
    sharing.store.set_setting("policy.network_target", None)
    assert order(sharing)
    sharing.choose(Choice.OFF)
    assert order(sharing) is None


def test_before_a_choice_nothing(device: Device) -> None:
    device.policy(TARGET)
    assert order(device) is None


@pytest.mark.parametrize("host", ["leader.invalid", "HELPER.invalid."])
def test_never_an_aggregator(sharing: Device, host: str) -> None:
    sharing.policy(TARGET)
    assert order(sharing)
    sharing.policy(f'network_target = "{host}:9"\n')
    assert isinstance(sharing.tend().error, PolicyInvalid)
    assert sharing.store.fact(Fact.CHECKS) is None


def test_not_even_one_of_a_task_that_waits_for_the_person(sharing: Device) -> None:
    sharing.policy('network_target = "newer.invalid:443"\n')
    assert order(sharing)
    sharing.renew(task(serial=2, leader="https://newer.invalid/", id=b"\x12" * 32))
    assert order(sharing) is None


def test_a_policy_that_cannot_be_read_stops_them(sharing: Device) -> None:
    sharing.policy(TARGET)
    assert order(sharing)
    sharing.policy(TARGET + "nonsense\n")
    sharing.tend()
    assert sharing.store.fact(Fact.CHECKS) is None


def test_nor_where_the_enrolment_cannot_be_read(sharing: Device) -> None:
    sharing.policy(TARGET)
    sharing.task_file.write_text("{}")
    assert order(sharing) is None


def test_what_the_person_turns_off_rests_before_any_worker(sharing: Device) -> None:
    sharing.policy(TARGET)
    assert order(sharing)
    decisions.set_value(sharing.env, sharing.ledger, "network_target", "off")
    assert sharing.store.fact(Fact.CHECKS) is None
    assert order(sharing) is None
    decisions.set_value(sharing.env, sharing.ledger, "network_target", None)
    assert order(sharing)
