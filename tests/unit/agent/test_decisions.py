"""What a person decides, and what is on the disk right after."""

from __future__ import annotations

import pytest

from agent import decisions
from agent.database import CorruptError
from agent.enrolment import owner
from agent.errors import Declined, KeychainError, NotEnrolled, PolicyInvalid, TaskMismatch, TokenRefused
from agent.lock import WORKER, Lock
from agent.model import Choice, Fact, LedgerKind, ReportState
from agent.verification import verify
from catalogue import layout
from tests.unit.agent.agreement import CATALOGUE, DAY, TOKEN, Device, example, task

REQUIRED = 'upload = "required"\ncontact = "it"\nagreement_url = "https://x.invalid/"\n'


def rows(device: Device, kind: LedgerKind) -> list[dict[str, object]]:
    return [row.facts for row in device.ledger.rows() if row.kind == kind]


def test_a_choice_is_a_row_and_a_fact(device: Device) -> None:
    device.enrol()
    found = device.choose(Choice.SHARE)
    assert (found.choice, found.effective, found.kept) == (Choice.SHARE, Choice.SHARE, ("keychain", ""))
    device.choose(Choice.SHARE)  # again is no other choice
    device.choose(Choice.LOCAL)
    assert rows(device, LedgerKind.CHOICE) == [
        {"choice": "share", "before": None},
        {"choice": "local", "before": "share"},
    ]
    assert device.store.fact(Fact.CHOICE) == "local"
    assert decisions.chosen(device.ledger) is Choice.LOCAL


def test_sharing_needs_an_enrolment_and_local_does_not(device: Device) -> None:
    device.choose(Choice.LOCAL)
    with pytest.raises(NotEnrolled):
        device.choose(Choice.SHARE)
    assert decisions.chosen(device.ledger) is Choice.LOCAL


def test_choosing_is_agreeing(device: Device) -> None:
    device.enrol()
    device.choose(Choice.QUIET)
    events = [(row["event"], row["by"]) for row in rows(device, LedgerKind.TASK)]
    assert events == [("enrolled", "you"), ("agreed", "you")]


def test_only_the_task_that_was_read_is_agreed_to(device: Device) -> None:
    device.enrol()
    with pytest.raises(Declined, match="you have read serial 7, now it is 1"):
        decisions.choose(
            device.env, device.ledger, CATALOGUE, Choice.SHARE, serial=7, keychain=device.keychain
        )
    assert decisions.chosen(device.ledger) is None
    assert [row["event"] for row in rows(device, LedgerKind.TASK)] == ["enrolled"]
    decisions.choose(device.env, device.ledger, CATALOGUE, Choice.SHARE, serial=1, keychain=device.keychain)
    assert decisions.chosen(device.ledger) is Choice.SHARE


def test_choosing_makes_the_owner(device: Device) -> None:
    owner.make_directory(device.env)
    device.enrol()
    device.choose(Choice.LOCAL)
    assert owner.holder(device.env) is None
    device.choose(Choice.SHARE)
    assert owner.holder(device.env) == owner.my_id()
    decisions.leave(device.env, device.ledger, device.keychain)
    assert owner.holder(device.env) is None


