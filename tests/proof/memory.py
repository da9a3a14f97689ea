"""Reads another process's memory, and looks for a vector in it: in whatever form, not only in known ones.

A vector of zeros and ones that is kept anywhere, as bytes, text, numbers of any width, field elements or a
list of objects, is a row of equally large cells of two kinds, one kind where it has zeros and the other where
it has ones. That is looked for, whatever the kinds are; besides it the bits packed into bytes, and both as
hexadecimal and base64.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CELLS = (1, 2, 3, 4, 8, 16)
"""Bytes from one entry to the next: bytes and digits, UTF-16 or "0,", "0, ", 32 bits, 64 bits or pointers,
field elements."""
WINDOW = 48
"""Entries that must fit, of any part of the vector that begins at a multiple of as many."""
PACKED = 12
"""Bytes of packed bits that must fit."""
_REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (rw\S*) \S+ \S+ \S+\s*(.*)")
_PAGE = 4_096
_SLICE = 8 << 20


class Region(NamedTuple):
    """A part of a process's memory that it may write."""

    start: int
    size: int
    name: str


def regions(pid: int) -> list[Region]:
    """All that it may write: heap, stacks, what libraries set up."""
    found = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        match = _REGION.match(line)
        if match:
            start, stop = int(match[1], 16), int(match[2], 16)
            found.append(Region(start, stop - start, match[4]))
    return found


def dump(pid: int) -> dict[str, bytes]:
    """What lies in every writable region of a running process. OSError if this account may not read it."""
    found = {}
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for region in regions(pid):
            parts = []
            for at in range(0, region.size, _SLICE):
                try:
                    memory.seek(region.start + at)
                    parts.append(memory.read(min(_SLICE, region.size - at)))
                except OSError:  # gone meanwhile, or a device
                    break
            if data := _written(b"".join(parts)):
                found[f"{region.start:x} {region.name}"] = data
    return found


def _written(data: bytes) -> bytes:
    """Without the pages that hold nothing but zeros, which are most of them."""
    pages = np.frombuffer(data, np.uint64).reshape(-1, _PAGE // 8)
    return pages[pages.any(axis=1)].tobytes()


def search(places: dict[str, bytes], vector: Sequence[int]) -> list[str]:
    """Where the vector, or a window of it, lies in any form: place and form. Empty is what one hopes for."""
    found = []
    known = list(needles(vector))
    for name, data in places.items():
        found += [f"{name}: {form}" for form, needle in known if needle in data]
        found += [f"{name}: cells of {cell} bytes" for cell in CELLS if in_cells(data, vector, cell)]
    return found


def needles(vector: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    """The bits packed, either end first, whole and in text; hexadecimal and base64 of bytes and elements."""
    bits = np.array(vector, np.uint8)
    for order, whole in (
        ("first bit high", np.packbits(bits, bitorder="big").tobytes()),
        ("first bit low", np.packbits(bits, bitorder="little").tobytes()),
    ):
        for at in range(0, len(vector) // 8 - PACKED + 1, PACKED):
            packed = whole[at : at + PACKED]
            yield f"packed, {order}", packed
            yield from _in_text(f"packed, {order}", packed)
    yield from _in_text("bytes", bytes(vector[:WINDOW]))
    elements = b"".join(entry.to_bytes(16, "little") for entry in vector[:WINDOW])
    yield from _in_text("elements", elements)


def _in_text(form: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Hexadecimal in both cases; base64 in both alphabets, wherever in a longer text it may begin."""
    yield f"{form} in hex", data.hex().encode()
    yield f"{form} in HEX", data.hex().upper().encode()
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + data)
        # the first and the last group also depend on what stands beside
        inner = encoded[4 if shift else 0 : -4]
        yield f"{form} in base64", inner
        if inner != (other := inner.translate(bytes.maketrans(b"+/", b"-_"))):
            yield f"{form} in base64url", other


def in_cells(data: bytes, vector: Sequence[int], cell: int) -> bool:
    """Whether a window of the vector lies in the data as a row of cells of two kinds."""
    windows = [list(vector[at : at + WINDOW]) for at in range(0, len(vector) - WINDOW + 1, WINDOW)]
    overlap = cell * (WINDOW + 1)
    return any(
        _in_cells(data[at : at + _SLICE + overlap], windows, cell) for at in range(0, len(data), _SLICE)
    )


def _in_cells(data: bytes, windows: list[list[int]], cell: int) -> bool:
    if len(data) < cell * WINDOW:
        return False
    octets = np.frombuffer(data, np.uint8)
    # whether the cell that begins here equals the next one
    same = octets[:-cell] == octets[cell:]
    width = 1
    while width < cell:
        step = min(width, cell - width)
        same = same[:-step] & same[step:]
        width += step
    # the same of eight cells in a row, as one byte
    eight = same.view(np.uint8)
    for width in (1, 2, 4):
        eight = eight[: -width * cell] << width | eight[width * cell :]
    return any(_fits(data, eight, window, cell) for window in windows)


def _fits(data: bytes, eight: NDArray[np.uint8], window: list[int], cell: int) -> bool:
    """First by comparing neighbours, eight at a time; then what is left by its two kinds."""
    steps = np.packbits([a == b for a, b in pairwise(window)])[: (WINDOW - 1) // 8]
    starts = np.flatnonzero(eight == steps[0])
    for number, wanted in enumerate(steps[1:], start=1):
        ahead = 8 * number * cell
        starts = starts[starts < len(eight) - ahead]
        starts = starts[eight[starts + ahead] == wanted]
    return any(_two_kinds(data, int(start), window, cell) for start in starts)


def _two_kinds(data: bytes, start: int, window: list[int], cell: int) -> bool:
    cells = [data[start + n * cell : start + (n + 1) * cell] for n in range(len(window))]
    zeros = {found for found, entry in zip(cells, window, strict=True) if not entry}
    ones = {found for found, entry in zip(cells, window, strict=True) if entry}
    return len(zeros) == len(ones) == 1
