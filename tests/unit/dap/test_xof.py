"""The XOF: its framing, and the branch that no official vector reaches."""

import io

import pytest
from Cryptodome.Hash import TurboSHAKE128
from hypothesis import given
from hypothesis import strategies as st

from dap.errors import ParameterError
from dap.field import Field, Field64, Field128
from dap.xof import XofTurboShake128, derive_seed, expand_into_vector, read_vector

seeds = st.binary(min_size=32, max_size=32)


class Forged:
    """A stream of chosen elements that remembers how far it was read."""

    def __init__(self, field: Field, elements: list[int]) -> None:
        self.stream = io.BytesIO(b"".join(x.to_bytes(field.size, "little") for x in elements))

    def read(self, length: int) -> bytes:
        part = self.stream.read(length)
        assert len(part) == length, "read beyond the forged stream"
        return part


@given(seeds, st.binary(max_size=300), st.binary(max_size=300), st.integers(1, 400))
def test_the_message_is_framed_as_the_draft_says(seed: bytes, dst: bytes, binder: bytes, length: int) -> None:
    message = len(dst).to_bytes(2, "little") + dst + b"\x20" + seed + binder
    wanted = TurboSHAKE128.new(domain=1, data=message).read(length)
    assert XofTurboShake128(seed, dst, binder).read(length) == wanted
    assert derive_seed(seed, dst, binder) == TurboSHAKE128.new(domain=1, data=message).read(32)


@given(seeds, st.lists(st.integers(0, 200), max_size=6))
def test_many_reads_are_one_read(seed: bytes, lengths: list[int]) -> None:
    xof = XofTurboShake128(seed, b"dst", b"binder")
    parts = b"".join(xof.read(length) for length in lengths)
    assert parts == XofTurboShake128(seed, b"dst", b"binder").read(sum(lengths))


@pytest.mark.parametrize("field", [Field64, Field128])
def test_vectors_are_read_one_after_the_other(field: Field) -> None:
    xof = XofTurboShake128(bytes(32), b"", b"")
    assert xof.vector(field, 3) + xof.vector(field, 4) == expand_into_vector(field, bytes(32), b"", b"", 7)
    assert expand_into_vector(field, bytes(32), b"", b"", 0) == []


@pytest.mark.parametrize(("seed", "dst"), [(bytes(256), b""), (bytes(32), bytes(65536))])
def test_lengths_that_have_no_prefix_are_refused(seed: bytes, dst: bytes) -> None:
    with pytest.raises(ParameterError):
        XofTurboShake128(seed, dst, b"")


@given(st.sampled_from([Field64, Field128]), st.data())
def test_rejection_skips_and_goes_on(field: Field, data: st.DataObject) -> None:
    p = field.modulus
    good = st.integers(0, p - 1) | st.just(p - 1)
    bad = st.integers(p, 256**field.size - 1) | st.just(p)
    elements = data.draw(st.lists(good | bad, max_size=30))
    accepted = [x for x in elements if x < p]
    length = data.draw(st.integers(0, len(accepted)))
    forged = Forged(field, elements)

    vector, encoded = read_vector(field, length, forged.read)

    assert vector == accepted[:length]
    assert encoded == field.encode(vector)
    # exactly up to the last element taken, as if read one by one
    taken, position = 0, 0
    while taken < length:
        taken += elements[position] < p
        position += 1
    assert forged.stream.tell() == position * field.size


@pytest.mark.parametrize("field", [Field64, Field128])
def test_rejection_can_happen_again_and_again(field: Field) -> None:
    p = field.modulus
    forged = Forged(field, [p, 1, p, p + 1, 2, 256**field.size - 1, p - 1, 5])
    assert read_vector(field, 3, forged.read) == ([1, 2, p - 1], field.encode([1, 2, p - 1]))
    assert forged.read(field.size) == field.encode([5])