def test_another_owner_is_named_and_nothing_changes(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.make_directory(device.env)
    owner.claim(device.env)
    device.enrol()
    mine = owner.my_id()
    monkeypatch.setattr(owner, "my_id", lambda: mine + 1)
    with pytest.raises(NotEnrolled, match="another account"):
        device.choose(Choice.SHARE)
    assert decisions.chosen(device.ledger) is None


def test_what_policy_leaves(device: Device) -> None:
    device.enrol()
    device.policy('upload = "local"\n')
    with pytest.raises(Declined, match=r"policy\.toml:1"):
        device.choose(Choice.SHARE)
    device.policy(REQUIRED)
    with pytest.raises(Declined):
        device.choose(Choice.LOCAL)
    assert device.choose(Choice.QUIET).effective is Choice.QUIET


def test_withholding_what_is_not_held(device: Device) -> None:
    device.enrol()
    device.choose(Choice.SHARE)
    with pytest.raises(Declined, match="no report is held"):
        decisions.withhold(device.env, device.ledger)
    device.policy(REQUIRED + "allow_withhold = false\n")
    with pytest.raises(Declined, match="allow_withhold"):
        decisions.withhold(device.env, device.ledger)


def test_enrolling_keeps_the_token_and_chooses_nothing(device: Device) -> None:
    device.keychain.delete()
    device.enrol()
    assert device.keychain.token == TOKEN
    assert decisions.chosen(device.ledger) is None
    assert TOKEN not in "".join(row.detail for row in device.ledger.rows())


def test_a_bad_token_enrols_nothing(device: Device) -> None:
    with pytest.raises(TokenRefused):
        decisions.enrol(
            device.env, device.ledger, CATALOGUE, example(), "two words", keychain=device.keychain
        )
    with pytest.raises(NotEnrolled):
        device.choose(Choice.SHARE)


def test_a_task_beyond_the_limits_is_refused_at_once(device: Device) -> None:
    with pytest.raises(TaskMismatch, match="min_batch_size"):
        device.enrol(task(min_batch_size=24))
    assert not list(device.ledger.rows())


def test_own_values(device: Device) -> None:
    policy = decisions.set_value(device.env, device.ledger, "retention_days", 7)
    assert policy.value("retention_days") == 7
    assert rows(device, LedgerKind.POLICY) == [
        {"values": {"retention_days": ["7", "you"]}, "changed": ["retention_days"]}
    ]
    with pytest.raises(PolicyInvalid):
        decisions.set_value(device.env, device.ledger, "retention_days", 0)
    assert decisions.load_policy(device.env, device.ledger).value("retention_days") == 7
    decisions.set_value(device.env, device.ledger, "retention_days", None)
    assert decisions.load_policy(device.env, device.ledger).value("retention_days") == 30


def test_leaving_forgets_what_was_agreed(device: Device) -> None:
    device.enrol()
    device.choose(Choice.SHARE)
    device.run(device.env.now() // (7 * DAY) * 7 * DAY + 7 * DAY + 10_800)
    assert decisions.leave(device.env, device.ledger, device.keychain) == ""
    assert [r.state for r in device.ledger.reports()] == [ReportState.DROPPED]
    assert device.keychain.token is None
    assert decisions.chosen(device.ledger) is None
    assert rows(device, LedgerKind.TASK)[-1]["event"] == "left"
    with pytest.raises(NotEnrolled):
        device.choose(Choice.SHARE)


def test_leaving_with_a_keychain_that_does_not_answer(device: Device) -> None:
    device.enrol()

    def locked() -> None:
        raise KeychainError("it is locked", "unlock it")

    device.keychain.delete = locked  # type: ignore[method-assign]
    assert "may still be in it" in decisions.leave(device.env, device.ledger, device.keychain)


def test_erasing_keeps_the_chain(device: Device) -> None:
    device.enrol()
    device.choose(Choice.SHARE)
    device.run(device.env.now() // (7 * DAY) * 7 * DAY + 9 * DAY)
    assert decisions.erase(device.env, device.ledger) == 1
    assert not list(device.ledger.kept())
    assert [row.kind for row in device.ledger.rows()][-2:] == ["delivered", "erased"]


def test_purging_leaves_nothing(device: Device) -> None:
    device.enrol()
    device.choose(Choice.SHARE)
    owner.make_directory(device.env)
    owner.claim(device.env)
    device.close()
    removed = decisions.purge(device.env)
    assert "shoal.db" in removed
    assert not [path for path in device.env.state.iterdir() if path.is_file()]
    assert owner.holder(device.env) is None
    assert decisions.purge(device.env) == []


@pytest.mark.parametrize("choice", [None, Choice.OFF, Choice.LOCAL])
def test_withholding_where_nothing_is_sealed_names_the_choice(device: Device, choice: Choice | None) -> None:
    if choice is not None:
        device.choose(choice)
    with pytest.raises(Declined, match=f"no report is held now: the choice is {choice or 'off'}") as caught:
        decisions.withhold(device.env, device.ledger)
    assert caught.value.cure == "Nothing is sent with this choice."


@pytest.mark.parametrize("key", [decisions.SINCE, decisions.NOTICED])
def test_since_when_is_shared_that_is_no_number(device: Device, key: str) -> None:
    device.enrol()
    device.choose(Choice.SHARE)
    ahead = str(device.env.now() + DAY)
    device.store.set_setting(decisions.SINCE, ahead)
    device.store.set_setting(key, "soon")
    with pytest.raises(CorruptError, match=f"{key} should be a number"):
        device.choose(Choice.QUIET)
    assert decisions.chosen(device.ledger) is Choice.SHARE  # all of the choice or nothing


def test_a_newer_catalogue_is_a_row_that_tells_the_difference(device: Device) -> None:
    first, second, *rest = CATALOGUE.metrics
    assert not decisions.note_catalogue(device.ledger, CATALOGUE, 1.0), "nothing was known before"
    assert not decisions.note_catalogue(device.ledger, CATALOGUE, 2.0)
    assert rows(device, LedgerKind.CATALOGUE) == []
    new = first._replace(id="endpoint.brand_new")
    newer = CATALOGUE._replace(metrics=(first._replace(window=first.window + 3), *rest, new))
    assert decisions.note_catalogue(device.ledger, newer, 3.0)
    assert not decisions.note_catalogue(device.ledger, newer, 4.0)
    (row,) = rows(device, LedgerKind.CATALOGUE)
    assert row == {
        "digest": layout.digest(newer.metrics).hex(),
        "added": ["endpoint.brand_new"],
        "removed": [second.id],
        "changed": [[first.id, "window", str(first.window), str(first.window + 3)]],
    }
    assert verify(device.ledger).agrees


def test_a_worker_notes_it_whatever_was_chosen(device: Device) -> None:
    device.choose(Choice.OFF)
    device.tend()
    older = layout.meaning(CATALOGUE.metrics[:-1]).decode()
    assert device.store.fact(Fact.CATALOGUE) == layout.meaning(CATALOGUE.metrics).decode()
    device.store.set_fact(Fact.CATALOGUE, older)
    device.tend()
    (row,) = rows(device, LedgerKind.CATALOGUE)
    assert row["added"] == [CATALOGUE.metrics[-1].id]


def test_purging_waits_for_a_worker_and_then_says_so(device: Device) -> None:
    device.enrol()
    device.choose(Choice.SHARE)
    there = {path.name for path in device.env.state.iterdir()}
    worker = Lock(device.env.state, WORKER)
    worker.take()
    begun = device.env.monotonic()
    with pytest.raises(Declined, match=r"being sealed or sent .*nothing was deleted"):
        decisions.purge(device.env)
    assert 5 < device.env.monotonic() - begun < 30
    assert {path.name for path in device.env.state.iterdir()} == there | {"worker.lock"}
    device.close()
    device.env._pause = lambda seconds: worker.release()
    assert "shoal.db" in decisions.purge(device.env)
    assert not list(device.env.state.iterdir())


def test_erasing_forgets_which_database_was_put_aside(device: Device) -> None:
    device.store.set_fact(Fact.SET_ASIDE, "shoal.db.corrupt-1")
    decisions.erase(device.env, device.ledger)
    assert device.store.fact(Fact.SET_ASIDE) is None
