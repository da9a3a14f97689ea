from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.constants import Role
from dap.errors import TaskRefused
from dap.task import Task, fingerprint
from tests.unit.dap.making import damaged, make_config, make_operator, make_task, public


def refused_field(payload: bytes) -> str:
    with pytest.raises(TaskRefused) as raised:
        Task.parse(payload)
    assert raised.value.field in str(raised.value)
    return raised.value.field


def altered(change: Callable[[dict[str, Any]], object]) -> bytes:
    members = json.loads(make_task().payload())
    change(members)
    return json.dumps(members).encode()


def test_a_task_comes_back() -> None:
    task = make_task()
    assert Task.parse(task.payload()) == task
    assert task.config == make_config()
    assert task.info == make_config().info
    assert task.operator(Role.LEADER) is task.leader
    assert task.operator(Role.HELPER) is task.helper
    assert Task.parse(make_task(agreement="").payload()).agreement == ""


def test_the_payload_is_text_that_people_can_read() -> None:
    text = make_task().payload().decode()
    assert '"organisation": "Muster AG – Fünf Höfe"' in text
    assert '"min_batch_size": 50' in text
    assert '"rho": "1/2"' in text


_PATHS = [
    ("format",),
    ("serial",),
    ("organisation",),
    ("agreement",),
    ("terms",),
    ("task_id",),
    ("task_configuration",),
    *(
        (role, name)
        for role in ("leader", "helper")
        for name in ("name", "contact", "signing_key", "hpke_config")
    ),
    *(("terms", name) for name in make_config().terms()),
]


@pytest.mark.parametrize("path", _PATHS)
def test_every_entry_is_needed_with_its_type(path: tuple[str, ...]) -> None:
    def remove(members: dict[str, Any]) -> None:
        for name in path[:-1]:
            members = members[name]
        del members[path[-1]]

    assert refused_field(altered(remove)) == ".".join(path)
    for value in (None, 1.5, True, ["x"], -3, "\u202e"):

        def replace(members: dict[str, Any], value: object = value) -> None:
            for name in path[:-1]:
                members = members[name]
            members[path[-1]] = value

        assert refused_field(altered(replace)) in (".".join(path), "payload")


@pytest.mark.parametrize("path", [(), ("leader",), ("helper",), ("terms",)])
def test_no_other_entry_may_stand_there(path: tuple[str, ...]) -> None:
    def add(members: dict[str, Any]) -> None:
        for name in path:
            members = members[name]
        members["extra"] = "x"

    assert refused_field(altered(add)) == ".".join((*path, "extra"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_batch_size", 500),
        ("rho", "1/100"),
        ("leader_url", "https://other.example/"),
        ("demo", 0),
        ("metrics", 1),
    ],
)
def test_terms_that_are_not_the_configuration_s_are_refused(name: str, value: object) -> None:
    assert refused_field(altered(lambda members: members["terms"].update({name: value}))) == f"terms.{name}"


@pytest.mark.parametrize(
    "digits",
    ["", "00", make_config(vdaf_type=1).encode().hex(), make_config(task_info=b"x").encode().hex()],
)
def test_a_configuration_that_is_not_ours_is_refused(digits: str) -> None:
    assert (
        refused_field(altered(lambda members: members.update(task_configuration=digits)))
        == "task_configuration"
    )


@pytest.mark.parametrize(
    "digits",
    [
        "00",
        "01001000010001" + "0020" + "aa" * 32,  # another KEM
        "01002000010003" + "0020" + "aa" * 32,  # another AEAD
        "01002000010001" + "001f" + "aa" * 31,
    ],
)
def test_hpke_configurations_of_other_suites_are_refused(digits: str) -> None:
    data = altered(lambda members: members["helper"].update(hpke_config=digits))
    assert refused_field(data) == "helper.hpke_config"


@given(damaged(make_task().payload()))
def test_damage_is_refused_or_another_task(payload: bytes) -> None:
    try:
        task = Task.parse(payload)
    except TaskRefused:
        return
    assert Task.parse(task.payload()) == task


@given(st.integers(1, 2**53 - 1))
def test_serials_are_exact_in_every_json_reader(serial: int) -> None:
    assert Task.parse(make_task(serial=serial).payload()).serial == serial


def test_serials_begin_at_one() -> None:
    assert refused_field(altered(lambda members: members.update(serial=0))) == "serial"
    assert refused_field(altered(lambda members: members.update(serial=2**53))) == "serial"


def test_fingerprints_are_for_comparing_by_eye() -> None:
    digits = hashlib.sha256(b"key").hexdigest()[:32]
    assert fingerprint(b"key").replace(" ", "") == digits
    assert [len(group) for group in fingerprint(b"key").split(" ")] == [4] * 8
    operator = make_operator(Role.LEADER)
    assert operator.fingerprint == fingerprint(public(Role.LEADER))
    assert operator.hpke_fingerprint != operator.fingerprint
