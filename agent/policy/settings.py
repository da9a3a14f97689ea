"""The person's own policy values, among the account's settings: written checked, read checked again."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import PolicyInvalid
from agent.policy.keys import BY_NAME
from agent.policy.merge import check_own

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

PREFIX = "policy."


def own(settings: Mapping[str, str]) -> dict[str, Any]:
    """The person's values among all settings.

    PolicyInvalid for one that cannot be read: it may have been the stricter one, so it is not passed over.
    """
    found = {}
    for key, stored in settings.items():
        if not key.startswith(PREFIX):
            continue
        name = key.removeprefix(PREFIX)
        try:
            value = json.loads(stored)
        except (ValueError, RecursionError):
            raise PolicyInvalid(
                f"your setting: {name} cannot be read",
                f"Set it again, or remove it: `shoal policy unset {name}`.",
            ) from None
        found[name] = check_own(name, value)
    return found


def write(connection: sqlite3.Connection, name: str, value: Any) -> None:
    """Keep one of the person's values (None: remove it), within the caller's transaction.

    PolicyInvalid if it is not theirs to set or not what it should be.
    """
    if value is None:
        connection.execute("DELETE FROM settings WHERE key = ?", (PREFIX + name,))
        return
    checked = check_own(name, value)
    stored = json.dumps("off" if checked is None else checked, default=_plain)
    connection.execute(
        "INSERT INTO settings(key, value) VALUES (?, ?) "
        "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (PREFIX + name, stored),
    )


def from_text(name: str, typed: str) -> Any:
    """What somebody typed on a command line, in the type that the key's check expects."""
    key = BY_NAME.get(name)
    if key is None:
        return typed
    if key.kind == "true / false" and typed in ("true", "false"):
        return typed == "true"
    if key.kind.startswith("list"):
        return [part.strip() for part in typed.split(",") if part.strip()]
    if key.kind == "whole number" and re.fullmatch(r"-?[0-9]{1,9}", typed):
        return int(typed)
    return typed


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no policy value")
