from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from dap.constants import Role
from dap.errors import DapError, TaskRefused
from dap.task import SignedTask, Task
from tests.unit.dap.making import SIGNING, damaged, make_operator, make_signed, make_task, public

LEADER, HELPER = public(Role.LEADER), public(Role.HELPER)
SIGNED = make_signed()


def refused_field(signed: SignedTask, leader: bytes = LEADER, helper: bytes = HELPER) -> str:
    with pytest.raises(TaskRefused) as raised:
        signed.verify(leader, helper)
    return raised.value.field


def test_a_file_that_both_signed_is_the_task() -> None:
    assert SIGNED.verify(LEADER, HELPER) == make_task()
    assert SIGNED.claimed() == make_task()


def test_a_file_comes_back_exactly() -> None:
    for signed in (
        SIGNED,
        SignedTask(SIGNED.payload),
        SignedTask(SIGNED.payload).sign(Role.HELPER, SIGNING[Role.HELPER]),
    ):
        assert SignedTask.load(signed.dump()) == signed
        assert SignedTask.load(signed.dump().encode()) == signed


def test_the_file_can_be_read_line_by_line() -> None:
    members = json.loads(SIGNED.dump())
    assert '  "organisation": "Muster AG – Fünf Höfe",' in members["payload"]
    assert "\n".join(members["payload"]).encode() == SIGNED.payload


def test_signatures_cover_a_prefix_a_role_and_the_exact_bytes() -> None:
    # what docs/verify.md says, computed without the module's own function
    for role, name in ((Role.LEADER, b"leader"), (Role.HELPER, b"helper")):
        key = Ed25519PrivateKey.from_private_bytes(SIGNING[role])
        said = b"shoal task file, version 1, signed as " + name + b"\x00" + SIGNED.payload
        key.public_key().verify(SIGNED.signatures[role], said)


def test_unsigned_and_half_signed_are_refused_by_name() -> None:
    assert refused_field(SignedTask(SIGNED.payload)) == "signatures.leader"
    for role, other in ((Role.LEADER, "helper"), (Role.HELPER, "leader")):
        half = SignedTask(SIGNED.payload, {role: SIGNED.signatures[role]})
        assert refused_field(half) == f"signatures.{other}"


def test_one_operator_cannot_sign_for_both() -> None:
    signatures = dict.fromkeys((Role.LEADER, Role.HELPER), SIGNED.signatures[Role.LEADER])
    assert refused_field(SignedTask(SIGNED.payload, signatures)) == "signatures.helper"
    exchanged = {Role.LEADER: SIGNED.signatures[Role.HELPER], Role.HELPER: SIGNED.signatures[Role.LEADER]}
    assert refused_field(SignedTask(SIGNED.payload, exchanged)) == "signatures.leader"
    assert refused_field(SIGNED, LEADER, LEADER) == "helper.signing_key"


@given(st.integers(0, len(SIGNED.payload) - 1), st.integers(1, 255))
def test_any_altered_byte_is_noticed(at: int, flip: int) -> None:
    payload = SIGNED.payload[:at] + bytes([SIGNED.payload[at] ^ flip]) + SIGNED.payload[at + 1 :]
    assert refused_field(SignedTask(payload, SIGNED.signatures)) == "signatures.leader"


def test_pins_count_not_what_the_file_says() -> None:
    stranger = b"\x33" * 32
    key = Ed25519PrivateKey.from_private_bytes(stranger).public_key().public_bytes_raw()
    task = make_task(helper=make_operator(Role.HELPER, signing_key=key))
    signed = SignedTask(task.payload()).sign(Role.LEADER, SIGNING[Role.LEADER]).sign(Role.HELPER, stranger)
    assert refused_field(signed) == "signatures.helper"
    assert signed.verify(LEADER, key) == task


def test_pinned_keys_must_be_the_ones_that_the_payload_names() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"\x33" * 32)
    task = make_task(helper=make_operator(Role.HELPER, signing_key=stranger.public_key().public_bytes_raw()))
    said = b"shoal task file, version 1, signed as helper\x00" + task.payload()
    signature = Ed25519PrivateKey.from_private_bytes(SIGNING[Role.HELPER]).sign(said)
    signed = SignedTask(task.payload()).sign(Role.LEADER, SIGNING[Role.LEADER])
    signed = SignedTask(signed.payload, {**signed.signatures, Role.HELPER: signature})
    assert refused_field(signed) == "helper.signing_key"


@pytest.mark.parametrize("pin", [b"", b"short", b"\xff" * 32, bytes(32)])
def test_a_pin_that_is_no_key_fits_nothing(pin: bytes) -> None:
    assert refused_field(SIGNED, pin, HELPER) == "signatures.leader"


def test_only_the_named_operators_sign() -> None:
    with pytest.raises(TaskRefused) as raised:
        SignedTask(SIGNED.payload).sign(Role.LEADER, SIGNING[Role.HELPER])
    assert raised.value.field == "leader.signing_key"
    for role, key in ((Role.CLIENT, SIGNING[Role.LEADER]), (Role.LEADER, b"short")):
        with pytest.raises(DapError):
            SignedTask(SIGNED.payload).sign(role, key)


def _altered(**changes: Any) -> str:
    return json.dumps({**json.loads(SIGNED.dump()), **changes})


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "file"),
        ("[]", "file"),
        ("\ud800", "file"),
        ("{}", "format"),
        (_altered(format="shoal-task-file-2"), "format"),
        (_altered(extra=1), "extra"),
        (_altered(payload="text"), "payload"),
        (_altered(payload=["{", 3]), "payload"),
        (_altered(payload=["{\n}"]), "payload"),
        (_altered(payload=["\ud800"]), "payload"),
        (_altered(signatures={"leader": "00"}), "signatures.leader"),
        (_altered(signatures={"helper": "AA" * 64}), "signatures.helper"),
        (_altered(signatures={"collector": "aa" * 64}), "signatures.collector"),
        (_altered(signatures=[]), "signatures"),
        ('{"format": "x", "format": "y"}', "format"),
        ('{"payload": "' + "x" * 200_000 + '"}', "file"),
    ],
)
def test_a_malformed_file_is_refused_by_name(text: str, field: str) -> None:
    with pytest.raises(TaskRefused) as raised:
        SignedTask.load(text)
    assert raised.value.field == field


@given(damaged(SIGNED.dump().encode()))
def test_a_damaged_file_never_gives_another_task(data: bytes) -> None:
    try:
        task = SignedTask.load(data).verify(LEADER, HELPER)
    except TaskRefused:
        return
    assert task == make_task()


def test_a_later_serial_is_another_signature() -> None:
    later = make_task(serial=4)
    assert refused_field(SignedTask(later.payload(), SIGNED.signatures)) == "signatures.leader"
    assert Task.parse(make_signed(later).payload).serial == 4
