"""What two operators derive alike, and nobody else can."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dap.constants import Role
from server import exchange
from server.errors import TaskMismatch
from server.operators import Keys, PublicFile, load_keys
from tests.operators import Folders, make_folders

CONFIGURATION = b"a task configuration"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return make_folders(tmp_path)


def all_of(folders: Folders) -> tuple[dict[Role, Keys], dict[Role, PublicFile]]:
    roles = (Role.LEADER, Role.HELPER, Role.COLLECTOR)
    keys = {role: load_keys(getattr(folders, role.word)) for role in roles}
    return keys, {role: folders.public_file(role) for role in roles}


def test_both_sides_derive_the_same(folders: Folders) -> None:
    keys, public = all_of(folders)
    pair = public[Role.LEADER], public[Role.HELPER]
    at_leader = exchange.between_aggregators(keys[Role.LEADER], *pair, CONFIGURATION)
    at_helper = exchange.between_aggregators(keys[Role.HELPER], *pair, CONFIGURATION)
    assert at_leader == at_helper
    assert at_leader.task_id == hashlib.sha256(at_leader.verify_key).digest()
    ends = public[Role.COLLECTOR], public[Role.LEADER]
    token = exchange.collector_token(keys[Role.COLLECTOR], *ends, CONFIGURATION)
    assert token == exchange.collector_token(keys[Role.LEADER], *ends, CONFIGURATION)
    assert len({token, at_leader.token, at_leader.verify_key.hex()}) == 3


def test_the_documented_derivation(folders: Folders) -> None:
    keys, public = all_of(folders)
    leader, helper = public[Role.LEADER], public[Role.HELPER]
    shared = keys[Role.LEADER].exchange_key.exchange(keys[Role.HELPER].exchange_key.public_key())
    info = b"\x0averify key" + leader.signing_key + leader.exchange_key + helper.signing_key
    info += helper.exchange_key + hashlib.sha256(CONFIGURATION).digest()
    expected = HKDF(algorithm=SHA256(), length=32, salt=b"shoal-setup-v1", info=info).derive(shared)
    found = exchange.between_aggregators(keys[Role.LEADER], leader, helper, CONFIGURATION)
    assert found.verify_key == expected


def test_a_third_operator_cannot_derive_it(folders: Folders) -> None:
    keys, public = all_of(folders)
    with pytest.raises(TaskMismatch, match="do not belong to these keys"):
        exchange.between_aggregators(
            keys[Role.COLLECTOR], public[Role.LEADER], public[Role.HELPER], CONFIGURATION
        )


def test_another_configuration_or_label_gives_other_secrets(folders: Folders) -> None:
    keys, public = all_of(folders)
    pair = public[Role.LEADER], public[Role.HELPER]
    one = exchange.between_aggregators(keys[Role.LEADER], *pair, CONFIGURATION)
    two = exchange.between_aggregators(keys[Role.LEADER], *pair, CONFIGURATION + b"!")
    assert one.verify_key != two.verify_key
    assert one.token != two.token
    assert exchange.derive(keys[Role.LEADER], b"a", *pair, b"") != exchange.derive(
        keys[Role.LEADER], b"b", *pair, b""
    )


def test_a_key_of_low_order_is_refused(folders: Folders) -> None:
    keys, public = all_of(folders)
    with pytest.raises(TaskMismatch, match="no usable"):
        exchange.between_aggregators(
            keys[Role.LEADER], public[Role.LEADER], public[Role.HELPER]._replace(exchange_key=bytes(32)), b""
        )


def test_secrets_are_not_shown(folders: Folders) -> None:
    keys, public = all_of(folders)
    shared = exchange.between_aggregators(
        keys[Role.LEADER], public[Role.LEADER], public[Role.HELPER], CONFIGURATION
    )
    assert shared.token not in repr(shared)
    assert shared.verify_key.hex() not in repr(shared)
    assert repr(shared.verify_key) not in repr(shared)
