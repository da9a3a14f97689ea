"""What Shoal promises, written into DAP's task_info, and so bound into every share that is encrypted."""

from __future__ import annotations

import re
from enum import IntEnum
from fractions import Fraction
from math import gcd
from typing import Final, NamedTuple

from dap.codec import EncodeError, Reader, Writer

VERSION: Final = 1
DIGEST_SIZE: Final = 32
_DEMO: Final = 1
_RHO: Final = re.compile(r"[+-]?([0-9]{0,20}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,2})?|[0-9]{1,20}/[0-9]{1,20})")


class Mechanism(IntEnum):
    """How noise is added to an aggregate share before it leaves its aggregator."""

    NONE = 0
    DISCRETE_GAUSSIAN = 1
    JANUS_DISCRETE_LAPLACE = 2

    @property
    def word(self) -> str:
        """The mechanism as files and releases write it: "discrete_gaussian"."""
        return self.name.lower()

    @property
    def in_words(self) -> str:
        """The mechanism as people read it: "discrete Gaussian"."""
        return _IN_WORDS[self]


_IN_WORDS: Final = {
    Mechanism.NONE: "none",
    Mechanism.DISCRETE_GAUSSIAN: "discrete Gaussian",
    Mechanism.JANUS_DISCRETE_LAPLACE: "discrete Laplace (Janus)",
}


class TaskInfo(NamedTuple):
    """The promises of a task.

    `metrics` and `digest` name a prefix of the catalogue and its meaning; `rho` is the zero-concentrated
    differential privacy budget of one release (0 without noise); `period` and `grace` are seconds.
    """

    metrics: int
    digest: bytes
    mechanism: Mechanism
    rho: Fraction
    period: int
    grace: int
    demo: bool = False

    def encode(self) -> bytes:
        """task_info's 53 bytes.

        u8 version 1, u8 flags (bit 0: demo), u8 mechanism, u16 metrics, digest[32], u32 numerator and
        u32 denominator of ρ in lowest terms, u32 period, u32 grace. EncodeError if a value does not fit.
        """
        writer = Writer().u8(VERSION).u8(_DEMO if self.demo else 0).u8(self.mechanism).u16(self.metrics)
        writer.fixed(self.digest, DIGEST_SIZE).u32(self.rho.numerator).u32(self.rho.denominator)
        return writer.u32(self.period).u32(self.grace).done()

    @classmethod
    def decode(cls, data: bytes) -> TaskInfo:
        """Read task_info; DecodeError for another version, an unknown flag, ρ not in lowest terms …"""
        reader = Reader(data, "task_info")
        version, flags, mechanism = reader.u8(), reader.u8(), reader.u8()
        if version != VERSION:
            raise reader.fail(f"version {version} is not {VERSION}")
        if flags & ~_DEMO:
            raise reader.fail("an unknown flag is set")
        if mechanism not in set(Mechanism):
            raise reader.fail(f"{mechanism} is no noise mechanism")
        metrics, digest = reader.u16(), reader.fixed(DIGEST_SIZE)
        rho = _fraction(reader)
        info = cls(
            metrics, digest, Mechanism(mechanism), rho, reader.u32(), reader.u32(), bool(flags & _DEMO)
        )
        reader.end()
        return info


def _fraction(reader: Reader) -> Fraction:
    numerator, denominator = reader.u32(), reader.u32()
    if gcd(numerator, denominator) != 1:
        raise reader.fail("ρ is not a fraction in lowest terms")
    if denominator == 0:
        raise reader.fail("ρ has no denominator")
    return Fraction(numerator, denominator)


def rho_of(text: str) -> Fraction:
    """ρ as a person writes it ("0.5" or "1/2"), exactly; EncodeError if task_info cannot hold it."""
    try:
        # of few digits, since 1e999999999 would fill the memory
        rho = Fraction(text if _RHO.fullmatch(text.strip()) else "")
    except (ValueError, ZeroDivisionError):
        raise EncodeError("ρ is not a number such as 0.5 or 1/2") from None
    if not (0 <= rho.numerator < 1 << 32 and rho.denominator < 1 << 32):
        raise EncodeError("ρ is negative or has too many digits")
    return rho
