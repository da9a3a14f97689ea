"""Prio3 as its users meet it: sums are right, cheating and damage are refused, nothing secret shows."""

import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import pytest
from Cryptodome.Hash import TurboSHAKE128
from hypothesis import given
from hypothesis import strategies as st

from dap import xof
from dap.circuits import SumVec
from dap.errors import DapError, DecodeError, ParameterError, VerifyError
from dap.field import Field128, signed
from dap.flp import Flp
from dap.prio3 import (
    Prio3,
    Prio3Count,
    Prio3Histogram,
    Prio3Sum,
    Prio3SumVec,
    Shares,
    optimal_chunk_length,
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


# --------------------------------------------------------------------- rejection


class ForgedState:
    """TurboSHAKE128 whose output has candidates in it that reach the modulus."""

    def __init__(self, real: Any) -> None:
        self.real, self.buffer = real, b""
        self.update = real.update

    def read(self, length: int) -> bytes:
        if not self.buffer:
            self.buffer = self.real.read(32) + b"\xff" * 32 + self.real.read(16) + b"\xff" * 16
            self.buffer += self.real.read(4096)
        part, self.buffer = self.buffer[:length], self.buffer[length:]
        assert len(part) == length
        return part


@pytest.mark.parametrize("kind", KINDS)
def test_rejected_candidates_leave_everything_consistent(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The helper's share, its hash into the joint randomness and the proof all skip the same candidates."""

    class Forgery:
        @staticmethod
        def new(domain: int) -> ForgedState:
            return ForgedState(TurboSHAKE128.new(domain=domain))

    vdaf = kind(2)
    value, rand = some_measurement(vdaf), some_rand(vdaf)
    honest = vdaf.shard(CTX, value, NONCE, rand)
    out_shares = verify(vdaf, honest)

    monkeypatch.setattr(xof, "TurboSHAKE128", Forgery)
    assert vdaf.shard(CTX, value, NONCE, rand) == honest  # what is skipped leaves no trace
    assert verify(vdaf, honest) == out_shares
    stream = xof.XofTurboShake128(bytes(32), b"", b"")
    assert b"\xff" * 32 in stream.read(96)  # and yet it was there


# ----------------------------------------------------------------------- secrecy


def trace_of(run: Callable[[], object]) -> list[tuple[str, int]]:
    """Every instruction of ours that runs, in order."""
    instructions: list[tuple[str, int]] = []

    def step(frame: FrameType, event: str, _: object) -> Any:
        if "/dap/" not in frame.f_code.co_filename.replace("\\", "/"):
            return None
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        instructions.append((f"{frame.f_code.co_qualname} {event}", frame.f_lasti))
        return step

    previous = sys.gettrace()
    sys.settrace(step)
    try:
        run()
    finally:
        sys.settrace(previous)
    return instructions


@pytest.mark.parametrize(
    ("vdaf", "values"),
    [
        (Prio3SumVec(30, 1, 5), [[0] * 30, [1] * 30, [0, 1] * 15, [1] + [0] * 29]),
        (Prio3SumVec(4, 9, 5), [[0] * 4, [9] * 4, [7, 8, 3, 1]]),
        (Prio3Histogram(9, 4), [0, 4, 8]),
        (Prio3Sum(9), [0, 1, 7, 8, 9]),
        (Prio3Count(), [0, 1]),
    ],
)
def test_sharding_takes_the_same_steps_for_every_measurement(
    vdaf: Prio3[Any, Any], values: list[Any]
) -> None:
    rand = some_rand(vdaf)
    # Fills the caches of constants; and from Python 3.12 on a code's first traced run tells of calls only.
    trace_of(lambda: vdaf.shard(CTX, values[0], NONCE, rand))
    traces = [trace_of(lambda value=value: vdaf.shard(CTX, value, NONCE, rand)) for value in values]  # type: ignore[misc]
    assert len(traces[0]) > 1000
    assert all(trace == traces[0] for trace in traces)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_secret_is_shown(kind: Any) -> None:
    vdaf = kind(2)
    value = some_measurement(vdaf)
    report = vdaf.shard(CTX, value, NONCE, some_rand(vdaf))
    state, _ = vdaf.verify_init(KEY, CTX, 0, NONCE, report.public_share, report.input_shares[0])
    secrets = [str(state.out_share[0]), repr(report.input_shares[1]), report.input_shares[1].hex()]
    secrets += [repr(part) for part in (state.joint_rand_seed, report.public_share) if part]
    texts = [repr(report), str(report), repr(state), str(state), f"{report}{state}", repr([state, report])]
    with pytest.raises(DapError) as caught:
        vdaf.verify_init(KEY, CTX, 0, NONCE, report.public_share, b"\xff" * len(report.input_shares[0]))
    texts.append(str(caught.value))
    for text in texts:
        assert not [secret for secret in secrets if secret in text]


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
