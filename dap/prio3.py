"""Prio3: split a measurement into shares, verify them apart, add them up, join the totals.

Source: draft-irtf-cfrg-vdaf-20, section 7.2. One class per kind of measurement; a few bytes of ``ctx`` bind
everything to one application and task.
"""

from hmac import compare_digest
from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, TypeVar

from dap import circuits
from dap.errors import DecodeError, ParameterError, VerifyError
from dap.flp import Flp
from dap.xof import SEED_SIZE, XofTurboShake128, derive_seed, expand_into_vector, read_vector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dap.circuits import Circuit
    from dap.field import Field

VERSION = 18  # of the domain separation: drafts 18, 19 and 20 are the same on the wire
_ONE_PROOF = b"\x01"

# usages in the domain separation tag
_MEASUREMENT_SHARE, _PROOF_SHARE, _JOINT_RAND, _PROVE_RAND = 1, 2, 3, 4
_QUERY_RAND, _JOINT_SEED, _JOINT_PART = 5, 6, 7

M = TypeVar("M")
R = TypeVar("R")


class Shares(NamedTuple):
    """What a client makes of one measurement: the leader's input share comes first."""

    public_share: bytes
    input_shares: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"Shares(<{len(self.input_shares)} input shares>)"


class VerifyState(NamedTuple):
    """What an aggregator keeps of a report between its verifier share and the verifier message."""

    field: "Field"
    out_share: tuple[int, ...]
    joint_rand_seed: bytes

    def __repr__(self) -> str:
        return f"VerifyState(<{len(self.out_share)} elements>)"

    def encode(self) -> bytes:
        """To keep it across a restart; ``Prio3.decode_state`` reads it back."""
        return self.field.encode(self.out_share) + self.joint_rand_seed


