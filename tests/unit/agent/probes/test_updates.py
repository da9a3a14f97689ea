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


class Question:
    """An answer that takes some looks."""

    def __init__(self, *answers: int | Absent | None) -> None:
        self.answers = list(answers)
        self.stopped = 0

    def result(self) -> int | None:
        answer = self.answers.pop(0)
        if isinstance(answer, Absent):
            raise answer
        return answer

    def stop(self) -> None:
        self.stopped += 1


class TestSecurityUpdates:
    def subject(self, *answers: int | Absent | None) -> tuple[Subject, Question]:
        question = Question(*answers)
        return Subject("updates", lists_fetched=NOW - 13 * DAY, security_updates=question), question

    def test_they_need_fresh_lists(self) -> None:
        subject, _ = self.subject(4)
        assert subject.sample(SECURITY) == 4
        subject.host.asked.clear()
        assert "older than two weeks" in subject.reason(SECURITY, lists_fetched=NOW - 15 * DAY)
        assert subject.host.asked == ["lists_fetched"]  # the dear question is not even asked

    def test_asked_at_one_reading_answered_at_a_later_one(self) -> None:
        subject, question = self.subject(None, None, 4)
        for _ in range(2):
            assert "is being asked" in subject.reason(SECURITY)
            assert subject.probe.pending == {SECURITY}
        assert subject.sample(SECURITY) == 4
        assert subject.probe.pending == frozenset()
        assert subject.host.asked.count("security_updates") == 1
        assert question.stopped == 0

    def test_other_readings_neither_wait_nor_forget(self) -> None:
        subject, _ = self.subject(None, 4)
        subject.reason(SECURITY)
        assert subject.sample(AGE, last_update=NOW) is not None
        assert subject.probe.pending == {SECURITY}

    def test_a_failure_is_told_and_not_asked_again_at_once(self) -> None:
        subject, _ = self.subject(None, Absent("apt-get failed"))
        subject.reason(SECURITY)
        assert subject.reason(SECURITY) == "apt-get failed"
        assert subject.probe.pending == frozenset()

    def test_a_question_without_end_is_given_up(self) -> None:
        subject, question = self.subject(*[None] * 20)
        reasons = [subject.reason(SECURITY) for _ in range(11)]
        assert reasons[-1] == "the package manager does not answer"
        assert set(reasons[:-1]) == {"the package manager is being asked"}
        assert question.stopped == 1
        assert subject.probe.pending == frozenset()

    def test_an_end_of_measuring_leaves_no_question_behind(self) -> None:
        subject, question = self.subject(None)
        subject.reason(SECURITY)
        subject.probe.stop(subject.moment, subject.marks)
        assert question.stopped == 1
        subject.probe.stop(subject.moment, subject.marks)
        assert question.stopped == 1
