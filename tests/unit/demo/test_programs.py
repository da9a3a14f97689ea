from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from demo import programs
from demo.programs import StepFailed, ask, device, run, running, server, shown

PYTHON = [sys.executable, "-P", "-c"]


class TestShown:
    def test_as_a_person_would_type_it(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        assert shown([*device(Path(".demo/device")), "ledger"]) == "shoal --state .demo/device ledger"
        assert shown([*server(), "collect", "--last"]) == "shoal-server collect --last"

    def test_places_below_where_one_stands_are_short(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert shown(["cat", f"{tmp_path}/a/b", "/etc/hosts"]) == "cat a/b /etc/hosts"

    def test_it_can_be_typed(self) -> None:
        """What is shown names the same program that is run."""
        for start, name in ((device(Path("x")), "agent"), (server(), "server")):
            assert start[:4] == [sys.executable, "-P", "-m", name]


class TestRun:
    def test_what_it_printed(self) -> None:
        assert run([*PYTHON, "print('größe')"]) == "größe\n"

    def test_it_has_no_input_to_wait_for(self) -> None:
        assert run([*PYTHON, "import sys; print(len(sys.stdin.read()))"]) == "0\n"

    @pytest.mark.parametrize(("code", "accept"), [(3, (0, 3)), (0, (0,))])
    def test_an_exit_code_that_is_expected(self, code: int, accept: tuple[int, ...]) -> None:
        assert run([*PYTHON, f"import sys; print('x'); sys.exit({code})"], accept=accept) == "x\n"

    def test_a_failure_names_the_command_its_code_and_what_it_said(self) -> None:
        with pytest.raises(StepFailed) as failed:
            run([sys.executable, "-P", "-m", "agent", "nonsense"])
        text = str(failed.value)
        assert text.startswith("`shoal nonsense` ended with 2:\n")
        assert "there is no command 'nonsense'" in text

    def test_where_nothing_was_said_to_errors_its_output_is_shown(self) -> None:
        with pytest.raises(StepFailed, match=r"(?s)ended with 4:\nonly here"):
            run([*PYTHON, "import sys; print('only here'); sys.exit(4)"])

    def test_one_that_hangs(self) -> None:
        begun = time.monotonic()
        with pytest.raises(StepFailed, match=r"did not finish within \d s"):
            run([*PYTHON, "import time; time.sleep(60)"], timeout=0.5)
        assert time.monotonic() - begun < 10


class TestAsk:
    def test_json(self) -> None:
        assert ask([*PYTHON, "print('[1, null]')"]) == [1, None]

    def test_what_is_none_is_shown(self) -> None:
        with pytest.raises(StepFailed, match=r"(?s)printed no JSON:\nhello"):
            ask([*PYTHON, "print('hello')"])


READY = "print('ready it is', flush=True); "
SLEEP = "import time; time.sleep(60)"


def is_gone(process: subprocess.Popen[bytes]) -> bool:
    return process.returncode is not None and not psutil.pid_exists(process.pid)


class TestRunning:
    def test_ready_it_runs_and_afterwards_it_is_gone(self, tmp_path: Path) -> None:
        with running([*PYTHON, READY + SLEEP], tmp_path / "log", "ready it") as process:
            assert process.poll() is None
        assert is_gone(process)
        assert (tmp_path / "log").read_text() == "ready it is\n"

    def test_gone_even_if_the_step_fails(self, tmp_path: Path) -> None:
        with pytest.raises(ZeroDivisionError), running([*PYTHON, SLEEP], tmp_path / "log") as process:
            raise ZeroDivisionError
        assert is_gone(process)

    def test_gone_even_if_it_minds(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(programs, "STOP_PATIENCE", 0.3)
        deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        with running([*PYTHON, deaf + READY + SLEEP], tmp_path / "log", "ready") as process:
            pass
        assert is_gone(process)

    def test_one_that_does_not_come_up_is_shown_with_its_last_words(self, tmp_path: Path) -> None:
        script = "import sys; print(*range(50), sep='\\n', flush=True); sys.exit('no port is left')"
        with (
            pytest.raises(StepFailed, match=r"(?s)did not come up:.*no port is left") as failed,
            running([*PYTHON, script], tmp_path / "log", "ready"),
        ):
            raise AssertionError("it never was ready")
        assert "\n3\n" not in str(failed.value)  # the last words, not all of them

    def test_one_that_never_says_ready_is_given_up_and_ended(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = iter(range(0, 10_000, 5))
        now = SimpleNamespace(monotonic=lambda: next(clock), sleep=time.sleep)
        monkeypatch.setattr(programs, "time", now)
        children = len(psutil.Process().children())
        with (
            pytest.raises(StepFailed, match="did not come up"),
            running([*PYTHON, SLEEP], tmp_path / "log", "x"),
        ):
            raise AssertionError("it never was ready")
        assert len(psutil.Process().children()) == children

    def test_one_that_ends_by_itself_meanwhile_fails_the_step(self, tmp_path: Path) -> None:
        script = READY + "import sys; sys.exit('the disk is full')"
        with (
            pytest.raises(StepFailed, match=r"(?s)ended by itself \(1\):.*the disk is full"),
            running([*PYTHON, script], tmp_path / "log", "ready") as process,
        ):
            process.wait(20)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_gone_even_if_a_signal_comes_while_it_starts(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
    ) -> None:
        started: list[subprocess.Popen[bytes]] = []
        real = subprocess.Popen

        def start(*given: Any, **options: Any) -> subprocess.Popen[bytes]:
            started.append(real(*given, **options))
            # to this very thread: the tests' process, other than the demo, has more of them
            signal.pthread_kill(threading.get_ident(), number)
            return started[0]

        def leave(number: int, frame: object) -> None:
            raise SystemExit(128 + number)

        monkeypatch.setattr(subprocess, "Popen", start)
        before = signal.signal(number, leave)
        try:
            with pytest.raises(SystemExit), running([*PYTHON, SLEEP], tmp_path / "log"):
                raise AssertionError("it was to leave")
        finally:
            signal.signal(number, before)
        begun = time.monotonic()
        assert is_gone(started[0])
        assert time.monotonic() - begun < 5

    def test_it_hears_signals_itself(self, tmp_path: Path) -> None:
        begun = time.monotonic()
        with running([*PYTHON, READY + SLEEP], tmp_path / "log", "ready") as process:
            pass
        assert process.returncode == -signal.SIGTERM
        assert time.monotonic() - begun < programs.STOP_PATIENCE

    def test_a_log_grows_and_is_not_begun_anew(self, tmp_path: Path) -> None:
        (tmp_path / "log").write_text("before\n")
        with running([*PYTHON, READY + SLEEP], tmp_path / "log", "ready"):
            pass
        assert (tmp_path / "log").read_text().startswith("before\n")


def test_nothing_of_the_programs_is_imported() -> None:
    """Whatever the demo shows, anybody can type."""
    script = "import sys, demo.__main__; print(*sys.modules)"
    loaded = {name.partition(".")[0] for name in run([sys.executable, "-c", script]).split()}
    assert loaded.isdisjoint({"agent", "server", "dap", "catalogue"})
