"""What the window remembers for itself, in the state directory; nothing of it decides what is sent."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

FILE = "window.json"
_MOST_TOLD = 200


class Preferences(NamedTuple):
    """Each value has a default, so that a missing or damaged file changes nothing."""

    keep_icon: bool | None = None
    """Whether closing leaves the icon in the tray; None: not asked yet."""
    tell_choice: bool = True
    tell_changed: bool = True
    tell_bad: bool = True
    told: tuple[str, ...] = ()
    """Keys of what desktop notifications have told, newest last."""

    def tells(self, kind: str) -> bool:
        """Whether notifications of that kind are wanted: choice, changed or bad."""
        return bool(getattr(self, f"tell_{kind}", True))

    def with_told(self, key: str) -> Preferences:
        """Once it has been told."""
        kept = tuple(old for old in self.told if old != key)
        return self._replace(told=(*kept, key)[-_MOST_TOLD:])


def load(state: Path) -> Preferences:
    """What was remembered; the defaults where there is nothing, or nothing that can be read."""
    try:
        found = json.loads((state / FILE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Preferences()
    if not isinstance(found, dict):
        return Preferences()
    keep = found.get("keep_icon")
    told = found.get("told")
    if not isinstance(told, list):
        told = []
    return Preferences(
        keep_icon=keep if isinstance(keep, bool) else None,
        **{
            name: found[name]
            for name in ("tell_choice", "tell_changed", "tell_bad")
            if isinstance(found.get(name), bool)
        },
        told=tuple(key for key in told if isinstance(key, str))[-_MOST_TOLD:],
    )


def save(state: Path, preferences: Preferences) -> None:
    """Remember these, whole or not at all; OSError."""
    part = state / f"{FILE}.part"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(preferences._asdict(), file)
    part.replace(state / FILE)
