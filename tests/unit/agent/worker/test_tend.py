"""The time rules, through tend, on a clock that tests turn."""

from __future__ import annotations

import pytest

from agent.model import Choice, ReportState
from agent.verification import verify
from tests.unit.agent.agreement import (
    DAY,
    HOUR,
    MONDAY,
    NEWER,
    WEEK,
    Device,
    states,
    task,
    weekly_start,
)


def test_an_ordinary_week(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end - 1)
    assert states(sharing) == []  # a period that is not over is not sealed
    sharing.run(end + 2 * HOUR + 60)
    (report,) = sharing.ledger.reports()
    assert report.state is ReportState.HELD
    assert end <= report.sealed_at <= end + 2 * HOUR + 60
    sharing.run(end + 2 * DAY)
    (upload,) = sharing.wire.uploads
    assert report.sealed_at + 12 * HOUR <= upload.at <= report.sealed_at + 36 * HOUR + 60
    assert upload.url.startswith("https://leader.invalid/tasks/") and upload.token == "token-of-tests"
    assert states(sharing) == ["delivered"]
    assert verify(sharing.ledger).agrees


def test_moments_differ_from_device_to_device(tmp_path_factory: pytest.TempPathFactory) -> None:
    moments = []
    for n in range(12):
        device = Device(tmp_path_factory.mktemp("device"), seed=n)
        device.enrol()
        device.choose(Choice.SHARE)
        end = weekly_start(device) + WEEK
        device.run(end + 3 * DAY, measuring=DAY)
        moments.append(device.wire.uploads[0].at - end)
        device.close()
    assert len(set(moments)) == 12
    assert max(moments) - min(moments) > 8 * HOUR


