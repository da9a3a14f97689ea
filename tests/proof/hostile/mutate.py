"""How bytes are damaged: one table of mutations, for decoders and for requests on a socket alike.

A mutation is a pure function of the bytes, a place and a choice (two whole numbers), so that hypothesis can
shrink a chain of them, atheris can call them with its seed, and what failed can be repeated.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Mutation = Callable[[bytes, int, int], bytes]

SIZES: Final = (1, 2, 16, 255, 4_096, 65_536, 70_000)
DEPTHS: Final = (1, 3, 50, 500, 5_000, 100_000)
BYTES: Final = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)
NUMBERS: Final = (
    *(b"-1", b"0", b"-0", b"1.5", b"1e400", b"1e999999999", b"1E-999999999", b"Infinity", b"-Infinity"),
    *(b"NaN", b"inf", b"nan", b"true", b"null", b"1_0", b"0x" + b"f" * 4_000, b"9" * 4_000, b"9" * 5_000),
    *(b"18446744073709551615", b"18446744073709551616", b"9223372036854775808", b"2024-13-40T99:99:99Z"),
)
TEXTS: Final = (
    *(b"\xff", b"\x00", b"\xed\xa0\x80", b"\xc0\xaf", b"\\ud800", b"\\u0000", b"\xef\xbb\xbf", b"\\"),
    *(b'"', b"'", b'"""', b"\n", b"\r\n", b"\x1b[2J", "\u202e".encode(), "\u2028".encode(), b"%00", b"../"),
    *(b"{", b"}", b"[", b"]", b",", b":", b"=", b".", b"#", b"@", b"[::1", b"\xcc\x81"),
)
_WINDOW: Final = 200
# The beginnings of values in JSON and TOML, and runs of digits anywhere.
_VALUE: Final = re.compile(rb"(?<=[:=\[,])\s*")
_SCALAR: Final = re.compile(rb'"(?:[^"\\\n]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null')


def truncate(data: bytes, at: int, choice: int) -> bytes:
    """Cut short."""
    return data[: at % (len(data) + 1)]


def drop(data: bytes, at: int, choice: int) -> bytes:
    """A few bytes missing."""
    start = at % (len(data) + 1)
    return data[:start] + data[start + 1 + choice % 16 :]


