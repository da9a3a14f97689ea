"""The prime fields that Prio3 computes in, on plain Python integers, and their strict encoding.

An element is an ``int`` in 0..p-1; a vector is a list of them. There is no class of elements: an object per
number would cost more than the arithmetic (draft-irtf-cfrg-vdaf-20, section 6.1).
"""

from functools import lru_cache
from operator import add, mul, sub
from struct import Struct
from typing import TYPE_CHECKING, Final

from dap.errors import DecodeError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Field:
    """A prime field with a multiplicative subgroup of order ``2**two_adicity``.

    ``size`` is the length of an encoded element in bytes (little-endian), 8 or 16; the modulus needs all of
    its bits, so random bytes are an element unless they happen to reach the modulus.
    """

    __slots__ = ("modulus", "name", "root", "size", "two_adicity")

    def __init__(self, name: str, modulus: int, two_adicity: int, generator: int) -> None:
        self.name = name
        self.modulus = modulus
        self.two_adicity = two_adicity
        self.size = (modulus.bit_length() + 7) // 8
        self.root = pow(generator, modulus >> two_adicity, modulus)

    def __repr__(self) -> str:
        return self.name

    def encode(self, vector: "Sequence[int]") -> bytes:
        """``size`` little-endian bytes per element. Elements must be reduced."""
        size = self.size
        return b"".join([x.to_bytes(size, "little") for x in vector])

    def decode(self, encoded: bytes, length: int) -> list[int]:
        """Exactly ``length`` elements; raises DecodeError on another size and on an element ≥ the modulus."""
        if len(encoded) != length * self.size:
            raise DecodeError(f"{self.name}: {len(encoded)} bytes where {length * self.size} are needed")
        vector = self.integers(encoded)
        if vector and max(vector) >= self.modulus:
            raise DecodeError(f"{self.name}: an element is not below the modulus")
        return vector

    def integers(self, encoded: bytes) -> list[int]:
        """The unsigned integers in ``encoded``, not yet compared with the modulus.

        ``len(encoded)`` must be a multiple of ``size``.
        """
        words = _words(len(encoded) // 8).unpack(encoded)
        if self.size == 8:
            return list(words)
        return [low | high << 64 for low, high in zip(words[::2], words[1::2], strict=True)]

    def add(self, a: "Sequence[int]", b: "Sequence[int]") -> list[int]:
        """Element by element. Raises ParameterError when the lengths differ."""
        _same_length(a, b)
        p = self.modulus
        return [x % p for x in map(add, a, b)]

    def subtract(self, a: "Sequence[int]", b: "Sequence[int]") -> list[int]:
        """Element by element. Raises ParameterError when the lengths differ."""
        _same_length(a, b)
        p = self.modulus
        return [x % p for x in map(sub, a, b)]

    def dot(self, a: "Sequence[int]", b: "Sequence[int]") -> int:
        """The sum of products, reduced once; the longer vector's tail counts as multiplied by zero."""
        total: int = sum(map(mul, a, b))
        return total % self.modulus

    def inverse(self, x: int) -> int:
        """Raises ParameterError for a multiple of the modulus."""
        try:
            return pow(x, -1, self.modulus)
        except ValueError:
            raise ParameterError("zero has no inverse") from None


Field64: Final = Field("Field64", 2**64 - 2**32 + 1, 32, 7)
Field128: Final = Field("Field128", 2**128 - 7 * 2**66 + 1, 66, 7)


def signed(x: int, field: Field = Field128) -> int:
    """The representative of ``x`` nearest to zero: noise may push a total below zero, to p - n."""
    return x - field.modulus if x > field.modulus // 2 else x


@lru_cache(maxsize=64)
def roots_of_unity(field: Field, n: int) -> tuple[int, ...]:
    """``1, w, w**2, …, w**(n-1)`` for the n-th root of unity w that the draft uses; n is a power of two."""
    if n < 1 or n & (n - 1) or n > 1 << field.two_adicity:
        raise ParameterError(f"{field.name} has no roots of unity of order {n}")
    w = pow(field.root, (1 << field.two_adicity) // n, field.modulus)
    powers = [1]
    for _ in range(n - 1):
        powers.append(powers[-1] * w % field.modulus)
    return tuple(powers)


@lru_cache(maxsize=64)
def odd_points(field: Field, n: int) -> tuple[tuple[int, ...], ...]:
    """The matrix that takes a polynomial's values at the n-th roots of unity to those between them.

    Row i gives the value at ``v**(2i+1)``, v the 2n-th root of unity, of the polynomial of degree below n.
    With ``L_k(x) = (x**n - 1)/n · w**k/(x - w**k)`` and ``x**n = -1`` its entries depend on i - k alone.
    """
    p = field.modulus
    fine = roots_of_unity(field, 2 * n)
    scale = p - 2
    column = [scale * field.inverse(n * (fine[2 * d + 1] - 1)) % p for d in range(n)]
    return tuple(tuple(column[(i - k) % n] for k in range(n)) for i in range(n))


@lru_cache(maxsize=64)
def _scaled_roots(field: Field, n: int) -> tuple[int, ...]:
    by_n = field.inverse(n)
    return tuple(x * by_n % field.modulus for x in roots_of_unity(field, n))


def lagrange_weights(field: Field, n: int, t: int) -> list[int]:
    """Weights w with ``f(t) = Σ w[k]·f(root k)`` for every polynomial f of degree below n.

    The product of all t - root j but the k-th is built from both ends, which costs no inversion and stays
    true when t is itself one of the roots.
    """
    p = field.modulus
    differences = [t - root for root in roots_of_unity(field, n)]
    before = [1]
    for d in differences[:-1]:
        before.append(before[-1] * d % p)
    after = 1
    weights = []
    for left, d, scaled in zip(
        reversed(before), reversed(differences), reversed(_scaled_roots(field, n)), strict=True
    ):
        weights.append(left * after % p * scaled % p)
        after = after * d % p
    weights.reverse()
    return weights


@lru_cache(maxsize=64)
def _words(count: int) -> Struct:
    return Struct(f"<{count}Q")


def _same_length(a: "Sequence[int]", b: "Sequence[int]") -> None:
    if len(a) != len(b):
        raise ParameterError(f"vectors of {len(a)} and {len(b)} elements")
