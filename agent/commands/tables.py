"""What the commands print: tables, boxes, sizes, times and JSON, the same everywhere."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 100
"""Columns that a text fills at most, and where no terminal says how many there are."""
_NARROW = 60

MARKS = {"ok": "●", "warn": "▲", "bad": "◆", "unknown": "○"}  # shape and word, never colour alone


def table(rows: Sequence[Sequence[object]], headers: Sequence[str], *, right: Sequence[int] = ()) -> str:
    """Rows under headers, in plain text; the columns in `right` are aligned to the right."""
    from tabulate import tabulate  # only here: most commands draw no table, and it looks up its own version

    align = ["right" if column in right else "left" for column in range(len(headers))]
    return tabulate(
        rows, headers=headers, tablefmt="simple", colalign=align if rows else None, disable_numparse=True
    )


def is_read_by_a_person() -> bool:
    """Whether standard output is a terminal; a program gets lines as long as they are."""
    return sys.stdout.isatty()


def width() -> int:
    """How many columns a text may fill here."""
    if not is_read_by_a_person():
        return WIDTH
    return min(WIDTH, max(_NARROW, shutil.get_terminal_size().columns))


def wrapped(text: str, indent: str = "") -> str:
    """A paragraph in lines that fit; all but the first begin with `indent`."""
    return click.wrap_text(text, width(), subsequent_indent=indent)


def cell(text: str, taken: int) -> str:
    """What stands in a table's last column, behind so many others; whole where a program may read it."""
    if not is_read_by_a_person():
        return text
    return click.wrap_text(text, max(_NARROW // 2, width() - taken))


def as_json(data: Any) -> str:
    """Stable, readable JSON; escaped where standard output cannot bear its characters."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return text if _bearable(text) == text else json.dumps(data, indent=2)


def show(text: str) -> None:
    """Print to standard output; what its encoding cannot bear becomes a question mark."""
    click.echo(_bearable(text))


def _bearable(text: str) -> str:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def verdict(word: str) -> str:
    """A verdict as shape and word."""
    return f"{MARKS[word]} {word}"


def boxes(count: int, lit: int | None) -> str:
    """A row of boxes, one of them lit: what a reading becomes."""
    return "".join("■" if index == lit else "□" for index in range(count))


def moment(seconds: float | None) -> str:
    """A time as this machine's clock shows it; '–' for none."""
    if seconds is None:
        return "–"
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def day(seconds: float) -> str:
    """A period's limit, which is a UTC day."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def period(start: float, stop: float) -> str:
    """A period by its first and last UTC day; by its seconds where it is a demo's."""
    if stop - start < 86_400:
        return datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%d %H:%M:%S") + f" + {stop - start:.0f} s"
    first, last = day(start), day(stop - 1)
    return first if first == last else f"{first} – {last}"


def span(seconds: float) -> str:
    """A length of time in the unit that fits: '40 s', '12 min', '3 h', '5 days'."""
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size or (unit != "days" and seconds >= size):
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def size(count: int) -> str:
    """Bytes with a thin grouping: '8,072 bytes'."""
    return f"{count:,} bytes"


def clock(seconds: float) -> str:
    """A UTC time to the second, for a demo's periods."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
