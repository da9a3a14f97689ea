"""What a valid measurement is: the circuits Count, Sum, SumVec and Histogram (VDAF draft, section 7.4).

A circuit says how a measurement becomes field elements and back, and which arithmetic is zero for valid ones
only.
"""

from abc import ABC, abstractmethod
from operator import mul
from typing import TYPE_CHECKING, Generic, TypeVar

from dap.errors import ParameterError
from dap.field import Field64, Field128

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dap.field import Field

M = TypeVar("M")  # a measurement
R = TypeVar("R")  # a result: the aggregate of measurements


class Circuit(ABC, Generic[M, R]):
    """A validity circuit around one quadratic gadget. Lengths count field elements.

    ``calls`` and ``arity`` are the gadget's; ``checks`` is how many outputs must be zero.
    """

    field: "Field"
    measurement_length: int
    output_length: int
    joint_rand_length: int
    arity: int
    calls: int
    checks: int

    @abstractmethod
    def encode(self, measurement: M) -> list[int]:
        """Field elements of a measurement; raises ParameterError when there is no such measurement."""

    @abstractmethod
    def truncate(self, measurement: "Sequence[int]") -> list[int]:
        """From a share of the encoded measurement to a share of what is added up (linear)."""

    @abstractmethod
    def decode(self, output: "Sequence[int]") -> R:
        """The result in an aggregate; integers are the raw elements 0..p-1."""

    @abstractmethod
    def gadget(self, wires: "Sequence[int]") -> int:
        """The gadget on one value per wire, unreduced."""

    @abstractmethod
    def wires(self, measurement: "Sequence[int]", joint_rand: "Sequence[int]") -> list[list[int]]:
        """Per wire its value in every call, for the whole (unshared) measurement; unreduced."""

    @abstractmethod
    def wires_at(
        self,
        measurement: "Sequence[int]",
        joint_rand: "Sequence[int]",
        weights: "Sequence[int]",
        share_of_one: int,
    ) -> list[int]:
        """Per wire the sum of its values in every call times the call's weight, for one share; unreduced.

        ``share_of_one`` is this share of the constant one: 1/shares.
        """

    @abstractmethod
    def evaluate(self, measurement: "Sequence[int]", gadget: "Sequence[int]", share_of_one: int) -> list[int]:
        """The circuit's outputs, given the gadget's output of every call; unreduced."""


class Count(Circuit[int, int]):
    """0 or 1: m·m = m."""

    field = Field64
    measurement_length = output_length = calls = checks = 1
    joint_rand_length = 0
    arity = 2

    def encode(self, measurement: int) -> list[int]:
        """Field elements of a measurement."""
        _require_integers((measurement,), 1)
        return [int(measurement)]

    def truncate(self, measurement: "Sequence[int]") -> list[int]:
        """The measurement itself."""
        return list(measurement)

    def decode(self, output: "Sequence[int]") -> int:
        """How many measurements were 1."""
        return output[0]

    def gadget(self, wires: "Sequence[int]") -> int:
        """The product."""
        return wires[0] * wires[1]

    def wires(self, measurement: "Sequence[int]", joint_rand: "Sequence[int]") -> list[list[int]]:
        """The measurement, twice."""
        return [list(measurement), list(measurement)]

    def wires_at(
        self,
        measurement: "Sequence[int]",
        joint_rand: "Sequence[int]",
        weights: "Sequence[int]",
        share_of_one: int,
    ) -> list[int]:
        """The measurement, twice, weighed."""
        value = measurement[0] * weights[0]
        return [value, value]

    def evaluate(self, measurement: "Sequence[int]", gadget: "Sequence[int]", share_of_one: int) -> list[int]:
        """m·m - m."""
        return [gadget[0] - measurement[0]]


