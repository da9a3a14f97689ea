from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.windows import events
from agent.probes.host.windows.events import Logs
from agent.probes.host.windows.logs import Forgotten
from agent.probes.host.windows.recorded import Recorded
from agent.probes.host.windows.system import System

# 10 November 2025, 08:15:30 UTC
CRASHED = 1_762_762_530.0
EVENT = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
    "<Provider Name='{provider}'/><EventID Qualifiers='0'>{id}</EventID>"
    "<TimeCreated SystemTime='{time}'/><EventRecordID>{record}</EventRecordID>"
    "<Channel>Application</Channel><Computer>RECHNER</Computer><Security UserID='S-1-5-21'/></System>"
    "<EventData>{data}</EventData></Event>"
)


def text(data: str = "<Data>a.exe</Data>", **changes: object) -> str:
    about = {"provider": "Application Error", "id": 1000, "time": "2025-11-10T08:15:30.5Z", "record": 1}
    return EVENT.format(**{**about, **changes}, data=data)


class Log(System):
    """A log that grows, with a bookmark that is the number of a record, and a clock."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.now = 0.0
        self.asked: list[tuple[str, str]] = []
        self.cleared = False

    def ticking(self) -> float:
        return self.now

    def events(self, channel: str, query: str, bookmark: str) -> tuple[list[str], str]:
        self.asked.append((channel, bookmark))
        if bookmark and self.cleared:
            raise Forgotten
        found = self.texts[int(bookmark or 0) :]
        return found, str(len(self.texts)) if found else bookmark


class TestRecords:
    def test_crashes_and_hangs_of_a_german_laptop(self, laptop: Recorded) -> None:
        logs = Logs(laptop)
        (first, outlook), (second, measures) = events.program_crashes(logs)
        assert [first, second] == pytest.approx([CRASHED + 0.123456, 1_763_017_200.5])
        assert (outlook, measures) == ("OUTLOOK.EXE", "Größen & Maße <alt>.exe")
        assert events.program_hangs(logs) == [(1_763_050_800.0, "EXCEL.EXE")]

    def test_a_stop_error_is_a_crash_of_the_system_and_no_sudden_end(self, laptop: Recorded) -> None:
        logs = Logs(laptop)
        assert events.system_crashes(logs) == [1_762_596_030.0]
        # By Kernel-Power; EventLog's note of the same end, and both of the stop error's, are left out.
        assert events.sudden_ends(logs) == [1_762_322_405.0]

    def test_either_service_s_note_of_a_sudden_end_counts(self, desktop: Recorded) -> None:
        assert events.sudden_ends(Logs(desktop)) == [1_763_013_609.0]

    def test_a_log_that_may_not_be_read_is_absent(self, virtual: Recorded) -> None:
        for read in (events.program_crashes, events.system_crashes, events.sudden_ends):
            with pytest.raises(Absent, match="event logs"):
                read(Logs(virtual))

    def test_torn_events_are_left_out(self, broken: Recorded) -> None:
        assert events.program_crashes(Logs(broken)) == []


class TestParse:
    def test_what_is_kept(self) -> None:
        event = events.parse(text())
        assert event is not None
        assert event == (CRASHED + 0.5, events.PROGRAM_CRASH, "a.exe")

    @pytest.mark.parametrize(
        ("data", "word"),
        [
            ("<Data Name='X'>1</Data><Data Name='AppName'>b.exe</Data>", "b.exe"),
            ("<Data Name='X'>1</Data>", ""),
            ("", ""),
            ("<Data/>", ""),
            ("<Data>&lt;/Data&gt;&amp;</Data><Data>2</Data>", "</Data>&"),
            ("<Data>a<b>c</b></Data><Binary>00</Binary>", "ac"),
            ("<Data><![CDATA[<EventID>2</EventID>]]></Data>", "<EventID>2</EventID>"),
        ],
    )
    def test_fields(self, data: str, word: str) -> None:
        event = events.parse(text(data))
        assert event is not None
        assert event.word == word

    @pytest.mark.parametrize(
        ("time", "seconds"),
        [
            ("2025-11-10T08:15:30Z", CRASHED),
            ("2025-11-10T08:15:30.1234567Z", CRASHED + 0.123456),
            ("2025-11-10T08:15:30.123456789Z", CRASHED + 0.123456),
        ],
    )
    def test_times(self, time: str, seconds: float) -> None:
        event = events.parse(text(time=time))
        assert event is not None
        assert event.time == pytest.approx(seconds, abs=1e-6)

    @pytest.mark.parametrize(
        "wrong",
        [
            text(id=1001),
            text(provider="Somebody"),
            text(time="10.11.2025 08:15:30"),
            text(time="2025-13-10T08:15:30Z"),
            text(time="2025-11-10T08:15:30"),
            text()[:-5],
            "",
            "\0",
            "<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + text("<Data>&b;</Data>"),
        ],
    )
    def test_what_is_none(self, wrong: str) -> None:
        assert events.parse(wrong) is None


class TestLogs:
    def test_every_event_is_there_once_and_each_log_is_read_on(self) -> None:
        log = Log(text(record=1))
        logs = Logs(log)
        assert len(events.program_crashes(logs)) == 1
        log.texts.append(text(time="2025-11-11T00:00:00Z", record=2))
        assert len(events.program_crashes(logs)) == 1, "not again within ten minutes"
        log.now = 700.0
        assert len(events.program_crashes(logs)) == 2
        assert events.program_hangs(logs) == []
        assert log.asked == [("Application", ""), ("Application", "1")]

    def test_a_log_that_was_cleared_is_read_anew(self) -> None:
        log = Log(text(record=1))
        logs = Logs(log)
        assert len(events.program_crashes(logs)) == 1
        log.now, log.cleared = 700.0, True
        log.texts = [text(time="2025-11-12T00:00:00Z")]
        assert [time for time, _ in events.program_crashes(logs)] == [1_762_905_600.0]
        assert [bookmark for _, bookmark in log.asked] == ["", "1", ""]

    def test_old_events_are_dropped(self) -> None:
        log = Log(text(time="2025-10-01T00:00:00Z"), text(time="2025-11-10T00:00:00Z"))
        assert len(events.program_crashes(Logs(log))) == 1

    def test_a_refusal_is_not_remembered(self, changed: Callable[..., Recorded]) -> None:
        class Refusing(Log):
            def events(self, channel: str, query: str, bookmark: str) -> tuple[list[str], str]:
                if self.now == 0:
                    raise Absent("refused")
                return super().events(channel, query, bookmark)

        log = Refusing(text())
        logs = Logs(log)
        with pytest.raises(Absent):
            events.program_crashes(logs)
        log.now = 60.0
        assert len(events.program_crashes(logs)) == 1

    def test_the_query_names_each_kind_and_no_other(self) -> None:
        query = events.select("Application")
        assert query == (
            "*[System[((Provider[@Name='Application Error'] and EventID=1000) or "
            "(Provider[@Name='Application Hang'] and EventID=1002)) and "
            "TimeCreated[timediff(@SystemTime) <= 2592000000]]]"
        )
        assert events.select("System").count("EventID=") == 3
