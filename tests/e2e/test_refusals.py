"""What no device answers to: refused by the real program before anything is sealed, by the field's name."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dap.task import SignedTask, Task
from tests.devices import (
    DAY,
    HELPER,
    LEADER,
    OWN_MOUNTS,
    STRANGER,
    Device,
    Signer,
    catalogue,
    signed,
    task,
    weekly,
)
from tests.recording import Leader

Making = Callable[[str], str]
"""A task file's text, from the leader's URL."""


class Case(NamedTuple):
    name: str
    field: str
    text: Making


def _demo(**terms: Any) -> Making:
    return lambda url: signed(task(url, serial=2, id=b"\x33" * 32, **terms), *_signers(terms))


def _weekly(**terms: Any) -> Making:
    return lambda url: signed(weekly(url, serial=2, **terms), *_signers(terms))


def _signers(terms: dict[str, Any]) -> tuple[Signer, Signer]:
    return terms.get("leader", LEADER), terms.get("helper", HELPER)


def _only(*signers: Signer) -> Making:
    def make(url: str) -> str:
        return signed(_next(url), *signers) if signers else SignedTask(_next(url).payload()).dump()

    return make


def _next(url: str) -> Task:
    """A newer version of the devices' own task, with nothing wrong."""
    return task(url, serial=2)


def _altered(before: str, after: str) -> Making:
    def make(url: str) -> str:
        text = signed(_next(url))
        assert before in text
        return text.replace(before, after)

    return make


def _exchanged(url: str) -> str:
    """Each signature under the other's name."""
    file = json.loads(signed(_next(url)))
    file["signatures"] = dict(zip(file["signatures"], reversed(file["signatures"].values()), strict=True))
    return json.dumps(file)


METRICS = len(catalogue().metrics)
BOTH = Signer(HELPER.role, LEADER.signing, HELPER.hpke)
ANYWHERE = (
    Case("unsigned", "signatures.leader", _only()),
    Case("signed by the leader alone", "signatures.helper", _only(LEADER)),
    Case("signed by the helper alone", "signatures.leader", _only(HELPER)),
    Case("signatures exchanged", "signatures.leader", _exchanged),
    Case("another organisation", "signatures.leader", _altered("Example", "Exarnple")),
    Case("a blank more", "signatures.leader", _altered('"    \\"demo\\"', '"     \\"demo\\"')),
    Case("cut off", "file", lambda url: signed(_next(url))[:-40]),
    Case("no text", "file", lambda url: "\x00" * 100),
    Case(
        "an entry more",
        "more",
        _altered('"format": "shoal-task-f', '"more": 1, "format": "shoal-task-f'),
    ),
    Case(
        "more metrics than are known",
        "task_info.metrics",
        _demo(metrics=METRICS + 1, digest=b"x" * 32, length=400),
    ),
    Case("metrics that mean something else", "task_info.digest", _demo(digest=b"x" * 32)),
    Case("fewer metrics, and all of them meant", "task_info.digest", _demo(metrics=4, digest=b"y" * 32)),
    Case("another length than the metrics have", "length", _demo(length=300)),
    Case("a batch below the floor", "min_batch_size", _weekly(min_batch_size=24)),
    Case("a batch below the policy's usual floor", "min_batch_size", _weekly(min_batch_size=49)),
    Case("too much for a release", "rho", _weekly(rho=Fraction(3, 2))),
    Case("too much for a demo's release", "rho", _demo(rho=Fraction(9, 8))),
    Case("too much for seven days", "rho", _weekly(period=DAY, grace=5 * DAY, rho=Fraction(1, 2))),
    Case("no budget", "rho", _weekly(rho=Fraction(0))),
    Case("three days", "period", _weekly(period=3 * DAY)),
    Case("no grace", "grace", _weekly(grace=2 * DAY)),
    Case(
        "one key opens both",
        "helper.hpke_config",
        _weekly(helper=Signer(HELPER.role, HELPER.signing, LEADER.hpke)),
    ),
    Case(
        "no TLS", "leader_aggregator_endpoint", lambda url: signed(weekly("http://leader.invalid/", serial=2))
    ),
    Case(
        "one host's one door",
        "helper_aggregator_endpoint",
        lambda url: signed(weekly(url, helper_url=url, serial=2)),
    ),
)
# Before keys are pinned the file itself is asked; afterwards the signatures come first.
FIRST = (
    Case("another minimum in words", "terms.min_batch_size", _altered('size\\": 50', 'size\\": 5')),
    Case("one operator twice", "helper.signing_key", _weekly(helper=BOTH)),
)
LATER = (
    Case("another minimum in words", "signatures.leader", FIRST[0].text),
    Case("one operator twice", "signatures.helper", FIRST[1].text),
    Case(
        "another helper",
        "signatures.helper",
        lambda url: signed(task(url, serial=2, helper=STRANGER), LEADER, STRANGER),
    ),
    Case("one serial, two files", "serial", lambda url: signed(task(url, organisation="Another"))),
    Case(
        "other terms under the same id",
        "task_configuration",
        lambda url: signed(task(url, serial=2, rho=Fraction(1, 4))),
    ),
)


