"""When things happen: periods, sealing, the moment of sending, the deadline. Numbers in, numbers out.

All times are UTC seconds since the epoch; `uniform(low, high)` draws (Env.uniform). Nothing here asks a
clock or remembers anything. Periods are counted from the epoch, a Thursday: weeks begin on Thursday 00:00.

A clock that is set is survived like this. A period whose end the clock has not reached is never sealed and
never sent; a period that was sealed once is never sealed again, whatever the clock says later, so that a
clock that ran years ahead for a while costs at most the periods that it invented. A moment of sending that
no drawing could have given for the present time was drawn under another clock and is drawn again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

MINUTE = 60
QUARTER = 15 * MINUTE
HOUR = 3_600
DAY = 86_400

SEALING_JITTER = 2 * HOUR
SENDING_WINDOW = DAY
QUIET_AFTER_WAKING = 10 * MINUTE
LATE = 10 * MINUTE
"""A moment that passed longer ago than this is missed: the machine slept, or its clock was set."""
RESERVED = 2 * DAY
"""What must remain of the grace after the hold: a day to draw from, a day before the collector comes."""
FINAL_DAY = DAY
"""Between the deadline for sending and the collection."""
DEMO_DEADLINE = DAY

FIRST_RETRY = 5 * MINUTE
LONGEST_RETRY = 6 * HOUR

SUSPENDED = 5.0
"""Seconds that two clocks may differ by before it counts as a suspension."""
CLOCK_SET = 60.0
"""Seconds that the wall clock may gain or lose between two looks before it counts as set."""
STALLED = 90.0
"""Seconds that a wait may last beyond its plan before it counts as a suspension that no clock shows."""


class Times(NamedTuple):
    """What a task and this device's settings say about time; make it with `times`."""

    period: int
    """Seconds that one report tells of."""
    grace: int
    """Seconds after a period's end until the collector takes what has come."""
    hold: float
    """Seconds that a sealed report lies still, for its owner to read; already capped."""
    demo: bool = False
    """A demo task: no jitter, no hold, no grace; sent when sealed."""


class Step(StrEnum):
    """What is to be done with a report that has a moment."""

    WAIT = "wait"
    SEND = "send"
    DRAW_AGAIN = "draw_again"
    TOO_LATE = "too_late"


def times(period: int, grace: int, hold_hours: float = 12, *, demo: bool = False) -> Times:
    """Times with the hold capped, so that hold + 48 h never exceeds the grace."""
    if demo:
        return Times(period, grace, 0, True)
    return Times(period, grace, max(0.0, min(hold_hours * HOUR, grace - RESERVED)))


