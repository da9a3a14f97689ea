"""XofTurboShake128: seeds and field elements from a seed, a purpose and a context.

Source: draft-irtf-cfrg-vdaf-20, section 6.2.1; TurboSHAKE128 is that of RFC 9861.
"""

from typing import TYPE_CHECKING

from Cryptodome.Hash import TurboSHAKE128

from dap.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dap.field import Field

SEED_SIZE = 32  # bytes


class XofTurboShake128:
    """One stream of output for (seed, domain separation tag, binder). Reading advances it."""

    __slots__ = ("_read",)

    def __init__(self, seed: bytes, dst: bytes, binder: bytes) -> None:
        if len(seed) > 0xFF or len(dst) > 0xFFFF:
            raise ParameterError("a seed has at most 255 bytes, a domain separation tag 65,535")
        state = TurboSHAKE128.new(domain=1)
        state.update(b"".join((len(dst).to_bytes(2, "little"), dst, bytes((len(seed),)), seed, binder)))
        self._read: Callable[[int], bytes] = state.read

    def read(self, length: int) -> bytes:
        """The next ``length`` bytes."""
        return self._read(length) if length else b""

    def vector(self, field: "Field", length: int) -> list[int]:
        """The next ``length`` field elements."""
        return read_vector(field, length, self.read)[0]


def derive_seed(seed: bytes, dst: bytes, binder: bytes) -> bytes:
    """A new seed of 32 bytes."""
    return XofTurboShake128(seed, dst, binder).read(SEED_SIZE)


def expand_into_vector(field: "Field", seed: bytes, dst: bytes, binder: bytes, length: int) -> list[int]:
    """``length`` field elements from the seed."""
    return XofTurboShake128(seed, dst, binder).vector(field, length)


def read_vector(field: "Field", length: int, read: "Callable[[int], bytes]") -> tuple[list[int], bytes]:
    """``length`` uniform elements from ``read``, with their encoding.

    Candidates that reach the modulus are skipped and the stream goes on behind them. What is missing is asked
    for at once, never more, so the stream ends where reading one by one would end. The encoding is nearly
    always the very bytes read: a skip has a chance of 2**-59 (Field128) or 2**-32 (Field64) per element.
    """
    encoded = read(length * field.size)
    vector = field.integers(encoded)
    if not vector or max(vector) < field.modulus:
        return vector, encoded
    vector = [x for x in vector if x < field.modulus]
    while len(vector) < length:
        more = field.integers(read((length - len(vector)) * field.size))
        vector += [x for x in more if x < field.modulus]
    return vector, field.encode(vector)