def refused(device: Device, case: Case, words: tuple[str, ...]) -> str:
    """Empty if the command fails with 16 and the case's field in its first words; else what it did."""
    ran = device.worker(*words) if words[:1] == ("tend",) else device.shoal(*words)
    said = ran.err.partition(": ")[2]
    named = said.removeprefix("info worker: ").removeprefix("the task file is refused: ").split(":")[0]
    return "" if (ran.code, named) == (16, case.field) else f"{case.name}: {words[0]}: {ran}"


def test_at_enrolment(tmp_path: Path, leader: Leader) -> None:
    device = Device(tmp_path)
    device.give_token()
    words = ("enrol", str(device.task_file), "--token-file", str(device.token_file), "--demo")
    wrong = []
    for case in (*ANYWHERE, *FIRST):
        device.task_file.write_text(case.text(leader.url))
        wrong.append(refused(device, case, words))
    assert not list(filter(None, wrong))
    assert not (device.state / "enrolment.json").exists()
    assert device.shoal("choose", "share").code == 10
    assert device.shoal("preview", "--exact").code == 10
    assert device.kinds() == []
    assert device.enrol(signed(_next(leader.url)), "--demo").code == 0  # nothing of it stuck
    assert leader.connections == 0


def test_in_a_task_that_was_agreed_to(due: Device, leader: Leader) -> None:
    """The file is exchanged while a report is due: no command and no worker seals or sends by it."""
    wrong = []
    for number, case in enumerate((*ANYWHERE, *LATER)):
        due.task_file.write_text(case.text(leader.url))
        wrong.append(refused(due, case, ("tend",)))
        if number % 8 == 0:  # the commands ask the same room
            wrong.append(refused(due, case, ("choose", "share")))
            wrong.append(refused(due, case, ("preview", "--exact")))
    assert not list(filter(None, wrong))
    assert due.kinds() == []
    assert leader.connections == 0
    due.task_file.write_text(signed(_next(leader.url)))  # and with a good one all of it happens
    assert due.worker().code == 0
    assert due.kinds() == ["sealed", "sending", "delivered"]


def test_a_held_report_waits_until_the_task_can_be_believed(holding: Device, leader: Leader) -> None:
    holding.task_file.write_text(_only(LEADER)(leader.url))
    ran = holding.shoal("send-now")
    assert (ran.code, holding.kinds(), leader.connections) == (16, ["sealed"], 0)
    assert "signatures.helper" in ran.err
    holding.task_file.write_text(_only(LEADER, HELPER)(leader.url))
    assert holding.shoal("send-now").code == 0


def test_a_task_file_that_was_rolled_back(due: Device, leader: Leader) -> None:
    due.take_token_away()
    due.task_file.write_text(signed(task(leader.url, serial=5)))
    assert due.worker().code == 0
    for serial in (1, 4):
        due.task_file.write_text(signed(task(leader.url, serial=serial)))
        for ran in (due.worker(), due.shoal("choose", "share"), due.shoal("send-now")):
            assert ran.code == 16
            assert f"serial: is {serial}, but 5 was seen before" in ran.err
    assert leader.connections == 0


