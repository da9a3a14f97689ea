"""What a running role gets from its folder, and what stops it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from hypothesis import given
from hypothesis import strategies as st

from dap.constants import Role
from dap.dialect import DAP18, JANUS
from server import agreement, config, exchange
from server.errors import FolderError, NotSetUp, ServerError, TaskMismatch
from server.operators import load_keys
from tests.operators import NOW, Folders, catalogue, make_folders, make_task


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = make_folders(tmp_path)
    make_task(made)
    return made


def test_both_aggregators_fit_each_other(folders: Folders) -> None:
    leader, helper = config.load(folders.leader), config.load(folders.helper)
    collector = config.load_collector(folders.collector)
    assert leader.verify_key == helper.verify_key
    assert leader.peer_token == helper.peer_token
    assert leader.configuration == helper.configuration == collector.configuration
    assert config.token_hash(collector.leader_token) == leader.collector_token_hash
    assert helper.collector_token_hash == helper.upload_token_hash == b""
    token = (folders.leader.parent / "upload.token").read_text().strip()
    assert leader.upload_token_hash == config.token_hash(token)
    assert (leader.peer_url, helper.peer_url) == (
        helper.task.config.helper_aggregator_endpoint,
        collector.leader_url,
    )
    assert leader.collector_hpke == helper.collector_hpke == collector.hpke_keys[0].config
    assert leader.dialect is collector.dialect is DAP18
    assert (leader.listen, helper.listen) == (("127.0.0.1", 8601), ("127.0.0.1", 8602))
    assert leader.tls is None
    assert leader.noise
    assert leader.database != helper.database
    assert collector.since == NOW


def test_no_secret_is_shown(folders: Folders) -> None:
    for found in (config.load(folders.leader), config.load(folders.helper)):
        text = repr(found)
        for secret in (found.verify_key, found.hpke_keys[0].private_key):
            assert repr(secret)[2:-1] not in text
            assert secret.hex() not in text
        assert found.peer_token not in text
    collector = config.load_collector(folders.collector)
    assert collector.leader_token not in repr(collector)


def test_what_is_shared_is_in_no_file(folders: Folders) -> None:
    leader = config.load(folders.leader)
    collector = config.load_collector(folders.collector)
    secrets = [leader.verify_key, leader.verify_key.hex().encode()]
    secrets += [leader.peer_token.encode(), collector.leader_token.encode()]
    files = [path for path in folders.leader.parent.rglob("*") if path.is_file()]
    assert len(files) > 12
    assert not [path for path in files for secret in secrets if secret in path.read_bytes()]


def test_a_collector_s_folder_is_no_aggregator_s(folders: Folders) -> None:
    with pytest.raises(NotSetUp, match="no aggregator"):
        config.load(folders.collector)
    with pytest.raises(NotSetUp, match="no collector"):
        config.load_collector(folders.leader)


def test_a_leader_without_token_or_task_or_peer(folders: Folders) -> None:
    path = folders.leader / "settings.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"upload_token_hash": ""}))
    with pytest.raises(NotSetUp, match="task token"):
        config.load(folders.leader)
    (folders.helper / "task.json").unlink()
    with pytest.raises(NotSetUp, match="task new"):
        config.load(folders.helper)
    (folders.collector / "peers" / "leader.operator.json").unlink()
    with pytest.raises(NotSetUp, match="leader's public file"):
        config.load_collector(folders.collector)


def test_a_task_signed_by_another_helper_is_refused(folders: Folders, tmp_path: Path) -> None:
    others = make_folders(tmp_path / "others", seed="another")
    make_task(others)
    (folders.leader / "task.json").write_text((others.leader / "task.json").read_text())
    with pytest.raises(TaskMismatch, match=r"signatures\.leader"):
        config.load(folders.leader)


def test_a_half_signed_task_is_refused(folders: Folders) -> None:
    path = folders.leader / "task.json"
    value = json.loads(path.read_text())
    del value["signatures"]["helper"]
    path.write_text(json.dumps(value))
    with pytest.raises(TaskMismatch, match=r"signatures\.helper"):
        config.load(folders.leader)


def test_a_public_file_beside_other_keys(folders: Folders) -> None:
    own = folders.public(Role.LEADER)
    other = folders.public_file(Role.LEADER)._replace(
        signing_key=load_keys(folders.helper).signing_key.public_key().public_bytes_raw()
    )
    own.write_text(other.dump(load_keys(folders.helper).signing_key))
    with pytest.raises(FolderError, match="does not belong to the keys"):
        config.load(folders.leader)


def test_swapped_exchange_files_are_noticed(folders: Folders) -> None:
    """A peer whose exchange key is another's gives another task id, and is refused by it."""
    helper = folders.public_file(Role.HELPER)
    keys = load_keys(folders.helper)
    forged = helper._replace(exchange_key=folders.public_file(Role.COLLECTOR).exchange_key)
    (folders.leader / "peers" / "helper.operator.json").write_text(forged.dump(keys.signing_key))
    with pytest.raises(TaskMismatch, match="task_id"):
        config.load(folders.leader)


def test_a_task_for_a_key_that_is_gone(folders: Folders) -> None:
    task = config.load(folders.leader).task
    other = load_keys(folders.helper)
    with pytest.raises(TaskMismatch, match=r"leader\.hpke_config"):
        config.require_own(task, load_keys(folders.leader)._replace(hpke_keys=other.hpke_keys), task.task_id)


