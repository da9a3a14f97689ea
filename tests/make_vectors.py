"""Write known answers of our own into a folder: ``python -m tests.make_vectors tests/data/vdaf``.

They guard against change where the official vectors are not at hand, so they may be made anew only with code
that passes those. They cover what the official ones leave out: the sizes used in practice, a single bit in
Prio3Sum, a chunk longer than the measurement, shares that cheat, shares that are badly encoded.
"""

import json
import sys
from pathlib import Path
from typing import Any

from dap.field import Field64, Field128
from dap.prio3 import Prio3, Prio3Count, Prio3Histogram, Prio3Sum, Prio3SumVec
from dap.xof import XofTurboShake128, derive_seed, expand_into_vector

CTX = b"known answers of Shoal"


def random_bytes(label: str, length: int) -> bytes:
    """Anything fixed that looks random."""
    return XofTurboShake128(b"", b"tests.make_vectors", label.encode()).read(length)


def good(vdaf: Prio3[Any, Any], parameters: dict[str, int], measurements: list[Any]) -> dict[str, Any]:
    """A vector of reports that verify, with all operations."""
    key = random_bytes("verify key", 32)
    reports, operations, out_shares = [], [], []
    for number, measurement in enumerate(measurements):
        nonce = random_bytes(f"nonce {number}", 16)
        rand = random_bytes(f"rand {number}", vdaf.rand_size)
        shares = vdaf.shard(CTX, measurement, nonce, rand)
        made = [
            vdaf.verify_init(key, CTX, i, nonce, shares.public_share, share)
            for i, share in enumerate(shares.input_shares)
        ]
        message = vdaf.verifier_shares_to_message(CTX, [verifier for _, verifier in made])
        out_shares.append([vdaf.verify_next(CTX, state, message) for state, _ in made])
        reports.append(
            report(measurement, nonce, rand, shares.public_share, shares.input_shares)
            | {
                "verifier_shares": [[verifier.hex() for _, verifier in made]],
                "verifier_messages": [message.hex()],
                "out_shares": [vdaf.encode_aggregate(share).hex() for share in out_shares[-1]],
            }
        )
        ids = range(vdaf.shares)
        operations += [
            {"operation": "shard", "report_index": number, "success": True},
            *(step("verify_init", number, aggregator_id=i) for i in ids),
            step("verifier_shares_to_message", number, round=0),
            *(step("verify_next", number, round=1, aggregator_id=i) for i in ids),
        ]
    aggregates = []
    for i in range(vdaf.shares):
        total = vdaf.zero()
        for shares_of_report in out_shares:
            total = vdaf.add(total, shares_of_report[i])
        aggregates.append(vdaf.encode_aggregate(total))
        operations.append({"operation": "aggregate", "aggregator_id": i, "success": True})
    operations.append({"operation": "unshard", "success": True})
    return frame(vdaf, key, parameters, operations, reports) | {
        "agg_shares": [share.hex() for share in aggregates],
        "agg_result": vdaf.unshard(aggregates),
    }


def refused_proof(vdaf: Prio3[Any, Any], parameters: dict[str, int], encoded: list[int]) -> dict[str, Any]:
    """A client that encodes what it likes and proves it as well as it can: the joined proof must fail."""
    key, nonce = random_bytes("verify key", 32), random_bytes("nonce", 16)
    rand = random_bytes("rand", vdaf.rand_size)
    vdaf.circuit.encode = lambda measurement: encoded  # type: ignore[method-assign]
    shares = vdaf.shard(CTX, None, nonce, rand)
    verifiers = [
        vdaf.verify_init(key, CTX, i, nonce, shares.public_share, share)[1]
        for i, share in enumerate(shares.input_shares)
    ]
    operations = [
        *(step("verify_init", 0, aggregator_id=i) for i in range(vdaf.shares)),
        step("verifier_shares_to_message", 0, round=0) | {"success": False},
    ]
    reports = [
        report(None, nonce, rand, shares.public_share, shares.input_shares)
        | {"verifier_shares": [[v.hex() for v in verifiers]], "verifier_messages": [], "out_shares": []}
    ]
    return frame(vdaf, key, parameters, operations, reports) | {"agg_shares": [], "agg_result": None}


