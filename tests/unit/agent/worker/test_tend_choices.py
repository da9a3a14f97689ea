"""Choice, policy and task, through tend: who decides, and what follows from it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from agent import decisions, enrolment
from agent import policy as rules
from agent.enrolment import owner
from agent.errors import Declined, PolicyInvalid
from agent.model import Choice, Fact
from agent.summary import summarise
from agent.worker import tend as tending
from dap.task import Task
from tests.unit.agent.agreement import (
    CATALOGUE,
    DAILY,
    DAY,
    HOUR,
    OPERATORS,
    WEEK,
    Device,
    Operators,
    signed,
    states,
    task,
    weekly_start,
)

# -- choice and policy


@pytest.mark.parametrize("choice", [Choice.OFF, Choice.LOCAL])
def test_off_and_local_touch_no_network_and_need_no_enrolment(device: Device, choice: Choice) -> None:
    device.choose(choice)
    device.run(device.env.now() + 10 * DAY)
    assert not device.wire.uploads and not device.ledger.reports()
    assert device.store.fact(Fact.CHOICE) == choice


def test_without_a_choice_nothing_happens(device: Device) -> None:
    device.enrol()
    device.run(device.env.now() + 10 * DAY)
    assert not device.wire.uploads and not device.ledger.reports()
    assert device.store.fact(Fact.CHOICE) == "off"


@pytest.mark.parametrize("choice", [Choice.OFF, Choice.LOCAL])
def test_choosing_off_or_local_drops_what_is_held(sharing: Device, choice: Choice) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    assert sharing.choose(choice).dropped == 1
    sharing.run(end + 5 * DAY)
    assert states(sharing) == ["dropped"] and not sharing.wire.uploads
    sharing.choose(Choice.SHARE)
    sharing.run(end + 6 * DAY)
    assert states(sharing) == ["dropped"]  # and it does not come again


def test_off_ends_retries_at_once(sharing: Device) -> None:
    sharing.wire.fail()
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 2 * DAY)
    tried = len(sharing.wire.uploads)
    assert tried > 1 and states(sharing) == ["sending"]
    sharing.choose(Choice.OFF)
    sharing.run(end + 4 * DAY)
    assert len(sharing.wire.uploads) == tried and states(sharing) == ["dropped"]


def test_quiet_and_withheld_look_like_share(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same device three times, its randomness alike: number, moments and lengths are equal."""
    seen = {}
    for kind in ("share", "quiet", "withheld"):
        device = Device(tmp_path_factory.mktemp(kind), seed="the same")
        device.enrol()
        device.choose(Choice.QUIET if kind == "quiet" else Choice.SHARE)
        end = weekly_start(device) + WEEK
        device.run(end + 3 * HOUR)
        if kind == "withheld":
            decisions.withhold(device.env, device.ledger)
        device.run(end + 3 * DAY)
        seen[kind] = [(u.at, u.url, u.token, len(u.body)) for u in device.wire.uploads]
        vector = device.ledger.body(device.ledger.reports()[-1]).sealed.vector  # type: ignore[union-attr]
        assert any(vector) is (kind == "share")
        device.close()
    assert seen["share"] == seen["quiet"] == seen["withheld"]
    assert len(seen["share"]) == 1


