"""Official test vectors, every operation and every byte: ``python -m tests.vectors DIR…`` (or single files).

A file's name says what it holds: the leading letters and digits must be exactly the name of an algorithm, so
that ``Prio3SumVecWithMultiproof_0.json`` is not taken for Prio3SumVec. What is not implemented is skipped.
Format: draft-irtf-cfrg-vdaf-20, appendix "Test Vectors".
"""

import json
import re
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from dap.errors import DapError
from dap.field import Field64, Field128
from dap.prio3 import Prio3, Prio3Count, Prio3Histogram, Prio3Sum, Prio3SumVec, VerifyState
from dap.xof import derive_seed, expand_into_vector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
FIELDS = {"field64": Field64, "field128": Field128}


class Malformed(Exception):  # noqa: N818
    """The file is not a test vector of its kind."""


class Mismatch(Exception):  # noqa: N818
    """The implementation disagrees with the file."""


class Unsupported(Exception):  # noqa: N818
    """The file tests something that is not implemented."""


class Outcome(Enum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Result(NamedTuple):
    path: Path
    outcome: Outcome
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.outcome.value:7} {self.path}" + (f": {self.reason}" if self.reason else "")


# ---------------------------------------------------------------- reading, strictly


def get(container: Any, key: "str | int", kind: "type[T]") -> T:
    """An entry that must be there and of its kind; true and false are no integers, -1 is no index."""
    if not isinstance(container, dict if isinstance(key, str) else list):
        raise Malformed(f"no container for {key!r}")
    entries: Any = container
    if isinstance(key, int) and key < 0:
        raise Malformed(f"index {key}")
    try:
        value = entries[key]
    except (KeyError, IndexError):
        raise Malformed(f"{key!r} is missing") from None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Malformed(f"{key!r} is not {kind.__name__}")
    return value


def unhex(container: Any, key: "str | int") -> bytes:
    text = get(container, key, str)
    if not re.fullmatch("([0-9a-fA-F]{2})*", text):
        raise Malformed(f"{key!r} is not hexadecimal")
    return bytes.fromhex(text)


def unhex_all(container: Any, key: "str | int", count: int) -> list[bytes]:
    items = get(container, key, list)
    if len(items) != count:
        raise Malformed(f"{key!r} has {len(items)} items, not {count}")
    return [unhex(items, i) for i in range(count)]


def same(what: str, got: object, wanted: object) -> None:
    if got != wanted:
        raise Mismatch(f"{what} differs")


# ------------------------------------------------------------------------ Prio3


