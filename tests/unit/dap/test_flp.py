"""The proof: complete, sound, and careful about where it is queried."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.circuits import Circuit, Count, Histogram, Sum, SumVec
from dap.errors import VerifyError
from dap.field import roots_of_unity
from dap.flp import Flp, next_power_of_two

CIRCUITS: list[Circuit[Any, Any]] = [
    Count(),
    Sum(1),
    Sum(6),
    SumVec(5, 1, 2),
    SumVec(3, 6, 4),
    SumVec(1, 1, 9),
    Histogram(4, 2),
    Histogram(7, 10),
]


@st.composite
def queries(draw: st.DrawFn) -> tuple[Flp, list[int], list[int], list[int], list[int]]:
    """Proof system, bits as measurement, prover's, joint and query randomness."""
    flp = Flp(draw(st.sampled_from(CIRCUITS)))
    element = st.integers(0, flp.field.modulus - 1)

    def elements(length: int, of: st.SearchStrategy[int] = element) -> list[int]:
        return draw(st.lists(of, min_size=length, max_size=length))

    bits = elements(flp.circuit.measurement_length, st.integers(0, 1))
    if isinstance(flp.circuit, Histogram):
        bits = flp.circuit.encode(draw(st.integers(0, flp.circuit.length - 1)))
    # away from the roots of unity, where the chance to land is nil
    point = draw(st.integers(3, 10**6))
    query_rand = [*elements(flp.query_rand_length - 1), point]
    joint_rand = elements(flp.circuit.joint_rand_length, st.integers(2**40, flp.field.modulus - 1))
    return flp, bits, elements(flp.prove_rand_length), joint_rand, query_rand


def verify(flp: Flp, shares: list[tuple[list[int], list[int]]], query: list[int], joint: list[int]) -> bool:
    verifier = [0] * flp.verifier_length
    for measurement, proof in shares:
        part = flp.query(measurement, proof, query, joint, len(shares))
        assert len(part) == flp.verifier_length
        verifier = flp.field.add(verifier, part)
    return flp.decide(verifier)


@given(queries())
def test_valid_measurements_are_proved(case: tuple[Flp, list[int], list[int], list[int], list[int]]) -> None:
    flp, bits, prove_rand, joint_rand, query_rand = case
    proof = flp.prove(bits, prove_rand, joint_rand)
    assert len(proof) == flp.proof_length
    assert verify(flp, [(bits, proof)], query_rand, joint_rand)


@given(queries(), st.data())
def test_shares_of_them_too(
    case: tuple[Flp, list[int], list[int], list[int], list[int]], data: st.DataObject
) -> None:
    flp, bits, prove_rand, joint_rand, query_rand = case
    proof = flp.prove(bits, prove_rand, joint_rand)
    shares: list[tuple[list[int], list[int]]] = []
    for _ in range(data.draw(st.integers(1, 3))):
        mask = [pow(5, i + 7 * len(shares) + 9, flp.field.modulus) for i in range(len(bits))]
        mask_proof = [pow(11, i + 5 * len(shares) + 9, flp.field.modulus) for i in range(len(proof))]
        shares.append((mask, mask_proof))
        bits, proof = flp.field.subtract(bits, mask), flp.field.subtract(proof, mask_proof)
    assert verify(flp, [(bits, proof), *shares], query_rand, joint_rand)


@given(queries(), st.data())
def test_a_changed_measurement_or_proof_is_not(
    case: tuple[Flp, list[int], list[int], list[int], list[int]], data: st.DataObject
) -> None:
    flp, bits, prove_rand, joint_rand, query_rand = case
    # Soundness is a matter of chance: take seeds and points that hypothesis cannot shrink to special ones.
    p = flp.field.modulus
    prove_rand = [pow(7, 2000 + i + x % 1000, p) for i, x in enumerate(prove_rand)]
    query_rand = [pow(7, 1000 + i + x % 1000, p) for i, x in enumerate(query_rand)]
    proof = flp.prove(bits, prove_rand, joint_rand)
    position = data.draw(st.integers(0, len(bits) + len(proof) - 1))
    both = [*bits, *proof]
    both[position] = (both[position] + data.draw(st.sampled_from([1, 2, p - 1, p // 2]))) % p
    changed = both[: len(bits)], both[len(bits) :]
    assert not verify(flp, [changed], query_rand, joint_rand)


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_a_query_at_a_wire_point_is_refused(circuit: Circuit[Any, Any]) -> None:
    flp = Flp(circuit)
    measurement, proof = [0] * circuit.measurement_length, [0] * flp.proof_length
    joint_rand = [1] * circuit.joint_rand_length
    for root in roots_of_unity(flp.field, flp.points):
        query_rand = [1] * (flp.query_rand_length - 1) + [root]
        with pytest.raises(VerifyError):
            flp.query(measurement, proof, query_rand, joint_rand, 2)


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_a_query_between_the_wire_points_is_answered(circuit: Circuit[Any, Any]) -> None:
    """There the gadget polynomial is one of the given values (or the one left out) and still exact."""
    flp = Flp(circuit)
    bits = circuit.encode([1] * circuit.length if isinstance(circuit, SumVec) else 1)
    joint_rand = [2**50 + i for i in range(circuit.joint_rand_length)]
    proof = flp.prove(bits, [2**40 + i for i in range(flp.prove_rand_length)], joint_rand)
    for root in roots_of_unity(flp.field, 2 * flp.points)[1::2]:
        query_rand = [2**45 + i for i in range(flp.query_rand_length - 1)] + [root]
        assert verify(flp, [(bits, proof)], query_rand, joint_rand)


def test_sizes_at_the_recommended_parameters() -> None:
    flp = Flp(SumVec(400, 1, 27))
    assert flp.points == 16
    assert flp.proof_length == 2 * 27 + 2 * 15 + 1
    assert flp.verifier_length == 2 * 27 + 2


@pytest.mark.parametrize(("n", "power"), [(1, 1), (2, 2), (3, 4), (16, 16), (17, 32)])
def test_next_power_of_two(n: int, power: int) -> None:
    assert next_power_of_two(n) == power
