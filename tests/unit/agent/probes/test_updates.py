from __future__ import annotations

import pytest

from agent.probes.host import Absent
from tests.unit.agent.probes.fake_host import DAY, NOW, Subject

AGE, PENDING, SUPPORT, SECURITY = (
    "endpoint.update_age",
    "endpoint.reboot_pending",
    "endpoint.os_support",
    "app.security_updates",
)


@pytest.mark.parametrize(("ago", "days"), [(0, 0.0), (DAY, 1.0), (45 * DAY, 45.0), (-3600, 0.0)])
def test_age_in_days(ago: float, days: float) -> None:
    subject = Subject("updates", last_update=NOW - ago)
    assert subject.reading(AGE).samples[AGE] == days


def test_a_log_from_the_future_is_not_believed() -> None:
    assert "contradict" in Subject("updates", last_update=NOW + 3 * DAY).reason(AGE)


def test_a_restart_waits_or_not() -> None:
    subject = Subject("updates", restart_wanted=None)
    assert subject.reading(PENDING).samples[PENDING] == 0
    subject.host.tell(restart_wanted=NOW - 2 * DAY)
    assert subject.reading(PENDING).samples[PENDING] == 2
    assert subject.reason(PENDING, restart_wanted=Absent("not noted")) == "not noted"


@pytest.mark.parametrize("days", [400.0, 0.0, -30.0])
def test_support_may_have_ended(days: float) -> None:
    assert Subject("updates", support_end=NOW + days * DAY).reading(SUPPORT).samples[SUPPORT] == days


def test_security_updates_need_fresh_lists() -> None:
    subject = Subject("updates", lists_fetched=NOW - 13 * DAY, security_updates=4)
    assert subject.sample(SECURITY) == 4
    subject.host.asked.clear()
    assert "older than two weeks" in subject.reason(SECURITY, lists_fetched=NOW - 15 * DAY)
    assert subject.host.asked == ["lists_fetched"]  # the dear question is not even asked
