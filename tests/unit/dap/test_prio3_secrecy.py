"""Nothing secret shows: not in the steps that sharding takes, not in what is skipped, not in any text."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from Cryptodome.Hash import TurboSHAKE128

from dap import xof
from dap.errors import DapError
from dap.prio3 import (
    Prio3,
    Prio3Count,
    Prio3Histogram,
    Prio3Sum,
    Prio3SumVec,
)
from tests.unit.dap.reports import (
    CTX,
    KEY,
    KINDS,
    NONCE,
    some_measurement,
    some_rand,
    verify,
)

# --------------------------------------------------------------------- rejection


class ForgedState:
    """TurboSHAKE128 whose output has candidates in it that reach the modulus."""

    def __init__(self, real: Any) -> None:
        self.real, self.buffer = real, b""
        self.update = real.update

    def read(self, length: int) -> bytes:
        if not self.buffer:
            self.buffer = self.real.read(32) + b"\xff" * 32 + self.real.read(16) + b"\xff" * 16
            self.buffer += self.real.read(4096)
        part, self.buffer = self.buffer[:length], self.buffer[length:]
        assert len(part) == length
        return part


@pytest.mark.parametrize("kind", KINDS)
def test_rejected_candidates_leave_everything_consistent(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The helper's share, its hash into the joint randomness and the proof all skip the same candidates."""

    class Forgery:
        @staticmethod
        def new(domain: int) -> ForgedState:
            return ForgedState(TurboSHAKE128.new(domain=domain))

    vdaf = kind(2)
    value, rand = some_measurement(vdaf), some_rand(vdaf)
    honest = vdaf.shard(CTX, value, NONCE, rand)
    out_shares = verify(vdaf, honest)

    monkeypatch.setattr(xof, "TurboSHAKE128", Forgery)
    assert vdaf.shard(CTX, value, NONCE, rand) == honest  # what is skipped leaves no trace
    assert verify(vdaf, honest) == out_shares
    stream = xof.XofTurboShake128(bytes(32), b"", b"")
    assert b"\xff" * 32 in stream.read(96)  # and yet it was there


# ----------------------------------------------------------------------- secrecy


def trace_of(run: Callable[[], object]) -> list[tuple[str, int]]:
    """Every instruction of ours that runs, in order."""
    instructions: list[tuple[str, int]] = []

    def step(frame: FrameType, event: str, _: object) -> Any:
        if "/dap/" not in frame.f_code.co_filename.replace("\\", "/"):
            return None
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        instructions.append((f"{frame.f_code.co_qualname} {event}", frame.f_lasti))
        return step

    previous = sys.gettrace()
    sys.settrace(step)
    try:
        run()
    finally:
        sys.settrace(previous)
    return instructions


@pytest.mark.parametrize(
    ("vdaf", "values"),
    [
        (Prio3SumVec(30, 1, 5), [[0] * 30, [1] * 30, [0, 1] * 15, [1] + [0] * 29]),
        (Prio3SumVec(4, 9, 5), [[0] * 4, [9] * 4, [7, 8, 3, 1]]),
        (Prio3Histogram(9, 4), [0, 4, 8]),
        (Prio3Sum(9), [0, 1, 7, 8, 9]),
        (Prio3Count(), [0, 1]),
    ],
)
def test_sharding_takes_the_same_steps_for_every_measurement(
    vdaf: Prio3[Any, Any], values: list[Any]
) -> None:
    rand = some_rand(vdaf)

    def steps(value: Any) -> list[tuple[str, int]]:
        return trace_of(lambda: vdaf.shard(CTX, value, NONCE, rand))

    # Fills the caches of constants; and from Python 3.12 on a code's first traced run tells of calls only.
    steps(values[0])
    traces = [steps(value) for value in values]
    assert len(traces[0]) > 1000
    assert all(trace == traces[0] for trace in traces)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_secret_is_shown(kind: Any) -> None:
    vdaf = kind(2)
    value = some_measurement(vdaf)
    report = vdaf.shard(CTX, value, NONCE, some_rand(vdaf))
    state, _ = vdaf.verify_init(KEY, CTX, 0, NONCE, report.public_share, report.input_shares[0])
    secrets = [str(state.out_share[0]), repr(report.input_shares[1]), report.input_shares[1].hex()]
    secrets += [repr(part) for part in (state.joint_rand_seed, report.public_share) if part]
    texts = [repr(report), str(report), repr(state), str(state), f"{report}{state}", repr([state, report])]
    with pytest.raises(DapError) as caught:
        vdaf.verify_init(KEY, CTX, 0, NONCE, report.public_share, b"\xff" * len(report.input_shares[0]))
    texts.append(str(caught.value))
    for text in texts:
        assert not [secret for secret in secrets if secret in text]
