"""Shares that lie: refused by the real servers, whose released totals stay exact. And a stream that rejects.

Each lie is made as well as it can be made: by a client that knows the whole protocol, seals rightly, and
derives everything from what it really sends.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from Cryptodome.Hash import TurboSHAKE128

from dap import xof
from dap.field import Field, Field64, Field128, signed
from dap.flp import Flp
from dap.messages.binding import vdaf_context
from dap.prio3 import Prio3SumVec, Shares
from tests.aggregator_process import Process
from tests.aggregators import (
    DAY,
    Pair,
    Table,
    body,
    client,
    free_ports,
    make_pair,
    release,
    seal_shares,
    totals,
    upload,
    vectors,
)
from tests.proof.hostile import streams

LENGTH = 12
HONEST = 5
P = Field128.modulus
RANDOM = random.Random(20_261_122)


# ---------------------------------------------------------------------------------- four lies


class Lie(NamedTuple):
    """A report's shares, and what they add up to: what would be counted if nobody looked at the proof."""

    report_id: bytes
    shares: Shares
    claims: list[int]


def _vdaf(pair: Pair) -> Prio3SumVec:
    return Prio3SumVec(*pair.task.config.sum_vec)


def _claims(pair: Pair, shares: Shares) -> list[int]:
    """The vector that the two measurement shares add up to."""
    vdaf = _vdaf(pair)
    leader, helper = shares.input_shares
    own = vdaf.field.decode(leader[: LENGTH * 16], LENGTH)
    other, _ = vdaf._helper_measurement(vdaf_context(pair.task.task_id), 1, helper[:32])
    return vdaf.field.add(own, other)


def _shard(pair: Pair, elements: list[int], label: str) -> tuple[bytes, Shares]:
    """Shares of any field elements, with the proof that an honest program would make of them."""
    vdaf = _vdaf(pair)
    vars(vdaf.circuit)["encode"] = lambda _: [element % P for element in elements]
    made = hashlib.shake_128(label.encode()).digest(16 + vdaf.rand_size)
    return made[:16], vdaf.shard(vdaf_context(pair.task.task_id), (), made[:16], made[16:])


