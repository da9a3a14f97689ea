"""Where each metric's readings come from, system by system: sources.toml, for people and for `--explain`.

Nothing is measured by it, so the resident sampler never reads it, and it is no part of the digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from catalogue import lock, tables
from catalogue.errors import CatalogueError, did_you_mean, shown
from catalogue.load import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catalogue.model import Metric

SOURCES = lock.FOLDER / "sources.toml"

NO_PRIVILEGE = "none"
# How far a source has been seen to work, from best to least: on the developers' own systems; on recorded
# files of a real system; under Wine, which is no proof; written from the maker's documentation alone.
PROOFS = ("here", "recorded", "wine", "documentation")
_USUAL = {"linux": "here", "windows": "documentation", "macos": "documentation"}


class Source(NamedTuple):
    """One metric's source on one system, or why there is none."""

    source: str
    """What is read; empty if there is none."""
    missing: str
    """Why there is none; empty if there is one."""
    privilege: str
    """What rights reading it takes beyond an ordinary account's."""
    proof: str
    """One of PROOFS."""

    @property
    def run(self) -> bool:
        """Whether it was run on a real system of that kind."""
        return self.proof == "here"


def load_sources(metrics: Sequence[Metric], path: Path = SOURCES) -> dict[str, dict[str, Source]]:
    """Metric id → platform → source, for every metric that is read and every platform.

    Raises CatalogueError unless each has an entry that agrees with the metric's `platforms`.
    """
    table = tables.read(path)
    wanted = {metric.id: metric for metric in metrics if not metric.is_derived}
    tables.check_metrics(table, wanted, path.name)
    return {id: _of_metric(metric, table.get(id, {}), path.name) for id, metric in wanted.items()}


def _of_metric(metric: Metric, table: object, file: str) -> dict[str, Source]:
    if not isinstance(table, dict):
        raise CatalogueError(f"must be a table, not {shown(table)}", file=file, metric=metric.id)
    for platform in table:
        if platform not in PLATFORMS:
            problem = f"is unknown{did_you_mean(platform, PLATFORMS)}"
            raise CatalogueError(problem, file=file, metric=metric.id, key=platform)
    found = {}
    for platform in PLATFORMS:
        if platform not in table:
            raise CatalogueError("is missing", file=file, metric=metric.id, key=platform)
        source = found[platform] = _source(table[platform], platform, file, metric.id)
        if bool(source.source) != (platform in metric.platforms):
            problem = "has a source, but" if source.source else "says why there is none, but"
            stands = "stands in" if platform in metric.platforms else "is missing in"
            raise CatalogueError(
                f"{problem} it {stands} the metric's platforms", file=file, metric=metric.id, key=platform
            )
    return found


def _source(entry: object, platform: str, file: str, metric: str) -> Source:
    table = {"source": entry} if isinstance(entry, str) else entry
    if not isinstance(table, dict) or not all(
        isinstance(value, str) and value.strip() == value != "" for value in table.values()
    ):
        problem = f"must be a text or a table of texts, not {shown(entry)}"
        raise CatalogueError(problem, file=file, metric=metric, key=platform)
    if set(table) == {"none"}:
        return Source("", table["none"], NO_PRIVILEGE, "")
    proof = table.get("proof", _USUAL[platform])
    if "source" not in table or not set(table) <= {"source", "privilege", "proof"} or proof not in PROOFS:
        problem = f"must have source (privilege, proof) or none, not {shown(entry)}"
        raise CatalogueError(problem, file=file, metric=metric, key=platform)
    return Source(table["source"], "", table.get("privilege", NO_PRIVILEGE), proof)
