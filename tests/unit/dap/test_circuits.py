"""Circuits: what is valid, what is not, and how measurements become elements."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.circuits import Circuit, Count, Histogram, Sum, SumVec
from dap.errors import ParameterError


def is_valid(circuit: Circuit[Any, Any], encoded: list[int], joint_rand: list[int]) -> bool:
    """The circuit itself, without any proof."""
    wires = circuit.wires(encoded, joint_rand)
    outputs = [circuit.gadget([wire[call] for wire in wires]) for call in range(circuit.calls)]
    return all(check % circuit.field.modulus == 0 for check in circuit.evaluate(encoded, outputs, 1))


def some_rand(circuit: Circuit[Any, Any]) -> list[int]:
    return [pow(3, 50 + i, circuit.field.modulus) for i in range(circuit.joint_rand_length)]


@given(st.data(), st.integers(1, 2**40))
def test_sum_accepts_the_range_and_adds_up_to_it(data: st.DataObject, largest: int) -> None:
    circuit = Sum(largest)
    value = data.draw(st.integers(0, largest) | st.sampled_from([0, largest, largest // 2]))
    encoded = circuit.encode(value)
    assert set(encoded) <= {0, 1}
    assert circuit.truncate(encoded) == [value]
    assert circuit.decode(circuit.truncate(encoded)) == value
    assert is_valid(circuit, encoded, [])
    assert sum(circuit.bit_weights) == largest  # no choice of bits means more


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(1, 9))
def test_sum_vec_accepts_the_range(values: list[int], chunk_length: int) -> None:
    circuit = SumVec(len(values), 5, chunk_length)
    encoded = circuit.encode(values)
    assert len(encoded) == circuit.measurement_length == 3 * len(values)
    assert circuit.decode(circuit.truncate(encoded)) == values
    assert is_valid(circuit, encoded, some_rand(circuit))


@given(st.integers(1, 30), st.integers(1, 12), st.data())
def test_histogram_accepts_exactly_one_bucket(length: int, chunk_length: int, data: st.DataObject) -> None:
    circuit = Histogram(length, chunk_length)
    encoded = circuit.encode(data.draw(st.integers(0, length - 1)))
    assert sum(encoded) == 1
    assert is_valid(circuit, encoded, some_rand(circuit))
    bits = data.draw(st.lists(st.integers(0, 1), min_size=length, max_size=length))
    assert is_valid(circuit, bits, some_rand(circuit)) == (sum(bits) == 1)


@pytest.mark.parametrize("value", [0, 1])
def test_count_accepts_zero_and_one(value: int) -> None:
    assert is_valid(Count(), Count().encode(value), [])


@given(st.data())
def test_anything_but_bits_is_invalid(data: st.DataObject) -> None:
    circuit: Circuit[Any, Any] = data.draw(
        st.sampled_from([Count(), Sum(7), SumVec(3, 1, 2), SumVec(2, 6, 4), Histogram(5, 2)])
    )
    p = circuit.field.modulus
    bits = data.draw(
        st.lists(st.integers(0, 1), min_size=circuit.measurement_length, max_size=circuit.measurement_length)
    )
    position = data.draw(st.integers(0, len(bits) - 1))
    bits[position] = data.draw(st.sampled_from([2, p - 1, p // 2]) | st.integers(2, p - 1))
    assert not is_valid(circuit, bits, some_rand(circuit))


@pytest.mark.parametrize(
    ("circuit", "measurement"),
    [
        (Count(), 2),
        (Count(), -1),
        (Count(), None),
        (Sum(10), 11),
        (Sum(10), -1),
        (Sum(10), 1.0),
        (SumVec(2, 1, 1), [0]),
        (SumVec(2, 1, 1), [0, 1, 0]),
        (SumVec(2, 1, 1), [0, 2]),
        (SumVec(2, 1, 1), [-1, 0]),
        (SumVec(2, 1, 1), [0, "1"]),
        (SumVec(2, 1, 1), "01"),
        (Histogram(4, 2), 4),
        (Histogram(4, 2), -1),
        (Histogram(4, 2), None),
    ],
)
def test_measurements_out_of_range_are_refused(circuit: Circuit[Any, Any], measurement: Any) -> None:
    with pytest.raises(ParameterError):
        circuit.encode(measurement)


@pytest.mark.parametrize(
    ("circuit", "parameters"),
    [
        (Sum, (0,)),
        (Sum, (2**64,)),
        (SumVec, (0, 1, 1)),
        (SumVec, (1, 0, 1)),
        (SumVec, (1, 1, 0)),
        (SumVec, (1, 2**128, 1)),
        (Histogram, (0, 1)),
        (Histogram, (1, 0)),
    ],
)
def test_parameters_out_of_range_are_refused(circuit: Any, parameters: tuple[int, ...]) -> None:
    with pytest.raises(ParameterError):
        circuit(*parameters)


@given(st.data())
def test_wires_at_is_linear_in_the_shares(data: st.DataObject) -> None:
    """Two shares' weighed wires add up to those of the whole measurement."""
    circuit: Circuit[Any, Any] = data.draw(
        st.sampled_from([Count(), Sum(7), SumVec(7, 1, 3), SumVec(2, 6, 4), Histogram(5, 2)])
    )
    p = circuit.field.modulus
    element = st.integers(0, p - 1)

    def elements(length: int) -> list[int]:
        return data.draw(st.lists(element, min_size=length, max_size=length))

    a, b = elements(circuit.measurement_length), elements(circuit.measurement_length)
    joint_rand, weights = elements(circuit.joint_rand_length), elements(circuit.calls)
    half = circuit.field.inverse(2)
    joined = circuit.field.add(
        circuit.wires_at(a, joint_rand, weights, half), circuit.wires_at(b, joint_rand, weights, half)
    )
    whole = circuit.wires(circuit.field.add(a, b), joint_rand)
    assert joined == [circuit.field.dot(weights, wire) for wire in whole]
