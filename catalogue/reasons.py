"""Why each metric stays in the catalogue, and what one device's bucket could reveal: reasons.toml.

For people: nothing is measured by it, nothing on a device reads it, and it is no part of the digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from catalogue import lock, tables
from catalogue.errors import CatalogueError, shown

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
    table = tables.read(path)
    ids = [metric.id for metric in metrics]
    tables.check_metrics(table, ids, path.name)
    return {id: _reason(table.get(id), path.name, id) for id in ids}


def _reason(entry: object, file: str, metric: str) -> Reason:
    if not isinstance(entry, dict) or set(entry) != set(Reason._fields):
        problem = f"must have worth and reveals, not {shown(entry)}"
        raise CatalogueError(problem, file=file, metric=metric)
    return Reason(*(tables.words(entry[key], file, metric, key) for key in Reason._fields))