class Sum(Circuit[int, int]):
    """An integer 0..max_measurement, as weighted bits each of which is 0 or 1."""

    field = Field64
    output_length = 1
    joint_rand_length = 0
    arity = 1

    def __init__(self, max_measurement: int) -> None:
        self.max_measurement = max_measurement
        self.bit_weights = _bit_weights(self.field, max_measurement)
        self.measurement_length = self.calls = self.checks = len(self.bit_weights)

    def encode(self, measurement: int) -> list[int]:
        """Field elements of a measurement: its bits."""
        _require_integers((measurement,), self.max_measurement)
        return _to_bits(measurement, self.bit_weights)

    def truncate(self, measurement: "Sequence[int]") -> list[int]:
        """The bits, weighed and added."""
        return [self.field.dot(self.bit_weights, measurement)]

    def decode(self, output: "Sequence[int]") -> int:
        """The sum of the measurements."""
        return output[0]

    def gadget(self, wires: "Sequence[int]") -> int:
        """x·x - x."""
        x = wires[0]
        return x * x - x

    def wires(self, measurement: "Sequence[int]", joint_rand: "Sequence[int]") -> list[list[int]]:
        """One bit per call."""
        return [list(measurement)]

    def wires_at(
        self,
        measurement: "Sequence[int]",
        joint_rand: "Sequence[int]",
        weights: "Sequence[int]",
        share_of_one: int,
    ) -> list[int]:
        """One bit per call, weighed."""
        return [sum(map(mul, weights, measurement))]

    def evaluate(self, measurement: "Sequence[int]", gadget: "Sequence[int]", share_of_one: int) -> list[int]:
        """Every bit's b·b - b."""
        return list(gadget)


