"""The agent's shared words: what a probe gives, what a person may choose, what a report goes through.

Imported by the resident sampler: NamedTuple and enum only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

# One reading of one metric; a pair is (numerator, denominator) of a `ratio` metric.
Sample: TypeAlias = float | tuple[float, float]


class Moment(NamedTuple):
    """When a pass happens, by every clock that a probe may need (probes never ask a clock themselves)."""

    now: float
    """UTC seconds since the epoch; may jump."""
    ticking: float
    """Seconds since boot with suspension counted; never jumps, starts again at boot."""
    boot: str
    """An identifier of this boot; never leaves the device."""


class Reading(NamedTuple):
    """What one probe, or one whole pass over all of them, gave."""

    samples: Mapping[str, Sample | None]
    """Metric id → sample; None: the host has no answer now."""
    reasons: Mapping[str, str] = {}
    """Metric id → why there is no sample, in plain words for the person at the machine; never leaves."""


class Choice(StrEnum):
    """The four choices of the person at the machine."""

    OFF = "off"
    LOCAL = "local"
    SHARE = "share"
    QUIET = "quiet"

    @property
    def measures(self) -> bool:
        """Whether probes run."""
        return self is not Choice.OFF

    @property
    def sends(self) -> bool:
        """Whether one report a period leaves (of zeros, for quiet)."""
        return self in (Choice.SHARE, Choice.QUIET)

    @classmethod
    def of(cls, stored: str | None) -> Choice | None:
        """The choice of that name; None for nothing, and for what no version of this program writes."""
        return cls(stored) if stored in tuple(cls) else None


class ReportState(StrEnum):
    """A report's life; `delivered` says that the leader took it, never that it was counted."""

    HELD = "held"
    WITHHELD = "withheld"
    SENDING = "sending"
    DELIVERED = "delivered"
    REFUSED = "refused"
    TOO_LATE = "too_late"
    DROPPED = "dropped"


class LedgerKind(StrEnum):
    """What a ledger row records."""

    SEALED = "sealed"
    WITHHELD = "withheld"
    SENDING = "sending"
    DELIVERED = "delivered"
    REFUSED = "refused"
    TOO_LATE = "too_late"
    DROPPED = "dropped"
    RESEALED = "resealed"
    CHOICE = "choice"
    POLICY = "policy"
    TASK = "task"
    CATALOGUE = "catalogue"
    """What may be measured is another than before: a newer version of Shoal."""
    ERASED = "erased"
    PRUNED = "pruned"


class Fact(StrEnum):
    """Keys of the store's facts that cross rooms: what one process leaves for another.

    Facts are derived and may be recomputed; what a person decided is a setting, not a fact.
    """

    NEXT_DUE = "next_due"
    """UTC seconds at which the sampler starts `worker tend` next; written by the worker. Absent: at once."""
    WOKE_AT = "woke_at"
    """UTC seconds of the last waking: a boot, an end of suspension, the sampler's start, or a clock that
    was set (nothing is sent within ten minutes of it). Written by the sampler."""
    CLOCK_SET = "clock_set"
    """UTC seconds (after the change) at which the wall clock was last seen to jump. By the sampler."""
    CHOICE = "choice"
    """The effective choice after policy (a Choice's value); written by `choose` and by the worker. The
    sampler follows it, and the person's own setting `choice` where it is absent; neither: off."""
    LAST_PASS = "last_pass"  # noqa: S105  (a time, no password)
    """UTC seconds of the newest committed pass. Written with it."""
    ANSWERED = "answered"
    """How many rings of the doorbell the sampler has answered, for who waits for one. Written by it."""
    SET_ASIDE = "set_aside"
    """The name of the corrupt database that this one took the place of. Written by the sampler."""
    LOG_LEVEL = "log_level"
    """info or debug; policy's log_level for the resident process. Written by the worker."""
    TROUBLE = "trouble"
    """What keeps reports from being sealed or sent, in words; absent when nothing does. By the worker."""
    TROUBLE_CODE = "trouble_code"
    """The exit code that stands for it; absent also where it is tried again by itself. By the worker."""
    ERASED = "erased"
    """How often readings were erased: what was measured before the last time is never written any more."""
    CHECKS = "checks"
    """What active checks of the network go to, and how (an order for agent.connection.reach); absent while
    there are none. Written by the worker, followed by the sampler."""
    CATALOGUE = "catalogue"
    """The canonical meaning of the catalogue that a worker saw last; what changes it is a ledger row."""
    DAMAGED = "damaged"
    """A value that no version of this program writes, as a worker found it; `database.check` goes by it."""


class Setting(StrEnum):
    """Keys of the person's own settings; the rest of them belong to `agent.policy`."""

    CHOICE = "choice"
