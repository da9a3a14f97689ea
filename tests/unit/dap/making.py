"""Tasks, keys and bytes to test with."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from dap.constants import Role
from dap.errors import DapError
from dap.hpke import HpkeKey, generate
from dap.task import Mechanism, Operator, SignedTask, Task, TaskConfiguration, TaskInfo

DAY = 86_400
SIGNING = {Role.LEADER: b"\x11" * 32, Role.HELPER: b"\x22" * 32}
HPKE: dict[Role, HpkeKey] = {Role.LEADER: generate(1, b"L" * 32), Role.HELPER: generate(2, b"H" * 32)}
COLLECTOR = generate(9, b"C" * 32)


def public(role: Role) -> bytes:
    """The Ed25519 public key of the leader's or helper's operator."""
    return Ed25519PrivateKey.from_private_bytes(SIGNING[role]).public_key().public_bytes_raw()


def make_info(**changes: Any) -> TaskInfo:
    """Promises within every limit."""
    info = TaskInfo(
        48, b"\x5a" * 32, Mechanism.DISCRETE_GAUSSIAN, Fraction(1, 2), period=7 * DAY, grace=7 * DAY
    )
    return info._replace(**changes)


def make_config(info: TaskInfo | None = None, **changes: Any) -> TaskConfiguration:
    """A configuration within every limit."""
    made = TaskConfiguration.of(
        info or make_info(),
        leader="https://leader.example/dap/",
        helper="https://helper.example/",
        min_batch_size=50,
        length=60,
        chunk_length=8,
    )
    return made._replace(**changes)


def make_operator(role: Role, **changes: Any) -> Operator:
    """The leader's or the helper's operator."""
    name = {Role.LEADER: "IT", Role.HELPER: "Betriebsrat"}[role]
    made = Operator(role, name, f"{name.lower()}@example.org", public(role), HPKE[role].config)
    return made._replace(**changes)


def make_task(config: TaskConfiguration | None = None, **changes: Any) -> Task:
    """A task within every limit."""
    made = Task(
        serial=3,
        task_id=b"\x07" * 32,
        configuration=(config or make_config()).encode(),
        leader=make_operator(Role.LEADER),
        helper=make_operator(Role.HELPER),
        organisation="Muster AG – Fünf Höfe",
        agreement="Betriebsvereinbarung 7 of 2026",
    )
    return made._replace(**changes)


def make_signed(task: Task | None = None) -> SignedTask:
    """A task file with both signatures."""
    signed = SignedTask((task or make_task()).payload())
    for role, key in SIGNING.items():
        signed = signed.sign(role, key)
    return signed


def damaged(good: bytes) -> st.SearchStrategy[bytes]:
    """The bytes cut short, lengthened, with flipped bits, or with a piece replaced."""
    at = st.integers(0, max(len(good) - 1, 0))
    piece = st.binary(max_size=6)
    return st.one_of(
        at.map(lambda i: good[:i]),
        st.binary(min_size=1, max_size=20).map(lambda more: good + more),
        st.tuples(at, st.integers(1, 255)).map(
            lambda t: good[: t[0]] + bytes([good[t[0]] ^ t[1]]) + good[t[0] + 1 :]
        ),
        st.tuples(at, at, piece).map(lambda t: good[: min(t[:2])] + t[2] + good[max(t[:2]) :]),
    )


def refused_or_faithful(data: bytes, decode: Callable[[bytes], Any], encode: Callable[[Any], bytes]) -> None:
    """What is read must write the same bytes again; what is not is refused by a DapError only."""
    try:
        value = decode(data)
    except DapError:
        return
    assert encode(value) == data


def refuses(decode: Callable[[bytes], Any], data: bytes) -> None:
    """Decoding raises a DapError."""
    with pytest.raises(DapError):
        decode(data)
