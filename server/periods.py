"""When a report, a collection or a stored share comes too early or too late: arithmetic on period numbers.

A period is counted in the task's time precision since the Epoch; moments are UTC seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from dap.constants import ReportError

if TYPE_CHECKING:
    from dap.messages import Interval
    from dap.task import TaskConfiguration

LEEWAY: Final = 300
"""Seconds by which a device's clock may be ahead (draft 18, section 4.4.2: "a few minutes")."""
COLLECTABLE: Final = 10 * 86_400
"""Seconds after the grace in which a collector that was away can still collect; then shares are erased.

Enough for a weekly run that failed once, and three days to mend it.
"""
KEPT: Final = 28 * 86_400
"""Seconds after the grace for which report ids (against replays) and sealed answers are kept."""
TRUST_SECONDS: Final = 3_600
"""For which a clock must run evenly before anything is erased for being old."""
PATIENCE: Final = 120
"""Seconds for which a demo's small batch is waited for; a real one has had its grace period."""


class Periods(NamedTuple):
    """A task's rules of time."""

    length: int
    grace: int
    demo: bool
    interval: Interval | None

    @classmethod
    def of(cls, config: TaskConfiguration) -> Periods:
        """From what all parties agreed on."""
        info = config.info
        return cls(info.period, info.grace, info.demo, config.task_interval)

    def end(self, period: int) -> int:
        """The first second after a period."""
        return (period + 1) * self.length

    def collectable_from(self, period: int) -> int:
        """When its grace is over: no honest device sends a report of it any more."""
        return self.end(period) + self.grace

    def is_collectable(self, period: int, now: float) -> bool:
        """Whether the collector may have it."""
        return now >= self.collectable_from(period)

    def takes_reports(self, period: int, now: float) -> bool:
        """Whether honest devices may still send. A demo has no grace: it is open until it is collected."""
        return self.demo or not self.is_collectable(period, now)

    def is_hopeless(self, period: int, now: float) -> bool:
        """Whether a batch that is still below the minimum will stay there."""
        return now >= self.collectable_from(period) + (PATIENCE if self.demo else 0)

    def lowest_collectable(self, now: float) -> int:
        """The first period that can still be collected; shares of older ones go, released or not."""
        return self._lowest(now, COLLECTABLE)

    def lowest_kept(self, now: float) -> int:
        """The first period of which anything is kept: ids and answers outlive the shares."""
        return self._lowest(now, KEPT)

    def _lowest(self, now: float, kept: int) -> int:
        return max(0, int(now - self.grace - kept) // self.length)

    def is_early(self, period: int, now: float) -> bool:
        """Whether a period has not begun, by any clock that is right within the leeway."""
        return period * self.length > now + min(LEEWAY, self.length)

    def refusal(self, period: int, now: float) -> ReportError | None:
        """What is wrong with a report's time, if anything (draft 18, section 4.5.3.3)."""
        if self.is_early(period, now):
            return ReportError.REPORT_TOO_EARLY
        if self.interval is not None and period < self.interval.start:
            return ReportError.TASK_NOT_STARTED
        if self.interval is not None and period >= self.interval.end:
            return ReportError.TASK_EXPIRED
        if period < self.lowest_collectable(now):
            return ReportError.REPORT_DROPPED
        return None


class ClockTrust:
    """Whether the wall clock has run evenly long enough to erase by it.

    A clock that is wrong after a start is usually set right within minutes; a jump begins the wait anew.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._since = 0.0

    def holds(self, wall: float, monotonic: float) -> bool:
        """Ask now and then, with both clocks in seconds."""
        offset = wall - monotonic
        if self._offset is None or abs(offset - self._offset) > LEEWAY:
            self._offset, self._since = offset, monotonic
        return monotonic - self._since >= TRUST_SECONDS
