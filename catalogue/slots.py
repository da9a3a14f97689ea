"""Reads slots.toml, the closed list of products that may be measured by name, as strictly as the metrics.

There is one such file, beside metrics.toml in the package; nothing that a policy, a task or a server says is
looked at here. Called by the resident sampler.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catalogue import tables
from catalogue.errors import CatalogueError, did_you_mean, shown
from catalogue.model import Slot

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

MOST = 6
"""So that the list stays one of everyday products, and the whole catalogue small."""
KINDS = ("browser", "mail", "office")
"""What a product may be. A new kind is a decision about people, made here."""

_ID = re.compile(r"[a-z][a-z0-9_]*")
# Neither comma nor "=" nor line feed: the digest's text is made of these.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+-]{0,63}")
_LISTS = ("programs", "dpkg", "rpm", "flatpak", "snap", "macos", "windows")
_KEYS = ("id", "product", "kind", "publisher", *_LISTS)


def read_slots(path: Path) -> dict[str, Slot]:
    """Slot id → slot, of a file; none if there is no such file. Raises CatalogueError."""
    if not path.exists():
        return {}
    table = tables.read(path)
    entries = table.pop("slot", [])
    for key in table:
        raise CatalogueError(f"is unknown{did_you_mean(key, ['slot'])}", file=path.name, key=key)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogueError("must be a list of [[slot]] tables", file=path.name, key="slot")
    if len(entries) > MOST:
        raise CatalogueError(f"is a list of at most {MOST} products", file=path.name, key="slot")
    slots: dict[str, Slot] = {}
    owners: dict[str, str] = {}
    for entry in entries:
        slot = _slot(entry, path.name)
        if slot.id in slots:
            raise CatalogueError("is used twice", file=path.name, metric=slot.id, key="id")
        slots[slot.id] = slot
        for program in slot.programs:
            if owners.setdefault(program.casefold(), slot.id) != slot.id:
                raise CatalogueError(
                    f"{program} is another's already", file=path.name, metric=slot.id, key="programs"
                )
    return slots


def _slot(entry: dict[str, Any], file: str) -> Slot:
    id = entry.get("id")
    name = id if isinstance(id, str) else "slot"

    def error(key: str, problem: str) -> CatalogueError:
        return CatalogueError(problem, file=file, metric=name, key=key)

    for key in entry:
        if key not in _KEYS:
            raise error(key, f"is unknown{did_you_mean(key, _KEYS)}")
    for key in _KEYS:
        if key not in entry:
            raise error(key, "is missing")
    for key, pattern in (("id", _ID), ("product", _NAME), ("publisher", _NAME)):
        if not isinstance(entry[key], str) or not pattern.fullmatch(entry[key]):
            raise error(key, f"must match {pattern.pattern}, not {shown(entry[key])}")
    if entry["kind"] not in KINDS:
        raise error("kind", f"must be one of {', '.join(KINDS)}, not {shown(entry['kind'])}")
    for key in _LISTS:
        names = entry[key]
        if not isinstance(names, list) or not all(isinstance(n, str) and _NAME.fullmatch(n) for n in names):
            raise error(key, f"must be a list of names like {_NAME.pattern}, not {shown(names)}")
        if len(set(names)) != len(names):
            raise error(key, "names something twice")
    if not entry["programs"]:
        raise error("programs", "must name at least one")
    return Slot(
        entry["id"], entry["product"], entry["kind"], entry["publisher"],
        *(tuple(entry[key]) for key in _LISTS),
    )  # fmt: skip
