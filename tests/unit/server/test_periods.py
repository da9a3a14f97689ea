"""Rules of time, as properties of numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dap.constants import ReportError
from dap.messages import Interval
from server.periods import COLLECTABLE, KEPT, LEEWAY, PATIENCE, TRUST_SECONDS, ClockTrust, Periods

DAY = 86_400
REAL = st.builds(
    Periods,
    length=st.sampled_from([DAY, 7 * DAY]),
    grace=st.integers(3 * DAY, 14 * DAY),
    demo=st.just(False),
    interval=st.none(),
)
PERIOD = st.integers(10, 30_000)


@given(REAL, PERIOD)
def test_a_period_is_collectable_from_the_end_of_its_grace(periods: Periods, period: int) -> None:
    moment = (period + 1) * periods.length + periods.grace
    assert not periods.is_collectable(period, moment - 1)
    assert periods.is_collectable(period, moment)
    assert periods.is_hopeless(period, moment)
    assert periods.takes_reports(period, moment - 1) and not periods.takes_reports(period, moment)


@given(REAL, PERIOD)
def test_shares_wait_ten_days_for_a_collector_that_was_away_and_ids_stay_four_weeks(
    periods: Periods, period: int
) -> None:
    for lowest, kept in ((periods.lowest_collectable, COLLECTABLE), (periods.lowest_kept, KEPT)):
        last = periods.collectable_from(period) + kept
        assert lowest(last - 1) == period
        assert lowest(last) == period + 1


@given(REAL, PERIOD)
def test_only_a_period_that_has_not_begun_is_early(periods: Periods, period: int) -> None:
    begins = period * periods.length
    assert periods.refusal(period, begins - LEEWAY - 1) is ReportError.REPORT_TOO_EARLY
    assert periods.refusal(period, begins - LEEWAY) is None
    last = periods.collectable_from(period) + COLLECTABLE
    assert periods.refusal(period, last - 1) is None
    assert periods.refusal(period, last) is ReportError.REPORT_DROPPED


def test_a_demo_waits_a_little_for_its_batch() -> None:
    demo = Periods(5, 0, True, None)
    assert demo.is_collectable(9, 50)
    assert not demo.is_hopeless(9, 50 + PATIENCE - 1)
    assert demo.is_hopeless(9, 50 + PATIENCE)
    assert demo.takes_reports(9, 50 + PATIENCE)
    assert demo.is_early(11, 49) and not demo.is_early(11, 50)


def test_times_outside_of_the_task_are_refused() -> None:
    periods = Periods(DAY, 3 * DAY, False, Interval(100, 10))
    now = 111.0 * DAY
    assert periods.refusal(99, now) is ReportError.TASK_NOT_STARTED
    assert periods.refusal(100, now) is None
    assert periods.refusal(109, now) is None
    assert periods.refusal(110, now) is ReportError.TASK_EXPIRED


def test_a_clock_at_the_epoch_keeps_everything() -> None:
    assert Periods(DAY, 3 * DAY, False, None).lowest_kept(0.0) == 0


def test_a_clock_is_trusted_after_an_hour_without_a_jump() -> None:
    trust = ClockTrust()
    wrong, right = 4_000_000_000.0, 1_700_000_000.0
    assert not trust.holds(wrong, 0.0)
    assert not trust.holds(wrong + TRUST_SECONDS - 1, TRUST_SECONDS - 1)
    assert not trust.holds(right + TRUST_SECONDS, TRUST_SECONDS), "set right: the wait begins anew"
    assert not trust.holds(right + 2 * TRUST_SECONDS - 1, 2 * TRUST_SECONDS - 1)
    assert trust.holds(right + 2 * TRUST_SECONDS, 2 * TRUST_SECONDS)
    assert trust.holds(right + 3 * TRUST_SECONDS + LEEWAY - 1, 3 * TRUST_SECONDS), "drift is no jump"
    assert not trust.holds(wrong, 4 * TRUST_SECONDS)
