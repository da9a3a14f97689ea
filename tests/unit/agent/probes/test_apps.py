from __future__ import annotations

from agent.probes.host import Process
from tests.unit.agent.probes.fake_host import DAY, NOW, Subject

CRASHES, SERVICES, MEMORY, STUCK = (
    f"app.{name}" for name in ("crashes", "services_failed", "memory_top", "cpu_runaway")
)
MIDNIGHT = NOW // DAY * DAY + DAY


def process(pid: int, cpu: float = 0.0, memory: int = 0, program: str = "p", started: int = 1) -> Process:
    return Process(pid, started, program, cpu, memory)


class TestCrashes:
    def test_those_before_shoal_are_not_counted_later_ones_once(self) -> None:
        subject = Subject("apps", program_crashes=[(NOW - 60, "a")])
        assert subject.sample(CRASHES) == 0
        found = [(NOW - 60, "a"), (NOW + 10, "a"), (NOW + 20, "b")]
        assert subject.sample(CRASHES, program_crashes=found) == 2
        assert subject.sample(CRASHES) == 0
        subject.restart()
        assert subject.sample(CRASHES) == 0

    def test_a_crash_loop_counts_ten_a_day(self) -> None:
        subject = Subject("apps", program_crashes=[])
        subject.sample(CRASHES)
        loop = [(NOW + i, "loop") for i in range(40)]
        assert subject.sample(CRASHES, program_crashes=loop[:7]) == 7
        assert subject.sample(CRASHES, program_crashes=loop) == 3
        assert subject.sample(CRASHES, program_crashes=[*loop, (NOW + 50, "other")]) == 1

    def test_the_evening_s_crashes_are_counted_in_the_morning(self) -> None:
        subject = Subject("apps", program_crashes=[(NOW, "a")])
        subject.sample(CRASHES)
        subject.wait(2 * DAY)
        days = [(NOW, "a"), (MIDNIGHT - 1, "a"), (MIDNIGHT + 5, "a"), (MIDNIGHT + DAY + 5, "b")]
        assert subject.sample(CRASHES, program_crashes=days) == 3

    def test_records_that_were_cleared_away_take_nothing_back(self) -> None:
        subject = Subject("apps", program_crashes=[(NOW, "a"), (NOW, "b")])
        subject.sample(CRASHES)
        subject.wait(DAY)
        assert subject.sample(CRASHES, program_crashes=[]) == 0
        assert subject.sample(CRASHES, program_crashes=[(NOW + DAY + 100, "c")]) == 1

    def test_a_clock_that_was_set_back_begins_anew(self) -> None:
        subject = Subject("apps", program_crashes=[(NOW, "a")])
        subject.sample(CRASHES)
        subject.wait(-10 * DAY)
        assert subject.sample(CRASHES) == 0

    def test_no_name_is_remembered(self) -> None:
        subject = Subject("apps", program_crashes=[(NOW, "private-program")])
        subject.sample(CRASHES)
        assert "private" not in str(subject.marks)


def test_services_are_told() -> None:
    assert Subject("apps", failed_services=2).sample(SERVICES) == 2


class TestMemory:
    def test_a_program_s_processes_are_one(self) -> None:
        found = [process(1, memory=10, program="a"), process(2, memory=30, program="b"),
                 process(3, memory=25, program="a")]  # fmt: skip
        assert Subject("apps", memory=(50, 100), processes=found).sample(MEMORY) == 35.0

    def test_nothing_to_see(self) -> None:
        assert "no process" in Subject("apps", memory=(50, 100), processes=[]).reason(MEMORY)
        assert Subject("apps", processes=[process(1)]).reason(MEMORY) == "this host has none"

    def test_nonsense_stays_within_bounds(self) -> None:
        found = [process(1, memory=900), process(2, memory=-5, program="b")]
        assert Subject("apps", memory=(50, 100), processes=found).sample(MEMORY) == 100.0

    def test_one_scan_serves_both(self) -> None:
        subject = Subject("apps", memory=(50, 100), processes=[process(1)])
        subject.reading(MEMORY, STUCK)
        assert subject.host.asked.count("processes") == 1
        subject.wait()
        subject.reading(MEMORY, STUCK)
        assert subject.host.asked.count("processes") == 2


class TestStuck:
    def minutes(self, *scans: list[Process], every: float = 300.0) -> list[object]:
        """The sample of each scan, five minutes apart."""
        subject = Subject("apps")
        found: list[object] = []
        for scan in scans:
            subject.host.tell(processes=scan)
            found.append(subject.reading(STUCK).samples[STUCK])
            subject.wait(every)
        return found

    def test_ten_minutes_on_end_are_counted_from_their_start(self) -> None:
        scans = [[process(1, cpu=300.0 * i)] for i in range(5)]
        assert self.minutes(*scans) == [None, 0, 10, 5, 5]

    def test_less_than_ten_minutes_are_nothing(self) -> None:
        assert self.minutes([process(1)], [process(1, cpu=300)], [process(1, cpu=310)]) == [None, 0, 0]

    def test_nine_tenths_of_a_core_are_not_more(self) -> None:
        assert self.minutes(*([process(1, cpu=270.0 * i)] for i in range(4))) == [None, 0, 0, 0]
        assert self.minutes(*([process(1, cpu=271.0 * i)] for i in range(4))) == [None, 0, 10, 5]

    def test_two_at_once_are_not_twice_as_long(self) -> None:
        scans = [[process(1, cpu=300.0 * i), process(2, cpu=500.0 * i)] for i in range(4)]
        assert self.minutes(*scans) == [None, 0, 10, 5]

    def test_one_after_the_other_overlap_is_counted_once(self) -> None:
        a = [0.0, 300.0, 600.0, 600.0, 600.0]
        b = [0.0, 0.0, 300.0, 600.0, 900.0]
        scans = [[process(1, cpu=x), process(2, cpu=y)] for x, y in zip(a, b, strict=True)]
        assert self.minutes(*scans) == [None, 0, 10, 5, 5]

    def test_a_pid_used_again_is_another_process(self) -> None:
        scans = [
            [process(1)],
            [process(1, cpu=300)],
            [process(1, cpu=600, started=2)],
            [process(1, 900, started=2)],
        ]
        assert self.minutes(*scans) == [None, 0, 0, 0]

    def test_sleep_breaks_a_run(self) -> None:
        subject = Subject("apps", processes=[process(1)])
        subject.reading(STUCK)
        for cpu, pause in ((300.0, 300.0), (400.0, 8 * 3600.0), (700.0, 300.0)):
            subject.wait(pause)
            subject.host.tell(processes=[process(1, cpu=cpu)])
            assert subject.reading(STUCK).samples[STUCK] == 0
