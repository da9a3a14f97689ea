"""A client that cheats is refused; so is a report of another task, of another id, or with swapped shares."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.errors import VerifyError
from dap.field import Field128
from dap.prio3 import (
    Prio3,
    Prio3Count,
    Prio3Histogram,
    Prio3Sum,
    Prio3SumVec,
    Shares,
    optimal_chunk_length,
)
from tests.unit.dap.reports import CTX, KEY, KINDS, NONCE, some_measurement, some_rand, total, verify

# ---------------------------------------------------------------------- cheating


def cheat(vdaf: Prio3[Any, Any], encoded: list[int], rand: bytes) -> Shares:
    """What a client sends that encodes as it likes and otherwise proves as well as it can."""
    circuit = vdaf.circuit
    circuit.encode = lambda measurement: encoded  # type: ignore[method-assign]
    try:
        return vdaf.shard(CTX, None, NONCE, rand)
    finally:
        del circuit.encode


@given(
    st.lists(st.integers(0, 1), min_size=40, max_size=40),
    st.integers(0, 39),
    st.sampled_from([2, -1, 3, 1000, Field128.modulus // 2]) | st.integers(2, Field128.modulus - 1),
    st.integers(0, 255),
)
def test_a_vector_with_anything_but_bits_is_refused(
    bits: list[int], position: int, value: int, label: int
) -> None:
    vdaf = Prio3SumVec(40, 1, optimal_chunk_length(40))
    bits[position] = value % Field128.modulus
    report = cheat(vdaf, bits, some_rand(vdaf, label))
    with pytest.raises(VerifyError):
        verify(vdaf, report)


def test_two_wrongs_do_not_make_a_right() -> None:
    """2 and -1 together keep the sum of all entries; they are refused all the same."""
    vdaf = Prio3SumVec(6, 1, 3)
    with pytest.raises(VerifyError):
        verify(vdaf, cheat(vdaf, [0, 2, 0, Field128.modulus - 1, 0, 0], some_rand(vdaf)))


def test_the_cheating_client_is_honest_when_it_encodes_bits() -> None:
    """So that the tests above fail for what they say."""
    vdaf = Prio3SumVec(6, 1, 3)
    report = cheat(vdaf, [0, 1, 0, 1, 0, 0], some_rand(vdaf))
    assert report == vdaf.shard(CTX, [0, 1, 0, 1, 0, 0], NONCE, some_rand(vdaf))
    assert total(vdaf, [verify(vdaf, report)]) == [0, 1, 0, 1, 0, 0]


@pytest.mark.parametrize("encoded", [[0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1], [2, 0, 0, 0]])
def test_a_histogram_of_other_than_one_bucket_is_refused(encoded: list[int]) -> None:
    vdaf = Prio3Histogram(4, 2)
    with pytest.raises(VerifyError):
        verify(vdaf, cheat(vdaf, encoded, some_rand(vdaf)))


@pytest.mark.parametrize(("vdaf", "encoded"), [(Prio3Count(), [2]), (Prio3Sum(9), [0, 1, 0, 2])])
def test_a_number_out_of_range_is_refused(vdaf: Prio3[Any, Any], encoded: list[int]) -> None:
    with pytest.raises(VerifyError):
        verify(vdaf, cheat(vdaf, encoded, some_rand(vdaf)))


# ----------------------------------------------------------- what binds a report


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("key", "ctx", "nonce"), [(bytes(32), CTX, NONCE), (KEY, CTX + b"!", NONCE), (KEY, CTX, bytes(16))]
)
def test_aggregators_must_agree_on_everything(kind: Any, key: bytes, ctx: bytes, nonce: bytes) -> None:
    vdaf = kind(2)
    report = vdaf.shard(CTX, some_measurement(vdaf), NONCE, some_rand(vdaf))
    made = [
        vdaf.verify_init(KEY, CTX, 0, NONCE, report.public_share, report.input_shares[0]),
        vdaf.verify_init(key, ctx, 1, nonce, report.public_share, report.input_shares[1]),
    ]
    with pytest.raises(VerifyError):
        vdaf.verifier_shares_to_message(CTX, [verifier for _, verifier in made])


@pytest.mark.parametrize("kind", KINDS)
def test_helpers_cannot_swap_their_shares(kind: Any) -> None:
    vdaf = kind(3)
    report = vdaf.shard(CTX, some_measurement(vdaf), NONCE, some_rand(vdaf))
    leader, first, second = report.input_shares
    with pytest.raises(VerifyError):
        verify(vdaf, Shares(report.public_share, (leader, second, first)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_of_another_task_is_refused(kind: Any) -> None:
    """Both aggregators agree with each other, but not with the client."""
    vdaf = kind(2)
    report = vdaf.shard(CTX + b"!", some_measurement(vdaf), NONCE, some_rand(vdaf))
    with pytest.raises(VerifyError):
        verify(vdaf, report)


@pytest.mark.parametrize("kind", KINDS[2:])
def test_a_report_cannot_get_another_id(kind: Any) -> None:
    """With joint randomness the client itself binds the nonce."""
    vdaf = kind(2)
    report = vdaf.shard(CTX, some_measurement(vdaf), NONCE, some_rand(vdaf))
    with pytest.raises(VerifyError):
        verify(vdaf, report, nonce=bytes(16))


@pytest.mark.parametrize("kind", KINDS[2:])
def test_an_aggregator_takes_nobodys_word_for_its_own_part(kind: Any) -> None:
    vdaf = kind(2)
    report = vdaf.shard(CTX, some_measurement(vdaf), NONCE, some_rand(vdaf))
    for i, share in enumerate(report.input_shares):
        forged = bytearray(report.public_share)
        forged[32 * i : 32 * (i + 1)] = bytes(32)
        wanted = vdaf.verify_init(KEY, CTX, i, NONCE, report.public_share, share)
        assert vdaf.verify_init(KEY, CTX, i, NONCE, bytes(forged), share) == wanted