def test_a_demo_is_refused_where_none_was_asked_for(tmp_path: Path, leader: Leader) -> None:
    device = Device(tmp_path)
    ran = device.enrol(signed(task(leader.url)))
    assert ran.code == 16
    assert "demo: is set" in ran.err
    assert device.enrol(signed(weekly(leader.url))).code == 0
    ran = device.enrol(signed(task(leader.url, serial=2)), "--demo")
    assert ran.code == 19  # a mark is made at birth
    assert "is no demo state" in ran.err


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ("min_batch_size = 60", "min_batch_size"),
        ("max_rho_per_release = 0.4", "rho"),
        ("max_rho_per_year = 25", "rho"),
    ],
)
def test_a_task_beyond_the_organisation_s_own_limits(
    tmp_path: Path, leader: Leader, policy: str, field: str
) -> None:
    device = Device(tmp_path)
    device.policy(policy)
    ran = device.enrol(signed(weekly(leader.url)))
    assert ran.code == 16
    assert f"the task file is refused: {field}: " in ran.err
    assert device.shoal("choose", "share").code == 10


@pytest.mark.parametrize("host", ["127.0.0.1", "LocalHost.", "0x7f.1"])
def test_an_aggregator_is_no_network_target(due: Device, leader: Leader, host: str) -> None:
    path = due.policy(f'# where checks go\nnetwork_target = "{host}:443"\n')
    for ran in (due.worker(), due.shoal("choose", "share")):
        assert ran.code == 11
        assert f"{path}:2: network_target is {host}, which is an aggregator" in ran.err.replace(
            "HOME", str(due.folder)
        )
    assert due.kinds() == []
    assert leader.connections == 0
    fresh = Device(due.folder / "fresh")
    fresh.policy(f'network_target = "{host}:443"')
    assert fresh.enrol(signed(task(leader.url)), "--demo").code == 11
    assert not (fresh.state / "enrolment.json").exists()


@pytest.mark.parametrize("kind", ["nfs4", "fuse.sshfs"])
def test_a_network_home(tmp_path: Path, due: Device, leader: Leader, kind: str) -> None:
    if not OWN_MOUNTS:
        pytest.skip("this account may not make a mount namespace")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda1 / ext4 rw 0 0\nserver:/homes {tmp_path} {kind} rw 0 0\n")
    script = 'mount --bind "$0" /proc/$$/mounts && exec "$@"'
    pretend = [*OWN_MOUNTS, "sh", "-c", script, str(mounts)]
    fresh = Device(tmp_path / "fresh")
    fresh.task_file.write_text(signed(task(leader.url)))
    fresh.give_token()
    enrol = ("enrol", str(fresh.task_file), "--token-file", str(fresh.token_file), "--demo")
    for words in (("run",), ("choose", "local"), enrol):
        ran = fresh.shoal(*words, before=pretend)
        assert ran.code == 19, words
        assert f"state: {fresh.state} lies on a network file system ({kind})" in ran.err
        assert "--state" in ran.err
    assert not fresh.state.exists()
    assert due.worker(before=pretend).code == 19
    assert due.kinds() == []
    assert due.worker().code == 0
    assert due.kinds() == ["sealed", "sending", "delivered"]


def test_what_widens_waits_for_a_person(due: Device, leader: Leader) -> None:
    wider = task(leader.url, serial=2, id=b"\x44" * 32, rho=Fraction(3, 4))
    due.task_file.write_text(signed(wider))
    assert due.worker().code == 0
    assert due.kinds() == []
    assert leader.connections == 0
    shown = due.json("choose")
    assert shown["widened"] == ["rho"]
    assert due.shoal("choose", "share").code == 0
    assert due.worker().code == 0
    assert due.kinds() == ["sealed", "sending", "delivered"]