class Prio3(Generic[M, R]):
    """The algorithm over any circuit, for 2..255 aggregators. Sizes are bytes.

    ``rand_size`` is how much fresh randomness ``shard`` takes. Everything raises subclasses of DapError only:
    ParameterError for arguments of the caller's own, DecodeError and VerifyError for what others sent.
    """

    ID: ClassVar[int]
    NONCE_SIZE: ClassVar[int] = 16
    VERIFY_KEY_SIZE: ClassVar[int] = SEED_SIZE

    def __init__(self, circuit: "Circuit[M, R]", shares: int = 2) -> None:
        if not 2 <= shares <= 255:
            raise ParameterError("there must be 2 to 255 shares")
        self.shares = shares
        self.circuit = circuit
        self.field = circuit.field
        self.flp = Flp(circuit)
        self._joint = circuit.joint_rand_length > 0
        self._seeds_per_share = 2 if self._joint else 1
        self._part_size = SEED_SIZE if self._joint else 0
        self.rand_size = SEED_SIZE * shares * self._seeds_per_share

    # ------------------------------------------------------------------ client

    def shard(self, ctx: bytes, measurement: M, nonce: bytes, rand: bytes) -> Shares:
        """Split a measurement. ``rand`` is fresh, secret, and used for this one measurement only."""
        self._require(nonce, self.NONCE_SIZE, "nonce")
        self._require(rand, self.rand_size, "rand")
        encoded = self.circuit.encode(measurement)
        *helper_seeds, prove_seed = [rand[i : i + SEED_SIZE] for i in range(0, len(rand), SEED_SIZE)]
        leader_blind = helper_seeds.pop() if self._joint else b""
        keys = helper_seeds[:: self._seeds_per_share]
        blinds = helper_seeds[1::2] if self._joint else [b""] * len(keys)

        leader_share = encoded
        parts = []
        for helper, (key, blind) in enumerate(zip(keys, blinds, strict=True), start=1):
            share, share_bytes = self._helper_measurement(ctx, helper, key)
            leader_share = self.field.subtract(leader_share, share)
            parts.append(self._joint_part(ctx, helper, blind, nonce, share_bytes))
        leader_bytes = self.field.encode(leader_share)
        parts.insert(0, self._joint_part(ctx, 0, leader_blind, nonce, leader_bytes))

        joint_rand = self._joint_rand(ctx, self._joint_seed(ctx, parts))
        prove_rand = expand_into_vector(
            self.field, prove_seed, self._tag(_PROVE_RAND, ctx), _ONE_PROOF, self.flp.prove_rand_length
        )
        leader_proof = self.flp.prove(encoded, prove_rand, joint_rand)
        for helper, key in enumerate(keys, start=1):
            leader_proof = self.field.subtract(leader_proof, self._helper_proof(ctx, helper, key))

        leader = b"".join((leader_bytes, self.field.encode(leader_proof), leader_blind))
        helpers = [key + blind for key, blind in zip(keys, blinds, strict=True)]
        return Shares(b"".join(parts), (leader, *helpers))

    def measurement_shares(self, ctx: bytes, input_shares: "Sequence[bytes]") -> list[list[int]]:
        """Each aggregator's share of the encoded measurement, without proofs: together they are it."""
        return [self._open_input_share(ctx, number, share)[0] for number, share in enumerate(input_shares)]

    # ------------------------------------------------------------- aggregators

    def verify_init(
        self,
        verify_key: bytes,
        ctx: bytes,
        aggregator_id: int,
        nonce: bytes,
        public_share: bytes,
        input_share: bytes,
    ) -> tuple[VerifyState, bytes]:
        """What one aggregator can do alone (leader 0, helper 1): its state and its encoded verifier share."""
        self._require(verify_key, self.VERIFY_KEY_SIZE, "verification key")
        self._require(nonce, self.NONCE_SIZE, "nonce")
        if not 0 <= aggregator_id < self.shares:
            raise ParameterError("there is no such aggregator")
        parts = self._split_public_share(public_share)
        measurement, share_bytes, proof, blind = self._open_input_share(ctx, aggregator_id, input_share)

        part = self._joint_part(ctx, aggregator_id, blind, nonce, share_bytes)
        parts[aggregator_id] = part  # never trust the client's word for one's own part
        seed = self._joint_seed(ctx, parts)
        tag, length = self._tag(_QUERY_RAND, ctx), self.flp.query_rand_length
        query_rand = expand_into_vector(self.field, verify_key, tag, _ONE_PROOF + nonce, length)
        verifier = self.flp.query(measurement, proof, query_rand, self._joint_rand(ctx, seed), self.shares)
        state = VerifyState(self.field, tuple(self.circuit.truncate(measurement)), seed)
        return state, self.field.encode(verifier) + part

    def verifier_shares_to_message(self, ctx: bytes, verifier_shares: "Sequence[bytes]") -> bytes:
        """Join every aggregator's verifier share, in the order of ids; raises VerifyError on a bad proof."""
        if len(verifier_shares) != self.shares:
            raise DecodeError(f"{len(verifier_shares)} verifier shares where {self.shares} are needed")
        size = self.flp.verifier_length * self.field.size
        verifier = [0] * self.flp.verifier_length
        parts = []
        for share in verifier_shares:
            self._require_encoded(share, size + self._part_size, "verifier share")
            verifier = self.field.add(verifier, self.field.decode(share[:size], self.flp.verifier_length))
            parts.append(share[size:])
        if not self.flp.decide(verifier):
            raise VerifyError("the shares do not prove a valid measurement")
        return self._joint_seed(ctx, parts)

    def verify_next(self, ctx: bytes, state: VerifyState, message: bytes) -> list[int]:
        """The out share of a valid report; raises VerifyError when the joint randomness was tampered with.

        ``ctx`` belongs to the interface of a VDAF; Prio3 needs it no more here.
        """
        self._require_encoded(message, self._part_size, "verifier message")
        if not compare_digest(message, state.joint_rand_seed):
            raise VerifyError("the joint randomness does not agree with the shares")
        return list(state.out_share)

    def decode_state(self, encoded: bytes) -> VerifyState:
        """What ``VerifyState.encode`` made; raises DecodeError on anything else."""
        size = self.circuit.output_length * self.field.size
        self._require_encoded(encoded, size + self._part_size, "verify state")
        out_share = self.field.decode(encoded[:size], self.circuit.output_length)
        return VerifyState(self.field, tuple(out_share), encoded[size:])

    # -------------------------------------------------------------- aggregates

    def zero(self) -> list[int]:
        """The aggregate share of no report."""
        return [0] * self.circuit.output_length

    def add(self, a: "Sequence[int]", b: "Sequence[int]") -> list[int]:
        """The sum of two out shares or aggregate shares."""
        return self.field.add(a, b)

    def encode_aggregate(self, share: "Sequence[int]") -> bytes:
        """An aggregate share (or out share) as bytes."""
        if len(share) != self.circuit.output_length:
            raise ParameterError(f"{len(share)} elements where {self.circuit.output_length} are needed")
        return self.field.encode(share)

    def decode_aggregate(self, encoded: bytes) -> list[int]:
        """Raises DecodeError on anything but the canonical encoding."""
        return self.field.decode(encoded, self.circuit.output_length)

    def unshard(self, aggregate_shares: "Sequence[bytes]") -> R:
        """Join all aggregators' encoded shares. Numbers are the raw elements 0..p-1; see ``field.signed``."""
        if len(aggregate_shares) != self.shares:
            raise DecodeError(f"{len(aggregate_shares)} aggregate shares where {self.shares} are needed")
        total = self.zero()
        for share in aggregate_shares:
            total = self.add(total, self.decode_aggregate(share))
        return self.circuit.decode(total)

    # ---------------------------------------------------------------- the parts

    def _open_input_share(
        self, ctx: bytes, aggregator_id: int, input_share: bytes
    ) -> tuple[list[int], bytes, list[int], bytes]:
        """Measurement share, its encoding, proof share, blind."""
        if aggregator_id:
            self._require_encoded(input_share, SEED_SIZE + self._part_size, "input share")
            key, blind = input_share[:SEED_SIZE], input_share[SEED_SIZE:]
            measurement, share_bytes = self._helper_measurement(ctx, aggregator_id, key)
            return measurement, share_bytes, self._helper_proof(ctx, aggregator_id, key), blind
        length = self.circuit.measurement_length
        size, both = length * self.field.size, (length + self.flp.proof_length) * self.field.size
        self._require_encoded(input_share, both + self._part_size, "input share")
        elements = self.field.decode(input_share[:both], length + self.flp.proof_length)
        return elements[:length], input_share[:size], elements[length:], input_share[both:]

    def _split_public_share(self, public_share: bytes) -> list[bytes]:
        self._require_encoded(public_share, self.shares * self._part_size, "public share")
        size = self._part_size
        return [public_share[i * size : (i + 1) * size] for i in range(self.shares)]

    def _helper_measurement(self, ctx: bytes, helper: int, key: bytes) -> tuple[list[int], bytes]:
        xof = XofTurboShake128(key, self._tag(_MEASUREMENT_SHARE, ctx), bytes((helper,)))
        return read_vector(self.field, self.circuit.measurement_length, xof.read)

    def _helper_proof(self, ctx: bytes, helper: int, key: bytes) -> list[int]:
        tag, binder = self._tag(_PROOF_SHARE, ctx), _ONE_PROOF + bytes((helper,))
        return expand_into_vector(self.field, key, tag, binder, self.flp.proof_length)

    def _joint_part(self, ctx: bytes, aggregator: int, blind: bytes, nonce: bytes, share: bytes) -> bytes:
        if not self._joint:
            return b""
        return derive_seed(blind, self._tag(_JOINT_PART, ctx), bytes((aggregator,)) + nonce + share)

    def _joint_seed(self, ctx: bytes, parts: "Sequence[bytes]") -> bytes:
        if not self._joint:
            return b""
        return derive_seed(bytes(SEED_SIZE), self._tag(_JOINT_SEED, ctx), b"".join(parts))

    def _joint_rand(self, ctx: bytes, seed: bytes) -> list[int]:
        if not self._joint:
            return []
        length = self.circuit.joint_rand_length
        return expand_into_vector(self.field, seed, self._tag(_JOINT_RAND, ctx), _ONE_PROOF, length)

    def _tag(self, usage: int, ctx: bytes) -> bytes:
        """Domain separation: version, class 0 (VDAF), algorithm, usage, application."""
        return bytes((VERSION, 0)) + self.ID.to_bytes(4, "big") + usage.to_bytes(2, "big") + ctx

    @staticmethod
    def _require(value: bytes, size: int, what: str) -> None:
        if len(value) != size:
            raise ParameterError(f"a {what} of {len(value)} bytes where {size} are needed")

    @staticmethod
    def _require_encoded(value: bytes, size: int, what: str) -> None:
        if len(value) != size:
            raise DecodeError(f"a {what} of {len(value)} bytes where {size} are needed")


