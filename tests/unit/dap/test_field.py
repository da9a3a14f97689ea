"""Field arithmetic and encoding against Python's own pow and naive polynomials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.errors import DecodeError, ParameterError
from dap.field import Field, Field64, Field128, lagrange_weights, odd_points, roots_of_unity, signed

FIELDS = [Field64, Field128]
fields = st.sampled_from(FIELDS)
orders = st.sampled_from([1, 2, 4, 8, 16, 32])


@st.composite
def vectors(draw: st.DrawFn, count: int = 1) -> tuple[Field, list[list[int]]]:
    field = draw(fields)
    element = st.integers(0, field.modulus - 1) | st.sampled_from([0, 1, field.modulus - 1])
    length = draw(st.integers(0, 20))
    return field, [draw(st.lists(element, min_size=length, max_size=length)) for _ in range(count)]


def evaluate(field: Field, coefficients: list[int], x: int) -> int:
    return sum(c * pow(x, i, field.modulus) for i, c in enumerate(coefficients)) % field.modulus


def test_the_moduli_are_those_of_the_draft() -> None:
    assert Field64.modulus == 18446744069414584321
    assert Field128.modulus == 340282366920938462946865773367900766209
    assert (Field64.size, Field128.size) == (8, 16)


@pytest.mark.parametrize("field", FIELDS)
def test_the_moduli_are_prime(field: Field) -> None:
    # Pocklington: 7 generates everything, and the known factors of p - 1 exceed its square root
    p, power = field.modulus, 1 << field.two_adicity
    assert (p - 1) % power == 0
    assert power > int(p**0.5)
    assert pow(7, p - 1, p) == 1
    assert pow(7, (p - 1) // 2, p) == p - 1


@given(vectors(2))
def test_add_and_subtract(case: tuple[Field, list[list[int]]]) -> None:
    field, (a, b) = case
    assert field.add(a, b) == [(x + y) % field.modulus for x, y in zip(a, b, strict=True)]
    assert field.subtract(field.add(a, b), b) == a
    assert field.dot(a, b) == sum(x * y for x, y in zip(a, b, strict=True)) % field.modulus


@pytest.mark.parametrize("field", FIELDS)
def test_lengths_must_agree(field: Field) -> None:
    with pytest.raises(ParameterError):
        field.add([1], [1, 2])
    with pytest.raises(ParameterError):
        field.subtract([1, 2], [1])


@given(fields, st.integers(1, 2**64))
def test_inverse_is_fermats(field: Field, x: int) -> None:
    x = x % field.modulus or 1
    assert field.inverse(x) == pow(x, field.modulus - 2, field.modulus)


@pytest.mark.parametrize("field", FIELDS)
def test_zero_has_no_inverse(field: Field) -> None:
    with pytest.raises(ParameterError):
        field.inverse(field.modulus)


@given(vectors())
def test_encoding_round_trips(case: tuple[Field, list[list[int]]]) -> None:
    field, (vector,) = case
    encoded = field.encode(vector)
    assert encoded == b"".join(x.to_bytes(field.size, "little") for x in vector)
    assert field.decode(encoded, len(vector)) == vector


@given(fields, st.integers(0, 5), st.binary(max_size=100))
def test_decoding_accepts_the_canonical_encoding_only(field: Field, length: int, encoded: bytes) -> None:
    try:
        vector = field.decode(encoded, length)
    except DecodeError:
        chunks = [encoded[i : i + field.size] for i in range(0, len(encoded), field.size)]
        too_large = any(int.from_bytes(chunk, "little") >= field.modulus for chunk in chunks)
        assert too_large or len(encoded) != length * field.size
    else:
        assert field.encode(vector) == encoded
        assert len(vector) == length


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("position", [0, 2])
def test_decoding_refuses_elements_from_the_modulus_on(field: Field, position: int) -> None:
    for value in (field.modulus, field.modulus + 1, 256**field.size - 1):
        vector = [field.modulus - 1] * 3
        assert field.decode(field.encode(vector), 3) == vector
        vector[position] = value
        with pytest.raises(DecodeError):
            field.decode(field.encode(vector), 3)


@pytest.mark.parametrize("field", FIELDS)
def test_signed_is_the_nearest_to_zero(field: Field) -> None:
    p = field.modulus
    assert [signed(x % p, field) for x in (-3, -1, 0, 1, 7)] == [-3, -1, 0, 1, 7]
    assert signed(p // 2, field) == p // 2
    assert signed(p // 2 + 1, field) == -(p // 2)


@given(fields, orders)
def test_roots_of_unity_are_all_different_and_primitive(field: Field, n: int) -> None:
    roots = roots_of_unity(field, n)
    assert len(set(roots)) == n
    assert all(pow(root, n, field.modulus) == 1 for root in roots)
    assert roots_of_unity(field, 2 * n)[::2] == roots


@pytest.mark.parametrize("n", [0, 3, 12, 2**33])
def test_roots_of_unity_exist_for_powers_of_two_only(n: int) -> None:
    with pytest.raises(ParameterError):
        roots_of_unity(Field64, n)


@given(fields, st.sampled_from([2, 4, 8]), st.data())
def test_weights_interpolate(field: Field, n: int, data: st.DataObject) -> None:
    element = st.integers(0, field.modulus - 1)
    coefficients = data.draw(st.lists(element, min_size=n, max_size=n))
    values = [evaluate(field, coefficients, root) for root in roots_of_unity(field, n)]
    t = data.draw(element | st.sampled_from(roots_of_unity(field, n)))  # at the points themselves, too
    assert field.dot(lagrange_weights(field, n, t), values) == evaluate(field, coefficients, t)


@given(fields, st.sampled_from([2, 4, 8]), st.data())
def test_odd_points_are_the_values_in_between(field: Field, n: int, data: st.DataObject) -> None:
    element = st.integers(0, field.modulus - 1)
    coefficients = data.draw(st.lists(element, min_size=n, max_size=n))
    fine = [evaluate(field, coefficients, root) for root in roots_of_unity(field, 2 * n)]
    assert [field.dot(row, fine[::2]) for row in odd_points(field, n)] == fine[1::2]
