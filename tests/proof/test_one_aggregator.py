"""One aggregator learns nothing that it could use: whoever holds all that it holds guesses as if blind.

Two devices report, one with zeros (quiet, say), the other with answers; a coin decides which is which. A
family of distinguishers, and one that is trained on half of the trials, guess it from everything that the
leader holds in the end, then from everything that the helper does. Each is a two-sided exact binomial test
against one half, all of them together at a level of 0.1 % (Bonferroni). Seeds are fixed: a run repeats.

So that this can fail: who joins both views is always right; and of protocols that are weakened in one place
each, some distinguisher notices it from a few dozen trials, at the same level.
"""

from __future__ import annotations

import functools
import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

import dap.seal
from dap.messages import UploadRequest
from dap.prio3 import Prio3
from dap.seal import Derived
from dap.task import Task
from tests.proof.distinguishers import FAMILY, Trained, difference, material, nearness
from tests.proof.views import LENGTH, Lab, Sealing, Vector, View, Views, sealed

LEVEL = 1e-3
CANDIDATES: tuple[Vector, Vector] = ((0,) * LENGTH, (1, 0, 1, 1, 0, 0, 1, 0, 0, 1))
ROLES = ("leader", "helper")
TESTS = len(ROLES) * (len(FAMILY) + 1)
FEW = 60
"""Trials of a weakened protocol."""


class Guesses(NamedTuple):
    """How many were right, of how many."""

    right: int
    of: int

    @property
    def chance(self) -> float:
        """How likely a blind guesser is so far from one half; corrected for the number of tests."""
        return min(1.0, TESTS * float(stats.binomtest(self.right, self.of).pvalue))

    def __str__(self) -> str:
        return f"{self.right} of {self.of}"


class Round(NamedTuple):
    """What is left of one trial: each guess, each view's bits, and the truth."""

    truth: bool
    guesses: dict[tuple[str, str], bool]
    bits: dict[str, NDArray[np.int8]]


def played(lab: Lab, trials: int, seed: object) -> Iterator[tuple[Views, bool]]:
    """Trials, and whether the first device had the first candidate."""
    coin = random.Random(f"coin {seed}")
    for _ in range(trials):
        truth = coin.random() < 0.5
        yield lab.trial(CANDIDATES if truth else (CANDIDATES[1], CANDIDATES[0])), truth


def rounds(folder: Path, trials: int, seed: object, sealing: Sealing = sealed) -> list[Round]:
    blind = random.Random(f"blind {seed}")
    found = []
    for views, truth in played(Lab(folder, seed, sealing), trials, seed):
        guesses, bits = {}, {}
        for role in ROLES:
            view: View = getattr(views, role)
            bits[role] = material(view)
            for name, distinguisher in FAMILY.items():
                score = distinguisher(view, *CANDIDATES)
                guesses[role, name] = score > 0 if score else blind.random() < 0.5
        found.append(Round(truth, guesses, bits))
    return found


def results(found: Sequence[Round]) -> dict[tuple[str, str], Guesses]:
    """Every distinguisher's guesses, by role and name; those of the trained one from the second half."""
    made = {
        key: Guesses(sum(each.guesses[key] == each.truth for each in found), len(found))
        for key in found[0].guesses
    }
    half = len(found) // 2
    for role in ROLES:
        learned = Trained([each.bits[role] for each in found[:half]], [each.truth for each in found[:half]])
        right = sum((learned(each.bits[role]) > 0) == each.truth for each in found[half:])
        made[role, "trained"] = Guesses(right, len(found) - half)
    return made


@pytest.fixture(autouse=True)
def _below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# -- the protocol as it is


