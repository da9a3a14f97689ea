"""Keeps the upload token in the platform's keychain, or, where there is none, in a file with a warning.

The only importer of keyring. With a display and no keyring the call blocks on a password dialog, so it is
made in a child process that is ended when it takes too long. The token goes to the child by its standard
input and comes back by its standard output: never in arguments, never in the environment, never in a log.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agent.env import program
from agent.errors import KeychainError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agent.env import Env

SERVICE: Final = "shoal"
PATIENCE: Final = 20.0
"""Seconds for a keychain to answer: enough to unlock it by hand, not enough to hang."""
FILE: Final = "token"


class Kept(NamedTuple):
    """Where a token is kept; `warning` is to be shown wherever that is shown."""

    where: str
    warning: str = ""


class Keychain:
    """This account's token for one enrolment; `name` tells several apart (a task's id)."""

    def __init__(
        self, env: Env, name: str, *, patience: float = PATIENCE, command: Sequence[str] | None = None
    ) -> None:
        self._path = env.state / FILE
        self._name = name
        self._patience = patience
        self._command = [*(command or program()), "worker", "keychain"]

    def __repr__(self) -> str:
        return f"Keychain({self._name!r})"

    def set(self, token: str) -> Kept:
        """Keep a token; the keychain failing, in a file that only this account may read."""
        try:
            self._ask({"do": "set", "name": self._name, "token": token})
        except KeychainError as error:
            _write_private(self._path, token)
            return self._in_file(error.message)
        _remove(self._path)
        return Kept("keychain")

    def get(self) -> str | None:
        """The token, or None if there is none. KeychainError if the keychain has it and does not give it."""
        if (token := _read(self._path)) is not None:
            return token
        found = self._ask({"do": "get", "name": self._name}).get("token")
        return found if isinstance(found, str) else None

    def where(self) -> Kept:
        """Where the token is kept, without asking for it."""
        return self._in_file("") if self._path.exists() else Kept("keychain")

    def delete(self) -> None:
        """Forget the token everywhere. A keychain that does not answer keeps what it has: KeychainError."""
        _remove(self._path)
        self._ask({"do": "delete", "name": self._name})

    def _in_file(self, because: str) -> Kept:
        reason = f" ({because})" if because else ""
        return Kept(
            "file",
            f"The upload token lies in {self._path}, readable by this account only, since no keychain "
            f"could take it{reason}.",
        )

    def _ask(self, question: dict[str, str]) -> dict[str, Any]:
        """One question to the child; KeychainError for every way in which no answer comes."""
        try:
            child = subprocess.Popen(  # noqa: S603  (this very program)
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise KeychainError(
                f"the keychain cannot be asked: {error.strerror}", "Reinstall Shoal."
            ) from None
        try:
            said, _ = child.communicate(json.dumps(question).encode(), self._patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise KeychainError(
                f"the keychain did not answer within {self._patience:.0f} seconds",
                "Unlock it; perhaps it waits behind a password dialog.",
            ) from None
        try:
            answer = json.loads(said)
        except ValueError:
            answer = {"error": "its process ended without an answer"}
        if not isinstance(answer, dict) or "error" in answer:
            why = answer.get("error") if isinstance(answer, dict) else "it gave no sense"
            raise KeychainError(
                f"the keychain cannot be used: {why}", "Unlock or set up this account's keychain."
            )
        return answer


def child() -> int:
    """The child's side: one JSON question on standard input, one JSON answer on standard output."""
    question = json.load(sys.stdin)
    answer = _answer(question["do"], question["name"], question.get("token", ""))
    json.dump(answer, sys.stdout)
    return 0


def _answer(do: str, name: str, token: str) -> dict[str, Any]:
    import keyring
    import keyring.errors

    try:
        if do == "set":
            keyring.set_password(SERVICE, name, token)
        elif do == "get":
            return {"token": keyring.get_password(SERVICE, name)}
        else:
            with suppress(keyring.errors.PasswordDeleteError):  # there was none
                keyring.delete_password(SERVICE, name)
    except keyring.errors.NoKeyringError:
        return {"error": "there is none on this system"} if do == "set" else {}
    except keyring.errors.KeyringLocked:
        return {"error": "it is locked"}
    except Exception as error:  # noqa: BLE001  (backends raise what their libraries do; its text may tell too much)
        return {"error": f"it failed ({type(error).__name__})"}
    return {}


def _write_private(path: Path, token: str) -> None:
    """Write a file that was never readable by others, whole or not at all."""
    part = path.with_suffix(".part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}", "Free space, or mend the folder."
        ) from None


def _read(path: Path) -> str | None:
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise KeychainError(
            f"{path} cannot be read", "Enrol again with the task file and the token."
        ) from None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path} cannot be removed: {error.strerror}", "Remove it by hand.") from None
