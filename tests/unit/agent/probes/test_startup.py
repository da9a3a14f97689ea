from __future__ import annotations

import math

import pytest

from agent.probes.host import Absent
from tests.unit.agent.probes.fake_host import DAY, MINUTE, NOW, Subject

BOOT, UPTIME, UNCLEAN, CRASHES = (
    f"endpoint.{name}" for name in ("boot_time", "uptime", "unclean_shutdowns", "os_crashes")
)


def test_the_newest_start_counts_even_if_the_kernel_did_not_start_anew() -> None:
    """Windows' fast start-up wakes an old kernel, and times it."""
    subject = Subject("startup", boot_duration=31.5)
    assert [subject.sample(BOOT) for _ in range(3)] == [31.5] * 3
    assert subject.sample(BOOT, boot_duration=40.0) == 40.0


def test_a_start_that_is_not_timed_yet_is_asked_for_again() -> None:
    subject = Subject("startup", boot_duration=Absent("not finished"))
    assert subject.reason(BOOT) == "not finished"
    assert subject.sample(BOOT, boot_duration=40.0) == 40.0


def test_uptime_is_in_days() -> None:
    subject = Subject("startup", started=NOW - 2.5 * DAY)
    assert subject.reading(UPTIME).samples[UPTIME] == 2.5


def test_a_start_in_the_future_is_not_believed() -> None:
    assert "future" in Subject("startup", started=NOW + DAY).reason(UPTIME)


class TestUnclean:
    def subject(self) -> Subject:
        """One whose agent has ended in good order before, and runs again after a reboot."""
        subject = Subject("startup")
        assert subject.sample(UNCLEAN) == 0
        subject.probe.stop(subject.moment, subject.marks)
        subject.reboot()
        return subject

    def test_an_orderly_shutdown_is_none(self) -> None:
        subject = self.subject()
        assert [subject.sample(UNCLEAN) for _ in range(3)] == [0, 0, 0]

    def test_a_power_cut_is_counted_once(self) -> None:
        subject = self.subject()
        subject.sample(UNCLEAN)
        subject.reboot()
        assert [subject.sample(UNCLEAN) for _ in range(3)] == [1, 0, 0]
        subject.restart()
        assert subject.sample(UNCLEAN) == 0

    def test_each_power_cut_is_counted(self) -> None:
        subject = self.subject()
        subject.sample(UNCLEAN)
        counted = []
        for _ in range(3):
            subject.reboot()
            counted.append(subject.sample(UNCLEAN))
        assert counted == [1, 1, 1]

    def test_a_killed_agent_that_starts_again_is_none(self) -> None:
        subject = self.subject()
        subject.sample(UNCLEAN)
        subject.restart()
        assert subject.sample(UNCLEAN) == 0

    def test_a_log_out_before_the_power_cut_hides_nothing_once_somebody_logs_in_again(self) -> None:
        subject = self.subject()
        subject.sample(UNCLEAN)
        subject.probe.stop(subject.moment, subject.marks)
        subject.restart()
        subject.sample(UNCLEAN)
        subject.reboot()
        assert subject.sample(UNCLEAN) == 1

    def test_a_power_cut_while_the_agent_is_stopped_is_not_seen(self) -> None:
        subject = self.subject()
        subject.sample(UNCLEAN)
        subject.probe.stop(subject.moment, subject.marks)
        subject.reboot()
        assert subject.sample(UNCLEAN) == 0

    def test_where_no_orderly_end_was_ever_seen_nothing_is_counted(self) -> None:
        subject = Subject("startup")
        subject.sample(UNCLEAN)
        for _ in range(3):
            subject.reboot()
            assert subject.sample(UNCLEAN) == 0