def test_tending_again_and_again_changes_nothing(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    before = (sharing.kinds(), sharing.next_due, sharing.ledger.reports())
    for _ in range(5):
        sharing.tend()
    assert (sharing.kinds(), sharing.next_due, sharing.ledger.reports()) == before


def test_nothing_from_before_the_choice(device: Device) -> None:
    device.enrol()
    device.choose(Choice.LOCAL)
    end = weekly_start(device) + WEEK
    device.run(end + HOUR)
    device.choose(Choice.SHARE)
    device.run(end + WEEK - 1)
    assert not device.wire.uploads and not device.ledger.reports()
    device.run(end + WEEK + 2 * DAY)
    assert [u.report_id for u in device.wire.uploads] and len(device.wire.uploads) == 1


def test_no_report_of_a_period_without_a_measurement(sharing: Device) -> None:
    start = weekly_start(sharing)
    sharing.run(start + WEEK - HOUR)
    sharing.sleep(start + 3 * WEEK + HOUR)
    sharing.run(start + 4 * WEEK - HOUR)
    assert sharing.ledger.reports() == []  # one is too late, in the others nothing was measured


def test_a_laptop_closed_from_friday_to_monday_is_counted(daily: Device) -> None:
    friday_evening, monday = MONDAY + 4 * DAY + 18 * HOUR, MONDAY + 7 * DAY + 8 * HOUR
    daily.run(friday_evening)
    sent = len(daily.wire.uploads)
    daily.sleep(monday)
    daily.run(monday + 2 * DAY, measuring=HOUR)
    friday = MONDAY + 4 * DAY
    (report,) = [report for report in daily.ledger.reports() if report.start == friday]
    assert report.state is ReportState.DELIVERED
    assert report.sealed_at >= monday
    assert {MONDAY + 5 * DAY, MONDAY + 6 * DAY}.isdisjoint(r.start for r in daily.ledger.reports())
    # nothing within ten minutes of waking; what leaves later says nothing of when that was
    assert all(upload.at >= monday + 600 for upload in daily.wire.uploads[sent:])


def test_a_weekly_laptop_shut_from_wednesday_to_monday(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK  # a Thursday
    sharing.run(end - 6 * HOUR)
    sharing.sleep(end + 4 * DAY + 8 * HOUR)
    sharing.run(end + 6 * DAY)
    assert states(sharing)[0] == "delivered"


def test_two_weeks_asleep_lose_the_report_and_say_so(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    assert states(sharing) == ["held"]
    sharing.sleep(end + 2 * WEEK)
    sharing.run(end + 2 * WEEK + HOUR)
    assert states(sharing)[0] == "too_late"
    assert not sharing.wire.uploads


def test_a_missed_moment_is_drawn_again(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    first = sharing.ledger.reports()[0].moment
    assert first is not None
    sharing.sleep(first + 2 * HOUR)
    sharing.tend()
    second = sharing.ledger.reports()[0].moment
    assert second is not None and second >= first + 2 * HOUR + 600
    assert not sharing.wire.uploads
    sharing.run(second + HOUR)
    assert states(sharing) == ["delivered"]


def test_not_within_ten_minutes_of_waking(sharing: Device) -> None:
    sharing.run(weekly_start(sharing) + WEEK + 3 * HOUR)
    moment = sharing.ledger.reports()[0].moment
    assert moment is not None
    sharing.sleep(moment - 60)
    sharing.env.pass_time(60)
    sharing.tend()
    assert not sharing.wire.uploads
    assert sharing.ledger.reports()[0].moment > moment  # type: ignore[operator]


def test_midnight_to_the_second(daily: Device) -> None:
    daily.run(MONDAY + DAY - 1)
    daily.env.set_clock(MONDAY + DAY - 1)
    daily.tend()
    assert states(daily) == []
    assert daily.next_due == MONDAY + DAY + 29  # a worker is never asked for twice within half a minute
    daily.env.set_clock(MONDAY + DAY)
    daily.tend()
    assert states(daily) == [] and MONDAY + DAY < daily.next_due <= MONDAY + DAY + 2 * HOUR


def test_a_clock_that_jumps_ahead_and_back_loses_nothing(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    held = sharing.ledger.reports()
    before = sharing.env.now()
    sharing.set_clock(before + 400 * DAY)
    sharing.measure()
    sharing.tend()
    sharing.env.pass_time(30 * 60)
    sharing.tend()
    assert sharing.ledger.reports() == held  # neither given up nor sealed anew
    assert sharing.ledger.body(held[0]) is not None  # nor pruned for its age
    sharing.set_clock(before + 2 * HOUR)
    sharing.run(end + 3 * DAY)
    assert states(sharing) == ["delivered"]


def test_a_clock_that_jumps_back_sends_nothing_early(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    sharing.set_clock(end - 3 * DAY)
    sharing.run(end - HOUR)
    assert not sharing.wire.uploads
    assert states(sharing) == ["held"]
    sharing.run(end + 3 * DAY)
    assert states(sharing) == ["delivered"]
    assert len(sharing.sent_for()) == 1


def test_a_choice_made_under_a_clock_far_ahead(device: Device) -> None:
    now = device.env.now()
    device.enrol()
    device.set_clock(now + 900 * DAY)
    device.choose(Choice.SHARE)
    device.set_clock(now)
    device.run(weekly_start(device) + WEEK + 3 * DAY)
    assert states(device) == ["delivered"]


def test_a_key_rotated_while_a_report_is_held(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    sharing.renew(task(serial=2, operators=NEWER), NEWER)
    sharing.run(end + 3 * DAY)
    assert states(sharing) == ["delivered"]
    assert "resealed" in sharing.kinds()
    assert len(sharing.wire.uploads) == 1
    assert verify(sharing.ledger).bodies == 2


def test_hold_and_retention_follow_policy(sharing: Device) -> None:
    sharing.policy("review_hold_hours = 48\nretention_days = 3\n")
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * DAY + 12 * HOUR)
    (upload,) = sharing.wire.uploads
    report = sharing.ledger.reports()[0]
    assert upload.at >= report.sealed_at + 48 * HOUR
    sharing.run(end + 5 * DAY)
    assert sharing.ledger.body(report) is None
    assert verify(sharing.ledger).agrees
