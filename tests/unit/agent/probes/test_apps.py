from __future__ import annotations

import pytest

from agent.probes.host import Absent, Process
from tests.unit.agent.probes.fake_host import DAY, NOW, Subject

CRASHES, SERVICES, MEMORY, STUCK = (
    f"app.{name}" for name in ("crashes", "services_failed", "memory_top", "cpu_runaway")
)
HANGS, EDGE, OFFICE = "app.hangs", "app.edge.update_age", "app.libreoffice.crash_days"


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

    def test_no_name_is_remembered(self) -> None:
        subject = Subject("apps", program_crashes=[(NOW, "private-program")])
        subject.sample(CRASHES)
        assert "private" not in str(subject.marks)

    def test_freezes_are_counted_apart(self) -> None:
        subject = Subject("apps", program_crashes=[], program_hangs=[])
        assert subject.sample(CRASHES) == subject.sample(HANGS) == 0
        assert subject.sample(HANGS, program_hangs=[(subject.now, "a"), (subject.now, "b")]) == 2
        assert subject.sample(HANGS) == 0
        assert subject.sample(CRASHES) == 0


class TestUpdateAge:
    def test_days(self) -> None:
        subject = Subject("apps", product_updated=NOW - 40 * DAY)
        assert subject.sample(EDGE) == pytest.approx(40, abs=0.01)

    def test_none(self) -> None:
        assert Subject("apps").reason(EDGE) == "this host has none"
        assert "contradict" in Subject("apps", product_updated=NOW + 3 * DAY).reason(EDGE)
        assert Subject("apps", product_updated=NOW + 3600).sample(EDGE) == 0

    def test_each_asks_for_its_own(self) -> None:
        asked = []
        subject = Subject("apps")
        subject.host.product_updated = lambda product: asked.append(product.id) or 0.0  # type: ignore[attr-defined,func-returns-value]
        subject.reading(EDGE, "app.firefox.update_age")
        assert asked == ["firefox", "edge"]


class TestCrashDays:
    """Of a product: no answer unless it ran lately, and nothing kept but two days."""

    WRITER = process(5, program="soffice.bin")

    def test_not_run_not_installed_and_no_records_look_the_same_to_everybody_else(self) -> None:
        subject = Subject("apps", program_crashes=[], processes=[process(1)])
        assert "did not run here in 14 days" in subject.reason(OFFICE)
        assert subject.reason(OFFICE, program_crashes=Absent("none kept")) == "none kept"
        assert subject.reading(OFFICE).samples == {OFFICE: None}

    def test_days_with_a_crash(self) -> None:
        subject = Subject("apps", program_crashes=[], processes=[self.WRITER])
        assert subject.sample(OFFICE) == 0
        crash = (subject.now + 20, "SOFFICE.BIN")
        assert subject.sample(OFFICE, program_crashes=[crash, (crash[0], "other")]) == 1
        assert subject.sample(OFFICE, program_crashes=[crash, (crash[0] + 60, "soffice.bin")]) == 0
        subject.restart()
        subject.wait(DAY)
        assert subject.sample(OFFICE) == 0
        assert subject.sample(OFFICE, program_crashes=[(subject.now, "soffice.bin")]) == 1

    def test_it_ran_two_weeks_ago(self) -> None:
        subject = Subject("apps", program_crashes=[], processes=[self.WRITER])
        assert subject.sample(OFFICE) == 0
        subject.host.tell(processes=[process(1)])
        subject.wait(13 * DAY)
        assert subject.sample(OFFICE) == 0
        subject.wait(DAY)
        assert subject.reading(OFFICE).samples[OFFICE] is None
        assert subject.sample(OFFICE, processes=[self.WRITER]) == 0

    def test_any_scan_sees_it_run(self) -> None:
        subject = Subject("apps", program_crashes=[], memory=(5, 10), processes=[self.WRITER])
        subject.sample(MEMORY)
        assert subject.sample(OFFICE, processes=[process(1)]) == 0

    def test_a_crash_shows_that_it_ran(self) -> None:
        subject = Subject("apps", program_crashes=[], processes=[process(1)])
        subject.reason(OFFICE)
        assert subject.sample(OFFICE, program_crashes=[(subject.now, "soffice.bin")]) == 1

    def test_a_day_and_a_day_is_all_that_is_kept(self) -> None:
        subject = Subject("apps", program_crashes=[(NOW, "soffice.bin")], processes=[self.WRITER])
        subject.sample(OFFICE)
        today = str(int(subject.now // DAY))
        assert subject.marks == {f"{OFFICE}.counted": today, f"{OFFICE}.ran": today}

    def test_other_products_are_not_noted(self) -> None:
        browsers = [
            process(1, program="firefox"),
            process(2, program="thunderbird"),
            process(3, program="diary"),
        ]
        subject = Subject("apps", program_crashes=[], memory=(5, 10), processes=browsers)
        subject.reading()
        assert not [key for key in subject.marks if key.endswith(".ran")]

    def test_the_clock_was_set_back(self) -> None:
        subject = Subject("apps", program_crashes=[], processes=[self.WRITER])
        assert subject.sample(OFFICE) == 0
        subject.host.tell(processes=[process(1)])
        subject.wait(-40 * DAY)
        assert subject.reading(OFFICE).samples[OFFICE] is None

    def test_switched_off_it_forgets_what_ran_and_what_was_stuck(self) -> None:
        subject = Subject("apps", program_crashes=[], memory=(5, 10), processes=[self.WRITER])
        subject.reading(MEMORY, STUCK)
        subject.probe.forget()
        subject.wait(300)
        subject.host.tell(processes=[process(1)])
        assert subject.reading(OFFICE).samples[OFFICE] is None
        assert "second reading" in subject.reason(STUCK)

    def test_one_look_at_the_records_serves_all(self) -> None:
        subject = Subject("apps", program_crashes=[], processes=[self.WRITER])
        subject.reading(CRASHES, OFFICE, "app.office.crash_days")
        assert subject.host.asked.count("program_crashes") == 1


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
