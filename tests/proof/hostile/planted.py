"""Faults on purpose, which the same harness must find: else its silence about the real ones says nothing.

As decoders, in a table like the real one; and as an aggregator in a process of its own:

    python -m tests.proof.hostile.planted leader FOLDER KEYWORDS-OF-MAKE_PAIR-AS-JSON
"""

from __future__ import annotations

import json
from typing import Any

from dap.codec import Reader, whole
from dap.errors import DecodeError
from dap.messages import UploadRequest
from server import leader_web
from tests import aggregator_process
from tests.proof.hostile.target import Target

_TABLE = (b"first", b"second", b"third")


def _from_a_table(data: bytes) -> bytes:
    """IndexError for values of the third byte that no seed has: the bound is another one's."""
    reader = Reader(data, "planted")
    magic, kind, rest = reader.u16(), reader.u8(), reader.vector(2)
    reader.end()
    if magic != 0xCAFE or kind > 0x20:
        raise reader.fail("is none")
    return _TABLE[kind] + rest


def _believes_a_length(data: bytes) -> bytes:
    """Sets aside as much memory as a field asks for, before it looks whether so much is there."""
    size = int.from_bytes(data[:4], "big") % (1 << 27)
    room = bytearray(size)
    if len(data) - 4 != size:
        raise DecodeError("planted: ends early")
    room[:] = data[4:]
    return bytes(room)


def _compares_all(data: bytes) -> int:
    """Time that grows with the square of the input."""
    part = data[:70_000]
    return sum(one == other for one in part[: len(part) // 35] for other in part)


def _loses_a_byte(data: bytes) -> bytes:
    """Reads what is not written like that."""
    return whole(data.rstrip(b"\x00") or b"\x00", "planted", lambda reader: reader.rest())


def _parses_json(data: bytes) -> Any:
    """Forgets that brackets within brackets end in another error than syntax does."""
    try:
        return json.loads(data)
    except ValueError as error:
        raise DecodeError("planted: no JSON") from error


_ONE = b"\xca\xfe\x01" + b"\x00\x03abc"
FAULTS: dict[str, Target] = {
    "planted-index": Target(_from_a_table, (DecodeError,), (_ONE,)),
    "planted-memory": Target(_believes_a_length, (DecodeError,), (b"\x00\x00\x00\x03abc",)),
    "planted-time": Target(_compares_all, (DecodeError,), (bytes(range(200)),)),
    "planted-unfaithful": Target(_loses_a_byte, (DecodeError,), (b"abc",), lambda value: value),
    "planted-depth": Target(_parses_json, (DecodeError,), (b'{"a": [1, 2]}',)),
}

LEAKED: list[bytes] = []


class FaultyUpload(UploadRequest):
    """Raises what nobody catches for uploads of a certain length, and keeps every body for ever."""

    @classmethod
    def decode(cls, data: bytes) -> UploadRequest:
        """As the real one, but for the faults."""
        LEAKED.append(data * 64)
        if len(data) % 32 == 7:
            raise IndexError("planted")
        return UploadRequest.decode(data)


def main() -> None:
    """Serve with the faults in."""
    vars(leader_web)["UploadRequest"] = FaultyUpload
    aggregator_process.main()


if __name__ == "__main__":
    main()
