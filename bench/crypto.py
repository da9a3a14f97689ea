"""What one report costs in cryptography: Prio3 beside an npm package, and a device's whole report."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from bench import machine, report, targets
from bench.frame import Cell, Options, Section, Table, Unavailable, Verdict, interleaved, median, ratio
from bench.processes import Time, timed
from bench.report import CALLS, CHUNK, LARGEST, LENGTH
from dap.errors import VerifyError
from dap.prio3 import Prio3SumVec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TITLE = "Cryptography"
PEER = machine.ROOT / ".bench" / "node" / "node_modules"
Figures = dict[tuple[str, str], list[Time]]  # side and step -> rounds
STEPS = ("shard", "verify_init, leader", "verify_init, helper")


def run(options: Options) -> Section:
    """Both implementations in turns, then a whole report, then a whole sealing process."""
    vector = tuple(secrets.randbelow(2) for _ in range(LENGTH))
    ours, theirs = Ours(vector), Peer(vector, options)
    try:
        figures = _compare(ours, theirs, options)
    finally:
        theirs.close()
    ratios = {step: _ratio(figures, step, lambda time: time.cpu) for step in STEPS}
    parts, whole = report.function(vector, options)
    clock = report.gigahertz()
    at_target = whole.cpu * (clock or 2.6) / 2.6
    return Section(
        TITLE,
        _prose(ours, theirs),
        [_comparison(figures, ratios), parts, report.process(options)],
        [
            Verdict(targets.SHARD_RATIO, ratios["shard"]),
            Verdict(
                targets.VERIFY_RATIO,
                min(ratios[step] for step in STEPS[1:]),
                "the slower of leader and helper",
            ),
            Verdict(
                targets.REPORT_CPU,
                at_target,
                f"{whole.cpu:.2f} ms at {clock:.2f} GHz" if clock else "the clock of this machine is unknown",
            ),
        ],
        theirs.versions,
    )


# ---------------------------------------------------------------------- both sides


class Ours:
    """Prio3SumVec of this repository. Making it checks that what is timed comes out right."""

    def __init__(self, vector: Sequence[int]) -> None:
        vdaf = Prio3SumVec(LENGTH, LARGEST, CHUNK)
        ctx, key = b"dap-18" + bytes(32), secrets.token_bytes(vdaf.VERIFY_KEY_SIZE)
        nonce, rand = secrets.token_bytes(vdaf.NONCE_SIZE), secrets.token_bytes(vdaf.rand_size)
        public, inputs = vdaf.shard(ctx, vector, nonce, rand)
        self.sizes = [len(public), *map(len, inputs)]
        self.steps: dict[str, Callable[[], object]] = {
            "shard": lambda: vdaf.shard(ctx, vector, nonce, rand),
            "verify_init, leader": lambda: vdaf.verify_init(key, ctx, 0, nonce, public, inputs[0]),
            "verify_init, helper": lambda: vdaf.verify_init(key, ctx, 1, nonce, public, inputs[1]),
        }
        states, verifiers = zip(
            *(vdaf.verify_init(key, ctx, i, nonce, public, inputs[i]) for i in (0, 1)), strict=True
        )
        message = vdaf.verifier_shares_to_message(ctx, verifiers)
        shares = [vdaf.encode_aggregate(vdaf.verify_next(ctx, state, message)) for state in states]
        if vdaf.unshard(shares) != [*vector]:
            raise AssertionError("our own shares do not add up")
        tampered = bytes((verifiers[1][0] ^ 1,)) + verifiers[1][1:]
        try:
            vdaf.verifier_shares_to_message(ctx, [verifiers[0], tampered])
        except VerifyError:
            return
        raise AssertionError("a tampered proof was taken")

    def time(self, step: str, calls: int) -> Time:
        """One round of a step."""
        return timed(self.steps[step], calls)


class Peer:
    """The npm package in a process of its own, warm. Unavailable if node or the package is missing."""

    def __init__(self, vector: Sequence[int], options: Options) -> None:
        node = shutil.which("node")
        if node is None or not (PEER / "@divviup" / "prio3").is_dir():
            raise Unavailable(
                "node or @divviup/prio3 is missing: tools/system.sh bench && tools/bench_peers.sh"
            )
        command = [node, str(machine.ROOT / "bench" / "prio3_peer.mjs"), str(PEER)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        options.say("warming @divviup/prio3")
        seconds = 5 if options.quick else 30
        found = self._ask({"measurement": [*vector], "chunk": CHUNK, "seconds": seconds})
        if found["total"] != [*vector] or not found["refused"]:
            raise AssertionError("the package's shares do not add up, or it takes a tampered proof")
        self.sizes: list[int] = found["sizes"]
        self.warm_ups: int = found["warmUps"]
        self.versions: dict[str, str] = found["versions"]

    def time(self, step: str, calls: int) -> Time:
        """One round of a step."""
        return Time(**self._ask({"step": step, "calls": calls}))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise Unavailable("node ended; it says why above")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _compare(ours: Ours, theirs: Peer, options: Options) -> Figures:
    sides = {
        (name, step): (lambda side=side, step=step: side.time(step, CALLS))
        for step in STEPS
        for name, side in (("ours", ours), ("theirs", theirs))
    }
    rounds = options.count(5, 30)
    return interleaved(rounds, sides, options.say)


def _ratio(figures: Figures, step: str, kind: Callable[[Time], float]) -> float:
    ours, theirs = ([kind(time) for time in figures[name, step]] for name in ("ours", "theirs"))
    return ratio(ours, theirs)


def _comparison(figures: Figures, ratios: dict[str, float]) -> Table:
    rows: list[list[Cell]] = []
    for step in STEPS:
        sides = [figures[name, step] for name in ("ours", "theirs")]
        cpu = [median([time.cpu for time in side]) for side in sides]
        wall = [median([time.wall for time in side]) for side in sides]
        best = [min(time.cpu for time in side) for side in sides]
        times_wall = _ratio(figures, step, lambda time: time.wall)
        rows.append([step, *cpu, ratios[step], *best, best[1] / best[0], *wall, times_wall])
    headers = ["step"]
    for kind in ("CPU ms", "best round's CPU ms", "wall ms"):
        headers += [kind, f"npm, {kind}", "times as fast"]
    rounds = len(figures["ours", STEPS[0]])
    vdaf = f"Prio3SumVec({LENGTH}, {LARGEST}, {CHUNK})"
    return Table(headers, rows, f"{vdaf}: medians of {rounds} interleaved rounds of {CALLS} calls")


def _prose(ours: Ours, theirs: Peer) -> list[str]:
    return [
        "Times as fast: the median over the rounds' own ratios; the promises are judged by CPU, which other "
        f"work on the machine moves least. Node was warmed with {theirs.warm_ups} runs of every step before.",
        "The two do not exchange shares: the package implements VDAF draft 08 (seeds of 16 bytes, no "
        "context, the proof as coefficients), we draft 20 (32 bytes, a context, the proof as values). Both "
        "prove the same statement with the same circuit over the same field; public share, leader's and "
        f"helper's have {_sizes(theirs.sizes)} bytes there and {_sizes(ours.sizes)} here. Each side's shares "
        "are verified, added up and compared with the vector before the first round, and each must refuse a "
        "tampered proof. Our verify_init also decodes the leader's share or expands the helper's seeds, and "
        "encodes its answer; the package's is given decoded, expanded shares and encodes nothing.",
    ]


def _sizes(sizes: Sequence[int]) -> str:
    return " + ".join(f"{size:,}" for size in sizes)
