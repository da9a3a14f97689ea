"""Active checks over a wire of our own: what `connect()` itself takes, refusals and silence, each family.

A proxy in user space cannot delay a handshake that the kernel answers; a far end that gets the packets can.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from agent.probes.target import FAILURES, JITTER, LATENCY
from agent.reached import Reached, read
from agent.tally import start
from catalogue.load import load
from tests.devices import OFFLINE
from tests.repository import ROOT
from tests.unit.agent.probes.test_target import Checked

CATALOGUE = load(None)
V4, V6 = "198.51.100.7", "2001:db8:1::7"

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(
        not OFFLINE or not Path("/dev/net/tun").exists() or not shutil.which("ip"),
        reason="needs a network namespace, a TUN device and iproute2",
    ),
]


class Wire(NamedTuple):
    """What came of checks over a wire, and what its far end did."""

    found: list[Reached]
    seen: int
    turned_away: int

    def value(self, id: str) -> float:
        """Through the real probe and the real tally."""
        tally, subject = start(CATALOGUE.metric(id)), Checked()
        for each in self.found:
            sample = subject.told(each).samples[id]
            if sample is not None:
                tally.add(sample, subject.now)
        value = tally.value()
        assert value is not None
        return value


def over_a_wire(target: str, checks: int, *silent: str, refused: float = 0.03) -> Wire:
    program = [sys.executable, str(ROOT / "tests" / "proof" / "packets.py")]
    done = subprocess.run(
        [*OFFLINE, *program, "0.12", "0.04", str(refused), str(checks), *silent],
        input=f"target {target}\nproxy none\n",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    *parts, last = done.stdout.split("end\n")
    _, seen, turned_away = last.split()
    return Wire([read(f"{part}end\n") for part in parts], int(seen), int(turned_away))


@pytest.fixture(scope="module")
def shaped() -> Wire:
    return over_a_wire(f"{V4}:443", 60)


def test_the_response_time_is_the_wires(shaped: Wire) -> None:
    assert shaped.value(LATENCY) == pytest.approx(120, rel=0.1)


def test_so_is_its_unsteadiness(shaped: Wire) -> None:
    """The middle of |a − b| for two uniform draws from 80 wide: 80 · (1 − 1/√2) = 23.4."""
    metric = CATALOGUE.metric(JITTER)
    assert metric.bucket(shaped.value(JITTER)) == metric.bucket(23.4)


def test_what_was_refused_failed_and_nothing_else(shaped: Wire) -> None:
    failed = sum(took is None for each in shaped.found for _, took in each.tries)
    assert (shaped.seen, failed) == (600, shaped.turned_away)
    assert shaped.value(FAILURES) == pytest.approx(100 * shaped.turned_away / 600)
    metric = CATALOGUE.metric(FAILURES)
    assert metric.bucket(shaped.value(FAILURES)) == metric.bucket(3)


def test_both_families_are_told_by_themselves() -> None:
    (found,) = over_a_wire("far.invalid:443", 1, refused=0).found
    assert not found.trouble and found.name is not None
    assert {family for family, _ in found.tries} == {4, 6}
    assert all(took is not None and 80 <= took < 200 for _, took in found.tries)


@pytest.mark.parametrize(("silent", "word"), [(V6, "v6"), (V4, "v4")])
def test_a_family_that_hangs_is_not_hidden_by_the_other(silent: str, word: str) -> None:
    (found,) = over_a_wire("far.invalid:443", 1, silent, refused=0).found
    assert found.trouble == word
    assert {family for family, took in found.tries if took is None} == {int(word[1])}


def test_silence_and_refusal_are_told_apart() -> None:
    assert over_a_wire(f"{V4}:443", 1, V4).found[0].trouble == "silent"
    assert over_a_wire(f"{V4}:443", 1, refused=1).found[0].trouble == "refused"


def test_without_a_way_there_is_no_network_to_speak_of() -> None:
    """The wire leads to its own network only; and nobody could ask for a name."""
    assert over_a_wire("192.0.2.9:443", 1).found[0].trouble == "route"
    assert over_a_wire("elsewhere.invalid:443", 1).found[0].trouble == "route"
