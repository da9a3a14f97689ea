"""The chain of the ledger's rows: how a row is hashed, and whether rows follow from one another.

A row's hash is SHA-256 over, in this order, numbers big-endian:

    "shoal ledger row 1" ‖ previous row's hash (32 bytes; zeros before the first row) ‖ row (u64) ‖
    t (i64) ‖ length of kind (u8) ‖ kind ‖ whether a period is named (u8: 0 or 1) ‖
    period_start (i64; 0 if none) ‖ length of detail (u32) ‖ detail

kind and detail are UTF-8; detail is JSON with sorted keys, no blanks and ASCII only. It holds hashes, never
a vector, a share or an opening: so the chain can stay, and still be checked, when bodies are gone. What the
chain cannot show is that its newest rows were cut off, or that all of it was written anew by somebody who
may write the file; the reports' own records are compared with it for that reason.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dap.digest import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST: Final = bytes(32)
"""What stands as the previous hash in row 1."""
_LABEL: Final = b"shoal ledger row 1"


class Row(NamedTuple):
    """One row. `t` is UTC seconds by this machine's clock, `period_start` those of the period meant."""

    row: int
    t: int
    kind: str
    period_start: int | None
    detail: str
    previous: bytes
    hash: bytes

    @property
    def is_whole(self) -> bool:
        """Whether each value is of its own type; in a damaged file it may be of any."""
        kinds = (int, int, str, int | None, str, bytes, bytes)
        return all(isinstance(value, kind) for value, kind in zip(self, kinds, strict=True))

    @property
    def facts(self) -> dict[str, Any]:
        """The detail as data; empty where it was damaged, which the hash shows."""
        try:
            found = json.loads(self.detail)
        except (ValueError, TypeError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def as_data(self) -> dict[str, Any]:
        """The row as it is shown and exported; hashes in hexadecimal."""
        return {
            "row": self.row,
            "time": self.t,
            "kind": self.kind,
            "period_start": self.period_start,
            "detail": self.facts,
            "previous": self.previous.hex(),
            "hash": self.hash.hex(),
        }

    @property
    def computed(self) -> bytes:
        """What the hash must be."""
        return row_hash(self.previous, self.row, self.t, self.kind, self.period_start, self.detail)


def canonical(detail: Mapping[str, Any]) -> str:
    """A detail as it is stored and hashed."""
    return json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def row_hash(previous: bytes, row: int, t: int, kind: str, period_start: int | None, detail: str) -> bytes:
    """The hash of a row that follows the row with hash `previous`."""
    kind_bytes, detail_bytes = kind.encode(), detail.encode()
    parts = (
        _LABEL,
        previous,
        row.to_bytes(8, "big"),
        t.to_bytes(8, "big", signed=True),
        len(kind_bytes).to_bytes(1, "big"),
        kind_bytes,
        bytes((period_start is not None,)),
        (period_start or 0).to_bytes(8, "big", signed=True),
        len(detail_bytes).to_bytes(4, "big"),
        detail_bytes,
    )
    return sha256(b"".join(parts))


def check_chain(rows: Iterable[Row]) -> tuple[int, str] | None:
    """The first row that does not follow, and why; None if all do. Rows come in their order."""
    previous, expected = FIRST, 1
    for row in rows:
        if row.row != expected:
            return expected, f"row {expected} is missing"
        if row.previous != previous:
            return row.row, f"row {row.row} does not follow from row {row.row - 1}"
        if not _fits(row):
            return row.row, f"row {row.row} was changed: its hash does not fit what it says"
        previous, expected = row.hash, expected + 1
    return None


def _fits(row: Row) -> bool:
    """Whether its hash is that of what it says; a value of another type than was written has none."""
    try:
        return row.computed == row.hash
    except (AttributeError, TypeError, OverflowError):
        return False
