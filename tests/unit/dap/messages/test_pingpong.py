from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.codec import EncodeError
from dap.messages import PingPong, PingPongType
from tests.unit.dap.making import damaged, refused_or_faithful, refuses
from tests.unit.dap.messages import samples

CONTINUE = PingPong(PingPongType.CONTINUE, b"012345", b"6789")
CONTINUE_HEX = "01" + "00000006" + "303132333435" + "00000004" + "36373839"


@pytest.mark.parametrize(
    ("message", "digits"),
    [
        (samples.INITIALIZE, samples.INITIALIZE_HEX),
        (samples.FINISH, samples.FINISH_HEX),
        (CONTINUE, CONTINUE_HEX),
    ],
)
def test_encodings_are_those_of_libprio(message: PingPong, digits: str) -> None:
    assert message.encode().hex() == digits
    assert PingPong.decode(bytes.fromhex(digits)) == message


def test_kinds_have_their_parts() -> None:
    for kind in PingPongType:
        for parts in ((None, None), (b"", None), (None, b""), (b"", b"")):
            message = PingPong(kind, *parts)
            try:
                data = message.encode()
            except EncodeError:
                continue
            assert PingPong.decode(data) == message
    with pytest.raises(EncodeError):
        PingPong(PingPongType.INITIALIZE, b"message").encode()


@pytest.mark.parametrize(
    "digits", ["", "03", "ff00000000", "00", "0000000001", "0000000000ff", "0200000000" * 2]
)
def test_anything_else_is_refused(digits: str) -> None:
    refuses(PingPong.decode, bytes.fromhex(digits))


def test_shares_are_not_shown() -> None:
    assert repr(PingPong.initialize(b"secret")) == "PingPong(initialize)"


@given(st.one_of(damaged(CONTINUE.encode()), damaged(samples.INITIALIZE.encode()), st.binary(max_size=30)))
def test_damage_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, PingPong.decode, PingPong.encode)