class Prio3Vector:
    """One file's operations in their order, with the states that they hand on."""

    def __init__(self, vdaf: "Prio3[Any, Any]", vector: Any) -> None:
        self.vdaf = vdaf
        self.vector = vector
        self.ctx = unhex(vector, "ctx")
        self.verify_key = unhex(vector, "verify_key")
        self.reports: list[Any] = get(vector, "reports", list)
        self.states: dict[tuple[int, int], VerifyState] = {}
        if unhex(vector, "agg_param"):
            raise Malformed("Prio3 has no aggregation parameter")

    def run(self) -> None:
        operations = get(self.vector, "operations", list)
        if not operations:
            raise Malformed("no operations")
        known: dict[str, Callable[[Any, bool], None]] = {
            "shard": self.shard,
            "verify_init": self.verify_init,
            "verifier_shares_to_message": self.verifier_shares_to_message,
            "verify_next": self.verify_next,
            "aggregate": self.aggregate,
            "unshard": self.unshard,
        }
        for number, operation in enumerate(operations):
            name = get(operation, "operation", str)
            if name not in known:
                raise Malformed(f"operation {name!r} is unknown")
            try:
                known[name](operation, get(operation, "success", bool))
            except (Malformed, Mismatch) as error:
                raise type(error)(f"operation {number} ({name}): {error}") from None

    def attempt(self, success: bool, run: "Callable[[], T]") -> T | None:
        """What ``run`` gives; None after a refusal that the file asks for. Only DapError is a refusal."""
        try:
            value = run()
        except DapError as error:
            if success:
                raise Mismatch(f"refused: {error}") from error
            return None
        if not success:
            raise Mismatch("succeeded where it must fail")
        return value

    def report(self, operation: Any) -> Any:
        return get(self.reports, get(operation, "report_index", int), dict)

    def aggregator(self, operation: Any) -> int:
        aggregator = get(operation, "aggregator_id", int)
        if not 0 <= aggregator < self.vdaf.shares:
            raise Malformed(f"aggregator {aggregator}")
        return aggregator

    def require_round(self, operation: Any, number: int) -> None:
        if get(operation, "round", int) != number:
            raise Malformed(f"Prio3 does this in round {number}")

    def shard(self, operation: Any, success: bool) -> None:
        report = self.report(operation)
        measurement, nonce, rand = (
            get(report, "measurement", object),
            unhex(report, "nonce"),
            unhex(report, "rand"),
        )
        shares = self.attempt(success, lambda: self.vdaf.shard(self.ctx, measurement, nonce, rand))
        if shares is not None:
            same("public share", shares.public_share, unhex(report, "public_share"))
            wanted = unhex_all(report, "input_shares", self.vdaf.shares)
            for i, (got, share) in enumerate(zip(shares.input_shares, wanted, strict=True)):
                same(f"input share {i}", got, share)

    def verify_init(self, operation: Any, success: bool) -> None:
        report, aggregator = self.report(operation), self.aggregator(operation)
        nonce, public_share = unhex(report, "nonce"), unhex(report, "public_share")
        input_share = unhex(get(report, "input_shares", list), aggregator)
        made = self.attempt(
            success,
            lambda: self.vdaf.verify_init(
                self.verify_key, self.ctx, aggregator, nonce, public_share, input_share
            ),
        )
        if made is not None:
            state, verifier_share = made
            first_round = get(get(report, "verifier_shares", list), 0, list)
            same("verifier share", verifier_share, unhex(first_round, aggregator))
            kept = self.vdaf.decode_state(state.encode())  # as an aggregator that was restarted in between
            self.states[get(operation, "report_index", int), aggregator] = kept

    def verifier_shares_to_message(self, operation: Any, success: bool) -> None:
        self.require_round(operation, 0)
        report = self.report(operation)
        shares = unhex_all(get(report, "verifier_shares", list), 0, self.vdaf.shares)
        message = self.attempt(success, lambda: self.vdaf.verifier_shares_to_message(self.ctx, shares))
        if message is not None:
            same("verifier message", message, unhex(get(report, "verifier_messages", list), 0))

    def verify_next(self, operation: Any, success: bool) -> None:
        self.require_round(operation, 1)
        report, aggregator = self.report(operation), self.aggregator(operation)
        state = self.states.get((get(operation, "report_index", int), aggregator))
        if state is None:
            raise Malformed("no verify_init that succeeded comes before it")
        message = unhex(get(report, "verifier_messages", list), 0)
        out_share = self.attempt(success, lambda: self.vdaf.verify_next(self.ctx, state, message))
        if out_share is not None:
            wanted = unhex(get(report, "out_shares", list), aggregator)
            same("out share", self.vdaf.encode_aggregate(out_share), wanted)

    def aggregate(self, operation: Any, success: bool) -> None:
        aggregator = self.aggregator(operation)
        out_shares = [unhex(get(report, "out_shares", list), aggregator) for report in self.reports]
        aggregate = self.attempt(success, lambda: self.add_up(out_shares))
        if aggregate is not None:
            wanted = unhex(get(self.vector, "agg_shares", list), aggregator)
            same("aggregate share", self.vdaf.encode_aggregate(aggregate), wanted)

    def add_up(self, out_shares: "Sequence[bytes]") -> list[int]:
        total = self.vdaf.zero()
        for share in out_shares:
            total = self.vdaf.add(total, self.vdaf.decode_aggregate(share))
        return total

    def unshard(self, operation: Any, success: bool) -> None:
        shares = unhex_all(self.vector, "agg_shares", self.vdaf.shares)
        result = self.attempt(success, lambda: self.vdaf.unshard(shares))
        if result is not None:
            same("result", result, get(self.vector, "agg_result", object))


