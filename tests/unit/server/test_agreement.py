"""The task file on its way between two operators who do not trust files."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from catalogue import layout
from dap.constants import Role
from dap.prio3 import optimal_chunk_length
from dap.task import Mechanism, SignedTask, Task, TaskConfiguration
from server import agreement, config, setup
from server.errors import FolderError, NotSetUp, TaskMismatch, UsageError
from server.operators import load_keys
from tests.operators import DAY, NOW, Folders, catalogue, exchange_files, make_folders, make_task, terms


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return make_folders(tmp_path)


def propose(folders: Folders, **changes: Any) -> SignedTask:
    return agreement.propose(folders.leader, terms(**changes), catalogue(), demo_allowed=True)


def sign(folders: Folders, half: SignedTask, *, demo: bool = False) -> SignedTask:
    return agreement.sign(folders.helper, half, catalogue(), demo_allowed=demo)


def test_terms_become_the_configuration(folders: Folders) -> None:
    task = propose(folders).claimed()
    metrics = catalogue().prefix(4)
    assert (task.serial, task.organisation, task.agreement) == (1, "Example Ltd", "Works agreement 12")
    assert task.info.digest == layout.digest(metrics)
    assert task.config.sum_vec.length == layout.length(metrics)
    assert task.config.sum_vec.chunk_length == optimal_chunk_length(layout.length(metrics))
    assert task.config.time_precision == 7 * DAY
    assert task.config.leader_aggregator_endpoint == "http://127.0.0.1:8601/"
    assert task.leader.name == "IT"


def test_the_default_budget_is_the_same_a_year_for_each_period() -> None:
    assert agreement.default_rho(7 * DAY) == Fraction(1, 2)
    assert agreement.default_rho(DAY) == Fraction(1, 14)


def test_only_the_leader_proposes_and_only_aggregators_sign(folders: Folders) -> None:
    with pytest.raises(UsageError, match="the leader proposes"):
        agreement.propose(folders.helper, terms(), catalogue())
    with pytest.raises(UsageError, match="signs nothing"):
        agreement.sign(folders.collector, propose(folders), catalogue())


def test_a_proposal_needs_all_public_files(folders: Folders) -> None:
    (folders.leader / "peers" / "collector.operator.json").unlink()
    with pytest.raises(NotSetUp, match="collector"):
        propose(folders)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"min_batch_size": 24}, "min_batch_size"),
        ({"rho": Fraction(2)}, "rho"),
        ({"rho": Fraction(0)}, "rho"),
        ({"period": 3 * DAY}, "period"),
        ({"grace": 2 * DAY}, "grace"),
        ({"grace": 15 * DAY}, "grace"),
        ({"mechanism": Mechanism.NONE}, "mechanism"),
        ({"mechanism": Mechanism.NONE, "rho": Fraction(0)}, r"mechanism: .*\n.*discrete_gaussian.*--demo"),
    ],
)
def test_no_term_beyond_the_limits_is_proposed(
    folders: Folders, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TaskMismatch, match=complaint):
        agreement.propose(folders.leader, terms(**changes), catalogue())


def test_metrics_that_there_are_not(folders: Folders) -> None:
    for metrics in (0, 1 + len(catalogue().metrics)):
        with pytest.raises(UsageError, match="--metrics"):
            propose(folders, metrics=metrics)


def test_janus_allows_less_grace(tmp_path: Path) -> None:
    folders = make_folders(tmp_path, dialect="janus")
    with pytest.raises(UsageError, match="8 days"):
        propose(folders, grace=9 * DAY)
    assert propose(folders, grace=8 * DAY)


def test_a_demo_is_signed_only_by_who_says_so(folders: Folders) -> None:
    changes = {"demo": True, "period": 10, "grace": 0, "min_batch_size": 2}
    with pytest.raises(TaskMismatch, match="demo"):
        agreement.propose(folders.leader, terms(**changes), catalogue())
    half = propose(folders, **changes)
    with pytest.raises(TaskMismatch, match="Sign a demo with --demo"):
        sign(folders, half)
    assert len(sign(folders, half, demo=True).signatures) == 2


def test_both_signatures_are_needed_and_kept(folders: Folders) -> None:
    half = propose(folders)
    assert list(half.signatures) == [Role.LEADER]
    with pytest.raises(TaskMismatch, match=r"signatures\.helper"):
        agreement.install(folders.leader, half, catalogue(), now=NOW)
    both = sign(folders, half)
    assert both.payload == half.payload
    for folder in folders:
        assert agreement.install(folder, both, catalogue(), now=NOW).serial == 1
    with pytest.raises(TaskMismatch, match=r"signatures\.leader"):
        sign(folders, SignedTask(half.payload))


# -- what the helper refuses ---------------------------------------------------------------------


def forged(folders: Folders, task: Task) -> SignedTask:
    """What a leader could write, properly signed with its own key."""
    key = load_keys(folders.leader).signing_key.private_bytes_raw()
    return SignedTask(task.payload()).sign(Role.LEADER, key)


def reconfigured(task: Task, **changes: Any) -> Task:
    return task._replace(configuration=task.config._replace(**changes).encode())


def repromised(task: Task, **changes: Any) -> Task:
    return reconfigured(task, task_info=task.info._replace(**changes).encode())


FORGERIES: dict[str, Callable[[Task], Task]] = {
    "task_id": lambda t: t._replace(task_id=bytes(32)),
    # the terms were changed and the id was not: the key that the helper derives gives it away
    "task_id: is not": lambda t: repromised(t, rho=Fraction(1, 4)),
    "rho": lambda t: repromised(t, rho=Fraction(9, 8)),
    "mechanism": lambda t: repromised(t, mechanism=Mechanism.NONE, rho=Fraction(0)),
    "digest": lambda t: repromised(t, digest=bytes(32)),
    "metrics: 200": lambda t: repromised(_long(t), metrics=200),
    "length": lambda t: reconfigured(t, vdaf_configuration=_vdaf(t, length=t.config.sum_vec.length + 1)),
    "chunk_length": lambda t: reconfigured(t, vdaf_configuration=_vdaf(t, chunk_length=1)),
    "min_batch_size": lambda t: reconfigured(t, min_batch_size=24),
    "helper_url": lambda t: reconfigured(t, helper_aggregator_endpoint="http://127.0.0.1:8602/dap/"),
    "leader_url": lambda t: reconfigured(t, leader_aggregator_endpoint="http://127.0.0.1:9999/"),
    "helper.name": lambda t: t._replace(helper=t.helper._replace(name="Somebody else")),
    "helper.contact": lambda t: t._replace(helper=t.helper._replace(contact="nobody")),
    "leader.contact": lambda t: t._replace(leader=t.leader._replace(contact="nobody")),
    "helper.signing_key": lambda t: t._replace(helper=t.helper._replace(signing_key=bytes(31) + b"\x01")),
    # the leader would open the helper's half, too
    "helper.hpke_config": lambda t: t._replace(helper=t.helper._replace(hpke_config=_other(t))),
    "leader.hpke_config": lambda t: t._replace(leader=t.leader._replace(hpke_config=_other(t))),
}


def _vdaf(task: Task, **changes: int) -> bytes:
    return task.config.sum_vec._replace(**changes).encode()


def _long(task: Task) -> Task:
    return reconfigured(task, vdaf_configuration=_vdaf(task, length=300, chunk_length=20))


def _other(task: Task) -> Any:
    from dap.hpke import generate

    return generate(9, b"x" * 32).config


@pytest.mark.parametrize("field", FORGERIES)
def test_the_helper_refuses_what_a_leader_forged(folders: Folders, field: str) -> None:
    task = FORGERIES[field](propose(folders).claimed())
    before = sorted(path.read_bytes() for path in folders.helper.rglob("*") if path.is_file())
    with pytest.raises(TaskMismatch, match=field.replace(".", r"\.")):
        sign(folders, forged(folders, task))
    assert sorted(path.read_bytes() for path in folders.helper.rglob("*") if path.is_file()) == before


@pytest.mark.parametrize("line", range(33))
def test_the_helper_refuses_a_file_altered_on_the_way(folders: Folders, line: int) -> None:
    """Every line of the payload, changed after the leader signed it."""
    value = json.loads(propose(folders).dump())
    lines = value["payload"]
    if line >= len(lines):
        pytest.skip("the payload has fewer lines")
    text = lines[line]
    place = next((i for i, c in enumerate(text) if c.isdigit()), len(text) - 1)
    lines[line] = text[:place] + ("7" if text[place] != "7" else "8") + text[place + 1 :]
    try:
        altered = SignedTask.load(json.dumps(value))
    except ValueError:
        return
    with pytest.raises((TaskMismatch, FolderError)):
        sign(folders, altered)


def test_a_file_that_the_leader_did_not_sign(folders: Folders) -> None:
    half = propose(folders)
    own = load_keys(folders.helper).signing_key.private_bytes_raw()
    alone = SignedTask(half.payload).sign(Role.HELPER, own)
    with pytest.raises(TaskMismatch, match=r"signatures\.leader"):
        sign(folders, alone)


# -- later files ---------------------------------------------------------------------------------


def test_a_rolled_back_file_is_seen(folders: Folders) -> None:
    first = make_task(folders)
    newer = sign(folders, propose(folders, agreement="Works agreement 13"))
    assert newer.claimed().serial == 2
    for folder in folders:
        agreement.install(folder, newer, catalogue(), now=NOW)
        with pytest.raises(TaskMismatch, match="serial: is 1"):
            agreement.install(folder, first, catalogue(), now=NOW)
    with pytest.raises(TaskMismatch, match="serial"):
        agreement.check(folders.helper, first, catalogue(), demo_allowed=False)


def test_installing_again_changes_nothing(folders: Folders) -> None:
    both = make_task(folders)
    before = {path: path.read_bytes() for path in folders.collector.rglob("*") if path.is_file()}
    agreement.install(folders.collector, both, catalogue(), now=NOW + 99)
    assert {path: path.read_bytes() for path in folders.collector.rglob("*") if path.is_file()} == before


def test_the_same_terms_are_the_same_task_and_others_another(folders: Folders) -> None:
    make_task(folders)
    same = propose(folders).claimed()
    other = propose(folders, min_batch_size=60).claimed()
    installed = agreement.installed_task(folders.leader)
    assert installed is not None
    assert same.task_id == installed.task_id != other.task_id


def test_since_moves_with_another_task_only(folders: Folders) -> None:
    make_task(folders)
    renewed = agreement.renew(folders.leader, NOW + 5)
    assert renewed is not None
    both = sign(folders, renewed)
    agreement.install(folders.collector, both, catalogue(), now=NOW + 9)
    assert config.load_collector(folders.collector).since == NOW
    agreement.install(folders.leader, both, catalogue(), now=NOW + 9)
    other = sign(folders, propose(folders, min_batch_size=60))
    agreement.install(folders.collector, other, catalogue(), now=NOW + 20)
    assert config.load_collector(folders.collector).since == NOW + 20


@pytest.mark.parametrize("role", [Role.LEADER, Role.HELPER])
def test_a_renewed_key_goes_round_and_the_old_one_still_decrypts(folders: Folders, role: Role) -> None:
    first = make_task(folders).claimed()
    mine = getattr(folders, role.word)
    theirs = folders.helper if role is Role.LEADER else folders.leader
    half = agreement.renew(mine, NOW)
    assert half is not None
    assert list(half.signatures) == [role]
    assert config.load(mine).task == first, "until both signed, the old file holds"
    both = agreement.sign(theirs, half, catalogue())
    for folder in folders:
        agreement.install(folder, both, catalogue(), now=NOW)
    running = config.load(mine)
    assert running.task.serial == 2
    assert running.task.task_id == first.task_id
    assert running.configuration == first.configuration
    assert running.task.operator(role).hpke_config == running.hpke_keys[0].config
    assert first.operator(role).hpke_config == running.hpke_keys[1].config
    other = Role.HELPER if role is Role.LEADER else Role.LEADER
    assert running.task.operator(other) == first.operator(other)
    assert config.load(theirs).task == running.task


def test_nobody_can_renew_the_other_s_key(folders: Folders) -> None:
    make_task(folders)
    task = agreement.installed_task(folders.leader)
    assert task is not None
    stolen = task._replace(serial=2, helper=task.helper._replace(hpke_config=_other(task)))
    with pytest.raises(TaskMismatch, match=r"helper\.hpke_config"):
        sign(folders, forged(folders, stolen))


def test_a_collector_renews_without_a_task_file(folders: Folders) -> None:
    make_task(folders)
    assert agreement.renew(folders.collector, NOW) is None
    exchange_files(folders)
    newest = config.load_collector(folders.collector).hpke_keys[0].config
    assert config.load(folders.leader).collector_hpke == config.load(folders.helper).collector_hpke == newest


def test_renewing_needs_a_task(folders: Folders) -> None:
    with pytest.raises(NotSetUp, match="no task"):
        agreement.renew(folders.leader, NOW)
    assert len(load_keys(folders.leader).hpke_keys) == 1


def test_how_long_an_old_key_is_needed(folders: Folders) -> None:
    task = make_task(folders).claimed()
    assert agreement.key_needed_until(task, NOW) == NOW + 21 * DAY
    assert agreement.key_needed_until(None, NOW) == NOW


# -- the devices' token --------------------------------------------------------------------------


def test_only_the_hash_of_the_token_stays(folders: Folders) -> None:
    out = folders.leader.parent / "token"
    agreement.make_token(folders.leader, out)
    token = out.read_text().strip()
    assert out.stat().st_mode & 0o777 == 0o600
    assert config.load_settings(folders.leader).upload_token_hash == config.token_hash(token)
    held = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in held if token.encode() in path.read_bytes()]
    with pytest.raises(FolderError, match="only its hash"):
        agreement.make_token(folders.leader, out)
    with pytest.raises(UsageError, match="leader"):
        agreement.make_token(folders.helper, out)
    agreement.make_token(folders.leader, out, force=True)
    assert out.read_text().strip() != token


def test_another_catalogue_is_noticed(folders: Folders) -> None:
    half = propose(folders)
    metrics = catalogue().metrics
    shorter = catalogue()._replace(metrics=metrics[:3])
    with pytest.raises(TaskMismatch, match="metrics: 4"):
        agreement.sign(folders.helper, half, shorter)
    reordered = catalogue()._replace(metrics=(metrics[1], metrics[0], *metrics[2:]))
    with pytest.raises(TaskMismatch, match="digest"):
        agreement.sign(folders.helper, half, reordered)


def test_configuration_is_the_draft_s(folders: Folders) -> None:
    task = propose(folders).claimed()
    assert TaskConfiguration.decode(task.configuration).encode() == task.configuration
    assert setup.public_fingerprint(folders.public_file(Role.LEADER)) == task.leader.fingerprint
