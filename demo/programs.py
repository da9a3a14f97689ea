"""Runs Shoal's own programs as a person would: as processes, through their command lines.

Nothing of `agent` or `server` is imported: whatever the demo shows, anybody can type.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

STOP_PATIENCE = 10.0  # seconds between asking a program to leave and making it


class StepFailed(Exception):  # noqa: N818  (a sentence, shown to a person)
    """A step of the demo did not do what it must; the message names the command and what it printed."""


def device(state: Path) -> list[str]:
    """The start of a `shoal` command line on this state directory."""
    return [sys.executable, "-P", "-m", "agent", "--state", str(state)]


def server() -> list[str]:
    """The start of a `shoal-server` command line."""
    return [sys.executable, "-P", "-m", "server"]


def shown(command: Sequence[str]) -> str:
    """A command as a person would type it."""
    names = {"agent": "shoal", "server": "shoal-server"}
    if list(command[1:3]) == ["-P", "-m"]:
        command = [names[command[3]], *command[4:]]
    here = f"{Path.cwd()}/"
    return " ".join(word.removeprefix(here) for word in command)


def run(command: Sequence[str], *, accept: Sequence[int] = (0,), timeout: float = 60) -> str:
    """Run to the end and give what it printed; StepFailed if its exit code is none of `accept`."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise StepFailed(f"`{shown(command)}` did not finish within {timeout:.0f} s") from error
    if done.returncode not in accept:
        said = (done.stderr or done.stdout).strip()
        raise StepFailed(f"`{shown(command)}` ended with {done.returncode}:\n{said}")
    return done.stdout


def ask(command: Sequence[str], **options: Any) -> Any:
    """Run a command that answers in JSON."""
    answer = run(command, **options)
    try:
        return json.loads(answer)
    except ValueError as error:
        raise StepFailed(f"`{shown(command)}` printed no JSON:\n{answer}") from error


@contextlib.contextmanager
def running(command: Sequence[str], log: Path, ready: str | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a program running, its output in `log`, until the block ends; `ready` is waited for in the log.

    However the block ends, the program is gone then: also if a signal ends it while the program starts.
    """
    process = None
    try:
        with _undisturbed() as disturbable, log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=disturbable,  # one thread only
            )
        if ready is not None:
            _wait_for(process, command, log, ready)
        yield process
        if process.poll() is not None:
            raise StepFailed(f"`{shown(command)}` ended by itself ({process.returncode}):\n{_tail(log)}")
    finally:
        if process is not None:
            _stop(process)


@contextlib.contextmanager
def _undisturbed() -> Iterator[Callable[[], object]]:
    """Let signals that end this program wait for the end of the block; gives what undoes it in a child."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))

    def undo() -> object:
        return signal.pthread_sigmask(signal.SIG_SETMASK, before)

    try:
        yield undo
    finally:
        undo()


def _wait_for(process: subprocess.Popen[bytes], command: Sequence[str], log: Path, ready: str) -> None:
    give_up = time.monotonic() + 20
    while ready not in log.read_text("utf-8", "replace"):
        if process.poll() is not None or time.monotonic() > give_up:
            raise StepFailed(f"`{shown(command)}` did not come up:\n{_tail(log)}")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask each second, since a signal that arrives between fork and exec is lost; in the end insist."""
    give_up = time.monotonic() + STOP_PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(min(1.0, STOP_PATIENCE))
    if process.poll() is None:
        process.kill()
    process.wait()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-12:])