def prio3(make: "Callable[..., Prio3[Any, Any]]", *parameters: str) -> "Callable[[Any], None]":
    """A check of files whose top level names these parameters, besides the number of shares."""

    def check(vector: Any) -> None:
        values = [get(vector, name, int) for name in parameters]
        shares = get(vector, "shares", int)
        try:
            vdaf = make(*values, shares=shares)
        except DapError as error:
            raise Malformed(f"parameters refused: {error}") from error
        Prio3Vector(vdaf, vector).run()

    return check


def xof(vector: Any) -> None:
    """Check seed derivation and expansion into every field that the file has."""
    seed, dst, binder = unhex(vector, "seed"), unhex(vector, "dst"), unhex(vector, "binder")
    same("derived_seed", derive_seed(seed, dst, binder), unhex(vector, "derived_seed"))
    expansions = [key for key in vector if key.startswith("expanded_vec_")]
    if not expansions:
        raise Malformed("no 'expanded_vec_…'")
    length = get(vector, "length", int)
    for key in expansions:
        field = FIELDS.get(key.removeprefix("expanded_vec_"))
        if field is None:
            raise Unsupported(f"{key}: this field is not implemented")
        got = expand_into_vector(field, seed, dst, binder, length)
        same(key, field.encode(got), unhex(vector, key))


CHECKS: "dict[str, Callable[[Any], None]]" = {
    "Prio3Count": prio3(Prio3Count),
    "Prio3Sum": prio3(Prio3Sum, "max_measurement"),
    "Prio3SumVec": prio3(Prio3SumVec, "length", "max_measurement", "chunk_length"),
    "Prio3Histogram": prio3(Prio3Histogram, "length", "chunk_length"),
    "XofTurboShake128": xof,
}


# ------------------------------------------------------------------------ files


def algorithm(path: Path) -> str:
    """The leading letters and digits of the file's name."""
    found = re.match("[0-9A-Za-z]*", path.name)
    return found.group() if found else ""


def check_file(path: Path) -> Result:
    """Run one file. Whatever goes wrong in it is its own failure, never the end of the run."""
    try:
        vector = json.loads(path.read_bytes())
        if not isinstance(vector, dict):
            raise Malformed("no JSON object")
        name = algorithm(path)
        if name not in CHECKS:
            return Result(path, Outcome.SKIPPED, f"{name or 'this algorithm'} is not implemented")
        CHECKS[name](vector)
    except Unsupported as reason:
        return Result(path, Outcome.SKIPPED, str(reason))
    except Mismatch as reason:
        return Result(path, Outcome.FAILED, str(reason))
    except Malformed as reason:
        return Result(path, Outcome.FAILED, f"malformed: {reason}")
    except (OSError, ValueError, RecursionError) as error:
        return Result(path, Outcome.FAILED, f"unreadable: {error}")
    except Exception as error:  # a crash is a failure of this file, and the next one is still worth running
        return Result(path, Outcome.FAILED, f"crashed: {type(error).__name__}: {error}")
    return Result(path, Outcome.PASSED)


def files(paths: "Sequence[Path]") -> "Iterator[Path]":
    """Every ``*.json`` below the folders, in a stable order, and the files named themselves; each once."""
    seen: set[Path] = set()
    for path in paths:
        for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
            if file.resolve() not in seen and not file.is_dir():
                seen.add(file.resolve())
                yield file


def main(arguments: "Sequence[str]") -> int:
    """Print a line per file and the sums; the exit code is 0 only if something ran and nothing failed."""
    if not arguments:
        print("usage: python -m tests.vectors DIR…", file=sys.stderr)
        return 2
    paths = [Path(argument) for argument in arguments]
    missing = [path for path in paths if not path.exists()]
    for path in missing:
        print(f"{path}: no such file or folder", file=sys.stderr)
    results = []
    for file in files([path for path in paths if path.exists()]):
        results.append(check_file(file))
        print(results[-1], flush=True)
    if not results:
        print("no vector files found", file=sys.stderr)
    counts = [f"{sum(r.outcome is outcome for r in results)} {outcome.value}" for outcome in Outcome]
    print(", ".join(counts))
    return int(bool(missing) or not results or any(r.outcome is Outcome.FAILED for r in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
