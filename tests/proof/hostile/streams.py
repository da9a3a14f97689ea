"""Streams in which elements reach the modulus, and the draft's rule for them, read independently of dap.

draft-irtf-cfrg-vdaf-20, section 6.2: next_vec takes ENCODED_SIZE bytes at a time as a little-endian number,
cuts it to the modulus's number of bits, appends it if it is below the modulus, and otherwise goes on.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from dap.field import Field

RATE: Final = 168
"""Bytes of one block of TurboSHAKE128: with 16 bytes each, element 10 lies across its edge."""
PLACES: Final[dict[str, tuple[int, ...]]] = {
    "first": (0,),
    "middle": (30,),
    "last": (59,),
    "last and the one behind": (59, 60),
    "several in a row": (20, 21, 22, 23, 24),
    "across a block's edge": (10, 20, 21, 31),
    "before and behind an edge": (9, 11, 20, 22),
    "the first ones": (0, 1, 2, 3),
    "among those that were asked for again": (5, 60, 61, 63),
    "every second": tuple(range(0, 60, 2)),
}
"""Which elements of a stream reach the modulus, of sixty that are wanted."""


def forge(field: Field, places: tuple[int, ...], seed: str) -> bytes:
    """A stream of 200 elements: below the modulus, but at the places, where they are the modulus or above."""
    source = random.Random(seed)
    p, most = field.modulus, (1 << 8 * field.size) - 1
    beyond = [p, p + 1, most]
    return b"".join(
        (source.choice(beyond) if n in places else source.choice([source.randrange(p), p - 1, 0])).to_bytes(
            field.size, "little"
        )
        for n in range(200)
    )


def drafts_reading(field: Field, length: int, stream: bytes) -> tuple[list[int], int]:
    """The vector, and how many bytes of the stream it took."""
    mask = (1 << field.modulus.bit_length()) - 1
    vector: list[int] = []
    at = 0
    while len(vector) < length:
        number = 0
        for position in reversed(range(field.size)):
            number = number << 8 | stream[at + position]
        at += field.size
        number &= mask
        if number < field.modulus:
            vector.append(number)
    return vector, at


def _reduced(field: Field, length: int, stream: bytes) -> list[int]:
    """Wrong: reduces instead of rejecting."""
    return [number % field.modulus for number in _numbers(field, stream)[:length]]


def _taken(field: Field, length: int, stream: bytes) -> list[int]:
    """Wrong: takes what comes."""
    return _numbers(field, stream)[:length]


def _short(field: Field, length: int, stream: bytes) -> list[int]:
    """Wrong: rejects, and asks for no others."""
    return [number for number in _numbers(field, stream)[:length] if number < field.modulus]


def _numbers(field: Field, stream: bytes) -> list[int]:
    size = field.size
    return [int.from_bytes(stream[i : i + size], "little") for i in range(0, len(stream), size)]


OTHER_READINGS: Final[tuple[Callable[[Field, int, bytes], list[int]], ...]] = (_reduced, _taken, _short)
