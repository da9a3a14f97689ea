"""Files of an operator's folder: written whole or not at all, read strictly, secrets for their owner only."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, Final

from server.errors import FolderError, NotSetUp

LARGEST: Final = 1024 * 1024
"""Bytes that are read of a file; one that goes on is cut off there, and is no JSON then."""
Kinds = dict[str, type]
"""Which keys a JSON object has, and the type of each."""


def write_file(path: Path, text: str, *, secret: bool = False, force: bool = True) -> None:
    """Write whole or not at all: a crash leaves the old file or the new one, never half of one.

    secret: mode 0600 from the first byte. force: False refuses to overwrite (FolderError).
    """
    if path.exists() and not force:
        raise FolderError(f"{path} exists already.", "Move it away, or repeat with --force to replace it.")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o600 if secret else 0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FolderError(f"{path} cannot be written: {error.strerror}.") from error


def read_json(path: Path, keys: Kinds, *, missing: str) -> dict[str, Any]:
    """One JSON object with exactly these keys and types.

    missing: the cure to name when there is no such file.  Raises NotSetUp or FolderError.
    """
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST).decode("utf-8")
    except FileNotFoundError as error:
        raise NotSetUp(f"{path} is not there.", missing) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FolderError(f"{path} cannot be read: {error}.") from error
    try:
        value = json.loads(text, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise FolderError(
            f"{path} is not the JSON it should be: {error}.", "Correct what was edited, or take a backup's."
        ) from error
    if not isinstance(value, dict):
        raise FolderError(f"{path} should hold one JSON object.")
    for key in sorted(value.keys() | keys.keys()):
        if key not in keys:
            raise FolderError(f"{path}: the key {key!r} is unknown.")
        if key not in value:
            raise FolderError(f"{path}: the key {key!r} is missing.")
        # bool is an int to Python, not to us
        if not isinstance(value[key], keys[key]) or (isinstance(value[key], bool) and keys[key] is int):
            raise FolderError(f"{path}: the key {key!r} has the wrong type.")
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) != len(pairs):
        raise ValueError("a key appears twice")
    return seen


def octets(path: Path, key: str, value: object, length: int | None = None) -> bytes:
    """A value in hexadecimal digits as bytes; FolderError naming file and key."""
    if not isinstance(value, str):
        raise FolderError(f"{path}: {key} is not text.")
    try:
        decoded = bytes.fromhex(value)
    except ValueError:
        raise FolderError(f"{path}: {key} is not hexadecimal.") from None
    if length is not None and len(decoded) != length:
        raise FolderError(f"{path}: {key} should be {length} bytes, not {len(decoded)}.")
    return decoded


def require_private(path: Path) -> None:
    """Refuse a secret file that other accounts of this machine may read; FolderError."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise FolderError(f"{path} can be read by others on this machine.", f"chmod 600 {path}")
