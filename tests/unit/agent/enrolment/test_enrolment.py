"""Which task files are believed, which are refused by field, and what waits for a person."""

from __future__ import annotations

import json
import os
import stat
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from agent import policy as rules
from agent.enrolment import (
    Scope,
    accept,
    enrol_account,
    enrol_machine,
    leave,
    load,
    look,
    read_machine_pins,
    read_record,
    read_token,
    records,
    remember,
    require_token,
)
from agent.errors import NotEnrolled, PolicyInvalid, StoreError, TaskMismatch, TokenRefused, UsageError
from agent.policy import Policy, Set
from tests.fakes import FakeEnv
from tests.unit.agent.agreement import CATALOGUE, DAY, NEWER, OPERATORS, TOKEN, example, signed, task

OTHERS = OPERATORS._replace(leader_key=b"another leader".ljust(32), helper_key=b"another helper".ljust(32))


def policy(**values: object) -> Policy:
    return rules.merge([Set(name, value, "p:1", "") for name, value in values.items()], {})


def enrol(env: FakeEnv, text: str, **values: object) -> Any:
    return enrol_account(env, policy(**values), CATALOGUE, text)


def test_an_account_enrols_and_agrees(env: FakeEnv) -> None:
    found = enrol(env, example())
    assert (found.scope, found.accepted, found.is_agreed, found.waits) == (Scope.ACCOUNT, None, False, False)
    agreed = accept(env, found)
    assert agreed.is_agreed
    again = load(env, policy(), CATALOGUE)
    assert again.is_agreed and again.task == found.task
    assert [m.id for m in again.metrics(CATALOGUE)] == [m.id for m in CATALOGUE.metrics[:3]]
    assert stat.S_IMODE((env.state / "enrolment.json").stat().st_mode) == 0o600
    summary = again.summary()
    assert json.dumps(summary) and summary["agreed"] and summary["leader"]["fingerprint"]


def test_what_is_only_shown_is_what_was_believed(env: FakeEnv, tmp_path: Path) -> None:
    """Without any signature checked: the same task, and whether somebody had checked it."""
    assert look(env, policy()) is None
    found = enrol(env, example())
    seen = look(env, policy())
    assert seen is not None and seen.verified
    assert seen.enrolment == found
    accept(env, found)
    file = tmp_path / "task.json"
    file.write_text(example(serial=2, id=b"\x12" * 32, min_batch_size=25))
    newer = look(env, policy(task_file=file))
    assert newer is not None and not newer.verified
    assert newer.enrolment.widened == ("min_batch_size",)
    file.write_text(signed(task(serial=3, operators=OTHERS), OTHERS))
    with pytest.raises(TaskMismatch, match="other operators"):
        look(env, policy(task_file=file))


def test_a_machine_s_task_is_shown_before_anybody_chose(env: FakeEnv) -> None:
    enrol_machine(env, policy(), CATALOGUE, example(), TOKEN)
    seen = look(env, policy())
    assert seen is not None and not seen.verified
    assert (seen.enrolment.scope, seen.enrolment.accepted) == (Scope.MACHINE, None)
    assert seen.enrolment.task == load(env, policy(), CATALOGUE).task


def test_without_enrolment(env: FakeEnv) -> None:
    with pytest.raises(NotEnrolled):
        load(env, policy(), CATALOGUE)


def altered(text: str) -> str:
    return text.replace("Example", "Exemple")


def half_signed(text: str) -> str:
    members = json.loads(text)
    del members["signatures"]["helper"]
    return json.dumps(members)


def unsigned(text: str) -> str:
    return json.dumps({**json.loads(text), "signatures": {}})


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (unsigned(example()), "signatures.leader"),
        (half_signed(example()), "signatures.helper"),
        (altered(example()), "signatures.leader"),
        ("", "file"),
        ("{}", "file"),
        (example(min_batch_size=24), "min_batch_size"),
        (example(rho=Fraction(11, 10)), "rho"),
        (example(period=DAY, grace=3 * DAY, rho=Fraction(1, 2)), "rho"),
        (example(period=3 * DAY), "period"),
        (example(grace=2 * DAY), "grace"),
        (example(leader="http://leader.invalid/"), "leader_aggregator_endpoint"),
        (example(demo=True, period=10, grace=0), "demo"),
        (example(digest=bytes(32)), "task_info.digest"),
        (example(length=99), "length"),
    ],
)
def test_refused_by_field_before_anything_is_kept(env: FakeEnv, text: str, field: str) -> None:
    with pytest.raises(TaskMismatch, match=field) as caught:
        enrol(env, text)
    assert caught.value.exit_code == 16
    assert read_record(env) is None


