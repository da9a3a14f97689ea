"""What enrolment leaves on disk: the pinned keys, the accepted task, the highest serial that was seen."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agent.errors import StoreError
from dap.task import SignedTask, TaskRefused

if TYPE_CHECKING:
    from agent.env import Env

RECORD: Final = "enrolment.json"
PINS: Final = "pins.json"
TASK: Final = "task.json"
TOKEN: Final = "token"  # noqa: S105  (a file name)
_FORMAT: Final = "shoal-enrolment-1"
LARGEST: Final = 2 * 1024 * 1024
"""Bytes: two task files of 128 KiB each, whatever becomes of their characters in JSON."""


class Pins(NamedTuple):
    """Both operators' Ed25519 public keys, and the serial of the task that they were taken from."""

    leader_key: bytes
    helper_key: bytes
    serial: int

    @property
    def keys(self) -> tuple[bytes, bytes]:
        """The keys alone."""
        return self.leader_key, self.helper_key


class Record(NamedTuple):
    """An account's own enrolment."""

    pins: Pins
    newest: str
    """The text of the task file with the highest serial that was ever seen: older ones are refused."""
    accepted: str | None
    """The text of the one that the person agreed to."""
    task_file: Path | None = None
    token_file: Path | None = None


def read_record(env: Env) -> Record | None:
    """The account's record, or None; StoreError if it cannot be read."""
    path = env.state / RECORD
    members = _read(path)
    if members is None:
        return None
    try:
        return Record(
            _pins(members),
            _task(members["newest"]),
            None if members["accepted"] is None else _task(members["accepted"]),
            _path(members["task_file"]),
            _path(members["token_file"]),
        )
    except (KeyError, ValueError, TypeError, OverflowError, TaskRefused):
        raise _damaged(path) from None


def write_record(env: Env, record: Record) -> None:
    """Keep the account's record: whole, or not at all."""
    env.prepare()
    members = {
        "format": _FORMAT,
        **_pin_members(record.pins),
        "newest": record.newest,
        "accepted": record.accepted,
        "task_file": None if record.task_file is None else str(record.task_file),
        "token_file": None if record.token_file is None else str(record.token_file),
    }
    write(env.state / RECORD, json.dumps(members, indent=1), 0o600)


def remove_record(env: Env) -> bool:
    """Forget the account's record; whether there was one."""
    path = env.state / RECORD
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(f"{path} cannot be removed: {error.strerror}", "Remove it by hand.") from None
    return True


def read_machine_pins(env: Env) -> Pins | None:
    """The machine's pins, made by whoever installed; None without a machine-wide enrolment."""
    path = env.directories.var / PINS
    members = _read(path)
    if members is None:
        return None
    try:
        return _pins(members)
    except (KeyError, ValueError, TypeError, OverflowError):
        raise _damaged(path) from None


def write_machine_pins(env: Env, pins: Pins) -> None:
    """Pin for all accounts."""
    members = {"format": _FORMAT, **_pin_members(pins)}
    write(env.directories.var / PINS, json.dumps(members, indent=1), 0o644)


def write(path: Path, text: str, mode: int) -> None:
    """Write a file through a temporary one beside it, so that no moment shows half of it."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(mode)
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}",
            "Free space, or run this as whoever owns the folder.",
        ) from None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}", "Mend its permissions.") from None
    try:
        members = json.loads(data)
    except (ValueError, RecursionError):
        raise _damaged(path) from None
    if not isinstance(members, dict) or members.get("format") != _FORMAT:
        raise _damaged(path)
    return members


def _pins(members: dict[str, Any]) -> Pins:
    pins = Pins(
        bytes.fromhex(members["leader_key"]), bytes.fromhex(members["helper_key"]), int(members["serial"])
    )
    if any(len(key) != 32 for key in pins.keys):
        raise ValueError("a key has 32 bytes")
    return pins


def _pin_members(pins: Pins) -> dict[str, Any]:
    return {"leader_key": pins.leader_key.hex(), "helper_key": pins.helper_key.hex(), "serial": pins.serial}


def _task(value: Any) -> str:
    """A task file's text that can be read as one; whose signatures it bears is asked elsewhere."""
    if not isinstance(value, str):
        raise TypeError
    SignedTask.load(value).claimed()
    return value


def _path(value: Any) -> Path | None:
    return None if value is None else Path(str(value))


def _damaged(path: Path) -> StoreError:
    return StoreError(f"{path} is damaged", "Move it away and enrol again.")
