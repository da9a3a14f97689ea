"""What several messages are made of: extensions and intervals (draft 18, sections 4.1 and 4.4.3)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dap.codec import U64_MAX, Reader, Writer, joined, whole
from dap.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class Extension(NamedTuple):
    """One extension of a report, a job or a task: they share their shape."""

    extension_type: int
    extension_data: bytes = b""

    def encode(self) -> bytes:
        """The structure's bytes."""
        return Writer().u16(self.extension_type).vector(self.extension_data, 2).done()

    @classmethod
    def read(cls, reader: Reader) -> Extension:
        """Take one off a longer message."""
        return cls(reader.u16(), reader.vector(2))


class ExtensionError(DecodeError):
    """A list of extensions is out of order (`unknown` is empty) or holds types that are not known here."""

    def __init__(self, unknown: tuple[int, ...] = ()) -> None:
        super().__init__("extensions are unknown" if unknown else "extensions are out of order")
        self.unknown = unknown


def write_extensions(writer: Writer, extensions: Iterable[Extension]) -> Writer:
    """Append `Extension extensions<0..2^16-1>`."""
    return writer.vector(joined(extension.encode() for extension in extensions), 2)


def read_extensions(reader: Reader) -> tuple[Extension, ...]:
    """Take `Extension extensions<0..2^16-1>` off a message, in whatever order they stand."""
    data = reader.vector(2)
    return Reader(data, "extensions").items(Extension.read) if data else ()


def require_known(extensions: Iterable[Extension], known: Collection[int] = ()) -> None:
    """Refuse extensions out of strictly increasing order, and types that are not `known`; ExtensionError."""
    types = [extension.extension_type for extension in extensions]
    if any(later <= earlier for earlier, later in pairwise(types)):
        raise ExtensionError
    unknown = tuple(kind for kind in types if kind not in known)
    if unknown:
        raise ExtensionError(unknown)


class Interval(NamedTuple):
    """Half-open span of time, start and duration counted in the task's time precision."""

    start: int
    duration: int

    @property
    def end(self) -> int:
        """The first moment after it."""
        return self.start + self.duration

    def encode(self) -> bytes:
        """The structure's 16 bytes."""
        return Writer().u64(self.start).u64(self.duration).done()

    @classmethod
    def read(cls, reader: Reader) -> Interval:
        """Take one off a longer message; DecodeError if its end lies beyond 64 bits."""
        interval = cls(reader.u64(), reader.u64())
        if interval.end > U64_MAX:
            raise reader.fail("an interval ends beyond 64 bits")
        return interval

    @classmethod
    def decode(cls, data: bytes) -> Interval:
        """Read a whole one; DecodeError."""
        return whole(data, "Interval", cls.read)