def test_choosing_quiet_withholds_what_is_held(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    moment = sharing.ledger.reports()[0].moment
    assert sharing.choose(Choice.QUIET).withheld == 1
    sharing.run(end + 3 * DAY)
    withheld, zeros = sharing.ledger.reports()
    assert (withheld.state, zeros.state, zeros.replaces) == ("withheld", "delivered", withheld.id)
    (upload,) = sharing.wire.uploads
    assert moment is not None and moment <= upload.at <= moment + 60
    assert upload.body == sharing.ledger.body(zeros).sealed.body  # type: ignore[union-attr]


@pytest.mark.parametrize("choice", [Choice.OFF, Choice.LOCAL, Choice.QUIET])
def test_a_choice_made_while_a_worker_is_at_it(
    sharing: Device, choice: Choice, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.measure()
    sharing.env.pass_time(end + 3 * HOUR - sharing.env.now())

    def slowly(*given: Any, **named: Any) -> Any:
        monkeypatch.undo()
        sharing.choose(choice)
        return summarise(*given, **named)

    monkeypatch.setattr(tending, "summarise", slowly)
    sharing.tend()
    assert not sharing.ledger.reports()  # what was summed up under share is not sealed under another choice
    assert sharing.store.fact(Fact.CHOICE) == str(choice)
    sharing.run(end + 3 * DAY)
    assert len(sharing.wire.uploads) == (choice is Choice.QUIET)
    assert all(report.zeros for report in sharing.ledger.reports())


def test_erasing_while_a_worker_is_at_it(sharing: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.measure()
    sharing.env.pass_time(end + 3 * HOUR - sharing.env.now())

    def slowly(*given: Any, **named: Any) -> Any:
        monkeypatch.undo()
        summed_up = summarise(*given, **named)
        sharing.store.erase()
        decisions.erase(sharing.env, sharing.ledger)
        return summed_up

    monkeypatch.setattr(tending, "summarise", slowly)
    sharing.tend()
    sharing.run(end + 3 * DAY)
    assert not sharing.ledger.reports() and not sharing.wire.uploads


def test_quiet_that_policy_allows_later_withholds_what_is_held(sharing: Device) -> None:
    required = 'upload = "required"\ncontact = "IT"\nagreement_url = "https://example.invalid/"\n'
    sharing.choose(Choice.QUIET)
    sharing.policy(required + "allow_quiet = false\n")
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    (held,) = sharing.ledger.reports()
    assert not held.zeros
    sharing.policy(required)
    sharing.run(end + 3 * DAY)
    assert states(sharing) == ["withheld", "delivered"]
    assert sharing.ledger.reports()[1].zeros


def test_a_withhold_that_was_cut_off_is_finished(sharing: Device) -> None:
    """The person's word is on the disk; the zeros are sealed by whatever worker comes next."""
    sharing.run(weekly_start(sharing) + WEEK + 3 * HOUR)
    sharing.ledger.withhold(sharing.ledger.reports()[0], sharing.env.now())
    sharing.tend()
    assert states(sharing) == ["withheld", "held"]
    sharing.tend()
    assert states(sharing) == ["withheld", "held"]


REQUIRED = 'upload = "required"\ncontact = "it"\nagreement_url = "https://x.invalid/"\n'


def test_required_needs_no_choice_and_is_recorded(device: Device) -> None:
    device.policy(REQUIRED)
    device.enrol()
    device.run(weekly_start(device) + WEEK + 3 * DAY)
    assert states(device) == ["delivered"]
    assert device.store.fact(Fact.CHOICE) == "share"
    agreed = [row.facts for row in device.ledger.rows() if row.kind == "task"][1]
    assert (agreed["event"], agreed["by"]) == ("agreed", "policy")


def test_policy_that_turns_local_drops(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    sharing.policy('upload = "local"\n')
    sharing.run(end + 5 * DAY)
    assert states(sharing) == ["dropped"] and not sharing.wire.uploads
    assert sharing.store.fact(Fact.CHOICE) == "local"
    row = next(row for row in sharing.ledger.rows() if row.kind == "policy")
    assert row.facts["values"]["upload"][0] == "local"


def test_a_malformed_policy_stops_sending_and_loses_nothing(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    sharing.policy("min_batch_size = \n")
    found = sharing.tend()
    assert found.error is not None and found.error.exit_code == 11
    assert "policy.toml:1" in (sharing.store.fact("trouble") or "")
    sharing.run(end + 2 * DAY)
    assert states(sharing) == ["held"] and not sharing.wire.uploads
    assert sharing.store.fact(Fact.CHOICE) == "share"  # measuring goes on
    sharing.policy("")
    sharing.run(end + 5 * DAY)
    assert states(sharing) == ["delivered"]
    assert sharing.store.fact("trouble") is None


@pytest.mark.parametrize("choice", [Choice.OFF, Choice.LOCAL])
def test_less_can_be_chosen_under_a_malformed_policy(sharing: Device, choice: Choice) -> None:
    sharing.run(weekly_start(sharing) + WEEK + 3 * HOUR)
    sharing.policy("min_batch_size = \n")
    with pytest.raises(PolicyInvalid):
        sharing.choose(Choice.QUIET)
    assert sharing.choose(choice).effective is choice
    sharing.tend()
    assert states(sharing) == ["dropped"]
    assert sharing.store.fact(Fact.CHOICE) == str(choice)


def test_an_aggregator_as_network_target_stops_sending(sharing: Device) -> None:
    sharing.policy('network_target = "leader.invalid:53"\n')
    found = sharing.tend()
    assert found.error is not None and "network_target" in found.error.message


def test_silenced_metrics_do_not_leave(sharing: Device) -> None:
    decisions.set_value(sharing.env, sharing.ledger, "blocked_metrics", ["endpoint.disk_free"])
    sharing.run(weekly_start(sharing) + WEEK + 3 * HOUR)
    from catalogue import layout
    from tests.unit.agent.agreement import METRICS

    vector = tuple(sharing.ledger.body(sharing.ledger.reports()[0]).sealed.vector)  # type: ignore[union-attr]
    told = layout.decode(vector, METRICS[:3])
    assert told["endpoint.disk_free"] is None and told["endpoint.memory_low"] is not None


# -- the task


def test_a_widened_task_waits_for_the_person(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    sharing.renew(task(serial=2, metrics=4, id=b"\2" * 32))
    sharing.run(end + 2 * DAY)
    assert not sharing.wire.uploads and states(sharing) == ["held"]
    assert "metrics" in (sharing.store.fact("trouble") or "")
    waits = [row.facts for row in sharing.ledger.rows() if row.kind == "task"][-1]
    assert (waits["event"], waits["widened"]) == ("waits", ["metrics"])
    sharing.choose(Choice.SHARE)
    sharing.run(end + 4 * DAY)
    assert states(sharing) == ["delivered"]


def test_a_rolled_back_task_seals_nothing(sharing: Device) -> None:
    sharing.renew(task(serial=5))
    sharing.tend()
    sharing.renew(task(serial=4))
    end = weekly_start(sharing) + WEEK
    sharing.run(end + DAY)
    assert states(sharing) == []
    found = sharing.tend()
    assert found.error is not None and found.error.exit_code == 16 and "serial" in found.error.message


def test_one_report_a_period_over_all_tasks(sharing: Device) -> None:
    """A daily task that takes the weekly one's place does not report days that a week was reported for."""
    end = weekly_start(sharing) + WEEK
    sharing.run(end + DAY)
    sharing.renew(DAILY._replace(serial=2, task_id=b"\7" * 32))
    sharing.choose(Choice.SHARE)
    sharing.run(end + 6 * DAY, measuring=HOUR)
    reports = sharing.ledger.reports()
    spans = sorted((report.start, report.stop) for report in reports)
    assert len(spans) > 3
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


def test_leaving_ends_it(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    decisions.leave(sharing.env, sharing.ledger, sharing.keychain)
    sharing.run(end + 5 * DAY)
    assert states(sharing) == ["dropped"] and not sharing.wire.uploads
    assert sharing.keychain.token is None


def test_another_accounts_machine_is_local_only(sharing: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.make_directory(sharing.env)
    owner.claim(sharing.env)
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    mine = owner.my_id()
    monkeypatch.setattr(owner, "my_id", lambda: mine + 1)
    sharing.run(end + 5 * DAY)
    assert not sharing.wire.uploads and states(sharing) == ["dropped"]
    assert sharing.store.fact(Fact.CHOICE) == "local"


def test_a_choice_older_than_the_machines_enrolment_makes_the_owner(sharing: Device) -> None:
    sharing.run(weekly_start(sharing) + DAY)
    _enrol_machine(sharing, task())  # the same operators: what this account agreed to holds on
    assert owner.holder(sharing.env) is None
    sharing.tend()
    assert owner.holder(sharing.env) == owner.my_id()


def test_a_report_for_operators_of_before_is_dropped(device: Device) -> None:
    _enrol_machine(device, task())
    device.choose(Choice.SHARE)
    end = weekly_start(device) + WEEK
    device.run(end + 3 * HOUR)
    assert states(device) == ["held"]
    others = Operators(b"other leader".ljust(32, b"-"), b"other helper".ljust(32, b"-"))
    newer = task(id=b"\x22" * 32, operators=others, leader="https://others.invalid/")
    _enrol_machine(device, newer, others)
    device.run(end + 4 * HOUR)
    assert states(device) == ["held"]  # nobody has agreed to the others yet
    device.choose(Choice.SHARE)
    assert states(device) == ["dropped"]
    device.run(end + 5 * DAY)
    assert not device.wire.uploads  # neither the report nor the new token goes to those of before


def _enrol_machine(device: Device, given: Task, operators: Operators = OPERATORS) -> None:
    policy = rules.load(device.env, {})
    text = signed(given, operators)
    enrolment.enrol_machine(device.env, policy, CATALOGUE, text, "token", replace=True)


def test_erasing_takes_databases_that_were_put_aside(sharing: Device) -> None:
    aside = sharing.env.database.with_name("shoal.db.corrupt-2-wal")
    aside.write_bytes(b"readings, bodies and openings")
    decisions.erase(sharing.env, sharing.ledger)
    assert not aside.exists()
    assert sharing.env.database.exists()


def test_two_workers_never_run_together(sharing: Device) -> None:
    from agent.lock import Lock

    lock = Lock(sharing.env.state, "worker")
    lock.take()
    with pytest.raises(Declined, match="a worker runs already"):
        sharing.tend()
    lock.release()
    sharing.tend()


def test_a_demo_is_quick(device: Device) -> None:
    (device.env.state / "demo").touch()
    device.enrol(task(demo=True, period=10, grace=0, min_batch_size=3))
    device.choose(Choice.SHARE)
    device.run(device.env.now() + 31, measuring=1)
    assert states(device) == ["delivered"] * 3
    assert len(device.wire.uploads) == 3
