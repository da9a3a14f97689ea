from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

import demo.__main__ as driver
from demo.__main__ import Demo, alone, free_ports
from demo.programs import StepFailed
from demo.story import Story
from tests.repository import ROOT


class Clock:
    """In place of the module `time`: passes only when somebody sleeps."""

    now = 1_000.0

    def time(self) -> float:
        return self.now

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(driver, "time", clock)
    return clock


@pytest.fixture
def made(tmp_path: Path, clock: Clock) -> Demo:
    """A demo whose clock is the test's."""
    return Demo(Story(), tmp_path / "demo")


def answer(monkeypatch: pytest.MonkeyPatch, data: Any) -> list[list[str]]:
    asked: list[list[str]] = []

    def ask(command: list[str], **options: Any) -> Any:
        asked.append(command)
        return data

    monkeypatch.setattr(driver, "ask", ask)
    return asked


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    for port in ports:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", port))


def test_one_demo_at_a_time_in_a_folder(tmp_path: Path) -> None:
    with alone(tmp_path / "lock"), pytest.raises(StepFailed, match="another demo"), alone(tmp_path / "lock"):
        raise AssertionError("two at once")
    with alone(tmp_path / "lock"):
        pass


class TestMeasuring:
    @pytest.mark.parametrize("into", [0.0, 9.9, 10.1, 19.9])
    def test_it_measures_long_enough_in_the_period_that_it_reports(
        self, made: Demo, clock: Clock, monkeypatch: pytest.MonkeyPatch, into: float
    ) -> None:
        began = clock.now = 50 * driver.PERIOD + into
        answer(monkeypatch, {"metrics": [{"value": 1.0}]})
        made.measure()
        end = (made.period + 1) * driver.PERIOD
        assert end - max(began, made.period * driver.PERIOD) >= driver.LEAST_MEASURED
        assert clock.now >= end

    def test_a_device_that_measured_nothing_is_a_failure(
        self, made: Demo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, {"metrics": [{"value": None}] * 3})
        with pytest.raises(StepFailed, match="measured nothing"):
            made.measure()


class TestDelivering:
    def row(self, kind: str, period: int = 0, **detail: str) -> dict[str, Any]:
        return {"kind": kind, "period_start": period * driver.PERIOD, "row": 7, "detail": detail}

    def test_the_row_that_sealed_what_was_delivered(
        self, made: Demo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [self.row("sealed"), self.row("sending"), self.row("delivered")]
        answer(monkeypatch, [self.row("delivered", 9), *rows])
        assert made.deliver() == rows[0]

    @pytest.mark.parametrize("kind", ["refused", "too_late", "dropped"])
    def test_an_end_that_is_no_delivery_says_why(
        self, made: Demo, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        answer(monkeypatch, [self.row("sealed"), self.row(kind, reason="the task has expired")])
        with pytest.raises(StepFailed, match=f"was {kind}: .*the task has expired"):
            made.deliver()

    def test_it_does_not_wait_for_ever(self, made: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
        answer(monkeypatch, [self.row("sealed")])
        with pytest.raises(StepFailed, match="not delivered within 30 s"):
            made.deliver()


class TestCollecting:
    def test_every_report_must_be_counted(self, made: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
        release = {"report_count": driver.OTHERS, "metrics": []}
        answer(monkeypatch, {"outcomes": [{"release": release, "note": ""}]})
        with pytest.raises(
            StepFailed, match=f"{driver.OTHERS} reports were counted, {driver.OTHERS + 1} were"
        ):
            made.collect()
        release["report_count"] = driver.OTHERS + 1
        assert made.collect() == release

    def test_no_release_says_why(self, made: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
        answer(monkeypatch, {"outcomes": [{"release": None, "note": "the batch is too small"}]})
        with pytest.raises(StepFailed, match="the batch is too small"):
            made.collect()


class TestTheProgram:
    def test_a_failing_step_is_named_and_the_code_is_1(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "")

        def fail(self: Demo) -> None:
            raise StepFailed("`shoal-server init` ended with 2:\nno room")

        monkeypatch.setattr(Demo, "set_up", fail)
        with pytest.raises(SystemExit) as left:
            driver.main()
        assert left.value.code == 1
        assert "The demo failed: `shoal-server init` ended with 2:\nno room" in capsys.readouterr().err

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_stopped_half_way_it_leaves_no_program_behind(
        self, tmp_path: Path, number: signal.Signals
    ) -> None:
        script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from demo.__main__ import main; main()"
        command = [sys.executable, "-c", script]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log)
        children: list[psutil.Process] = []
        try:
            end = time.monotonic() + 60
            while "The agent measures" not in (tmp_path / "log").read_text():
                assert process.poll() is None and time.monotonic() < end, (tmp_path / "log").read_text()
                time.sleep(0.1)
            time.sleep(0.5)
            children = psutil.Process(process.pid).children(recursive=True)
            assert len(children) >= 3  # leader, helper, agent
            process.send_signal(number)
            assert process.wait(30) != 0
            _, alive = psutil.wait_procs(children, 5)
            assert not alive
        finally:
            process.kill()
            process.wait()
            for child in children:
                if child.is_running():
                    child.kill()