class Prio3Count(Prio3[int, int]):
    """How many measurements of 0 or 1 are 1."""

    ID = 1

    def __init__(self, shares: int = 2) -> None:
        super().__init__(circuits.Count(), shares)


class Prio3Sum(Prio3[int, int]):
    """The sum of integers 0..max_measurement."""

    ID = 2

    def __init__(self, max_measurement: int, shares: int = 2) -> None:
        super().__init__(circuits.Sum(max_measurement), shares)


class Prio3SumVec(Prio3["Sequence[int]", list[int]]):
    """The sums of vectors of ``length`` integers 0..max_measurement."""

    ID = 3

    def __init__(self, length: int, max_measurement: int, chunk_length: int, shares: int = 2) -> None:
        super().__init__(circuits.SumVec(length, max_measurement, chunk_length), shares)


class Prio3Histogram(Prio3[int, list[int]]):
    """How many measurements fell into each of ``length`` buckets."""

    ID = 4

    def __init__(self, length: int, chunk_length: int, shares: int = 2) -> None:
        super().__init__(circuits.Histogram(length, chunk_length), shares)


def optimal_chunk_length(elements: int) -> int:
    """The chunk length that gives the shortest proof for so many elements (SumVec: length times bits).

    The rule of libprio: only numbers of calls that fill the wire polynomials, 2**i - 1, come into question,
    and of equally short proofs the one with more calls is taken.
    """
    if elements <= 1:
        return 1
    candidates = [(1 << i) - 1 for i in range((elements + 1).bit_length() - 1, 0, -1)]
    calls = min(candidates, key=lambda calls: -(-elements // calls) + calls)
    return -(-elements // calls)
