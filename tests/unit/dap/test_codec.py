from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.codec import EncodeError, Reader, Writer, decode_id, encode_id, whole
from dap.errors import DecodeError


@given(st.integers(0, 2**64 - 1), st.binary(max_size=300), st.binary(max_size=40))
def test_fields_come_back_in_order(number: int, first: bytes, second: bytes) -> None:
    data = Writer().u64(number).vector(first, 2).vector(second, 4).fixed(b"abc", 3).done()
    reader = Reader(data, "test")
    assert (reader.u64(), reader.vector(2), reader.vector(4), reader.fixed(3)) == (
        number,
        first,
        second,
        b"abc",
    )
    reader.end()


def test_numbers_are_big_endian_and_lengths_count_bytes() -> None:
    data = Writer().u8(1).u16(2).u32(3).u64(4).vector(b"\xff\xfe", 2).done()
    assert data.hex() == "01" + "0002" + "00000003" + "0000000000000004" + "0002fffe"


@pytest.mark.parametrize(("value", "size"), [(256, 1), (-1, 1), (1 << 16, 2), (1 << 32, 4), (1 << 64, 8)])
def test_a_number_that_does_not_fit_is_not_written(value: int, size: int) -> None:
    with pytest.raises(EncodeError):
        Writer().number(value, size)


def test_a_vector_outside_its_bounds_is_not_written() -> None:
    with pytest.raises(EncodeError):
        Writer().vector(bytes(256), 1)
    with pytest.raises(EncodeError):
        Writer().vector(b"", 2, least=1)
    with pytest.raises(EncodeError):
        Writer().fixed(b"ab", 3)


@given(st.binary(min_size=1, max_size=60), st.data())
def test_every_truncation_is_noticed(content: bytes, data: st.DataObject) -> None:
    good = Writer().vector(content, 4).done()
    short = good[: data.draw(st.integers(0, len(good) - 1))]
    with pytest.raises(DecodeError, match="ends early"):
        whole(short, "test", lambda reader: reader.vector(4))


def test_what_is_left_over_is_refused_and_named() -> None:
    with pytest.raises(DecodeError, match="Thing: 2 bytes too many"):
        whole(b"\x01\x02\x03", "Thing", Reader.u8)


def test_a_vector_below_its_least_length_is_refused() -> None:
    with pytest.raises(DecodeError, match="shorter"):
        Reader(b"\x00\x00", "test").vector(2, least=1)


def test_items_end_with_the_message() -> None:
    assert Reader(b"\x00\x01\x00\x02", "test").items(Reader.u16) == (1, 2)
    assert Reader(b"", "test").items(Reader.u16) == ()
    with pytest.raises(DecodeError):
        Reader(b"\x00\x01\x00", "test").items(Reader.u16)


def test_rest_is_everything_that_follows() -> None:
    reader = Reader(b"\x05abc", "test")
    assert (reader.u8(), reader.rest(), reader.more) == (5, b"abc", False)


@given(st.binary(min_size=32, max_size=32))
def test_ids_survive_a_url(value: bytes) -> None:
    text = encode_id(value)
    assert "=" not in text
    assert not set(text) & set("+/")
    assert decode_id(text, 32) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAAAAAAAAAAAAAAAAAAAAA==",  # padding
        "AAAAAAAAAAAAAAAAAAAAAB",  # bits set beyond the last byte
        "AAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAA+A",
        "AAAAAAAAAAAAAAAAAAAA A",
        "ÄAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAA\n",
    ],
)
def test_other_spellings_of_an_id_are_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        decode_id(text, 16)


def test_the_canonical_spelling_of_an_id() -> None:
    assert decode_id("AAAAAAAAAAAAAAAAAAAAAA", 16) == bytes(16)
    assert encode_id(b"\xfb\xff") == "-_8"
