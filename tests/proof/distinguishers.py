"""Who guesses, from all that one aggregator holds, which of two devices had which of two known vectors.

Each distinguisher gives a number: above 0 it says that the first device had the first vector. Most of them
weigh how plausible a candidate is for one half, and compare both ways of handing the candidates out. They try
what the protocol would give away if any one of its masks, blinds or seeds were missing, small, used twice or
known; and `Trained` learns from examples whatever else there may be in any bit.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from dap.constants import Role
from dap.errors import DapError
from dap.field import lagrange_weights
from dap.prio3 import _JOINT_PART, _MEASUREMENT_SHARE, _PROVE_RAND, _QUERY_RAND, VERSION
from dap.xof import derive_seed, expand_into_vector
from tests.proof.views import Half, Vector, View

Plausible = Callable[[View, Half, Vector], float]
Distinguisher = Callable[[View, Vector, Vector], float]


def compared(plausible: Plausible) -> Distinguisher:
    """Both halves against both candidates."""

    def distinguish(view: View, first: Vector, second: Vector) -> float:
        a, b = view.halves
        return (
            plausible(view, a, first)
            + plausible(view, b, second)
            - plausible(view, a, second)
            - plausible(view, b, first)
        )

    return distinguish


# -- what everybody can compute


def _tag(view: View, usage: int) -> bytes:
    return bytes((VERSION, 0)) + view.vdaf.ID.to_bytes(4, "big") + usage.to_bytes(2, "big") + view.context


def _centred(view: View, element: int) -> int:
    """From −p/2 to p/2."""
    p = view.vdaf.field.modulus
    element %= p
    return element - p if element > p // 2 else element


def _known_seeds(view: View, half: Half) -> Iterator[bytes]:
    """32 bytes that somebody careless could have taken instead of fresh ones."""
    yield from (bytes(32), b"\xff" * 32, view.verify_key, view.context[-32:], half.blind, half.joint_seed)
    yield from (half.report_id.ljust(32, b"\0"), half.report_id * 2)
    yield from (half.public_share[:32], half.public_share[32:], half.input_share[:32], half.input_share[-32:])


def _rest(view: View, half: Half, candidate: Vector) -> list[int]:
    """What the other aggregator's measurement share must be if the candidate is right."""
    return view.vdaf.field.subtract(candidate, half.measurement)


# -- the family, one half at a time


def nearness(view: View, half: Half, candidate: Vector) -> float:
    """A share that is not masked, or by little, lies near what it shares."""
    return -sum(
        math.log2(1 + abs(_centred(view, element - bit)))
        for element, bit in zip(half.measurement, candidate, strict=False)
    )


def parity(view: View, half: Half, candidate: Vector) -> float:
    """Lowest bits that agree."""
    return sum(element % 2 == bit for element, bit in zip(half.measurement, candidate, strict=False))


def correlation(view: View, half: Half, candidate: Vector) -> float:
    """Shares that are larger where the candidate is."""
    p = view.vdaf.field.modulus
    return sum(
        (element / p - 0.5) * (bit - 0.5) for element, bit in zip(half.measurement, candidate, strict=False)
    )


def share_sum(view: View, half: Half, candidate: Vector) -> float:
    """Masks that cancel out: a sum of shares that is near the sum of the answers."""
    return -math.log2(1 + abs(_centred(view, sum(half.measurement) - sum(candidate))))


def other_joint_part(view: View, half: Half, candidate: Vector) -> float:
    """The other's joint randomness part, recomputed from the rest of the candidate and a guessed blind."""
    if not half.measurement:
        return 0.0
    other = int(view.role is Role.LEADER)
    binder = bytes((other,)) + half.report_id + view.vdaf.field.encode(_rest(view, half, candidate))
    part = half.public_share[32 * other : 32 * other + 32]
    tag = _tag(view, _JOINT_PART)
    return sum(derive_seed(blind, tag, binder) == part for blind in _known_seeds(view, half))