def test_more_metrics_than_this_version_knows(env: FakeEnv) -> None:
    text = example(digest=b"\1" * 32)
    short = CATALOGUE._replace(metrics=CATALOGUE.metrics[:2])
    with pytest.raises(TaskMismatch, match=r"task_info\.metrics: the task asks for 3 metrics, .* knows 2"):
        enrol_account(env, policy(), short, text)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"min_batch_size": 51}, "min_batch_size"),
        ({"max_rho_per_release": Fraction(1, 10)}, "rho"),
        ({"max_rho_per_year": Fraction(6)}, "rho"),
    ],
)
def test_policy_narrows_what_a_task_may_ask(env: FakeEnv, values: dict[str, Any], field: str) -> None:
    with pytest.raises(TaskMismatch, match=field):
        enrol(env, example(), **values)
    accept(env, enrol(env, example()))
    with pytest.raises(TaskMismatch, match=field):  # the same when the policy comes later
        load(env, policy(**values), CATALOGUE)


@pytest.mark.parametrize("target", ["LEADER.invalid:443", "helper.invalid.:80"])
def test_an_aggregator_is_no_network_target(env: FakeEnv, target: str) -> None:
    with pytest.raises(PolicyInvalid, match="network_target"):
        enrol(env, example(), network_target=target)


def test_a_demo_needs_a_demo_state(env: FakeEnv) -> None:
    env.mark_demo()
    assert enrol(env, example(demo=True, period=10, grace=0, min_batch_size=5)).task.info.demo


# -- newer files


def enrolled(env: FakeEnv, tmp_path: Path, text: str) -> Path:
    path = tmp_path / "task.json"
    path.write_text(text)
    accept(env, enrol_account(env, policy(), CATALOGUE, text, task_file=path))
    return path


def test_what_does_not_widen_is_followed(env: FakeEnv, tmp_path: Path) -> None:
    path = enrolled(env, tmp_path, example())
    path.write_text(signed(task(serial=2, operators=NEWER), NEWER))
    found = load(env, policy(), CATALOGUE)
    assert found.is_agreed and not found.waits
    assert [field for field, _, _ in found.changes] == ["serial", "leader.hpke_fingerprint"]


@pytest.mark.parametrize(
    ("changes", "widened"),
    [
        ({"metrics": 4, "id": b"\2" * 32}, "metrics"),
        ({"min_batch_size": 50, "id": b"\2" * 32}, "min_batch_size"),
        ({"rho": Fraction(1, 4), "id": b"\2" * 32}, "rho"),
        ({"names": ("IT", "Somebody else")}, "operators"),
        ({"period": DAY, "rho": Fraction(1, 56), "id": b"\2" * 32}, "period"),
    ],
)
def test_what_widens_waits(env: FakeEnv, tmp_path: Path, changes: dict[str, Any], widened: str) -> None:
    path = enrolled(env, tmp_path, example(min_batch_size=60))
    path.write_text(example(serial=2, **({"min_batch_size": 60} | changes)))
    found = load(env, policy(), CATALOGUE)
    assert found.widened == (widened,)
    assert not found.is_agreed
    assert accept(env, found).is_agreed
    assert load(env, policy(), CATALOGUE).is_agreed


def test_a_rolled_back_file_is_refused(env: FakeEnv, tmp_path: Path) -> None:
    path = enrolled(env, tmp_path, example(serial=5))
    path.write_text(example(serial=4))
    with pytest.raises(TaskMismatch, match="serial: is 4, but 5 was seen before"):
        load(env, policy(), CATALOGUE)


def test_what_was_only_seen_cannot_be_rolled_back_either(env: FakeEnv, tmp_path: Path) -> None:
    path = enrolled(env, tmp_path, example())
    path.write_text(example(serial=3, metrics=4, id=b"\2" * 32))
    remember(env, load(env, policy(), CATALOGUE))
    path.write_text(example(serial=2))
    with pytest.raises(TaskMismatch, match="serial: is 2, but 3"):
        load(env, policy(), CATALOGUE)


def test_one_serial_has_one_content(env: FakeEnv, tmp_path: Path) -> None:
    path = enrolled(env, tmp_path, example())
    path.write_text(example(organisation="Another"))
    with pytest.raises(TaskMismatch, match="two files have one serial"):
        load(env, policy(), CATALOGUE)


def test_one_id_has_one_configuration(env: FakeEnv, tmp_path: Path) -> None:
    path = enrolled(env, tmp_path, example())
    path.write_text(example(serial=2, grace=8 * DAY))
    with pytest.raises(TaskMismatch, match="task_configuration"):
        load(env, policy(), CATALOGUE)


def test_other_operators_are_not_believed(env: FakeEnv, tmp_path: Path) -> None:
    path = enrolled(env, tmp_path, example())
    path.write_text(signed(task(serial=2, operators=OTHERS), OTHERS))
    with pytest.raises(TaskMismatch, match=r"signatures\.leader"):
        load(env, policy(), CATALOGUE)


def test_a_file_that_is_gone_leaves_what_was_seen(env: FakeEnv, tmp_path: Path) -> None:
    enrolled(env, tmp_path, example()).unlink()
    assert load(env, policy(), CATALOGUE).is_agreed


def test_a_file_that_cannot_be_read_is_named(env: FakeEnv, tmp_path: Path) -> None:
    path = enrolled(env, tmp_path, example())
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(TaskMismatch, match=r"task\.json"):
        load(env, policy(), CATALOGUE)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "shoal-enrolment-1"}'])