class TestNoted:
    """Where the system itself notes sudden ends, as Windows does."""

    def test_only_new_notes_count_and_each_once(self) -> None:
        subject = Subject("startup", sudden_ends=[NOW - DAY])
        assert subject.sample(UNCLEAN) == 0
        assert subject.sample(UNCLEAN, sudden_ends=[NOW - DAY, NOW + 3600]) == 1
        subject.restart()
        assert subject.sample(UNCLEAN) == 0

    def test_an_end_while_the_agent_did_not_run_is_seen(self) -> None:
        """The agent's own note would not know of it."""
        subject = Subject("startup", sudden_ends=[])
        subject.sample(UNCLEAN)
        subject.probe.stop(subject.moment, subject.marks)
        subject.reboot(DAY)
        assert subject.sample(UNCLEAN, sudden_ends=[NOW + DAY / 2]) == 1

    def test_the_agent_s_own_note_is_left_alone(self) -> None:
        subject = Subject("startup", sudden_ends=[])
        for _ in range(3):
            assert subject.sample(UNCLEAN) == 0
            subject.probe.stop(subject.moment, subject.marks)
            subject.reboot()
        subject.reboot()
        assert subject.sample(UNCLEAN) == 0

    def test_a_log_that_does_not_answer_for_once_is_no_other_way_of_counting(self) -> None:
        subject = Subject("startup", sudden_ends=[])
        subject.sample(UNCLEAN)
        subject.probe.stop(subject.moment, subject.marks)
        for boot in range(3):
            subject.reboot()
            assert subject.reason(UNCLEAN, sudden_ends=Absent("does not answer")) == "does not answer"
            subject.reboot()
            subject.probe.stop(subject.moment, subject.marks)
            ends = [subject.now + 30] if boot == 2 else []
            assert subject.sample(UNCLEAN, sudden_ends=ends) == (boot == 2)


class TestCrashes:
    def test_only_new_records_count_and_each_once(self) -> None:
        subject = Subject("startup", system_crashes=[NOW - DAY])
        assert subject.sample(CRASHES) == 0
        assert subject.sample(CRASHES, system_crashes=[NOW - DAY, NOW + 3600]) == 1
        assert subject.sample(CRASHES) == 0
        subject.restart()
        assert subject.sample(CRASHES) == 0
        subject.wait(2 * DAY)
        assert subject.sample(CRASHES, system_crashes=[NOW + 3600, NOW + 2 * DAY]) == 1

    def test_a_record_from_the_future_hides_no_later_ones(self) -> None:
        """The clock was in 2036 as it was written, or as this first looked."""
        subject = Subject("startup", system_crashes=[])
        subject.sample(CRASHES)
        future = NOW + 4000 * DAY
        assert subject.sample(CRASHES, system_crashes=[future]) == 0
        assert subject.sample(CRASHES, system_crashes=[subject.now, future]) == 1
        assert subject.sample(CRASHES) == 0
        subject.marks[CRASHES] = repr(future)
        assert subject.sample(CRASHES) == 0
        assert subject.sample(CRASHES, system_crashes=[subject.now + MINUTE, future]) == 1

    def test_a_clock_that_is_wrong_for_a_while_counts_none_twice(self) -> None:
        subject = Subject("startup", system_crashes=[NOW - 9 * DAY])
        subject.sample(CRASHES)
        assert subject.sample(CRASHES, system_crashes=[NOW - 9 * DAY, NOW + 90]) == 1
        for wrong in (0.0, NOW - 300 * DAY, NOW + 4000 * DAY):
            right, subject.now = subject.now, wrong
            assert subject.sample(CRASHES) == 0
            subject.now = right
            assert subject.sample(CRASHES) == 0
        subject.now = 0.0
        assert subject.sample(CRASHES, system_crashes=[30.0, NOW - 9 * DAY, NOW + 90]) == 0
        assert subject.sample(CRASHES, system_crashes=[30.0, 2000.0, NOW - 9 * DAY, NOW + 90]) == 1
        subject.now = NOW + DAY
        assert subject.sample(CRASHES) == 0
        assert subject.sample(CRASHES, system_crashes=[2000.0, NOW + 90, NOW + DAY + 90]) == 1

    @pytest.mark.parametrize("mark", ["nan", "inf", "text", "", "1e400;5", ";"])
    def test_a_mark_that_cannot_be_read_is_a_first_sight(self, mark: str) -> None:
        subject = Subject("startup", system_crashes=[NOW - 1, math.nan])
        subject.marks[CRASHES] = mark
        assert subject.sample(CRASHES) == 0
        assert subject.sample(CRASHES, system_crashes=[NOW - 1, subject.now + 1, math.nan]) == 1
        assert subject.sample(CRASHES) == 0

    def test_records_of_one_crash_are_one(self) -> None:
        subject = Subject("startup", system_crashes=[])
        subject.sample(CRASHES)
        times = [NOW + 3600, NOW + 3601, NOW + 3650, NOW + 9000]
        assert subject.sample(CRASHES, system_crashes=times) == 2

    def test_a_crash_after_which_no_record_is_kept_any_more(self) -> None:
        subject = Subject("startup", system_crashes=[NOW - 1])
        subject.sample(CRASHES)
        assert subject.sample(CRASHES, system_crashes=[]) == 0
        assert subject.sample(CRASHES, system_crashes=[NOW - 1]) == 0