def _encodes(pair: Pair, element: int, label: str) -> Lie:
    """A vector of ones and zeros but for one element."""
    vector = [*vectors(1, LENGTH, len(label))[0]]
    vector[LENGTH // 2] = element
    report_id, shares = _shard(pair, vector, label)
    return Lie(report_id, shares, [x % P for x in vector])


def _two(pair: Pair, label: str) -> Lie:
    return _encodes(pair, 2, label)


def _minus_one(pair: Pair, label: str) -> Lie:
    return _encodes(pair, -1, label)


def _random_element(pair: Pair, label: str) -> Lie:
    return _encodes(pair, random.Random(label).randrange(2, P), label)


def _random_shares(pair: Pair, label: str) -> Lie:
    """Every byte of both shares drawn at random, as far as elements are below the modulus."""
    vdaf, source = _vdaf(pair), random.Random(label)
    elements = [source.randrange(P) for _ in range(LENGTH + vdaf.flp.proof_length)]
    leader = vdaf.field.encode(elements) + source.randbytes(32)
    shares = Shares(source.randbytes(64), (leader, source.randbytes(64)))
    return Lie(source.randbytes(16), shares, _claims(pair, shares))


def _anothers_proof(pair: Pair, label: str) -> Lie:
    """A vector with a 2 in it, and the whole proof of an honest report in its proof's place."""
    vdaf, context = _vdaf(pair), vdaf_context(pair.task.task_id)
    lie = _two(pair, label)
    _, honest = _shard(pair, [1, 0] * (LENGTH // 2), f"{label} honest")

    def proof(shares: Shares) -> tuple[list[int], list[int]]:
        leader, helper = shares.input_shares
        own = vdaf.field.decode(leader[LENGTH * 16 : -32], vdaf.flp.proof_length)
        return own, vdaf._helper_proof(context, 1, helper[:32])

    whole = vdaf.field.add(*proof(honest))
    leaders = vdaf.field.subtract(whole, proof(lie.shares)[1])
    leader, helper = lie.shares.input_shares
    forged = leader[: LENGTH * 16] + vdaf.field.encode(leaders) + leader[-32:]
    shares = Shares(lie.shares.public_share, (forged, helper))
    assert vdaf.field.add(*proof(shares)) == whole
    return lie._replace(shares=shares)


def _anothers_shares(pair: Pair, label: str) -> Lie:
    """The very shares of an honest report, under another id."""
    vector = [1] * LENGTH
    _, shares = _shard(pair, vector, label)
    return Lie(hashlib.sha256(label.encode()).digest()[:16], shares, vector)


LIES: dict[str, Callable[[Pair, str], Lie]] = {
    "2": _two,
    "-1": _minus_one,
    "a random element": _random_element,
    "random shares": _random_shares,
    "another report's proof": _anothers_proof,
    "another report's shares": _anothers_shares,
}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Leader and helper as processes on sockets, with noise off."""
    folder = tmp_path_factory.mktemp("servers")
    keywords: dict[str, Any] = {"demo": True, "grace": 0, "length": LENGTH, "ports": free_ports(2)}
    processes = [Process(role, folder, **keywords) for role in ("leader", "helper")]
    try:
        for process in processes:
            process.start()
        yield make_pair(folder, **keywords)
    finally:
        for process in processes:
            process.stop()


async def _released(pair: Pair, period: int, uploads: list[bytes]) -> tuple[int, list[int]]:
    """Send, collect, join: report count and totals."""
    async with client() as http:
        for content in uploads:
            response = await upload(http, pair, content)
            # The leader alone cannot tell: the proof is checked on both shares together.
            assert (response.status_code, response.content) == (200, b"")
    return await release(pair, period)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_refused_and_the_total_exact(
    name: str, pair: Pair, count: Callable[[int, int], int]
) -> None:
    period = int(time.time()) // DAY - 9 + list(LIES).index(name)
    lies = [LIES[name](pair, f"{name} {n}") for n in range(count(3, 300))]
    chosen = vectors(HONEST, LENGTH, period)
    uploads = [body(pair.task, period, vector, f"{name} {n}") for n, vector in enumerate(chosen)]
    for lie in lies:
        # It is a lie that adds up: without a look at the proof it would be counted as what it claims.
        assert _claims(pair, lie.shares) == [x % P for x in lie.claims]
        uploads.append(
            seal_shares(pair, lie.report_id, period, lie.shares.public_share, lie.shares.input_shares)
        )
    RANDOM.shuffle(uploads)
    assert asyncio.run(_released(pair, period, uploads)) == (HONEST, totals(chosen, LENGTH))


@pytest.mark.parametrize("name", ["2", "-1", "a random element", "another report's proof"])
def test_without_the_proof_s_check_it_would_be_counted(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same lies at aggregators that find every proof good: they change the total, by what they claim."""
    monkeypatch.setattr(Flp, "decide", lambda *_: True)
    table = Table(make_pair(tmp_path, length=LENGTH, min_batch_size=1))
    lie = LIES[name](table.pair, name)
    honest = vectors(1, LENGTH, 3)[0]
    public, inputs = lie.shares.public_share, lie.shares.input_shares
    sealed = seal_shares(table.pair, lie.report_id, table.period, public, inputs)
    assert table.upload(table.report(1, honest), sealed) == [None, None]
    assert table.aggregate().added == 2
    wanted = [signed((one + other) % P) for one, other in zip(honest, lie.claims, strict=True)]
    assert table.released() == wanted != [*honest]
    table.close()


def test_the_same_way_with_the_truth_is_counted(pair: Pair) -> None:
    """What is sealed like the lies, but is true, is taken: so it is the lie that was refused."""
    period = int(time.time()) // DAY - 2
    chosen = vectors(HONEST, LENGTH, 77)
    uploads = []
    for n, vector in enumerate(chosen):
        report_id, shares = _shard(pair, [*vector], f"true {n}")
        assert _claims(pair, shares) == [*vector]
        uploads.append(seal_shares(pair, report_id, period, shares.public_share, shares.input_shares))
    assert asyncio.run(_released(pair, period, uploads)) == (HONEST, totals(chosen, LENGTH))


# -------------------------------------------------------------------------- rejection sampling


@pytest.mark.parametrize("field", [Field64, Field128], ids=repr)
@pytest.mark.parametrize("name", streams.PLACES)
def test_a_forged_stream_is_read_as_the_draft_says(field: Field, name: str) -> None:
    length = 60
    forged = streams.forge(field, streams.PLACES[name], seed=name)
    wanted, used = streams.drafts_reading(field, length, forged)
    at = [0]

    def read(size: int) -> bytes:
        part = forged[at[0] : at[0] + size]
        at[0] += size
        assert len(part) == size
        return part

    vector, encoded = xof.read_vector(field, length, read)
    assert (vector, encoded, at[0]) == (wanted, field.encode(wanted), used)
    # and what reads otherwise is told apart by these very streams
    for other in streams.OTHER_READINGS:
        assert other(field, length, forged) != wanted


class _Forged:
    """TurboSHAKE128 whose output holds elements beyond the modulus at chosen places, for whoever asks."""

    def __init__(self, places: tuple[int, ...]) -> None:
        self._places = places
        self.streams = 0

    def new(self, domain: int) -> _Forged._State:
        return _Forged._State(self, TurboSHAKE128.new(domain=domain))

    class _State:
        def __init__(self, owner: _Forged, real: Any) -> None:
            self._owner, self._real, self._at = owner, real, 0

        def update(self, data: bytes) -> None:
            self._real.update(data)

        def read(self, size: int) -> bytes:
            """Elements at the chosen places are all ones; seeds (32 bytes at once) stay what they are."""
            part = bytearray(self._real.read(size))
            if size == 32 and self._at == 0:
                return bytes(part)
            self._owner.streams += 1
            for place in self._owner._places:
                start = place * 16 - self._at
                if 0 <= start <= size - 16:
                    part[start : start + 16] = b"\xff" * 16
            self._at += size
            return bytes(part)


@pytest.mark.parametrize("name", streams.PLACES)
def test_a_report_with_rejected_elements_proves_and_adds_up(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Client, leader and helper read every stream alike, also where elements are skipped."""
    forged = _Forged(streams.PLACES[name])
    monkeypatch.setattr(xof, "TurboSHAKE128", forged)
    vdaf = Prio3SumVec(60, 1, 8)
    total = vdaf.zero()
    vector = [1, 0, 1] * 20
    report_id, verify_key, context = b"n" * 16, b"k" * 32, b"context"
    shares = vdaf.shard(context, vector, report_id, random.Random(name).randbytes(vdaf.rand_size))
    states, verifiers = [], []
    for index, share in enumerate(shares.input_shares):
        state, verifier = vdaf.verify_init(verify_key, context, index, report_id, shares.public_share, share)
        states.append(state)
        verifiers.append(verifier)
    message = vdaf.verifier_shares_to_message(context, verifiers)
    for state in states:
        total = vdaf.add(total, vdaf.verify_next(context, state, message))
    assert total == vector
    assert forged.streams > 0
    assert all(element < P for state in states for element in state.out_share)
    # the helper's half is what an independent reading of its very stream gives
    seed = shares.input_shares[1][:32]
    tag = vdaf._tag(1, context)
    stream = forged.new(1)
    stream.update(len(tag).to_bytes(2, "little") + tag + b"\x20" + seed + b"\x01")
    wanted, used = streams.drafts_reading(Field128, 60, stream.read(16 * 120))
    assert [*states[1].out_share] == wanted
    assert used > 16 * 60, "nothing was rejected"
