"""What leader and helper say about one report while they verify it (draft-irtf-cfrg-vdaf-20, section 5.7.1).

Prio3 has one round: the leader sends `initialize` with its verifier share, the helper answers `finish` with
the verifier message. `continue` belongs to VDAFs of more rounds and is decoded for completeness' sake only.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from dap.codec import EncodeError, Reader, Writer


class PingPongType(IntEnum):
    """The message's first byte."""

    INITIALIZE = 0
    CONTINUE = 1
    FINISH = 2


class PingPong(NamedTuple):
    """One message: `initialize` has a share, `finish` a message, `continue` both."""

    kind: PingPongType
    verifier_message: bytes | None = None
    verifier_share: bytes | None = None

    def __repr__(self) -> str:
        return f"PingPong({self.kind.name.lower()})"

    @classmethod
    def initialize(cls, verifier_share: bytes) -> PingPong:
        """The leader's first message."""
        return cls(PingPongType.INITIALIZE, None, verifier_share)

    @classmethod
    def finish(cls, verifier_message: bytes) -> PingPong:
        """The helper's answer, after which both hold output shares."""
        return cls(PingPongType.FINISH, verifier_message, None)

    def encode(self) -> bytes:
        """The message's bytes; EncodeError if a part is missing or does not belong."""
        has = (self.verifier_message is not None, self.verifier_share is not None)
        if has != _PARTS[self.kind]:
            raise EncodeError("a ping-pong message has not the parts of its kind")
        writer = Writer().u8(self.kind)
        for part in (self.verifier_message, self.verifier_share):
            if part is not None:
                writer.vector(part, 4)
        return writer.done()

    @classmethod
    def decode(cls, data: bytes) -> PingPong:
        """Read a whole one; DecodeError."""
        reader = Reader(data, "ping-pong message")
        code = reader.u8()
        if code > PingPongType.FINISH:
            raise reader.fail(f"{code} is no kind of message")
        kind = PingPongType(code)
        message, share = (reader.vector(4) if has else None for has in _PARTS[kind])
        reader.end()
        return cls(kind, message, share)


_PARTS = {
    PingPongType.INITIALIZE: (False, True),
    PingPongType.CONTINUE: (True, True),
    PingPongType.FINISH: (True, False),
}
