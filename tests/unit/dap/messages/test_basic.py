from __future__ import annotations

import pytest

from dap.codec import Reader, Writer
from dap.errors import DecodeError
from dap.messages.basic import (
    Extension,
    ExtensionError,
    Interval,
    read_extensions,
    require_known,
    write_extensions,
)
from tests.unit.dap.messages.samples import INTERVAL, INTERVAL_HEX


def test_extensions_are_encoded_as_janus_does() -> None:
    assert Extension(0).encode().hex() == "00000000"
    assert Extension(0xFF00, b"0123").encode().hex() == "ff00" + "0004" + "30313233"


def test_a_list_keeps_its_order_whatever_it_is() -> None:
    # so that the additional data made of it is what the sender used (Janus: "lenient about extension order")
    wrong = bytes.fromhex("0008" + "00020000" + "00010000")
    extensions = read_extensions(Reader(wrong, "test"))
    assert [extension.extension_type for extension in extensions] == [2, 1]
    assert write_extensions(Writer(), extensions).done() == wrong


@pytest.mark.parametrize(
    "digits", ["0003" + "000000", "0005" + "0000000001", "0002" + "0000", "0004" + "00000001"]
)
def test_a_list_that_ends_within_an_extension_is_refused(digits: str) -> None:
    with pytest.raises(DecodeError):
        read_extensions(Reader(bytes.fromhex(digits), "test"))


@pytest.mark.parametrize("types", [(2, 1), (1, 1), (1, 3, 2)])
def test_extensions_must_rise(types: tuple[int, ...]) -> None:
    with pytest.raises(ExtensionError) as raised:
        require_known([Extension(kind) for kind in types], known={1, 2, 3})
    assert raised.value.unknown == ()


def test_unknown_extensions_are_named() -> None:
    require_known([])
    require_known([Extension(1), Extension(4)], known={1, 4})
    with pytest.raises(ExtensionError) as raised:
        require_known([Extension(1), Extension(23), Extension(42)], known={1})
    assert raised.value.unknown == (23, 42)


def test_an_interval_is_half_open_and_ends_within_64_bits() -> None:
    assert INTERVAL.encode().hex() == INTERVAL_HEX
    assert Interval.decode(bytes.fromhex(INTERVAL_HEX)) == INTERVAL
    assert INTERVAL.end == 66666
    assert Interval.decode(b"\xff" * 8 + bytes(8)).end == 2**64 - 1
    with pytest.raises(DecodeError):
        Interval.decode(b"\xff" * 8 + bytes(7) + b"\x01")
