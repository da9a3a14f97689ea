"""Fuzzing led by coverage, in processes of their own: atheris never returns.

    python -m tests.proof.fuzz [TARGET…] [--runs N] [--seed S] [--seconds T] [--keep FOLDER]
    python -m tests.proof.fuzz TARGET --replay FILE

Without a name all targets, one after the other, each in a child forked from a process that has loaded (and
instrumented: our own modules only) everything once. Half of the inputs come from libFuzzer's mutations, half
from the structural ones of tests/proof/hostile/mutate.py. Prints one line for each target, and ends with 1 if
anything was found; the finding's traceback stands before its line, the input lies in the folder.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import random
import sys
from pathlib import Path
from typing import Any, Final

ROOMS: Final = ("agent", "catalogue", "dap", "server")
LONGEST: Final = 120_000
MEGABYTES: Final = 1_024
PATIENCE: Final = 60
"""Seconds for one input: that a machine has other work must be no finding."""


def table(*, instrumented: bool) -> dict[str, Any]:
    """The targets, and the planted faults."""
    instrument: Any = contextlib.nullcontext()
    if instrumented:
        instrument = importlib.import_module("atheris").instrument_imports(include=list(ROOMS))
    with instrument:
        found: dict[str, Any] = dict(importlib.import_module("tests.proof.hostile.targets").TARGETS)
        return found | dict(importlib.import_module("tests.proof.hostile.planted").FAULTS)


def fuzz(name: str, target: Any, given: argparse.Namespace, folder: Path) -> None:
    """Fuzz one target; does not return."""
    atheris: Any = importlib.import_module("atheris")
    feed = importlib.import_module("tests.proof.hostile.target").feed
    mutate = importlib.import_module("tests.proof.hostile.mutate")

    def one(data: bytes) -> None:
        feed(target, data)

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        source = random.Random(seed)
        kind = source.random()
        if kind < 0.5:
            return bytes(atheris.Mutate(data, most))
        base = data if kind < 0.75 else source.choice(target.seeds)
        return bytes(mutate.apply(base, mutate.some(source))[:most])

    corpus = folder / f"corpus-{name}"
    corpus.mkdir()
    for number, known in enumerate(target.seeds):
        (corpus / f"{number}").write_bytes(known)
    options = [
        *(f"-runs={given.runs}", f"-seed={given.seed}", f"-max_len={LONGEST}", f"-timeout={PATIENCE}"),
        *(f"-rss_limit_mb={MEGABYTES}", f"-malloc_limit_mb={MEGABYTES}", f"-max_total_time={given.seconds}"),
        *("-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={given.keep}/{name}-"),
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one, custom_mutator=mutated)
    atheris.Fuzz()


def run(name: str, target: Any, given: argparse.Namespace) -> bool:
    """Whether a child found nothing."""
    folder = importlib.import_module("tests.proof.hostile.target").folder()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        fuzz(name, target, given, folder)
        sys.exit(99)  # an end through all handlers in any case: libFuzzer's own writes the input down
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    print(f"{name}: {'nothing' if code == 0 else f'FOUND (exit {code})'}", flush=True)
    return code == 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Fuzz decoders.")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=0, help="at most so long for each target")
    parser.add_argument("--keep", type=Path, default=Path.cwd(), help="where inputs that break something go")
    parser.add_argument("--replay", type=Path, help="feed one file's bytes, and nothing else")
    given = parser.parse_args()
    targets = table(instrumented=given.replay is None)
    if given.replay:
        feed = importlib.import_module("tests.proof.hostile.target").feed
        print("read" if feed(targets[given.targets[0]], given.replay.read_bytes()) else "refused")
        return 0
    names = given.targets or [name for name in targets if not name.startswith("planted-")]
    clean = [run(name, targets[name], given) for name in names]
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