@pytest.mark.timeout(800)
def test_no_distinguisher_does_better_than_chance(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    found = results(rounds(tmp_path, count(150, 1_000), "as it is"))
    assert len(found) == TESTS
    telling = {key: str(guesses) for key, guesses in found.items() if guesses.chance < LEVEL}
    assert not telling


def test_both_together_read_every_vector(tmp_path: Path) -> None:
    """Joined by whoever holds both views, shares are the vector itself; then no guess is wrong."""
    for views, truth in played(Lab(tmp_path, "joined"), 20, "joined"):
        field = views.leader.vdaf.field
        for role in ("measurement", "out_share"):
            halves = [[getattr(half, role) for half in view.halves] for view in (views.leader, views.helper)]
            joined = [tuple(field.add(a, b)) for a, b in zip(*halves, strict=True)]
            assert joined == list(views.vectors)
        whole = tuple(
            half._replace(measurement=list(vector))
            for half, vector in zip(views.leader.halves, joined, strict=True)
        )
        view = views.leader._replace(halves=(whole[0], whole[1]))
        for distinguish in (FAMILY[nearness.__name__], difference):
            assert (distinguish(view, *CANDIDATES) > 0) == truth


def test_a_view_is_complete(tmp_path: Path) -> None:
    """What is guessed from holds what it says: own shares verify, rows and messages speak of both reports."""
    views, _ = next(played(Lab(tmp_path, "complete"), 1, "complete"))
    vdaf = views.leader.vdaf
    for view in (views.leader, views.helper):
        for half in view.halves:
            assert half.report_id in view.rows
            assert half.report_id in view.messages
            assert len(half.proof) == vdaf.flp.proof_length
            assert len(half.own_verifier) == vdaf.flp.verifier_length
        assert vdaf.field.add(*(half.out_share for half in view.halves)) == view.own_total
        assert vdaf.field.encode(view.own_total) in view.rows
        assert len(view.noisy) == 2
    for leader, helper in zip(views.leader.halves, views.helper.halves, strict=True):
        assert helper.other_verifier == leader.own_verifier
        assert vdaf.flp.decide(vdaf.field.add(helper.own_verifier, helper.other_verifier))
        assert vdaf.field.encode(leader.out_share) in views.leader.rows  # while it waited


# -- weakened protocols


@contextmanager
def randomness(change: Callable[[bytes], bytes]) -> Iterator[Sealing]:
    """Other randomness: helper's key, helper's blind, leader's blind, proof seed, 32 bytes each."""
    real = Prio3.shard

    def shard(self: Prio3[Any, Any], ctx: bytes, measurement: Any, nonce: bytes, rand: bytes) -> Any:
        return real(self, ctx, measurement, nonce, change(rand))

    with mock.patch.object(Prio3, "shard", shard):
        yield sealed


def without(start: int, stop: int) -> Callable[[bytes], bytes]:
    """Zeros in place of some of it."""
    return lambda rand: rand[:start] + bytes(stop - start) + rand[stop:]


@contextmanager
def no_mask() -> Iterator[Sealing]:
    """The helper's measurement share is zeros, so that the leader's is the vector."""
    zeros = [0] * LENGTH
    with mock.patch.object(Prio3, "_helper_measurement", lambda *_: (zeros, bytes(16 * LENGTH))):
        yield sealed


@contextmanager
def small_mask() -> Iterator[Sealing]:
    """One of two masks for every entry: 0 or the largest element, so that half of all entries show."""
    real = Prio3._helper_measurement

    def measurement(self: Prio3[Any, Any], ctx: bytes, helper: int, key: bytes) -> tuple[list[int], bytes]:
        share = [-(element & 1) % self.field.modulus for element in real(self, ctx, helper, key)[0]]
        return share, self.field.encode(share)

    with mock.patch.object(Prio3, "_helper_measurement", measurement):
        yield sealed


@contextmanager
def chosen_key() -> Iterator[Sealing]:
    """Of 64 keys for the helper the one whose share looks most like the vector."""
    real = Prio3.shard

    def shard(self: Prio3[Any, Any], ctx: bytes, measurement: Any, nonce: bytes, rand: bytes) -> Any:
        def likeness(key: bytes) -> int:
            share = self._helper_measurement(ctx, 1, key)[0]
            return sum((2 * bit - 1) * element for bit, element in zip(measurement, share, strict=True))

        keys = [hashlib.sha256(rand + bytes((number,))).digest() for number in range(64)]
        return real(self, ctx, measurement, nonce, max(keys, key=likeness) + rand[32:])

    with mock.patch.object(Prio3, "shard", shard):
        yield sealed


@contextmanager
def no_proof_mask() -> Iterator[Sealing]:
    """The helper's proof share is zeros, so that the leader's is the proof."""

    def proof(self: Prio3[Any, Any], *_: object) -> list[int]:
        return [0] * self.flp.proof_length

    with mock.patch.object(Prio3, "_helper_proof", proof):
        yield sealed


@contextmanager
def marked_id() -> Iterator[Sealing]:
    """One bit of the report id says whether there are answers."""
    real = dap.seal.derive

    def derive(recipients: Any, measurement: Any, opening: bytes) -> Derived:
        derived = real(recipients, measurement, opening)
        id = bytearray(derived.report_id)
        id[9] = id[9] & 0xFE | any(measurement.vector)
        return derived._replace(report_id=bytes(id))

    with mock.patch.object(dap.seal, "derive", derive):
        yield sealed


@contextmanager
def longer() -> Iterator[Sealing]:
    """A body that grows with the answers."""

    def seal(vector: Vector, task: Task, opening: bytes) -> bytes:
        (report,) = UploadRequest.decode(sealed(vector, task, opening)).reports
        share = report.helper_encrypted_input_share
        share = share._replace(payload=share.payload + bytes(sum(vector)))
        return UploadRequest((report._replace(helper_encrypted_input_share=share),)).encode()

    yield seal


Weakening = Callable[[], Any]
WEAK: dict[str, tuple[Weakening, set[tuple[str, str]]]] = {
    "no mask": (
        no_mask,
        {("leader", name) for name in ("nearness", "parity", "share_sum", "difference", "totals")}
        | {("leader", "trained")},
    ),
    "two masks": (small_mask, {("leader", "nearness")}),
    "a chosen key of the helper": (chosen_key, {("helper", "correlation")}),
    "no mask on the proof": (no_proof_mask, {("leader", "own_proof_alone")}),
    "one randomness for both devices": (
        functools.partial(randomness, lambda rand: b"\x2a" * len(rand)),
        {("leader", "difference")},
    ),
    "a known key of the helper": (
        functools.partial(randomness, without(0, 32)),
        {("leader", "other_seed")},
    ),
    "a known blind of the helper": (
        functools.partial(randomness, without(32, 64)),
        {("leader", "other_joint_part")},
    ),
    "a known blind of the leader": (
        functools.partial(randomness, without(64, 96)),
        {("helper", "other_joint_part")},
    ),
    "one blind for both shares": (
        functools.partial(randomness, lambda rand: rand[:64] + rand[32:64] + rand[96:]),
        {("leader", "other_joint_part"), ("helper", "other_joint_part")},
    ),
    "a known proof seed": (functools.partial(randomness, without(96, 128)), {("helper", "wire_seeds")}),
    "a marked report id": (marked_id, {("leader", "trained"), ("helper", "trained")}),
    "a longer body": (longer, {("leader", "length"), ("leader", "trained")}),
}


@pytest.mark.parametrize("name", WEAK)
def test_a_weakened_protocol_is_noticed(tmp_path: Path, name: str) -> None:
    weakening, telling = WEAK[name]
    with ExitStack() as stack:
        sealing: Sealing = stack.enter_context(weakening())
        found = results(rounds(tmp_path, FEW, name, sealing))
    noticed = {key for key, guesses in found.items() if guesses.chance < LEVEL}
    assert noticed >= telling, {key: str(found[key]) for key in telling | noticed}
    assert all(found[key].right > found[key].of / 2 for key in telling)