def other_seed(view: View, half: Half, candidate: Vector) -> float:
    """The helper's share, expanded from a guessed seed, is the rest of the candidate."""
    if view.role is not Role.LEADER or not half.measurement:
        return 0.0
    rest, field, tag = _rest(view, half, candidate), view.vdaf.field, _tag(view, _MEASUREMENT_SHARE)
    return sum(
        expand_into_vector(field, seed, tag, b"\x01", len(rest)) == rest for seed in _known_seeds(view, half)
    )


def _queried(view: View, half: Half, candidate: Vector, proof: Sequence[int]) -> tuple[list[int], int]:
    """The verifier of a whole candidate with a whole proof; and the weight of the wire seeds in it."""
    flp = view.vdaf.flp
    tag = _tag(view, _QUERY_RAND)
    random = expand_into_vector(
        *(flp.field, view.verify_key, tag, b"\x01" + half.report_id, flp.query_rand_length)
    )
    joint = view.vdaf._joint_rand(view.context, half.joint_seed)
    weights = lagrange_weights(flp.field, flp.points, random[-1])
    return flp.query(candidate, proof, random, joint, 1), weights[0]


def wire_seeds(view: View, half: Half, candidate: Vector) -> float:
    """The joined verifier without what the candidate puts into it: the wire seeds, were they any but random.

    Only the helper sees both verifier shares; the leader tries with its own.
    """
    if not half.own_verifier:
        return 0.0
    field, flp = view.vdaf.field, view.vdaf.flp
    own = half.own_verifier
    joined = field.add(own, half.other_verifier) if half.other_verifier else own
    without, weight = _queried(view, half, candidate, [0] * flp.proof_length)
    inverse = field.inverse(weight)
    arity = view.vdaf.circuit.arity
    seeds = [
        (seen - public) * inverse % field.modulus
        for seen, public in zip(joined[1 : 1 + arity], without[1 : 1 + arity], strict=True)
    ]
    found = float(sum(abs(_centred(view, seed)) < 1 << 64 for seed in seeds))
    found += len(seeds) - len(set(seeds))
    tag = _tag(view, _PROVE_RAND)
    return found + arity * sum(
        expand_into_vector(field, seed, tag, b"\x01", arity) == seeds for seed in _known_seeds(view, half)
    )


def own_proof_alone(view: View, half: Half, candidate: Vector) -> float:
    """The own proof share, taken for a whole proof of the candidate, or of what is left of it."""
    if not half.proof:
        return 0.0
    found = 0
    for whole in (candidate, _rest(view, half, candidate)):
        try:
            found += view.vdaf.flp.decide(_queried(view, half, tuple(whole), half.proof)[0])
        except DapError:
            continue
    return float(found)


def _ones(candidate: Vector) -> int:
    return sum(candidate)


def length(view: View, half: Half, candidate: Vector) -> float:
    """More answers, more bytes."""
    return (len(half.received) + len(half.input_share)) * _ones(candidate)


def compressed(view: View, half: Half, candidate: Vector) -> float:
    """More answers, less that repeats."""
    return len(zlib.compress(half.received + half.input_share, 9)) * _ones(candidate)


def bits(view: View, half: Half, candidate: Vector) -> float:
    """More answers, more bits that are set."""
    data = half.received + half.input_share + view.vdaf.field.encode(half.out_share)
    return int.from_bytes(data, "big").bit_count() * _ones(candidate)


def verifier_size(view: View, half: Half, candidate: Vector) -> float:
    """More answers, larger values in the verifier share."""
    p = view.vdaf.field.modulus
    return sum(element / p for element in half.own_verifier) * _ones(candidate)


def joined_size(view: View, half: Half, candidate: Vector) -> float:
    """The same in both verifier shares together."""
    p = view.vdaf.field.modulus
    both = zip(half.own_verifier, half.other_verifier, strict=False)
    return sum((own + other) % p / p for own, other in both) * _ones(candidate)


def identity(view: View, half: Half, candidate: Vector) -> float:
    """Report ids that are ordered by the answers."""
    return int.from_bytes(half.report_id, "big") / (1 << 128) * _ones(candidate)


