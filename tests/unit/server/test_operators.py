"""The public file and the secret one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dap.constants import Role
from dap.hpke import generate
from server.errors import FolderError, NotSetUp
from server.operators import PublicFile, load_keys, load_public
from tests.operators import Folders, make_folders

CONFIG = generate(1, bytes(32)).config.encode().hex()


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return make_folders(tmp_path)


def test_public_file_says_who_it_is(folders: Folders) -> None:
    public = folders.public_file(Role.HELPER)
    assert (public.role, public.name, public.contact) == (Role.HELPER, "Works council", "helper@example.org")
    assert public.url == "http://127.0.0.1:8602/dap"
    keys = load_keys(folders.helper)
    assert public.signing_key == keys.signing_key.public_key().public_bytes_raw()
    assert public.hpke_config == keys.hpke_keys[0].config


@pytest.mark.parametrize("field", ["role", "name", "contact", "url", "exchange_key", "hpke_config"])
def test_any_altered_field_breaks_the_signature(folders: Folders, field: str) -> None:
    """The fingerprint is of the signing key alone; it vouches for all the rest only if this holds."""
    path = folders.public(Role.LEADER)
    other = json.loads(folders.public(Role.HELPER).read_text())
    value = json.loads(path.read_text())
    value[field] = other[field]
    path.write_text(json.dumps(value))
    with pytest.raises(FolderError, match="altered"):
        load_public(path)


def test_another_key_s_signature_is_refused(folders: Folders) -> None:
    public = folders.public_file(Role.LEADER)
    path = folders.public(Role.LEADER)
    path.write_text(public.dump(load_keys(folders.helper).signing_key))
    with pytest.raises(FolderError, match="altered"):
        load_public(path)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"shoal": "keys"}, "not an operator's public file"),
        ({"version": 2}, "version 1"),
        ({"role": "client"}, "none of"),
        ({"signing_key": "00"}, "32 bytes"),
        ({"hpke_config": "00"}, "hpke_config"),
        ({"extra": "x"}, "unknown"),
    ],
)
def test_odd_public_files(folders: Folders, change: dict[str, object], complaint: str) -> None:
    path = folders.public(Role.LEADER)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(FolderError, match=complaint):
        load_public(path)


def test_the_role_that_is_needed(folders: Folders) -> None:
    with pytest.raises(FolderError, match="helper's file, but a leader's"):
        load_public(folders.public(Role.HELPER), Role.LEADER)


def test_keys_are_read_back_and_never_shown(folders: Folders) -> None:
    keys = load_keys(folders.leader)
    assert load_keys(folders.leader).dump() == keys.dump()
    secrets = [
        keys.signing_key.private_bytes_raw().hex(),
        keys.exchange_key.private_bytes_raw().hex(),
        keys.hpke_keys[0].private_key.hex(),
    ]
    assert not [secret for secret in secrets if secret in repr(keys)]
    assert isinstance(load_public(folders.public(Role.LEADER)), PublicFile)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"role": "client"}, "not an operator's key file"),
        ({"hpke_keys": []}, "do not fit"),
        ({"replaced": [1]}, "do not fit"),
        ({"hpke_keys": [{"config": "00"}]}, "no key"),
        ({"hpke_keys": [{"config": "00", "private_key": "00"}]}, "hpke_keys"),
        ({"hpke_keys": [{"config": CONFIG, "private_key": "00" * 32}]}, "hpke_keys: .* does not belong"),
        ({"signing_key": "zz"}, "hexadecimal"),
    ],
)
def test_odd_keys(folders: Folders, change: dict[str, object], complaint: str) -> None:
    path = folders.leader / "keys.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(FolderError, match=complaint):
        load_keys(folders.leader)


def test_keys_that_others_can_read_are_not_used(folders: Folders) -> None:
    (folders.leader / "keys.json").chmod(0o640)
    with pytest.raises(FolderError, match="chmod 600"):
        load_keys(folders.leader)


def test_a_folder_without_keys(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match="shoal-server init"):
        load_keys(tmp_path)
