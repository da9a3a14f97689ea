from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from agent import schedule
from agent.schedule import DAY, HOUR, MINUTE, Look, Step, Times

WEEK = 7 * DAY
WEEKLY = schedule.times(WEEK, 7 * DAY)
DAILY = schedule.times(DAY, 5 * DAY)
DEMO = schedule.times(20, 0, demo=True)
NEVER = -1e18

rules = st.builds(
    schedule.times,
    st.sampled_from([DAY, WEEK]),
    st.integers(3, 14).map(lambda days: days * DAY),
    st.floats(0, 48),
)
instants = st.floats(1.6e9, 2.0e9)
fractions = st.floats(0, 1, exclude_max=True)


def at(text: str) -> float:
    """UTC seconds of "2026-11-20 18:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def fixed(fraction: float) -> Callable[[float, float], float]:
    """A drawing that always falls at the same share of the way."""
    return lambda low, high: low + (high - low) * fraction


# -- periods


def test_weeks_begin_on_thursday_midnight() -> None:
    k = schedule.period_number(at("2026-11-22 12:00"), WEEKLY)
    assert schedule.period_start(k, WEEKLY) == at("2026-11-19 00:00")
    assert schedule.period_end(k, WEEKLY) == at("2026-11-26 00:00")
    assert datetime.fromtimestamp(schedule.period_start(k, WEEKLY), UTC).strftime("%A") == "Thursday"


@given(rules, instants)
def test_every_instant_lies_in_exactly_its_period(rule: Times, now: float) -> None:
    k = schedule.period_number(now, rule)
    assert schedule.period_start(k, rule) <= now < schedule.period_end(k, rule)
    assert schedule.period_end(k, rule) == schedule.period_start(k + 1, rule)


def test_midnight_belongs_to_the_new_period() -> None:
    midnight = at("2026-11-26 00:00")
    assert schedule.period_number(midnight, WEEKLY) == schedule.period_number(midnight - 0.001, WEEKLY) + 1
    assert schedule.period_number(midnight, DAILY) == schedule.period_number(midnight - 0.001, DAILY) + 1


@given(st.integers(3, 14), st.floats(0, 48))
def test_hold_is_capped_by_the_grace(days: int, hours: float) -> None:
    rule = schedule.times(WEEK, days * DAY, hours)
    assert 0 <= rule.hold <= hours * HOUR
    assert rule.hold + 48 * HOUR <= rule.grace
    if hours * HOUR + 48 * HOUR <= days * DAY:
        assert rule.hold == hours * HOUR


def test_deadline_is_a_day_before_the_collector_comes() -> None:
    assert schedule.deadline(10, WEEKLY) == schedule.period_end(10, WEEKLY) + 6 * DAY
    assert schedule.deadline(10, DAILY) == schedule.period_end(10, DAILY) + 4 * DAY
    assert schedule.deadline(10, DEMO) == schedule.period_end(10, DEMO) + DAY


# -- which periods may be sealed


@given(rules, instants, st.integers(-3, 30), st.sets(st.integers(-30, 3)))
def test_due_periods_have_ended_are_in_time_and_were_never_sealed(
    rule: Times, now: float, since: int, sealed: set[int]
) -> None:
    present = schedule.period_number(now, rule)
    first = present - since
    done = {present + k for k in sealed}
    due = schedule.due_periods(now, rule, first=first, sealed=done)
    expected = [
        k
        for k in range(present - 40, present + 5)
        if k >= first
        and k not in done
        and schedule.period_end(k, rule) <= now
        and not schedule.is_too_late(k, now, rule)
    ]
    assert due == expected


def test_a_clock_that_runs_years_ahead_and_comes_back_costs_only_what_it_invented() -> None:
    now = at("2026-11-26 00:30")
    present = schedule.period_number(now, WEEKLY)
    sealed: set[int] = set()

    ahead = now + 10 * 365 * DAY
    invented = schedule.due_periods(ahead, WEEKLY, first=present - 1, sealed=sealed)
    assert invented  # it cannot know better
    sealed.update(invented)

    assert schedule.due_periods(now, WEEKLY, first=present - 1, sealed=sealed) == [present - 1]
    sealed.add(present - 1)
    assert schedule.due_periods(now, WEEKLY, first=present - 1, sealed=sealed) == []
    # ten years later the invented ones are not sealed a second time
    assert not set(schedule.due_periods(ahead + HOUR, WEEKLY, first=present - 1, sealed=sealed)) & set(
        invented
    )


def test_a_clock_set_back_seals_nothing_twice_and_nothing_of_the_past() -> None:
    now = at("2026-11-26 00:30")
    last = schedule.period_number(now, WEEKLY) - 1
    for back in (HOUR, DAY, WEEK, 400 * DAY, 50 * 365 * DAY):
        assert schedule.due_periods(now - back, WEEKLY, first=last, sealed={last}) == []


@given(st.lists(instants, min_size=1, max_size=40), rules)
def test_however_the_clock_jumps_no_period_is_sealed_twice_or_before_its_end(
    clock: list[float], rule: Times
) -> None:
    first = schedule.period_number(min(clock), rule)
    sealed: list[int] = []
    for now in clock:
        due = schedule.due_periods(now, rule, first=first, sealed=sealed)
        assert all(schedule.period_end(k, rule) <= now for k in due)
        sealed += due
    assert len(sealed) == len(set(sealed))


# -- sealing


@given(rules, instants, fractions)
def test_sealing_comes_after_the_end_and_the_first_waking_with_at_most_two_hours_more(
    rule: Times, woke: float, fraction: float
) -> None:
    k = schedule.period_number(woke, rule) - 1
    moment = schedule.draw_sealing(k, rule, woke, fixed(fraction))
    assert woke <= moment <= woke + 2 * HOUR
    assert schedule.draw_sealing(k, rule, NEVER, fixed(0)) == schedule.period_end(k, rule)


def test_sealing_leaves_time_to_send_when_the_machine_wakes_late() -> None:
    k = 100
    woke = schedule.deadline(k, DAILY) - HOUR
    moment = schedule.draw_sealing(k, DAILY, woke, fixed(0.999))
    assert woke < moment < schedule.deadline(k, DAILY) - 29 * MINUTE


def test_demo_seals_and_sends_at_once() -> None:
    k = 5
    end = schedule.period_end(k, DEMO)
    assert schedule.draw_sealing(k, DEMO, end + 3, fixed(0.5)) == end
    assert schedule.draw_moment(k, end + 1, end, end + 1, DEMO, fixed(0.5)) == end + 1
    assert schedule.next_step(k, end + 1, end + 1, end + 1, DEMO) is Step.SEND
    assert schedule.next_step(k, end + 2, end + 1, end + 1, DEMO) is Step.WAIT
    assert schedule.next_step(k, end + 1, end + DAY, end + 1, DEMO) is Step.TOO_LATE


# -- the moment of sending


@given(rules, st.floats(0, 20 * DAY), st.floats(0, 20 * DAY), st.floats(0, 20 * DAY), fractions)
def test_moments_lie_after_the_hold_within_a_day_before_the_deadline_and_not_near_waking(
    rule: Times, sealed_after: float, slept: float, waited: float, fraction: float
) -> None:
    k = 2_900
    sealed = schedule.period_end(k, rule) + sealed_after
    woke = sealed + slept
    now = woke + waited
    moment = schedule.draw_moment(k, now, sealed, woke, rule, fixed(fraction))
    earliest = max(now, sealed + rule.hold, woke + 10 * MINUTE)
    if moment is None:
        assert earliest >= schedule.deadline(k, rule)
        return
    assert earliest <= moment <= earliest + DAY
    assert moment <= schedule.deadline(k, rule)
    assert not schedule.is_missed(moment, now, woke)
    assert schedule.next_step(k, moment, now, woke, rule) in (Step.WAIT, Step.SEND)


def test_drawn_moments_are_uniform_over_the_day_after_the_hold() -> None:
    source = random.Random(3)
    k, sealed = 2_900, schedule.period_end(2_900, WEEKLY) + HOUR
    opens = sealed + WEEKLY.hold
    drawn = [schedule.draw_moment(k, sealed, sealed, NEVER, WEEKLY, source.uniform) for _ in range(4_000)]
    shares = [(moment - opens) / DAY for moment in drawn if moment is not None]
    assert len(shares) == len(drawn)
    assert kstest(shares, "uniform").pvalue > 0.001


def test_near_the_deadline_moments_are_uniform_over_what_is_left() -> None:
    source = random.Random(4)
    k = 2_900
    end = schedule.deadline(k, DAILY)
    now = end - 5 * HOUR
    drawn = [
        schedule.draw_moment(k, now, now - 2 * DAY, now - HOUR, DAILY, source.uniform) for _ in range(4_000)
    ]
    shares = [(moment - now) / (5 * HOUR) for moment in drawn if moment is not None]
    assert kstest(shares, "uniform").pvalue > 0.001


def test_a_moment_is_kept_when_the_machine_was_awake_for_it() -> None:
    k, moment = 2_900, schedule.period_end(2_900, WEEKLY) + DAY
    woke = moment - HOUR
    assert schedule.next_step(k, moment, moment - 1, woke, WEEKLY) is Step.WAIT
    assert schedule.next_step(k, moment, moment, woke, WEEKLY) is Step.SEND
    assert schedule.next_step(k, moment, moment + 9 * MINUTE, woke, WEEKLY) is Step.SEND


@pytest.mark.parametrize("slept_past", [1, MINUTE, HOUR, 2 * DAY])
def test_a_moment_that_was_slept_through_is_drawn_again(slept_past: float) -> None:
    k, moment = 2_900, schedule.period_end(2_900, WEEKLY) + DAY
    woke = moment + slept_past
    assert schedule.next_step(k, moment, woke + 1, woke, WEEKLY) is Step.DRAW_AGAIN


def test_a_moment_soon_after_waking_is_drawn_again_even_before_it_comes() -> None:
    k, moment = 2_900, schedule.period_end(2_900, WEEKLY) + DAY
    woke = moment - 9 * MINUTE
    assert schedule.next_step(k, moment, woke, woke, WEEKLY) is Step.DRAW_AGAIN
    assert schedule.next_step(k, moment, moment, moment - 11 * MINUTE, WEEKLY) is Step.SEND


def test_a_moment_passed_by_a_clock_set_forward_is_drawn_again() -> None:
    k, moment = 2_900, schedule.period_end(2_900, WEEKLY) + DAY
    assert schedule.next_step(k, moment, moment + 11 * MINUTE, NEVER, WEEKLY) is Step.DRAW_AGAIN


def test_a_moment_from_a_clock_that_ran_ahead_is_drawn_again() -> None:
    k = 2_900
    now = schedule.period_end(k, WEEKLY) + DAY
    far = now + 3 * DAY
    assert schedule.next_step(k, far, now, NEVER, WEEKLY) is Step.DRAW_AGAIN
    again = schedule.draw_moment(k, now, far - DAY, NEVER, WEEKLY, fixed(0.5))
    assert again is not None and schedule.next_step(k, again, now, NEVER, WEEKLY) is Step.WAIT


def test_a_report_of_the_future_is_never_sent() -> None:
    k = 2_900
    end = schedule.period_end(k, WEEKLY)
    for before in (1, DAY, 3_000 * DAY):
        assert schedule.next_step(k, end - before, end - before, NEVER, WEEKLY) is Step.WAIT


@given(rules, st.floats(0, 30 * DAY), st.floats(-5 * DAY, 30 * DAY), st.floats(0, 30 * DAY))
def test_nothing_is_sent_late_or_near_waking(rule: Times, after: float, moved: float, awake: float) -> None:
    k = 2_900
    now = schedule.period_end(k, rule) + after
    moment, woke = now - moved, now - awake
    step = schedule.next_step(k, moment, now, woke, rule)
    assert (step is Step.TOO_LATE) == (now >= schedule.deadline(k, rule))
    if step is Step.SEND:
        assert now - woke >= 10 * MINUTE
        assert moment <= now <= moment + 10 * MINUTE


# -- laptops


def live(
    rule: Times, k: int, awake: list[tuple[float, float]], *, draw: Callable[[float, float], float]
) -> float | None:
    """When a machine that is awake in these stretches sends period k, a worker each minute; None: never."""
    sealing = sealed = moment = None
    for woke, sleeps in awake:
        now = woke
        while now < sleeps:
            if sealed is None:
                if schedule.due_periods(now, rule, first=k, sealed=()) and sealing is None:
                    sealing = schedule.draw_sealing(k, rule, woke, draw)
                if sealing is not None and now >= sealing:
                    sealed = now
                    moment = schedule.draw_moment(k, now, sealed, woke, rule, draw)
            if sealed is not None:
                if moment is None:
                    return None
                step = schedule.next_step(k, moment, now, woke, rule)
                if step is Step.SEND:
                    return now
                if step is Step.TOO_LATE:
                    return None
                if step is Step.DRAW_AGAIN:
                    moment = schedule.draw_moment(k, now, sealed, woke, rule, draw)
            now += MINUTE
    return None


def office(first_day: str, days: int, *, hours: tuple[int, int] = (9, 17)) -> list[tuple[float, float]]:
    start = at(f"{first_day} 00:00")
    return [(start + d * DAY + hours[0] * HOUR, start + d * DAY + hours[1] * HOUR) for d in range(days)]


def test_daily_a_laptop_closed_on_friday_evening_is_still_counted() -> None:
    friday = schedule.period_number(at("2026-11-20 12:00"), DAILY)
    source = random.Random(5)
    awake = [*office("2026-11-20", 1), (at("2026-11-23 09:00"), at("2026-11-25 12:00"))]
    for _ in range(25):
        sent = live(DAILY, friday, awake, draw=source.uniform)
        assert sent is not None
        assert at("2026-11-23 21:00") <= sent < schedule.deadline(friday, DAILY)


def test_daily_a_laptop_that_also_sleeps_at_night_is_mostly_counted() -> None:
    """Two office days are left to it, and the hold takes the first: uniform moments miss some of them."""
    friday = schedule.period_number(at("2026-11-20 12:00"), DAILY)
    awake = office("2026-11-20", 1) + office("2026-11-23", 4)
    source = random.Random(5)
    sent = [live(DAILY, friday, awake, draw=source.uniform) for _ in range(100)]
    assert sum(moment is not None for moment in sent) > 50
    without_hold = schedule.times(DAY, 5 * DAY, 0)
    sent = [live(without_hold, friday, awake, draw=source.uniform) for _ in range(100)]
    assert sum(moment is not None for moment in sent) > 70


def test_weekly_a_laptop_shut_over_the_weekend_is_counted() -> None:
    # shut from Wednesday evening to Monday morning; the week ends on Wednesday midnight
    week = schedule.period_number(at("2026-11-18 12:00"), WEEKLY)
    source = random.Random(6)
    awake = office("2026-11-18", 1) + office("2026-11-23", 2, hours=(8, 30))
    for _ in range(25):
        sent = live(WEEKLY, week, awake, draw=source.uniform)
        assert sent is not None and sent < schedule.deadline(week, WEEKLY)


@pytest.mark.parametrize("rule", [DAILY, WEEKLY])
def test_after_two_weeks_of_sleep_it_is_too_late_and_nothing_old_is_sealed(rule: Times) -> None:
    last_day = at("2026-11-18 12:00")
    k = schedule.period_number(last_day, rule)
    back = last_day + 14 * DAY
    assert schedule.is_too_late(k, back, rule)
    assert k not in schedule.due_periods(back, rule, first=k, sealed=())
    assert live(rule, k, [(last_day, last_day + HOUR), (back, back + 3 * DAY)], draw=fixed(0.5)) is None


def test_a_sealed_report_that_sleeps_two_weeks_is_too_late() -> None:
    k = 2_900
    sealed = schedule.period_end(k, WEEKLY) + HOUR
    moment = schedule.draw_moment(k, sealed, sealed, NEVER, WEEKLY, fixed(0.5))
    woke = sealed + 14 * DAY
    assert moment is not None and schedule.next_step(k, moment, woke, woke, WEEKLY) is Step.TOO_LATE
    assert schedule.draw_moment(k, woke, sealed, woke, WEEKLY, fixed(0.5)) is None


# -- retries


@given(rules, st.integers(1, 10_000), st.floats(0, 6 * DAY), st.floats(0, DAY), fractions)
def test_retries_wait_for_longer_and_longer_but_never_beyond_the_deadline(
    rule: Times, attempts: int, after: float, awake: float, fraction: float
) -> None:
    k = 2_900
    now = schedule.period_end(k, rule) + after
    again = schedule.draw_retry(k, attempts, now, now - awake, rule, fixed(fraction))
    if again is None:
        assert now + 10 * MINUTE >= schedule.deadline(k, rule)
        return
    assert now <= again <= schedule.deadline(k, rule)
    assert again >= now - awake + 10 * MINUTE


def test_retries_double_from_five_minutes_to_six_hours() -> None:
    now = schedule.period_end(2_900, WEEKLY) + 1
    pauses = [
        (schedule.draw_retry(2_900, n, now, NEVER, WEEKLY, fixed(0.5)) or 0) - now
        for n in (1, 2, 3, 7, 9, 99)
    ]
    assert pauses == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 320 * MINUTE, 6 * HOUR, 6 * HOUR]


def test_demo_retries_soon() -> None:
    now = schedule.period_end(5, DEMO)
    assert schedule.draw_retry(5, 1, now, now, DEMO, fixed(0.5)) == now + 1
    assert schedule.draw_retry(5, 50, now, now, DEMO, fixed(0.5)) == now + 30
    assert schedule.draw_retry(5, 1, now + DAY, now, DEMO, fixed(0.5)) is None


# -- clocks


START = Look(1_700_000_000.0, 5_000.0, 4_000.0)


def later(now: float, ticking: float, awake: float) -> Look:
    return Look(START.now + now, START.ticking + ticking, START.awake + awake)


def test_ordinary_waits_are_no_waking() -> None:
    assert schedule.compare(START, later(60, 60, 60), 60) == (False, 0.0)
    assert schedule.compare(START, later(60.5, 60, 60), 60) == (False, 0.0)  # NTP slews
    assert schedule.compare(START, later(3, 3, 3), 60) == (False, 0.0)  # the bell rang
    assert schedule.compare(START, later(100, 100, 100), 60) == (False, 0.0)  # a busy machine


@pytest.mark.parametrize("slept", [10, 3_600, 3 * DAY])
def test_a_suspension_is_a_waking(slept: float) -> None:
    assert schedule.compare(START, later(60 + slept, 60 + slept, 60), 60) == (True, 0.0)


def test_where_no_clock_shows_a_suspension_the_wait_does() -> None:
    assert schedule.compare(START, later(3_600, 3_600, 3_600), 60) == (True, 0.0)


@pytest.mark.parametrize("by", [-10 * 365 * DAY, -HOUR, 61, HOUR, 10 * 365 * DAY])
def test_a_clock_that_is_set_is_noticed_and_counts_as_waking(by: float) -> None:
    between = schedule.compare(START, later(60 + by, 60, 60), 60)
    assert between.woke
    assert between.set_by == pytest.approx(by)


# -- passes


@given(instants, st.sampled_from([1.0, 60.0]), fractions)
def test_passes_come_once_a_cadence_at_the_process_own_second(
    now: float, cadence: float, share: float
) -> None:
    offset = share * cadence
    first = schedule.next_pass(now, cadence, offset)
    assert now < first <= now + cadence + 1e-5
    assert abs((first - offset) / cadence - round((first - offset) / cadence)) < 1e-5
    assert abs(schedule.next_pass(first, cadence, offset) - first - cadence) < 1e-5