class _Chunked(Circuit[M, list[int]]):
    """Circuits whose elements are all 0 or 1, checked ``chunk_length`` at a time.

    Call k takes chunk k of the measurement and adds up r·m·(m - 1) over its elements, r being the first,
    second, … power of the call's joint randomness. The wires are those of chunk_length multiplications,
    side by side; the last chunk is filled up with zeros.
    """

    field = Field128
    chunk_length: int

    def _set_lengths(self, elements: int, chunk_length: int) -> None:
        if chunk_length < 1:
            raise ParameterError("chunk_length must be at least 1")
        self.chunk_length = chunk_length
        self.measurement_length = elements
        self.calls = self.joint_rand_length = -(-elements // chunk_length)
        self.arity = 2 * chunk_length

    def gadget(self, wires: "Sequence[int]") -> int:
        """The sum of the products of neighbouring wires."""
        return sum(map(mul, wires[::2], wires[1::2]))

    def wires(self, measurement: "Sequence[int]", joint_rand: "Sequence[int]") -> list[list[int]]:
        """Left wires carry r·m, right wires m - 1."""
        result = []
        filled = [*measurement, *[0] * (self.calls * self.chunk_length - len(measurement))]
        for j, powers in enumerate(self._powers(joint_rand, joint_rand)):
            column = filled[j :: self.chunk_length]
            result.append(list(map(mul, powers, column)))
            result.append([m - 1 for m in column])
        return result

    def wires_at(
        self,
        measurement: "Sequence[int]",
        joint_rand: "Sequence[int]",
        weights: "Sequence[int]",
        share_of_one: int,
    ) -> list[int]:
        """As ``wires``, weighed; columns that end early stand for zeros."""
        p = self.field.modulus
        one = share_of_one * sum(weights) % p
        start = [w * r % p for w, r in zip(weights, joint_rand, strict=True)]
        result = []
        for j, powers in enumerate(self._powers(start, joint_rand)):
            column = measurement[j :: self.chunk_length]
            result.append(sum(map(mul, powers, column)))
            result.append(sum(map(mul, weights, column)) - one)
        return result

    def _powers(self, start: "Sequence[int]", joint_rand: "Sequence[int]") -> "Iterator[Sequence[int]]":
        """Per element of a chunk one factor for every call: start, start·r, start·r², …"""
        p = self.field.modulus
        powers = start
        yield powers
        for _ in range(self.chunk_length - 1):
            powers = [x * r % p for x, r in zip(powers, joint_rand, strict=True)]
            yield powers


class SumVec(_Chunked["Sequence[int]"]):
    """``length`` integers 0..max_measurement, each as weighted bits."""

    checks = 1

    def __init__(self, length: int, max_measurement: int, chunk_length: int) -> None:
        if length < 1:
            raise ParameterError("length must be at least 1")
        self.length = self.output_length = length
        self.max_measurement = max_measurement
        self.bit_weights = _bit_weights(self.field, max_measurement)
        self._set_lengths(length * len(self.bit_weights), chunk_length)

    def encode(self, measurement: "Sequence[int]") -> list[int]:
        """Field elements of a measurement: the bits of each entry."""
        if len(measurement) != self.length:
            raise ParameterError(f"{len(measurement)} entries where {self.length} are needed")
        _require_integers(measurement, self.max_measurement)
        if len(self.bit_weights) == 1:
            return list(map(int, measurement))
        return [bit for entry in measurement for bit in _to_bits(entry, self.bit_weights)]

    def truncate(self, measurement: "Sequence[int]") -> list[int]:
        """The bits of each entry, weighed and added."""
        bits = len(self.bit_weights)
        if bits == 1:
            return list(measurement)
        starts = range(0, len(measurement), bits)
        return [self.field.dot(self.bit_weights, measurement[i : i + bits]) for i in starts]

    def decode(self, output: "Sequence[int]") -> list[int]:
        """The sum of each entry over the measurements."""
        return list(output)

    def evaluate(self, measurement: "Sequence[int]", gadget: "Sequence[int]", share_of_one: int) -> list[int]:
        """The range check of all bits."""
        return [sum(gadget)]


class Histogram(_Chunked[int]):
    """One of ``length`` buckets: a vector with a single 1."""

    checks = 2

    def __init__(self, length: int, chunk_length: int) -> None:
        if length < 1:
            raise ParameterError("length must be at least 1")
        self.length = self.output_length = length
        self._set_lengths(length, chunk_length)

    def encode(self, measurement: int) -> list[int]:
        """Field elements of a measurement: 1 in its bucket."""
        _require_integers((measurement,), self.length - 1)
        return [int(bucket == measurement) for bucket in range(self.length)]

    def truncate(self, measurement: "Sequence[int]") -> list[int]:
        """The measurement itself."""
        return list(measurement)

    def decode(self, output: "Sequence[int]") -> list[int]:
        """How many measurements fell into each bucket."""
        return list(output)

    def evaluate(self, measurement: "Sequence[int]", gadget: "Sequence[int]", share_of_one: int) -> list[int]:
        """The range check of all buckets, and that they add up to one."""
        return [sum(gadget), sum(measurement) - share_of_one]


def _bit_weights(field: "Field", max_measurement: int) -> list[int]:
    """1, 2, 4, … and a last weight such that all together are max_measurement: no bits can encode more."""
    if max_measurement < 1 or 1 << max_measurement.bit_length() >= field.modulus:
        raise ParameterError("max_measurement must be at least 1 and fit the field")
    powers = [1 << bit for bit in range(max_measurement.bit_length() - 1)]
    return [*powers, max_measurement - sum(powers)]


def _to_bits(value: int, bit_weights: "Sequence[int]") -> list[int]:
    """Arithmetic only: which branch a value takes must not show in the time it takes."""
    below = len(bit_weights) - 1
    last = int(value >> below != 0)
    rest = value - last * bit_weights[-1]
    return [*(rest >> bit & 1 for bit in range(below)), last]


def _require_integers(values: "Sequence[int]", largest: int) -> None:
    if not all(isinstance(value, int) for value in values):
        raise ParameterError("a measurement consists of integers")
    # a full count instead of a search that stops early: the same work for every valid measurement
    if sum([not 0 <= value <= largest for value in values]):
        raise ParameterError(f"a measurement's entry is not in 0..{largest}")
