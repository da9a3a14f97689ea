"""Prio3 as its users meet it: sums are right, damage and wrong arguments are refused."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.circuits import SumVec
from dap.errors import DecodeError, ParameterError, VerifyError
from dap.field import Field128, signed
from dap.flp import Flp
from dap.prio3 import (
    Prio3,
    Prio3SumVec,
    optimal_chunk_length,
)
from tests.unit.dap.reports import (
    CTX,
    KEY,
    KINDS,
    NONCE,
    expected,
    measurements,
    some_measurement,
    some_rand,
    total,
    verify,
)


@given(st.sampled_from(KINDS), st.integers(2, 4), st.data())
def test_the_sum_is_right(kind: Any, shares: int, data: st.DataObject) -> None:
    vdaf = kind(shares)
    values = data.draw(st.lists(measurements(vdaf), max_size=4))
    out_shares = []
    for number, value in enumerate(values):
        nonce = bytes((number,)) * 16
        report = vdaf.shard(
            CTX, value, nonce, data.draw(st.binary(min_size=vdaf.rand_size, max_size=vdaf.rand_size))
        )
        out_shares.append(verify(vdaf, report, nonce))
    assert total(vdaf, out_shares) == expected(vdaf, values)


@given(st.sampled_from(KINDS), st.data())
def test_any_damaged_byte_is_refused(kind: Any, data: st.DataObject) -> None:
    """Of input shares, public share, verifier shares and message alike: no aggregator accepts."""
    vdaf = kind(2)
    value = data.draw(measurements(vdaf))
    report = vdaf.shard(CTX, value, NONCE, some_rand(vdaf))
    made = [vdaf.verify_init(KEY, CTX, i, NONCE, report.public_share, report.input_shares[i]) for i in (0, 1)]
    message = vdaf.verifier_shares_to_message(CTX, [verifier for _, verifier in made])
    parts = [*report.input_shares, report.public_share, *(verifier for _, verifier in made), message]
    which = data.draw(st.sampled_from([i for i, part in enumerate(parts) if part]))
    position = data.draw(st.integers(0, len(parts[which]) - 1) | st.just(len(parts[which]) - 1))
    damaged = bytearray(parts[which])
    damaged[position] ^= data.draw(st.integers(1, 255))
    parts[which] = bytes(damaged)

    for i in (0, 1):
        with pytest.raises((VerifyError, DecodeError)):
            accept(vdaf, i, parts, which)


def accept(vdaf: Prio3[Any, Any], i: int, parts: list[bytes], which: int) -> list[int]:
    """Aggregator i's way through a report whose part number ``which`` was damaged underway."""
    leader, helper, public_share, *sent, message = parts
    made = [vdaf.verify_init(KEY, CTX, j, NONCE, public_share, (leader, helper)[j]) for j in (0, 1)]
    if which < 3:  # damaged by the client: the rest is what honest aggregators make of it
        message = vdaf.verifier_shares_to_message(CTX, [verifier for _, verifier in made])
    elif which < 5:  # damaged between the aggregators
        message = vdaf.verifier_shares_to_message(CTX, sent)
    return vdaf.verify_next(CTX, made[i][0], message)


@given(st.sampled_from(KINDS), st.data())
def test_another_length_is_refused(kind: Any, data: st.DataObject) -> None:
    vdaf = kind(2)
    report = vdaf.shard(CTX, data.draw(measurements(vdaf)), NONCE, some_rand(vdaf))
    made = [vdaf.verify_init(KEY, CTX, i, NONCE, report.public_share, report.input_shares[i]) for i in (0, 1)]
    verifiers = [verifier for _, verifier in made]
    message = vdaf.verifier_shares_to_message(CTX, verifiers)
    out_share = vdaf.encode_aggregate(vdaf.verify_next(CTX, made[0][0], message))

    def change(part: bytes) -> bytes:
        shorter = st.integers(0, len(part) - 1).map(lambda n: part[:n]) if part else st.nothing()
        return data.draw(shorter | st.binary(min_size=1, max_size=20).map(lambda more: part + more))

    public, (leader, helper) = report.public_share, report.input_shares
    attempts: list[Callable[[], object]] = [
        lambda: vdaf.verify_init(KEY, CTX, 0, NONCE, change(public), leader),
        lambda: vdaf.verify_init(KEY, CTX, 0, NONCE, public, change(leader)),
        lambda: vdaf.verify_init(KEY, CTX, 1, NONCE, public, change(helper)),
        lambda: vdaf.verifier_shares_to_message(CTX, [change(verifiers[0]), verifiers[1]]),
        lambda: vdaf.verifier_shares_to_message(CTX, verifiers[:1]),
        lambda: vdaf.verifier_shares_to_message(CTX, [*verifiers, verifiers[0]]),
        lambda: vdaf.verify_next(CTX, made[0][0], change(message)),
        lambda: vdaf.decode_state(change(made[0][0].encode())),
        lambda: vdaf.decode_aggregate(change(out_share)),
        lambda: vdaf.unshard([out_share]),
        lambda: vdaf.unshard([out_share, change(out_share)]),
    ]
    for attempt in attempts:
        with pytest.raises(DecodeError):
            attempt()


