"""What one report costs in Prio3: ``python -m bench.prio3 [length [max_measurement [chunk_length]]]``."""

import secrets
import sys
from time import perf_counter
from typing import TYPE_CHECKING

from dap.prio3 import Prio3SumVec, optimal_chunk_length

if TYPE_CHECKING:
    from collections.abc import Callable

CTX = b"dap-18" + bytes(32)


def best(run: "Callable[[], object]", rounds: int = 5, calls: int = 60) -> float:
    """Milliseconds per call in the quickest of some rounds: the others were disturbed."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        for _ in range(calls):
            run()
        times.append(perf_counter() - start)
    return 1000 * min(times) / calls


def main(arguments: "list[str]") -> None:
    """Print a line per step."""
    length, largest, chunk, *_ = [*map(int, arguments), *(400, 1, 0)[len(arguments) :]]
    chunk = chunk or optimal_chunk_length(length * largest.bit_length())
    vdaf = Prio3SumVec(length, largest, chunk)
    nonce, key = secrets.token_bytes(vdaf.NONCE_SIZE), secrets.token_bytes(vdaf.VERIFY_KEY_SIZE)
    rand = secrets.token_bytes(vdaf.rand_size)
    measurement = [secrets.randbelow(largest + 1) for _ in range(length)]

    public, inputs = vdaf.shard(CTX, measurement, nonce, rand)
    states, verifiers = zip(
        *(vdaf.verify_init(key, CTX, i, nonce, public, share) for i, share in enumerate(inputs)), strict=True
    )
    message = vdaf.verifier_shares_to_message(CTX, verifiers)

    print(f"Prio3SumVec(length={length}, max_measurement={largest}, chunk_length={chunk})")
    print(f"  bytes: public {len(public)}, inputs {[*map(len, inputs)]}, verifier {len(verifiers[0])}")
    steps: dict[str, Callable[[], object]] = {
        "shard": lambda: vdaf.shard(CTX, measurement, nonce, rand),
        "verify_init, leader": lambda: vdaf.verify_init(key, CTX, 0, nonce, public, inputs[0]),
        "verify_init, helper": lambda: vdaf.verify_init(key, CTX, 1, nonce, public, inputs[1]),
        "verifier_shares_to_message": lambda: vdaf.verifier_shares_to_message(CTX, verifiers),
        "verify_next": lambda: vdaf.verify_next(CTX, states[0], message),
    }
    for name, run in steps.items():
        print(f"  {name:28} {best(run):7.3f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
