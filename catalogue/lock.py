"""`python -m catalogue.lock`: write catalogue.lock, the ids in their order, from metrics.toml.

Until version 1.0 metrics may come and go: run it after a change and write the change down in CHANGELOG.md.
At 1.0 set FROZEN: from then on the command appends only.
"""

from __future__ import annotations

from pathlib import Path

from catalogue.errors import CatalogueError

FOLDER = Path(__file__).parent
LOCK = FOLDER / "catalogue.lock"
FROZEN = False

_HEADER = "# The metrics' ids in their order, written by `python -m catalogue.lock`. Frozen at version 1.0.\n"


def read(path: Path = LOCK) -> tuple[str, ...]:
    """The locked ids. Raises CatalogueError if the file is missing or an id stands in it twice."""
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"cannot be read: {error}", file=path.name) from error
    ids = tuple(line for line in lines if line and not line.startswith("#"))
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise CatalogueError("stands here twice", file=path.name, metric=id)
        seen.add(id)
    return ids


def write(ids: tuple[str, ...], path: Path = LOCK, *, frozen: bool = FROZEN) -> None:
    """Write the ids. Once frozen, CatalogueError unless they only append to what is there."""
    if frozen:
        before = read(path)
        if ids[: len(before)] != before:
            raise CatalogueError("is frozen: metrics can only be appended", file=path.name)
    path.write_text(_HEADER + "".join(f"{id}\n" for id in ids), "ascii")


def check(ids: tuple[str, ...], locked: tuple[str, ...], *, file: str, lock: str) -> None:
    """Raise CatalogueError unless the catalogue's ids are the locked ones in the same order."""
    for id, expected in zip(ids, locked, strict=False):
        if id != expected:
            where = "is not in" if id not in locked else "is reordered against"
            raise CatalogueError(f"{where} {lock}, which has {expected} here", file=file, metric=id, key="id")
    if len(ids) < len(locked):
        raise CatalogueError(f"was removed, but is in {lock}", file=file, metric=locked[len(ids)], key="id")
    if len(ids) > len(locked):
        raise CatalogueError(
            f"is not in {lock}: run `python -m catalogue.lock`", file=file, metric=ids[len(locked)], key="id"
        )


def main() -> None:
    """Rewrite the lock from metrics.toml."""
    from catalogue.load import METRICS, read_metrics

    write(tuple(metric.id for metric in read_metrics(METRICS)))


if __name__ == "__main__":
    main()