def test_a_damaged_record_is_named(env: FakeEnv, tmp_path: Path, text: str) -> None:
    enrolled(env, tmp_path, example())
    (env.state / "enrolment.json").write_text(text)
    with pytest.raises(StoreError, match="damaged"):
        load(env, policy(), CATALOGUE)


def test_a_record_without_a_task_is_damaged(env: FakeEnv, tmp_path: Path) -> None:
    enrolled(env, tmp_path, example())
    path = env.state / "enrolment.json"
    members = json.loads(path.read_text())
    for name in ("newest", "accepted"):
        path.write_text(json.dumps({**members, name: "{}"}))
        with pytest.raises(StoreError, match="damaged"):
            load(env, policy(), CATALOGUE)


def test_the_largest_task_file_can_be_remembered(env: FakeEnv, tmp_path: Path) -> None:
    text = example(organisation="\u00e9" * 500, names=("\u00e9" * 480, "\u00ea" * 480))
    padded = text + "\n" * (128 * 1024 - len(text.encode()))
    enrolled(env, tmp_path, padded)
    assert load(env, policy(), CATALOGUE).is_agreed


# -- the whole machine


def test_machine_wide(env: FakeEnv) -> None:
    enrol_machine(env, policy(), CATALOGUE, example(serial=3), TOKEN)
    etc, var = env.directories.etc, env.directories.var
    assert read_token(etc / "token") == TOKEN
    assert stat.S_IMODE((var / "owner").stat().st_mode) == 0o1777
    assert all(stat.S_IMODE((etc / name).stat().st_mode) == 0o644 for name in ("task.json", "token"))
    found = load(env, policy(), CATALOGUE)
    assert (found.scope, found.accepted, found.token_file) == (Scope.MACHINE, None, etc / "token")
    assert accept(env, found).is_agreed and load(env, policy(), CATALOGUE).is_agreed
    with pytest.raises(NotEnrolled, match="as a whole"):
        enrol(env, example(serial=4))


def test_the_administrator_renews_but_does_not_roll_back(env: FakeEnv) -> None:
    enrol_machine(env, policy(), CATALOGUE, example(serial=3), TOKEN)
    accept(env, load(env, policy(), CATALOGUE))
    with pytest.raises(TaskMismatch, match="serial: is 2, but 3"):
        enrol_machine(env, policy(), CATALOGUE, example(serial=2), TOKEN)
    enrol_machine(env, policy(), CATALOGUE, example(serial=4), TOKEN)
    assert read_machine_pins(env).serial == 4  # type: ignore[union-attr]
    with pytest.raises(TaskMismatch, match="signatures"):
        enrol_machine(env, policy(), CATALOGUE, signed(task(serial=5, operators=OTHERS), OTHERS), TOKEN)
    enrol_machine(
        env, policy(), CATALOGUE, signed(task(serial=1, operators=OTHERS), OTHERS), TOKEN, replace=True
    )
    found = load(env, policy(), CATALOGUE)  # what was agreed to with other operators is void
    assert (found.accepted, found.task.serial) == (None, 1)
    remember(env, found)
    assert load(env, policy(), CATALOGUE).accepted is None


def test_a_task_file_without_pins_is_no_enrolment(env: FakeEnv) -> None:
    env.directories.etc.mkdir(parents=True)
    (env.directories.etc / "task.json").write_text(example())
    with pytest.raises(NotEnrolled):
        load(env, policy(), CATALOGUE)


def test_leaving(env: FakeEnv) -> None:
    accept(env, enrol(env, example()))
    leave(env)
    with pytest.raises(NotEnrolled):
        load(env, policy(), CATALOGUE)
    leave(env)


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may write anywhere")
def test_machine_wide_needs_the_administrator(env: FakeEnv) -> None:
    env.directories.etc.mkdir(parents=True)
    env.directories.etc.chmod(0o500)
    with pytest.raises(StoreError):
        enrol_machine(env, policy(), CATALOGUE, example(), TOKEN)


@pytest.mark.parametrize("where", ["x" * 300, "loop/task.json"])
def test_a_file_that_cannot_be_looked_at_is_not_gone(env: FakeEnv, tmp_path: Path, where: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    enrol(env, example())
    record = read_record(env)
    assert record is not None
    records.write_record(env, record._replace(task_file=tmp_path / where))
    with pytest.raises(TaskMismatch, match="cannot be read"):
        load(env, policy(), CATALOGUE)


@pytest.mark.parametrize("token", ["", " ", "a b", "tökén", "a\x00b", "x" * 1025])
def test_tokens_that_no_header_can_carry(token: str) -> None:
    with pytest.raises(TokenRefused) as caught:
        require_token(token)
    assert not token.strip() or token not in str(caught.value.args)


def test_token_files(tmp_path: Path) -> None:
    path = tmp_path / "token"
    with pytest.raises(TokenRefused, match="cannot be read"):
        read_token(path)
    path.write_text(f"{TOKEN}\n")
    assert read_token(path) == TOKEN


def test_task_files_that_are_not_there(tmp_path: Path) -> None:
    from agent.enrolment import read_task_file

    with pytest.raises(UsageError, match="cannot be read"):
        read_task_file(tmp_path / "none")