def period_number(now: float, rule: Times) -> int:
    """The number of the period that `now` lies in; a report's `time`."""
    return int(now // rule.period)


def period_start(k: int, rule: Times) -> int:
    """The first second of period `k`."""
    return k * rule.period


def period_end(k: int, rule: Times) -> int:
    """The first second after period `k`."""
    return (k + 1) * rule.period


def deadline(k: int, rule: Times) -> int:
    """From when on a report of period `k` is too late to be sent."""
    if rule.demo:
        return period_end(k, rule) + DEMO_DEADLINE
    return period_end(k, rule) + rule.grace - FINAL_DAY


def is_too_late(k: int, now: float, rule: Times) -> bool:
    """Whether the deadline of period `k` has passed."""
    return now >= deadline(k, rule)


def due_periods(now: float, rule: Times, *, first: int, sealed: Collection[int]) -> list[int]:
    """The periods that may be sealed now, oldest first.

    They have ended, are not yet too late, are none of `sealed` (all that ever were, whatever became of
    them), and not before `first`: the period in which the person chose. Whether the device measured in
    one at all is for the caller to ask.
    """
    newest = period_number(now, rule) - 1
    lasting = deadline(0, rule) - period_end(0, rule)
    oldest = max(first, int((now - lasting) // rule.period) - 1)
    return [
        k
        for k in range(oldest, newest + 1)
        if k not in sealed and period_end(k, rule) <= now < deadline(k, rule)
    ]


def draw_sealing(k: int, rule: Times, woke: float, uniform: Callable[[float, float], float]) -> float:
    """When to seal period `k`: 0–2 h after its end, or after the first waking since (`woke`).

    To be drawn once for a period and kept. Where little is left before the deadline the jitter shrinks to
    half of it, so that sending still has the other half.
    """
    end = period_end(k, rule)
    if rule.demo:
        return end
    base = max(float(end), woke)
    return base + uniform(0, max(0.0, min(SEALING_JITTER, (deadline(k, rule) - base) / 2)))


def draw_moment(
    k: int, now: float, sealed: float, woke: float, rule: Times, uniform: Callable[[float, float], float]
) -> float | None:
    """A moment to send period `k`'s report that was sealed at `sealed`; None: it is too late.

    Uniform over the 24 h (or what is left before the deadline) that begin when the hold is over, never
    within ten minutes of `woke`. Drawn again, by the same rule, whenever a moment was missed.
    """
    low = max(now, min(sealed, now) + rule.hold)
    if not rule.demo:
        low = max(low, woke + QUIET_AFTER_WAKING)
    high = min(low + SENDING_WINDOW, deadline(k, rule))
    if low >= high:
        return None
    return low if rule.demo else uniform(low, high)


def next_step(k: int, moment: float, now: float, woke: float, rule: Times) -> Step:
    """What to do at `now` with a report of period `k` that is to be sent at `moment`."""
    if period_end(k, rule) > now:
        return Step.WAIT  # sealed under a clock that ran ahead: its time has not come
    if is_too_late(k, now, rule):
        return Step.TOO_LATE
    if rule.demo:
        return Step.SEND if now >= moment else Step.WAIT
    if is_missed(moment, now, woke) or moment > now + rule.hold + SENDING_WINDOW + QUIET_AFTER_WAKING:
        return Step.DRAW_AGAIN
    return Step.SEND if now >= moment else Step.WAIT


def is_missed(moment: float, now: float, woke: float) -> bool:
    """Whether a moment cannot be kept: the machine slept at it, or woke less than ten minutes before."""
    return moment < woke + QUIET_AFTER_WAKING or now > moment + LATE


def draw_retry(
    k: int, attempts: int, now: float, woke: float, rule: Times, uniform: Callable[[float, float], float]
) -> float | None:
    """When to try again after `attempts` (from 1) unanswered ones; None: not before the deadline.

    Doubles from five minutes to six hours, each time half to one and a half of it.
    """
    if rule.demo:
        later = now + min(2.0 ** (attempts - 1), 30.0)
    else:
        pause = min(FIRST_RETRY * 2.0 ** min(attempts - 1, 20), LONGEST_RETRY)
        later = max(now, woke + QUIET_AFTER_WAKING) + uniform(0.5 * pause, 1.5 * pause)
    end = deadline(k, rule)
    if later < end:
        return later
    low = max(now, woke + QUIET_AFTER_WAKING)
    return uniform(low, end) if low < end and not rule.demo else None


class Look(NamedTuple):
    """All clocks at one instant; two of them tell what happened between."""

    now: float
    ticking: float
    awake: float


class Between(NamedTuple):
    """What happened between two looks at the clocks."""

    woke: bool
    """The machine was suspended, or paused in a way that only the wall clock or the wait shows."""
    set_by: float
    """Seconds by which the wall clock was set, beyond what time passed; 0 for small corrections."""


def compare(before: Look, after: Look, planned: float) -> Between:
    """What happened between two looks, with a wait of `planned` seconds (and little else) between them.

    A suspension shows as CLOCK_BOOTTIME gaining on CLOCK_MONOTONIC; where the platform has only one of
    them, or a virtual machine stood still, as a wait that lasted too long or a wall clock that jumped.
    """
    passed = after.ticking - before.ticking
    gap = after.now - before.now - passed
    set_by = gap if abs(gap) > CLOCK_SET else 0.0
    suspended = passed - (after.awake - before.awake) > SUSPENDED
    return Between(suspended or passed - planned > STALLED or set_by != 0.0, set_by)


def next_pass(now: float, cadence: float, offset: float) -> float:
    """The next time after `now` that lies `offset` seconds after a whole multiple of `cadence`.

    The offset is each process's own, so that a fleet's machines do not measure in the same second.
    """
    return ((now - offset) // cadence + 1) * cadence + offset
