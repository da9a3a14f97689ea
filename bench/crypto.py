"""What one report costs in cryptography."""

from __future__ import annotations

import secrets
from time import process_time

from bench import targets
from bench.frame import Options, Section, Table, Verdict, interleaved, median
from dap.prio3 import Prio3SumVec

TITLE = "Cryptography"
LENGTH, LARGEST, CHUNK = 400, 1, 27


def run(options: Options) -> Section:
    """Prio3 alone for now."""
    vdaf = Prio3SumVec(LENGTH, LARGEST, CHUNK)
    ctx, nonce, rand = b"bench", secrets.token_bytes(vdaf.NONCE_SIZE), secrets.token_bytes(vdaf.rand_size)
    measurement = [secrets.randbelow(2) for _ in range(LENGTH)]

    def shard() -> float:
        start = process_time()
        for _ in range(50):
            vdaf.shard(ctx, measurement, nonce, rand)
        return (process_time() - start) * 1000 / 50

    found = interleaved(options.count(5, 20), {"shard": shard}, options.say)
    return Section(
        TITLE,
        tables=[Table(("step", "ms"), [(name, median(times)) for name, times in found.items()])],
        verdicts=[Verdict(targets.REPORT_CPU, median(found["shard"]))],
    )