@pytest.mark.parametrize("kind", KINDS)
def test_elements_from_the_modulus_on_are_refused(kind: Any) -> None:
    vdaf = kind(2)
    too_large = vdaf.field.modulus.to_bytes(vdaf.field.size, "little")
    report = vdaf.shard(CTX, some_measurement(vdaf), NONCE, some_rand(vdaf))
    leader, helper = report.input_shares
    elements = vdaf.circuit.measurement_length + vdaf.flp.proof_length
    for position in (0, vdaf.circuit.measurement_length, elements - 1):
        start = position * vdaf.field.size
        bad = leader[:start] + too_large + leader[start + vdaf.field.size :]
        with pytest.raises(DecodeError):
            vdaf.verify_init(KEY, CTX, 0, NONCE, report.public_share, bad)
    made = [
        vdaf.verify_init(KEY, CTX, i, NONCE, report.public_share, share)
        for i, share in enumerate((leader, helper))
    ]
    with pytest.raises(DecodeError):
        vdaf.verifier_shares_to_message(CTX, [too_large + made[0][1][len(too_large) :], made[1][1]])
    with pytest.raises(DecodeError):
        vdaf.decode_state(too_large + made[0][0].encode()[len(too_large) :])
    with pytest.raises(DecodeError):
        vdaf.decode_aggregate(too_large * vdaf.circuit.output_length)


@pytest.mark.parametrize("kind", KINDS)
def test_own_arguments_are_checked(kind: Any) -> None:
    vdaf = kind(2)
    rand, value = some_rand(vdaf), some_measurement(vdaf)
    report = vdaf.shard(CTX, value, NONCE, rand)
    public, leader = report.public_share, report.input_shares[0]
    attempts: list[Callable[[], object]] = [
        lambda: vdaf.shard(CTX, value, NONCE[:-1], rand),
        lambda: vdaf.shard(CTX, value, NONCE, rand + b"\0"),
        lambda: vdaf.shard(CTX, value, NONCE, rand[:-1]),
        lambda: vdaf.verify_init(KEY[:-1], CTX, 0, NONCE, public, leader),
        lambda: vdaf.verify_init(KEY, CTX, 0, NONCE + b"\0", public, leader),
        lambda: vdaf.verify_init(KEY, CTX, 2, NONCE, public, leader),
        lambda: vdaf.verify_init(KEY, CTX, -1, NONCE, public, leader),
        lambda: vdaf.encode_aggregate([*vdaf.zero(), 0]),
        lambda: vdaf.add(vdaf.zero(), [*vdaf.zero(), 0]),
        lambda: kind(1),
        lambda: kind(256),
    ]
    for attempt in attempts:
        with pytest.raises(ParameterError):
            attempt()


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_survives_a_restart(kind: Any) -> None:
    vdaf = kind(2)
    report = vdaf.shard(CTX, some_measurement(vdaf), NONCE, some_rand(vdaf))
    state, _ = vdaf.verify_init(KEY, CTX, 0, NONCE, report.public_share, report.input_shares[0])
    assert kind(2).decode_state(state.encode()) == state


def test_totals_below_zero_can_be_read() -> None:
    vdaf = Prio3SumVec(2, 1, 1)
    noisy = vdaf.add([3, 5], [-4 % Field128.modulus, 0])
    result = vdaf.unshard([vdaf.encode_aggregate(noisy), vdaf.encode_aggregate(vdaf.zero())])
    assert [signed(x) for x in result] == [-1, 5]


# ------------------------------------------------------------------------- sizes


def test_sizes_at_the_recommended_parameters() -> None:
    vdaf = Prio3SumVec(400, 1, 27)
    report = vdaf.shard(CTX, [0, 1] * 200, NONCE, some_rand(vdaf))
    state, verifier = vdaf.verify_init(KEY, CTX, 1, NONCE, report.public_share, report.input_shares[1])
    assert vdaf.rand_size == 128
    assert len(report.public_share) == 64
    assert [len(share) for share in report.input_shares] == [7792, 64]
    assert len(verifier) == 928
    assert len(state.joint_rand_seed) == 32
    assert vdaf.decode_state(state.encode()) == state


@pytest.mark.parametrize(
    ("elements", "chunk_length"),
    # the cases of libprio's own test, and the one that everything here is tuned for
    [(0, 1), (1, 1), (2, 2), (3, 1), (18, 6), (19, 3), (40, 6), (10_000, 79), (100_000, 393), (400, 27)],
)
def test_optimal_chunk_length_is_libprios(elements: int, chunk_length: int) -> None:
    assert optimal_chunk_length(elements) == chunk_length


@given(st.integers(1, 600))
def test_no_chunk_length_gives_a_shorter_proof(elements: int) -> None:
    shortest = min(Flp(SumVec(elements, 1, chunk)).proof_length for chunk in range(1, elements + 1))
    assert Flp(SumVec(elements, 1, optimal_chunk_length(elements))).proof_length == shortest
