"""Reports of every kind of Prio3, honest ones, and how aggregators verify and add them up."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from dap import xof
from dap.circuits import SumVec
from dap.prio3 import (
    Prio3,
    Prio3Count,
    Prio3Histogram,
    Prio3Sum,
    Prio3SumVec,
    Shares,
)

CTX = b"dap-18" + bytes(range(32))
KEY = bytes(range(100, 132))
NONCE = bytes(range(16))
KINDS: list[Callable[[int], Prio3[Any, Any]]] = [
    lambda shares: Prio3Count(shares),
    lambda shares: Prio3Sum(9, shares),
    lambda shares: Prio3SumVec(5, 1, 2, shares),
    lambda shares: Prio3SumVec(3, 6, 4, shares),
    lambda shares: Prio3Histogram(4, 3, shares),
]


def measurements(vdaf: Prio3[Any, Any]) -> st.SearchStrategy[Any]:
    if isinstance(vdaf, Prio3Count):
        return st.integers(0, 1)
    if isinstance(vdaf, Prio3Sum):
        return st.integers(0, 9)
    if isinstance(vdaf, Prio3SumVec):
        circuit = vdaf.circuit
        assert isinstance(circuit, SumVec)
        entries = st.integers(0, circuit.max_measurement)
        return st.lists(entries, min_size=circuit.length, max_size=circuit.length)
    return st.integers(0, 3)


def some_measurement(vdaf: Prio3[Any, Any]) -> Any:
    return [1, *vdaf.zero()[1:]] if isinstance(vdaf, Prio3SumVec) else 1


def some_rand(vdaf: Prio3[Any, Any], label: int = 0) -> bytes:
    return xof.XofTurboShake128(bytes(32), b"test", bytes((label,))).read(vdaf.rand_size)


def verify(
    vdaf: Prio3[Any, Any], shares: Shares, nonce: bytes = NONCE, message: bytes | None = None
) -> list[list[int]]:
    """Every aggregator's out share; a damaged ``message`` may take the place of the true one."""
    made = [
        vdaf.verify_init(KEY, CTX, i, nonce, shares.public_share, share)
        for i, share in enumerate(shares.input_shares)
    ]
    true_message = vdaf.verifier_shares_to_message(CTX, [verifier for _, verifier in made])
    return [vdaf.verify_next(CTX, state, true_message if message is None else message) for state, _ in made]


def total(vdaf: Prio3[Any, Any], out_shares: Sequence[Sequence[list[int]]]) -> Any:
    aggregates = []
    for i in range(vdaf.shares):
        aggregate = vdaf.zero()
        for shares in out_shares:
            aggregate = vdaf.add(aggregate, shares[i])
        aggregates.append(vdaf.encode_aggregate(aggregate))
    return vdaf.unshard(aggregates)


def expected(vdaf: Prio3[Any, Any], values: list[Any]) -> Any:
    if isinstance(vdaf, Prio3SumVec):
        return [sum(column) for column in zip(*values, strict=True)] or vdaf.zero()
    if isinstance(vdaf, Prio3Histogram):
        return [values.count(bucket) for bucket in range(4)]
    return sum(values)
