"""What a target of hostile bytes is: a decoder, what it may raise, and real encodings to begin from."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Target(NamedTuple):
    """One entry of the table."""

    decode: Callable[[bytes], Any]
    errors: tuple[type[Exception], ...]
    """The module's own: nothing else may come out."""
    seeds: tuple[bytes, ...]
    """Each decodes without an error."""
    encode: Callable[[Any], bytes] | None = None
    """Where the format is canonical: what was decoded must encode to the very bytes again."""


class UnfaithfulError(AssertionError):
    """Bytes were read that the same value would not be written as."""


def feed(target: Target, data: bytes) -> bool:
    """Whether the target reads these bytes; whatever it must not raise comes out of here."""
    try:
        value = target.decode(data)
    except target.errors:
        return False
    if target.encode is not None and target.encode(value) != data:
        raise UnfaithfulError(f"{len(data)} bytes are read as what has another encoding")
    return True


@functools.cache
def folder() -> Path:
    """A folder of this process for decoders that read files; in memory where the system has such a place."""
    memory = Path("/dev/shm")
    made = tempfile.mkdtemp(prefix="shoal-hostile-", dir=memory if memory.is_dir() else None)
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # not a child that was forked from here
            shutil.rmtree(made, ignore_errors=True)

    atexit.register(remove)
    return Path(made)


def from_file(name: str, read: Callable[[Path], Any]) -> Callable[[bytes], Any]:
    """A decoder of bytes from one of a file; the file's name is part of what it reads."""

    def decode(data: bytes) -> Any:
        path = folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)
        return read(path)

    return decode
