"""Killed at random moments of weeks: nothing sealed is lost, never two vectors for one period, never a broken
chain, and the released counts are exact.

Sampler, worker and commands are killed, alone or all at once as when the power is cut, at rest, while sealing
and while sending; leader and helper now and then, too (test_sum.py kills each of them a hundred times). The
programs are the shipped ones and are killed with SIGKILL; only their clocks are turned, so that weeks of a
real, weekly task pass in seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from agent.ledger.chain import FIRST, Row, canonical, row_hash
from dap.seal import Measurement, seal
from tests import histories
from tests.lives import Life, end, living
from tests.weeks import BEGIN, WEEK

SEED = 20


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    with living(tmp_path, tmp_path / "device", SEED) as found:
        yield found


@pytest.mark.timeout(1_500)
def test_killed_at_random_moments(life: Life, count: Callable[[int, int], int]) -> None:
    kills = life.kills = count(40, 300)
    life.commands = True
    life.run(3)
    history = end(life)
    found = f"seed {SEED}: {life.machine.kills}, {life.organisation.kills}, {life.week} weeks"
    assert not histories.check(history, life.organisation.open), found
    assert not life.wrong, found
    assert sum(life.machine.kills.values()) == kills, found
    assert min(life.machine.kills.get(kind, 0) for kind in ("sampler", "worker", "power", "command")) > 0
    # not vacuous: each week has a report, and most were delivered; others, of a machine that was killed all
    # the time, were too late, and the ledger says so
    told = {row.facts["time"] for row in history.sealed()}
    assert len(told) >= life.week - 1, found
    assert sum(row.kind == "delivered" for row in history.rows) >= 0.5 * len(told), found
    print(found, len(history.sent))


# -- the checks find what is wrong


def _forged(rows: Sequence[Row]) -> list[Row]:
    """The same rows with a chain that holds: what was changed in them is not to be seen by their hashes."""
    made: list[Row] = []
    for row in rows:
        previous = made[-1].hash if made else FIRST
        number = len(made) + 1
        hashed = row_hash(previous, number, row.t, row.kind, row.period_start, row.detail)
        made.append(row._replace(row=number, previous=previous, hash=hashed))
    return made


def _without(rows: Sequence[Row], kind: str) -> list[Row]:
    last = max(index for index, row in enumerate(rows) if row.kind == kind)
    return _forged([*rows[:last], *rows[last + 1 :]])


def test_a_forged_history_is_found_out(life: Life) -> None:
    history, made = end(life), life.organisation
    last = history.sent[-1]
    truth = made.open(last.body)
    other = tuple(1 - bit for bit in truth.vector)
    second = seal(Measurement(truth.time, other), made.task, bytes(range(32))).body
    same_again = seal(Measurement(truth.time, truth.vector), made.task, bytes(range(32))).body
    sha256 = hashlib.sha256(second).hexdigest()
    changed = history.rows[-1]._replace(detail=canonical({"sealed": 1}))
    sealed = history.sealed()[-1]
    twice = sealed._replace(detail=canonical({**sealed.facts, "body_sha256": sha256}))
    early = last._replace(at=BEGIN, shown=BEGIN)
    forgeries = {
        "is lost": history._replace(rows=_without(history.rows, "delivered")),
        "rows were lost": history._replace(earlier=[[bytes(32)]]),
        "the chain is broken": history._replace(rows=[*history.rows[:-1], changed]),
        "row 3 is missing": history._replace(rows=[*history.rows[:2], *history.rows[3:]]),
        "two reports of the period": history._replace(rows=_forged([*history.rows, twice])),
        "two different vectors": history._replace(
            rows=_forged([*history.rows, twice]), sent=[*history.sent, last._replace(body=second)]
        ),
        "two report ids": history._replace(
            rows=_forged(
                [
                    *history.rows,
                    sealed._replace(
                        detail=canonical(
                            {**sealed.facts, "body_sha256": hashlib.sha256(same_again).hexdigest()}
                        )
                    ),
                ]
            ),
            sent=[*history.sent, last._replace(body=same_again)],
        ),
        "is in no row": history._replace(sent=[*history.sent, last._replace(body=second)]),
        "was not on record": history._replace(sent=[last._replace(on_record=False)]),
        "came before its end": history._replace(sent=[early]),
        "is of the future": history._replace(sent=[last._replace(at=BEGIN - WEEK)]),
        "never came": history._replace(sent=[]),
    }
    assert not histories.check(history, made.open)
    for words, forged in forgeries.items():
        found = histories.check(forged, made.open)
        assert any(words in each for each in found), (words, found)
    count, totals = made.collect(truth.time)
    others = made.others(truth.time)
    assert not histories.released(others, count, totals, [truth], False)
    assert histories.released(others, count, totals, [], True)
    assert histories.released(others, count, totals, [truth._replace(vector=other)], False)
