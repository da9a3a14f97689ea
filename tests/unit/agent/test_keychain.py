"""The token in the keychain, in a file, or out of reach; never in sight."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from agent.errors import KeychainError
from agent.keychain import Keychain
from tests.fakes import FakeEnv

TOKEN = "CANARY-upload-token"

BACKEND = """
import json, os, pathlib, time
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

FILE = pathlib.Path(os.environ["KEYS"])

class Memory(KeyringBackend):
    priority = 1
    def _load(self):
        return json.loads(FILE.read_text()) if FILE.exists() else {}
    def get_password(self, service, name):
        return self._load().get(service + "/" + name)
    def set_password(self, service, name, token):
        FILE.write_text(json.dumps({**self._load(), service + "/" + name: token}))
    def delete_password(self, service, name):
        found = self._load()
        if found.pop(service + "/" + name, None) is None:
            raise PasswordDeleteError("not found")
        FILE.write_text(json.dumps(found))

class Locked(KeyringBackend):
    priority = 1
    def get_password(self, service, name):
        raise KeyringLocked("CANARY")
    set_password = delete_password = lambda self, *a: self.get_password(*a[:2])

class Hanging(Locked):
    def get_password(self, service, name):
        time.sleep(60)

class Failing(Locked):
    def get_password(self, service, name):
        raise RuntimeError("CANARY /home/somebody")
"""


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "backends_of_a_test.py").write_text(BACKEND)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("KEYS", str(tmp_path / "keys.json"))
    return tmp_path / "keys.json"


def use(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"backends_of_a_test.{name}")


def test_in_the_keychain(env: FakeEnv, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "Memory")
    keychain = Keychain(env, "task")
    assert keychain.get() is None
    assert keychain.set(TOKEN).where == "keychain"
    assert not (env.state / "token").exists()
    assert json.loads(keys.read_text()) == {"shoal/task": TOKEN}
    assert keychain.get() == TOKEN
    assert Keychain(env, "another").get() is None
    keychain.delete()
    assert keychain.get() is None
    keychain.delete()  # again is no matter


def test_without_a_keychain_in_a_private_file_with_a_warning(env: FakeEnv) -> None:
    keychain = Keychain(env, "task")  # the tests' environment has none
    kept = keychain.set(TOKEN)
    assert kept.where == "file"
    assert "readable by this account only" in kept.warning and "there is none" in kept.warning
    assert stat.S_IMODE((env.state / "token").stat().st_mode) == 0o600
    assert keychain.get() == TOKEN
    assert keychain.where().where == "file"
    keychain.delete()
    assert keychain.get() is None


def test_a_keychain_that_comes_takes_the_files_place(
    env: FakeEnv, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Keychain(env, "task").set("old")
    use(monkeypatch, "Memory")
    Keychain(env, "task").set(TOKEN)
    assert not (env.state / "token").exists()
    assert Keychain(env, "task").get() == TOKEN


@pytest.mark.parametrize(
    ("backend", "says"), [("Locked", "it is locked"), ("Failing", r"it failed \(RuntimeError\)")]
)
def test_failures_are_named_and_tell_nothing(
    env: FakeEnv, keys: Path, monkeypatch: pytest.MonkeyPatch, backend: str, says: str
) -> None:
    use(monkeypatch, backend)
    with pytest.raises(KeychainError, match=says) as caught:
        Keychain(env, "task").get()
    assert caught.value.exit_code == 18
    assert "CANARY" not in str(caught.value.args)


def test_a_keychain_that_hangs_is_left(env: FakeEnv, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "Hanging")
    with pytest.raises(KeychainError, match="did not answer within"):
        Keychain(env, "task", patience=1.5).get()


@pytest.mark.parametrize("says", ["", "nonsense", "[]", "print('{')"])
def test_a_child_that_says_nonsense(env: FakeEnv, says: str) -> None:
    code = says if says.startswith("print") else f"print({says!r})"
    with pytest.raises(KeychainError):
        Keychain(env, "task", command=[sys.executable, "-c", code]).get()


def test_a_program_that_is_gone(env: FakeEnv) -> None:
    with pytest.raises(KeychainError, match="cannot be asked"):
        Keychain(env, "task", command=["/nonexistent/shoal"]).get()


def test_the_token_is_in_no_argument(env: FakeEnv, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    code = (
        "import json, os, sys; sys.stdin.read(); "
        f"open({str(seen)!r}, 'w').write(repr(sys.argv) + repr(dict(os.environ))); print('{{}}')"
    )
    keychain = Keychain(env, "task", command=[sys.executable, "-c", code])
    keychain.set(TOKEN)
    assert "keychain" in seen.read_text()
    assert TOKEN not in seen.read_text() + repr(keychain)
