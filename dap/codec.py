"""Reads and writes the TLS presentation language (RFC 8446, section 3), strictly.

Numbers are big-endian; a vector's length prefix counts bytes. What a Reader accepts a Writer writes
back byte for byte, so that a decoded message may be put into additional data by encoding it again.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, TypeVar

from dap.errors import DecodeError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

U64_MAX = (1 << 64) - 1


class EncodeError(ParameterError):
    """A value does not fit the field that it should be written to."""


class Writer:
    """Collects the fields of one message."""

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def number(self, value: int, size: int) -> Writer:
        """Append an unsigned number of `size` bytes; EncodeError if it does not fit."""
        try:
            self._parts.append(value.to_bytes(size, "big"))
        except OverflowError:
            raise EncodeError(f"{value} does not fit {8 * size} bits") from None
        return self

    def u8(self, value: int) -> Writer:
        """Append a number of one byte."""
        return self.number(value, 1)

    def u16(self, value: int) -> Writer:
        """Append a number of two bytes."""
        return self.number(value, 2)

    def u32(self, value: int) -> Writer:
        """Append a number of four bytes."""
        return self.number(value, 4)

    def u64(self, value: int) -> Writer:
        """Append a number of eight bytes."""
        return self.number(value, 8)

    def fixed(self, value: bytes, size: int) -> Writer:
        """Append bytes whose number the message's definition fixes."""
        if len(value) != size:
            raise EncodeError(f"{len(value)} bytes where {size} belong")
        self._parts.append(value)
        return self

    def raw(self, value: bytes) -> Writer:
        """Append bytes as they are: an encoded structure, or the rest of a message."""
        self._parts.append(value)
        return self

    def vector(self, value: bytes, prefix: int, least: int = 0) -> Writer:
        """Append bytes behind a length of `prefix` bytes; EncodeError below `least` or beyond the prefix."""
        if not least <= len(value) < 1 << (8 * prefix):
            raise EncodeError(f"a vector of {len(value)} bytes is outside its bounds")
        self._parts.append(len(value).to_bytes(prefix, "big"))
        self._parts.append(value)
        return self

    def done(self) -> bytes:
        """The message so far."""
        return b"".join(self._parts)


class Reader:
    """Takes the fields of one message off its bytes; every failure is a DecodeError that names `what`."""

    __slots__ = ("_at", "_data", "_what")

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._at = 0
        self._what = what

    def fail(self, reason: str) -> DecodeError:
        """An error to raise: the message's name and the reason, never its bytes."""
        return DecodeError(f"{self._what}: {reason}")

    def fixed(self, size: int) -> bytes:
        """The next `size` bytes."""
        end = self._at + size
        if end > len(self._data):
            raise self.fail("ends early")
        part = self._data[self._at : end]
        self._at = end
        return part

    def u8(self) -> int:
        """A number of one byte."""
        return self.fixed(1)[0]

    def u16(self) -> int:
        """A number of two bytes."""
        return int.from_bytes(self.fixed(2), "big")

    def u32(self) -> int:
        """A number of four bytes."""
        return int.from_bytes(self.fixed(4), "big")

    def u64(self) -> int:
        """A number of eight bytes."""
        return int.from_bytes(self.fixed(8), "big")

    def vector(self, prefix: int, least: int = 0) -> bytes:
        """The bytes behind a length of `prefix` bytes, at least `least` of them."""
        size = int.from_bytes(self.fixed(prefix), "big")
        if size < least:
            raise self.fail("a vector is shorter than it may be")
        return self.fixed(size)

    def rest(self) -> bytes:
        """Everything up to the end of the message."""
        return self.fixed(len(self._data) - self._at)

    @property
    def more(self) -> bool:
        """Whether bytes are left."""
        return self._at < len(self._data)

    def end(self) -> None:
        """Refuse whatever follows."""
        if self.more:
            raise self.fail(f"{len(self._data) - self._at} bytes too many")

    def items(self, item: Callable[[Reader], T]) -> tuple[T, ...]:
        """Structures one after the other up to the end of the message."""
        found = []
        while self.more:
            found.append(item(self))
        return tuple(found)


def whole(data: bytes, what: str, read: Callable[[Reader], T]) -> T:
    """One structure that is all of `data`; DecodeError if bytes are missing or left over."""
    reader = Reader(data, what)
    value = read(reader)
    reader.end()
    return value


def joined(parts: Iterable[bytes]) -> bytes:
    """Encoded structures one after the other."""
    return b"".join(parts)


def encode_id(value: bytes) -> str:
    """An identifier as URLs carry it: base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def decode_id(text: str, size: int) -> bytes:
    """The `size` bytes of an identifier in a URL; DecodeError for any spelling but the canonical one."""
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise DecodeError("an identifier is not base64url") from None
    if len(value) != size or encode_id(value) != text:
        raise DecodeError(f"an identifier is not {size} bytes in canonical base64url")
    return value
