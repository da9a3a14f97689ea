"""Hostile bytes at every decoder: only its module's own error, bounded memory and time, whatever comes."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import guard
from tests.proof.hostile import mutate, reach
from tests.proof.hostile.planted import FAULTS
from tests.proof.hostile.target import Target, UnfaithfulError, feed
from tests.proof.hostile.targets import TARGETS
from tests.repository import ROOT

EXAMPLES = 2_000 if guard.is_full() else 25
SEED = 20_261_122

MEMORY = 4 * 1024 * 1024
"""Bytes that reading any input may take for a moment, and so many more for each byte of the input:"""
MEMORY_PER_BYTE = 200
SECONDS = 1.0
"""Of CPU, for any input of this proof: none is longer than a few hundred kilobytes."""

# Decoders that no target runs, and why not. A name may be the beginning of several.
ELSEWHERE = {
    "agent/probes/": "what this machine says of itself",
    "agent/report.py pieces": "what `exact` has just made again, with every check",
    "agent/keychain.py": "what this very program said to its own child, and what it wrote itself",
    "agent/connection/client.py Connection.": "URLs of checked tasks and policies",
    "agent/connection/client.py _host_header": "a URL of a task that has passed its limits",
    "agent/connection/client.py _require_safe": "a URL of a task that has passed its limits",
    "agent/connection/client.py _read": "a connection; its unit tests have servers that misbehave",
    "agent/connection/journey.py": "a connection",
    "agent/commands/": "shows what others have read",
    "agent/decisions.py": "asks others that are in the table, with what they have read before",
    "agent/explanation.py _read": "what this machine says of itself",
    "agent/env.py": "random bytes, and what the kernel calls this start of the machine",
    "agent/policy/__init__.py load": "calls source.read_file for each file",
    "agent/policy/source.py read_files": "calls source.read_file for each file",
    "agent/rollup.py _load": "calls tally.load",
    "agent/tally.py Tally._read": "abstract",
    "agent/worker/checks.py order": "URLs of a task that has passed its limits",
    "catalogue/layout.py decode": "a vector of this program's own",
    "catalogue/load.py load": "calls load_from with the shipped files",
    "dap/circuits.py": "vectors of numbers, of measurements that Shoal does not make; or abstract",
    "demo/programs.py ask": "what a program of ours prints",
    "server/agreement.py default_rho": "a number of its own",
    "server/answers.py settings": "a URL of a task that has passed its limits",
    "server/archive.py Archive.rho_spent": "calls releases.load",
    "server/batches.py _mix": "digests",
    "server/commands/": "what an operator types; rho_of and period_of are in the table",
    "server/conversation.py": "a connection, and a URL of a task that has passed its limits",
    "server/helper_web.py HelperWeb.__init__": "a URL of a task that has passed its limits",
    "server/leader.py Leader._start": "what was read before it was stored",
    "server/leader_client.py": "a connection, and a URL of a task that has passed its limits",
    "server/leader_web.py LeaderWeb.__init__": "a URL of a task that has passed its limits",
    "server/noise.py variance": "a number of its own",
    "server/setup.py _settings": "what an operator types",
    "server/simulator.py": "a task that has passed its limits",
    "server/web.py read_body": "a connection: the endpoints have a proof of their own",
}


@pytest.fixture(params=sorted(TARGETS))
def target(request: pytest.FixtureRequest) -> Target:
    return TARGETS[request.param]


# ------------------------------------------------------------------------ the table is whole


def _all_seeds() -> None:
    for target in TARGETS.values():
        for known in target.seeds:
            assert feed(target, known), known[:80]


def test_every_decoder_is_run_by_a_target() -> None:
    missing = reach.decoders() - reach.reached(_all_seeds)
    unexplained = {name for name in missing if not name.startswith(tuple(ELSEWHERE))}
    assert not unexplained, "no target runs them: add one to tests/proof/hostile, or say why not"
    idle = {prefix for prefix in ELSEWHERE if not any(name.startswith(prefix) for name in missing)}
    assert not idle, "nothing is excused by these any more"


def test_a_decoder_that_is_new_would_be_noticed() -> None:
    for source in (
        "class New:\n    @classmethod\n    def decode(cls, data): return cls()",
        "def answer(text):\n    return json.loads(text)",
        "async def take(request):\n    if request:\n        return Reader(await request.body(), 'x')",
    ):
        assert len(reach.decoders([("dap/new.py", source)]) - reach.reached(_all_seeds)) == 1


# ------------------------------------------------------------------------- only its own errors


def _hurt(target: Target, examples: int) -> None:
    """Raise what the target must not raise, with the shortest chain of mutations that leads there."""

    @settings(max_examples=examples)
    @given(st.sampled_from(target.seeds), mutate.steps(), st.none() | st.binary(max_size=200))
    def run(known: bytes, steps: list[mutate.Step], instead: bytes | None) -> None:
        feed(target, mutate.apply(known, steps) if instead is None else instead)

    run()


@pytest.mark.timeout(900)
def test_only_its_own_errors(target: Target) -> None:
    _hurt(target, EXAMPLES)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("planted-index", IndexError),
        ("planted-depth", RecursionError),
        ("planted-unfaithful", UnfaithfulError),
    ],
)
def test_a_planted_fault_is_found(name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        _hurt(FAULTS[name], 2_000)


# ------------------------------------------------------------------------------ led by coverage


def _fuzz(keep: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and output of the fuzzer's process."""
    command = [sys.executable, "-m", "tests.proof.fuzz", "--keep", str(keep), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace")
    return done.returncode, done.stdout + done.stderr


needs_atheris = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris has wheels for Python 3.11 to 3.13 on Linux x86-64 only",
)


