"""The catalogue's files as tables: each is TOML, and what is odd in one is an error that names its place."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from catalogue.errors import CatalogueError, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def read(path: Path) -> dict[str, Any]:
    """A file's table. Raises CatalogueError."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"cannot be read: {error}", file=path.name) from error
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is one; so are numbers without end
        raise CatalogueError(f"is no TOML: {error}", file=path.name) from error


def check_metrics(table: Collection[str], ids: Collection[str], file: str) -> None:
    """Refuse a table by metric that names one which is none of `ids`. Raises CatalogueError."""
    for id in table:
        if id not in ids:
            raise CatalogueError(f"is no metric{did_you_mean(id, ids)}", file=file, metric=id)


def words(value: object, file: str, metric: str, key: str) -> str:
    """A value that must be a line of text. Raises CatalogueError."""
    if not isinstance(value, str) or not value.strip() or value != value.strip() or not value.isprintable():
        raise CatalogueError(f"must be a line of text, not {shown(value)}", file=file, metric=metric, key=key)
    return value