def extend(data: bytes, at: int, choice: int) -> bytes:
    """Bytes after the end: zeros, ones, or the data again."""
    more = (b"\x00", b"\xff", data or b"x", b" ", b"\n")[at % 5]
    size = SIZES[choice % len(SIZES)]
    return data + (more * (size // len(more) + 1))[:size]


def flip(data: bytes, at: int, choice: int) -> bytes:
    """One bit turned."""
    return _set(data, at, lambda old: old ^ 1 << choice % 8)


def byte(data: bytes, at: int, choice: int) -> bytes:
    """One byte at an edge of its range."""
    return _set(data, at, lambda _: BYTES[choice % len(BYTES)])


def insert(data: bytes, at: int, choice: int) -> bytes:
    """Zeros in the middle."""
    start = at % (len(data) + 1)
    return data[:start] + bytes(1 + choice % 40) + data[start:]


def repeat(data: bytes, at: int, choice: int) -> bytes:
    """A piece twice."""
    start = at % (len(data) + 1)
    end = start + 1 + choice % 200
    return data[:end] + data[start:]


def exchange(data: bytes, at: int, choice: int) -> bytes:
    """Two neighbouring pieces in the other order."""
    start = at % (len(data) + 1)
    size = 1 + choice % 64
    first, second = data[start : start + size], data[start + size : start + 2 * size]
    return data[:start] + second + first + data[start + 2 * size :]


def lengthen(data: bytes, at: int, choice: int) -> bytes:
    """A field that could be a length says something else: nothing, one off, all that is left, the most."""
    fields = _lengths(data, at)
    if not fields:
        return data
    place, width = fields[at % len(fields)]
    value = int.from_bytes(data[place : place + width], "big")
    left, most = len(data) - place - width, (1 << 8 * width) - 1
    wrong = (0, value - 1, value + 1, left, left + 1, most, most // 2, value << 8, value + 2)[choice % 9]
    return data[:place] + min(most, max(0, wrong)).to_bytes(width, "big") + data[place + width :]


def swap_lengths(data: bytes, at: int, choice: int) -> bytes:
    """Two fields that could be lengths, exchanged."""
    fields = _lengths(data, at)
    if len(fields) < 2:
        return data
    first, width = fields[at % len(fields)]
    second = next((p for p, w in fields[choice % len(fields) :] + fields if w == width and p != first), first)
    low, high = sorted((first, second))
    if low + width > high:
        return data
    one, other = data[low : low + width], data[high : high + width]
    return data[:low] + other + data[low + width : high] + one + data[high + width :]


def nest(data: bytes, at: int, choice: int) -> bytes:
    """A value within brackets within brackets, closed or left open."""
    depth, closed, kind = DEPTHS[choice % 6], choice // 6 % 2, choice // 12 % 3
    opening, closing = ((b"[", b"]"), (b'{"a":', b"}"), (b"{a=", b"}"))[kind]
    places = [found.end() for found in _VALUE.finditer(data)] or [0, len(data) // 2]
    place = places[at % len(places)]
    scalar = _SCALAR.match(data, place)
    end = scalar.end() if scalar else place
    return data[:place] + opening * depth + data[place:end] + closing * (depth * closed) + data[end:]


def number(data: bytes, at: int, choice: int) -> bytes:
    """A number or a text becomes an odd number."""
    return _replace(data, _SCALAR, at, NUMBERS[choice % len(NUMBERS)])


def odd_digits(data: bytes, at: int, choice: int) -> bytes:
    """Digits anywhere, also in texts, become an odd number."""
    return _replace(data, _DIGITS, at, NUMBERS[choice % len(NUMBERS)])


def text(data: bytes, at: int, choice: int) -> bytes:
    """Something that texts seldom hold."""
    start = at % (len(data) + 1)
    return data[:start] + TEXTS[choice % len(TEXTS)] + data[start:]


def line(data: bytes, at: int, choice: int) -> bytes:
    """A line, or what stands between two bytes of one kind, gone, twice, or at the end."""
    parts = data.split(b"\n")
    place = at % len(parts)
    taken = parts[place]
    if choice % 3 == 0:
        del parts[place]
    elif choice % 3 == 1:
        parts.insert(place, taken)
    else:
        parts = [*parts[:place], *parts[place + 1 :], taken]
    return b"\n".join(parts)


_DIGITS: Final = re.compile(rb"[0-9]+")
MUTATIONS: Final[dict[str, Mutation]] = {
    function.__name__: function
    for function in (
        *(truncate, drop, extend, flip, byte, insert, repeat, exchange, lengthen, swap_lengths),
        *(nest, number, odd_digits, text, line),
    )
}


class Step(NamedTuple):
    """One mutation, its place and its choice."""

    name: str
    at: int
    choice: int


def apply(data: bytes, steps: Sequence[Step]) -> bytes:
    """All of them, one after the other."""
    for name, at, choice in steps:
        data = MUTATIONS[name](data, at, choice)
    return data


def some(source: random.Random) -> list[Step]:
    """One to four mutations."""
    names = sorted(MUTATIONS)
    return [
        Step(source.choice(names), source.randrange(1 << 20), source.randrange(1 << 16))
        for _ in range(source.choice((1, 1, 1, 2, 3, 4)))
    ]


def steps() -> st.SearchStrategy[list[Step]]:
    """The same for hypothesis, which finds the shortest chain that does the harm."""
    one = st.builds(
        Step, st.sampled_from(sorted(MUTATIONS)), st.integers(0, 1 << 20), st.integers(0, 1 << 16)
    )
    return st.lists(one, min_size=1, max_size=4)


def _set(data: bytes, at: int, change: Callable[[int], int]) -> bytes:
    if not data:
        return data
    place = at % len(data)
    return data[:place] + bytes([change(data[place])]) + data[place + 1 :]


def _replace(data: bytes, pattern: re.Pattern[bytes], at: int, new: bytes) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    one = found[at % len(found)]
    return data[: one.start()] + new + data[one.end() :]


def _lengths(data: bytes, at: int) -> list[tuple[int, int]]:
    """Places and widths of whatever could be the length of something that follows it, in a window."""
    begin = 0 if len(data) <= _WINDOW else at * _WINDOW // 2 % len(data)
    found = []
    for width in (1, 2, 4):
        for place in range(begin, min(len(data), begin + _WINDOW) - width):
            value = int.from_bytes(data[place : place + width], "big")
            if 0 < value <= len(data) - place - width:
                found.append((place, width))
    return found