@needs_atheris
@pytest.mark.timeout(3 * 3_600)
def test_fuzzing_led_by_coverage_finds_nothing(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    runs, seconds = count(300, 200_000), count(0, 15)
    code, said = _fuzz(tmp_path, f"--runs={runs}", f"--seed={SEED}", f"--seconds={seconds}")
    assert code == 0, f"seed {SEED}, inputs in {tmp_path}:\n{said[-8_000:]}"
    assert said.count(": nothing") == len(TARGETS)


@needs_atheris
def test_fuzzing_led_by_coverage_finds_planted_faults(tmp_path: Path) -> None:
    names = ("planted-index", "planted-depth", "planted-unfaithful")
    code, said = _fuzz(tmp_path, *names, "--runs=50000", f"--seed={SEED}")
    assert code == 1
    assert said.count("FOUND") == len(names), said
    for name, error in zip(names, ("IndexError", "RecursionError", "UnfaithfulError"), strict=True):
        assert error in said
        (kept,) = tmp_path.glob(f"{name}-*")
        again, replayed = _fuzz(tmp_path, name, f"--replay={kept}")
        assert again == 1
        assert error in replayed


# ------------------------------------------------------------------------------ memory and time


def _costs(target: Target, inputs: int) -> str:
    """The first input that takes more memory or time than it may, if there is one."""
    source = random.Random(SEED)
    for known in target.seeds:
        feed(target, known)  # what is made once and kept
    for _ in range(inputs):
        steps = mutate.some(source)
        data = mutate.apply(source.choice(target.seeds), steps)
        began = time.thread_time()
        feed(target, data)
        spent = time.thread_time() - began
        tracemalloc.start()  # not before: it makes everything many times as slow
        try:
            feed(target, data)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        if peak > MEMORY + MEMORY_PER_BYTE * len(data) or spent > SECONDS:
            return f"{len(data)} bytes took {peak} bytes and {spent:.1f} s: {steps}"
    return ""


@pytest.mark.timeout(900)
def test_memory_and_time_are_bounded(target: Target, count: Callable[[int, int], int]) -> None:
    assert _costs(target, count(40, 2_000)) == ""


@pytest.mark.parametrize("name", ["planted-memory", "planted-time"])
def test_planted_greed_is_found(name: str) -> None:
    assert "took" in _costs(FAULTS[name], 300)
