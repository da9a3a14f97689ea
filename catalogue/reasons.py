"""Why each metric stays in the catalogue, and what one device's bucket could reveal: reasons.toml.

For people: nothing is measured by it, nothing on a device reads it, and it is no part of the digest.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, NamedTuple

from catalogue import lock
from catalogue.errors import CatalogueError, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catalogue.model import Metric

REASONS = lock.FOLDER / "reasons.toml"


class Reason(NamedTuple):
    """One metric's."""

    worth: str
    """What somebody does with the total over many devices."""
    reveals: str
    """What a single bucket would tell whoever knew whose it is."""


def load_reasons(metrics: Sequence[Metric], path: Path = REASONS) -> dict[str, Reason]:
    """Metric id → reason, for every metric. Raises CatalogueError unless each has both."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"cannot be read: {error}", file=path.name) from error
    ids = [metric.id for metric in metrics]
    for id in table:
        if id not in ids:
            raise CatalogueError(f"no such metric{did_you_mean(id, ids)}", file=path.name, metric=id)
    return {id: _reason(table.get(id), path.name, id) for id in ids}


def _reason(entry: object, file: str, metric: str) -> Reason:
    if not isinstance(entry, dict) or set(entry) != set(Reason._fields):
        problem = f"must have worth and reveals, not {shown(entry)}"
        raise CatalogueError(problem, file=file, metric=metric)
    for key, text in entry.items():
        if not isinstance(text, str) or not text.strip() == text != "" or not text.isprintable():
            raise CatalogueError(
                f"must be a line of text, not {shown(text)}", file=file, metric=metric, key=key
            )
    return Reason(entry["worth"], entry["reveals"])
