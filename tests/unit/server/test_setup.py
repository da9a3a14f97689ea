"""Making an operator, accepting others, replacing HPKE keys."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from dap.constants import Role
from dap.task import fingerprint
from server import setup
from server.config import load_settings, own_public
from server.errors import FolderError, TaskMismatch, UsageError
from server.operators import load_keys, load_public
from server.setup import Operator
from tests.operators import NOW, Folders, exchange_files, make_folders, randomness

LEADER = Operator(Role.LEADER, "IT", "it@example.org", "http://127.0.0.1:8601/")


def test_a_folder_is_its_owner_s(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "leader"
    setup.make(folder, LEADER)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "settings.json").stat().st_mode) == 0o600
    assert own_public(folder, load_keys(folder)).name == "IT"


def test_keys_are_not_replaced_unasked(tmp_path: Path) -> None:
    setup.make(tmp_path, LEADER)
    before = (tmp_path / "keys.json").read_bytes()
    with pytest.raises(FolderError, match="--force"):
        setup.make(tmp_path, LEADER)
    assert (tmp_path / "keys.json").read_bytes() == before
    setup.make(tmp_path, LEADER, force=True)
    assert (tmp_path / "keys.json").read_bytes() != before


def test_new_keys_forget_the_peers_of_the_old(tmp_path: Path) -> None:
    folders = make_folders(tmp_path)
    setup.make(folders.leader, LEADER, force=True)
    assert not list((folders.leader / "peers").iterdir())


def test_all_keys_differ_and_come_from_the_given_randomness(tmp_path: Path) -> None:
    one = setup.make(tmp_path / "1", LEADER, random=randomness(1))
    again = setup.make(tmp_path / "2", LEADER, random=randomness(1))
    other = setup.make(tmp_path / "3", LEADER, random=randomness(2))
    assert one == again
    keys = {one.signing_key, one.exchange_key, one.hpke_config.public_key}
    keys |= {other.signing_key, other.exchange_key, other.hpke_config.public_key}
    assert len(keys) == 6


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": ""}, "--name"),
        ({"name": "a\nb"}, "--name"),
        ({"contact": " x"}, "--contact"),
        ({"contact": "a\u202eb"}, "--contact"),
        ({"url": ""}, "--url"),
        ({"url": "http://example.org/"}, "loopback"),
        ({"url": "https://user@example.org/"}, "user"),
        ({"url": "ftp://127.0.0.1/"}, "https"),
        ({"listen": "nowhere"}, "--listen"),
        ({"dialect": "dap-7"}, "--dialect"),
        ({"certificate": "x"}, "go together"),
        ({"certificate": "x", "certificate_key": "y"}, "not a file"),
        ({"role": Role.COLLECTOR}, "no URL"),
    ],
)
def test_unusable_operators(tmp_path: Path, change: dict[str, str], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        setup.make(tmp_path / "x", LEADER._replace(**change))  # type: ignore[arg-type]
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("url", "listen", "expected"),
    [
        ("http://127.0.0.1:8601/", "", ("127.0.0.1", 8601)),
        ("http://localhost:9/dap", "", ("127.0.0.1", 9)),
        ("http://[::1]:9/dap", "", ("::1", 9)),
        ("https://shoal.example.org/dap/", "", ("127.0.0.1", 8601)),
        ("https://shoal.example.org/", "0.0.0.0:443", ("0.0.0.0", 443)),
    ],
)
def test_where_it_listens(tmp_path: Path, url: str, listen: str, expected: tuple[str, int]) -> None:
    setup.make(tmp_path / "x", LEADER._replace(url=url, listen=listen))
    assert load_settings(tmp_path / "x").listen == expected


def test_own_certificate_is_kept_with_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("chain.pem", "key.pem"):
        (tmp_path / name).touch()
    setup.make(tmp_path / "x", LEADER._replace(certificate="chain.pem", certificate_key="key.pem"))
    assert load_settings(tmp_path / "x").tls(tmp_path / "x") == (tmp_path / "chain.pem", tmp_path / "key.pem")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IT", "it-leader"),
        ("Works Council, Köln", "works-council-k-ln-leader"),
        ("../../etc/passwd", "etc-passwd-leader"),
        ("日本", "leader"),
        ("Trying out, leader", "trying-out-leader"),
        ("x" * 400, "x" * 40 + "-leader"),
    ],
)
def test_file_names_are_plain(name: str, expected: str) -> None:
    assert setup.slug(name, Role.LEADER) == expected


# -- peers ---------------------------------------------------------------------------------------


def test_fingerprint_is_of_the_signing_key(tmp_path: Path) -> None:
    public = make_folders(tmp_path).public_file(Role.HELPER)
    assert setup.public_fingerprint(public) == fingerprint(public.signing_key)


def test_another_peer_of_the_same_role_needs_force(tmp_path: Path) -> None:
    folders = make_folders(tmp_path / "a")
    other = make_folders(tmp_path / "b", seed="other")
    path = other.public(Role.HELPER)
    public = load_public(path)
    assert setup.known(folders.leader, folders.public_file(Role.HELPER))
    assert not setup.known(folders.leader, public)
    with pytest.raises(TaskMismatch, match="another helper was accepted"):
        setup.accept(folders.leader, public, path.read_text())
    setup.accept(folders.leader, public, path.read_text(), force=True)
    assert setup.known(folders.leader, public)


def test_nobody_is_their_own_peer(tmp_path: Path) -> None:
    folders = make_folders(tmp_path / "a")
    other = make_folders(tmp_path / "b", seed="other")
    for path in (folders.public(Role.LEADER), other.public(Role.LEADER)):
        with pytest.raises(TaskMismatch, match="own"):
            setup.accept(folders.leader, load_public(path), path.read_text(), force=True)


# -- HPKE keys -----------------------------------------------------------------------------------


def test_a_renewed_key_comes_first_and_the_old_one_stays(tmp_path: Path) -> None:
    folders = make_folders(tmp_path)
    old = load_keys(folders.helper).hpke_keys[0]
    key = setup.renew_hpke(folders.helper, NOW)
    keys = load_keys(folders.helper)
    assert [k.config for k in keys.hpke_keys] == [key.config, old.config]
    assert keys.replaced == (NOW,)
    assert key.config.id != old.config.id
    assert own_public(folders.helper, keys).hpke_config == key.config
    exchange_files(folders)  # the same operator with a newer key is accepted without force


def _destroy(folders: Folders, key: int, now: int, *, force: bool = False) -> None:
    setup.destroy_hpke(folders.helper, key, needed_until=lambda at: at + 100, now=now, force=force)


def test_an_old_key_is_destroyed_when_nothing_needs_it(tmp_path: Path) -> None:
    folders = make_folders(tmp_path)
    setup.renew_hpke(folders.helper, NOW)
    setup.renew_hpke(folders.helper, NOW + 50)
    third, second, first = (key.config.id for key in load_keys(folders.helper).hpke_keys)
    private = load_keys(folders.helper).hpke_keys[2].private_key
    with pytest.raises(FolderError, match="1 more days"):
        _destroy(folders, first, NOW + 99)
    with pytest.raises(FolderError, match="current"):
        _destroy(folders, third, NOW + 999)
    with pytest.raises(FolderError, match="no HPKE key 77"):
        _destroy(folders, 77, NOW + 999)
    _destroy(folders, first, NOW + 100)
    keys = load_keys(folders.helper)
    assert [key.config.id for key in keys.hpke_keys] == [third, second]
    assert keys.replaced == (NOW + 50,)
    _destroy(folders, second, NOW + 100, force=True)
    assert not [
        path for path in folders.helper.rglob("*") if path.is_file() and private.hex() in path.read_text()
    ]


def test_identifiers_of_keys_wrap_around_and_never_collide(tmp_path: Path) -> None:
    folders = make_folders(tmp_path)
    path = folders.helper / "keys.json"
    value = json.loads(path.read_text())
    value["hpke_keys"][0]["config"] = "ff" + value["hpke_keys"][0]["config"][2:]
    path.write_text(json.dumps(value))
    path.chmod(0o600)
    assert setup.renew_hpke(folders.helper, NOW).config.id == 0
    assert setup.renew_hpke(folders.helper, NOW).config.id == 1


def test_tokens_are_random_and_plain() -> None:
    assert setup.new_token() != setup.new_token()
    assert setup.new_token(lambda n: b"\xff" * n) == "_" * 42 + "8"