def place(view: View, half: Half, candidate: Vector) -> float:
    """Where its rows and messages stand among the others."""
    return (view.rows.find(half.report_id) + view.messages.find(half.report_id)) * _ones(candidate)


# -- both halves together


def difference(view: View, first: Vector, second: Vector) -> float:
    """Two shares under one mask differ by what the vectors do."""
    a, b = (half.measurement for half in view.halves)
    apart = [_centred(view, x - y) for x, y in zip(a, b, strict=False)]
    expected = [x - y for x, y in zip(first, second, strict=True)]
    return sum(
        (seen == there) - (seen == -there) for seen, there in zip(apart, expected, strict=False) if there
    )


def verifier_difference(view: View, first: Vector, second: Vector) -> float:
    """Two verifier shares under one mask differ by little."""
    a, b = (half.own_verifier for half in view.halves)
    return float(sum((_centred(view, x - y) > 0) - 0.5 for x, y in zip(a, b, strict=False)))


def totals(view: View, first: Vector, second: Vector) -> float:
    """Sums, own and published, less one own share: what would be left of the other device."""
    if not view.noisy:
        return 0.0
    field = view.vdaf.field
    found = 0.0
    for total in (view.own_total, *view.noisy, field.add(*view.noisy)):
        for sign, half in zip((1, -1), view.halves, strict=True):
            left = field.subtract(total, half.out_share)
            score = nearness(view, half._replace(measurement=left), second)
            found += sign * (score - nearness(view, half._replace(measurement=left), first))
    return found


FAMILY: dict[str, Distinguisher] = {
    each.__name__: compared(each)
    for each in (
        *(nearness, parity, correlation, share_sum, other_joint_part, other_seed, wire_seeds),
        *(own_proof_alone, length, compressed, bits, verifier_size, joined_size, identity, place),
    )
} | {each.__name__: each for each in (difference, verifier_difference, totals)}


# -- what learns


MOST_TELLING = 20


def material(view: View) -> NDArray[np.int8]:
    """Every bit that the view holds: first how the two halves differ, then what belongs to neither alone."""
    a, b = (_halved(view, half) for half in view.halves)
    size = min(len(a), len(b))
    return np.concatenate([a[:size] - b[:size], _bits(view.known)])


def _halved(view: View, half: Half) -> NDArray[np.int8]:
    vectors = (half.measurement, half.proof, half.own_verifier, half.other_verifier, half.out_share)
    field = view.vdaf.field
    parts = (half.received, half.input_share, half.joint_seed, *map(field.encode, vectors))
    lengths = b"".join(len(part).to_bytes(4, "big") for part in parts)
    joined = field.add(half.own_verifier, half.other_verifier) if half.other_verifier else []
    return _bits(lengths + b"".join(parts) + field.encode(joined))


def _bits(data: bytes) -> NDArray[np.int8]:
    return np.unpackbits(np.frombuffer(data, np.uint8)).astype(np.int8)


class Trained:
    """Logistic regression on the bits that told most in the examples."""

    def __init__(self, examples: Sequence[NDArray[np.int8]], truth: Sequence[bool]) -> None:
        self._size = min(len(example) for example in examples)
        seen = np.array([example[: self._size] for example in examples], np.float32)
        wanted = np.where(truth, 1.0, -1.0).astype(np.float32)
        self._mean = seen.mean(axis=0)
        seen -= self._mean
        spread = np.sqrt((seen**2).sum(axis=0)) + 1e-9
        self._kept = np.argsort(-np.abs(wanted @ seen) / spread)[:MOST_TELLING]
        kept = seen[:, self._kept].astype(np.float64)

        def loss(weights: NDArray[np.float64]) -> float:
            return float(np.logaddexp(0, -wanted * (kept @ weights)).sum() + (weights**2).sum() / 2)

        self._weights = optimize.minimize(loss, np.zeros(len(self._kept)), method="L-BFGS-B").x

    def __call__(self, example: NDArray[np.int8]) -> float:
        """Above 0: like the examples that were true."""
        padded = np.zeros(self._size, np.float32)
        padded[: len(example)] = example[: self._size]
        return float((padded - self._mean)[self._kept] @ self._weights)