def test_url_of_the_task_and_of_the_public_file(folders: Folders) -> None:
    public = folders.public_file(Role.HELPER)._replace(url="http://127.0.0.1:8602/dap/")
    text = public.dump(load_keys(folders.helper).signing_key)
    (folders.leader / "peers" / "helper.operator.json").write_text(text)
    with pytest.raises(TaskMismatch, match="slash"):
        config.load(folders.leader)


def test_tls_and_dialect_come_from_the_settings(folders: Folders, tmp_path: Path) -> None:
    key = tmp_path / "elsewhere.pem"
    issued = trustme.CA().issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(folders.leader / "chain.pem")
    issued.private_key_pem.write_to_path(key)
    change = {"certificate": "chain.pem", "certificate_key": str(key), "dialect": "janus"}
    edit(folders, change | {"listen": "[::1]:9000"})
    found = config.load(folders.leader)
    assert found.tls == (folders.leader / "chain.pem", key)
    assert found.dialect is JANUS
    assert found.listen == ("::1", 9000)


def edit(folders: Folders, change: dict[str, str]) -> None:
    path = folders.leader / "settings.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))


def test_tls_files_are_looked_at_before_anything_runs(folders: Folders) -> None:
    chain, key = folders.leader / "chain.pem", folders.leader / "key.pem"
    edit(folders, {"certificate": chain.name, "certificate_key": key.name})
    with pytest.raises(FolderError, match=r"chain\.pem cannot be read: No such file"):
        config.load(folders.leader)
    first, second = (trustme.CA().issue_cert("localhost") for _ in range(2))
    first.cert_chain_pems[0].write_to_path(chain)
    with pytest.raises(FolderError, match=r"key\.pem cannot be read: No such file"):
        config.load(folders.leader)
    second.private_key_pem.write_to_path(key)
    with pytest.raises(FolderError, match="no certificate chain and its key"):
        config.load(folders.leader)
    key.write_text("no key")
    with pytest.raises(FolderError, match="no certificate chain and its key"):
        config.load(folders.leader)
    private = load_pem_private_key(first.private_key_pem.bytes(), None)
    locked = BestAvailableEncryption(b"word")
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    with pytest.raises(FolderError, match="the key has a password"):
        config.load(folders.leader)


def test_the_wrong_folder_is_told_where_the_right_one_is(folders: Folders) -> None:
    with pytest.raises(NotSetUp) as caught:
        config.load(folders.leader.parent)
    assert f"--dir {folders.leader}, or --dir {folders.helper}" in caught.value.cure
    with pytest.raises(NotSetUp) as caught:
        config.load(folders.leader / "nowhere")
    assert "init ROLE" in caught.value.cure
    with pytest.raises(NotSetUp) as caught:
        config.load(folders.collector)
    assert f"collect --dir {folders.collector}" in caught.value.cure
    with pytest.raises(NotSetUp) as caught:
        config.load_collector(folders.helper)
    assert f"helper --dir {folders.helper}" in caught.value.cure


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"dialect": "dap-17"}, "none of"),
        ({"certificate": "x"}, "go together"),
        ({"listen": "8601"}, "listen"),
        ({"listen": "a:99999"}, "listen"),
        ({"upload_token_hash": "00"}, "32 bytes"),
        ({"noise": False}, "'noise' is unknown"),
        ({"version": 2}, "version 1"),
    ],
)
def test_odd_settings(folders: Folders, change: dict[str, object], complaint: str) -> None:
    path = folders.leader / "settings.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(FolderError, match=complaint):
        config.load(folders.leader)


@given(st.sampled_from(["127.0.0.1", "::1", "0.0.0.0", "host.example"]), st.integers(1, 65535))
def test_settings_are_read_back(host: str, port: int) -> None:
    settings = config.Settings((host, port), "janus", "", "", bytes(32), NOW)
    value = json.loads(settings.dump())
    assert config.parse_listen(value["listen"]) == (host, port)
    assert value["since"] == NOW


@given(data=st.data())
def test_no_altered_byte_of_a_task_file_is_believed(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tmp_path_factory.getbasetemp() / "altered"
    if not base.exists():
        make_task(make_folders(base))
    path = base / "helper" / "task.json"
    original = (base / "leader" / "task.json").read_bytes()
    position = data.draw(st.integers(0, len(original) - 1))
    byte = data.draw(st.integers(32, 126))
    altered = original[:position] + bytes([byte]) + original[position + 1 :]
    path.write_bytes(altered)
    try:
        found = config.load(base / "helper")
    except ServerError:
        return
    # only bytes that mean nothing (blanks between the JSON's parts) may change unseen
    assert json.loads(altered) == json.loads(original)
    assert found.task == config.load(base / "leader").task


def test_token_hash_is_of_the_token(folders: Folders) -> None:
    keys = load_keys(folders.collector)
    own, leader = folders.public_file(Role.COLLECTOR), folders.public_file(Role.LEADER)
    task = agreement.installed_task(folders.collector)
    assert task is not None
    token = exchange.collector_token(keys, own, leader, task.configuration)
    assert config.token_hash(token) == config.load(folders.leader).collector_token_hash
    assert catalogue().metrics
