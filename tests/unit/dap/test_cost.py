"""What Prio3 costs in counts, which do not depend on the machine: multiplications, reductions, bytes of XOF.

Elements are integers that count what is done with them. The bounds leave a twentieth to whoever changes
something; how many milliseconds it is, `python -m bench crypto` says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from dap import circuits, flp, xof
from dap.field import Field, Field128
from dap.prio3 import Prio3SumVec

LENGTH, CHUNK = 400, 27
MIXED = tuple(number % 3 % 2 for number in range(LENGTH))
CTX, NONCE, KEY = b"dap-18" + bytes(32), bytes(range(16)), bytes(range(32))


class Work(NamedTuple):
    """What a step did."""

    multiplications: int
    reductions: int
    xof_bytes: int
    streams: int


USUAL = {
    "shard": Work(14_517, 906, 22_409, 7),
    "leader": Work(1_454, 593, 7_131, 4),
    "helper": Work(1_454, 593, 15_050, 6),
}


class Meter:
    """Counts what is done with the elements that it makes."""

    def __init__(self) -> None:
        self.clear()
        meter = self

        class Element(int):
            def __mul__(self, other: int) -> Element:
                meter.multiplications += 1
                return Element(int(self) * int(other))

            __rmul__ = __mul__

            def __add__(self, other: int) -> Element:
                return Element(int(self) + int(other))

            __radd__ = __add__

            def __sub__(self, other: int) -> Element:
                return Element(int(self) - int(other))

            def __rsub__(self, other: int) -> Element:
                return Element(int(other) - int(self))

            def __neg__(self) -> Element:
                return Element(-int(self))

            def __mod__(self, other: int) -> Element:
                meter.reductions += 1
                return Element(int(self) % int(other))

        self.element = Element

    def clear(self) -> None:
        self.multiplications = self.reductions = self.xof_bytes = self.streams = 0

    def of(self, run: Callable[[], Any]) -> Work:
        """What one call does, once tables that are made at the first use are there."""
        run()
        self.clear()
        run()
        return Work(self.multiplications, self.reductions, self.xof_bytes, self.streams)


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Meter:
    """From here on whatever is encoded, decoded or expanded counts."""
    found = Meter()
    integers, start, encode = Field.integers, xof.XofTurboShake128.__init__, circuits.SumVec.encode

    def counting_integers(self: Field, encoded: bytes) -> list[int]:
        return [found.element(value) for value in integers(self, encoded)]

    def counting_encode(self: circuits.SumVec, measurement: Sequence[int]) -> list[int]:
        return [found.element(value) for value in encode(self, measurement)]

    def counting_start(self: xof.XofTurboShake128, seed: bytes, dst: bytes, binder: bytes) -> None:
        start(self, seed, dst, binder)
        found.streams += 1
        found.xof_bytes += len(seed) + len(dst) + len(binder)
        read = self._read

        def counted(length: int) -> bytes:
            found.xof_bytes += length
            return read(length)

        self._read = counted

    monkeypatch.setattr(Field, "integers", counting_integers)
    monkeypatch.setattr(circuits.SumVec, "encode", counting_encode)
    monkeypatch.setattr(xof.XofTurboShake128, "__init__", counting_start)
    return found


class Report:
    """A report of the size that is measured elsewhere."""

    def __init__(self, vector: Sequence[int] = MIXED) -> None:
        self.vdaf = Prio3SumVec(LENGTH, 1, CHUNK)
        self.vector = vector
        self.rand = bytes(number % 251 for number in range(self.vdaf.rand_size))
        self.shares = self.vdaf.shard(CTX, self.vector, NONCE, self.rand)

    def shard(self) -> object:
        return self.vdaf.shard(CTX, self.vector, NONCE, self.rand)

    def verify(self, aggregator: int) -> Callable[[], object]:
        public, inputs = self.shares
        return lambda: self.vdaf.verify_init(KEY, CTX, aggregator, NONCE, public, inputs[aggregator])


def steps(report: Report) -> dict[str, Callable[[], object]]:
    return {"shard": report.shard, "leader": report.verify(0), "helper": report.verify(1)}


def exceeded(meter: Meter, report: Report) -> list[str]:
    """Which counts are more than a twentieth above what they were."""
    return [
        f"{step}: {name}"
        for step, run in steps(report).items()
        for name, found, usual in zip(Work._fields, meter.of(run), USUAL[step], strict=True)
        if found > 1.05 * usual
    ]


def test_a_report_costs_no_more_than_it_did(meter: Meter) -> None:
    assert not exceeded(meter, Report())


def test_reducing_every_product_would_be_seen(meter: Meter, monkeypatch: pytest.MonkeyPatch) -> None:
    report = Report()
    monkeypatch.setattr(flp, "mul", lambda a, b: a * b % Field128.modulus)
    assert exceeded(meter, report) == ["shard: reductions"]


def test_a_second_expansion_of_the_shares_would_be_seen(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report()
    once = Prio3SumVec._helper_measurement

    def twice(self: Prio3SumVec, ctx: bytes, helper: int, key: bytes) -> tuple[list[int], bytes]:
        once(self, ctx, helper, key)
        return once(self, ctx, helper, key)

    monkeypatch.setattr(Prio3SumVec, "_helper_measurement", twice)
    found = exceeded(meter, report)
    assert {"shard: xof_bytes", "shard: streams", "helper: xof_bytes", "helper: streams"} <= {*found}


def test_every_vector_costs_the_same(meter: Meter) -> None:
    """A zero that were skipped would tell, by time, how many there are."""
    vectors = ([0] * LENGTH, [1] * LENGTH, MIXED)
    found = [[meter.of(run) for run in steps(Report(vector)).values()] for vector in vectors]
    assert found[0] == found[1] == found[2]