def refused_encoding(vdaf: Prio3[Any, Any], parameters: dict[str, int], measurement: Any) -> dict[str, Any]:
    """One report per way in which a leader's or helper's input share can be badly encoded."""
    nonce, rand = random_bytes("nonce", 16), random_bytes("rand", vdaf.rand_size)
    shares = vdaf.shard(CTX, measurement, nonce, rand)
    leader, helper = shares.input_shares
    too_large = vdaf.field.modulus.to_bytes(vdaf.field.size, "little") + leader[vdaf.field.size :]
    public = shares.public_share
    cases = [
        (0, public, (too_large, helper)),
        (0, public, (leader[:-1], helper)),
        (0, public, (leader + b"\0", helper)),
        (1, public, (leader, helper[:-1])),
        (1, public, (leader, helper + b"\0")),
        (1, public, (leader, b"")),
        (1, public + b"\0", (leader, helper)),
    ]
    operations = [
        step("verify_init", number, aggregator_id=aggregator) | {"success": False}
        for number, (aggregator, _, _) in enumerate(cases)
    ]
    reports = [
        report(None, nonce, rand, public_share, inputs)
        | {"verifier_shares": [[]], "verifier_messages": [], "out_shares": []}
        for _, public_share, inputs in cases
    ]
    key = random_bytes("verify key", 32)
    return frame(vdaf, key, parameters, operations, reports) | {"agg_shares": [], "agg_result": None}


def report(
    measurement: Any, nonce: bytes, rand: bytes, public_share: bytes, inputs: tuple[bytes, ...]
) -> dict[str, Any]:
    return {
        "measurement": measurement,
        "nonce": nonce.hex(),
        "rand": rand.hex(),
        "public_share": public_share.hex(),
        "input_shares": [share.hex() for share in inputs],
    }


def step(operation: str, number: int, **more: int) -> dict[str, Any]:
    return {"operation": operation, "report_index": number, "success": True, **more}


def frame(
    vdaf: Prio3[Any, Any], key: bytes, parameters: dict[str, int], operations: list[Any], reports: list[Any]
) -> dict[str, Any]:
    return parameters | {
        "shares": vdaf.shares,
        "ctx": CTX.hex(),
        "verify_key": key.hex(),
        "agg_param": "",
        "operations": operations,
        "reports": reports,
    }


def xof() -> dict[str, Any]:
    """Both fields, and a tag and binder longer than one block of the sponge."""
    seed, dst, binder = random_bytes("seed", 32), random_bytes("dst", 300), random_bytes("binder", 1000)
    return {
        "seed": seed.hex(),
        "dst": dst.hex(),
        "binder": binder.hex(),
        "length": 60,
        "derived_seed": derive_seed(seed, dst, binder).hex(),
        "expanded_vec_field64": Field64.encode(expand_into_vector(Field64, seed, dst, binder, 60)).hex(),
        "expanded_vec_field128": Field128.encode(expand_into_vector(Field128, seed, dst, binder, 60)).hex(),
    }


def vectors() -> dict[str, dict[str, Any]]:
    """All of them, by file name without the ending."""
    real = {"length": 400, "max_measurement": 1, "chunk_length": 27}
    small = {"length": 3, "max_measurement": 1, "chunk_length": 2}
    bits = [[byte & 1 for byte in random_bytes(f"bits {i}", 400)] for i in range(1)]
    long_chunk = {"length": 3, "max_measurement": 5, "chunk_length": 20}
    minus_one = Field128.modulus - 1
    buckets = {"length": 4, "chunk_length": 2}
    return {
        "XofTurboShake128_own": xof(),
        "Prio3Count_own": good(Prio3Count(4), {}, [1, 0, 1]),
        "Prio3Sum_own_one_bit": good(Prio3Sum(1), {"max_measurement": 1}, [1, 0, 1]),
        "Prio3Sum_own": good(Prio3Sum(1000, 3), {"max_measurement": 1000}, [0, 1, 511, 512, 1000]),
        "Prio3SumVec_own_real": good(Prio3SumVec(**real), real, bits),
        "Prio3SumVec_own_long_chunk": good(Prio3SumVec(**long_chunk, shares=3), long_chunk, [[0, 3, 5]]),
        "Prio3Histogram_own": good(Prio3Histogram(7, 1), {"length": 7, "chunk_length": 1}, [6, 0, 6]),
        "Prio3SumVec_bad_two": refused_proof(Prio3SumVec(**small), small, [0, 2, 1]),
        "Prio3SumVec_bad_minus_one": refused_proof(Prio3SumVec(**small), small, [0, minus_one, 1]),
        "Prio3Sum_bad_bit": refused_proof(Prio3Sum(3), {"max_measurement": 3}, [0, 2]),
        "Prio3Histogram_bad_none": refused_proof(Prio3Histogram(4, 2), buckets, [0, 0, 0, 0]),
        "Prio3Histogram_bad_both": refused_proof(Prio3Histogram(4, 2), buckets, [1, 0, 1, 0]),
        "Prio3SumVec_bad_encoding": refused_encoding(Prio3SumVec(**small), small, [1, 0, 1]),
        "Prio3Count_bad_encoding": refused_encoding(Prio3Count(), {}, 1),
    }


def main(folder: Path) -> None:
    """Write a file for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, vector in vectors().items():
        (folder / f"{name}.json").write_text(json.dumps(vector, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
