"""Commands as child processes, off the event loop."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from agent.env import STATE_VARIABLE, program
from ui.link import commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.env import Env
    from ui.link.commands import Answer, Command

MOST = 64 << 20
"""Bytes of output that are read of a child; one that writes more is ended."""


class Runner(QObject):
    """Runs `shoal … --json` as children, several at a time."""

    started = Signal(str)
    """A command's name."""
    ended = Signal(object)
    """The commands.Answer."""

    def __init__(self, env: Env, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._env = env
        self._running: dict[_Run, Callable[[Answer], None] | None] = {}

    def run(
        self,
        command: Command,
        done: Callable[[Answer], None] | None = None,
        told: Callable[[str], None] | None = None,
    ) -> None:
        """Start it; `done` gets its answer, `told` each line that it writes to standard error meanwhile."""
        run = _Run(self._env, command, told, self)
        self._running[run] = done
        # A method, not a function around it: that would hold this object, and let go of it, its parent, last.
        run.over.connect(self._over)
        self.started.emit(command.name)
        run.start()

    def is_running(self, name: str) -> bool:
        """Whether a command of that name runs."""
        return any(run.command.name == name for run in self._running)

    def stop(self) -> None:
        """End all that runs: the window is closing."""
        for run in tuple(self._running):
            run.end()

    def _over(self, run: _Run, answer: Answer) -> None:
        done = self._running.pop(run)
        run.deleteLater()
        if done is not None:
            done(answer)
        self.ended.emit(answer)


class _Run(QObject):
    over = Signal(object, object)
    """Itself, and the commands.Answer."""

    def __init__(
        self, env: Env, command: Command, told: Callable[[str], None] | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.command = command
        self._told = told
        self._out, self._err, self._line = bytearray(), bytearray(), b""
        self._is_over = False
        self._why = ""  # it is being ended
        self._process = QProcess(self)
        line = command.line(env)
        self._process.setProgram(line[0])
        self._process.setArguments(line[1:])
        variables = QProcessEnvironment()
        for name, value in command.environment(env, os.environ).items():
            variables.insert(name, value)
        self._process.setProcessEnvironment(variables)
        self._process.setStandardInputFile(QProcess.nullDevice())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._clock = QTimer(self, singleShot=True, interval=int(command.patience * 1000))
        self._clock.timeout.connect(self._late)

    def start(self) -> None:
        self._clock.start()
        self._process.start()

    def end(self) -> None:
        self._is_over = True
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(1_000)

    def _read(self) -> None:
        if self._is_over:
            return
        self._out += bytes(self._process.readAllStandardOutput().data())
        said = bytes(self._process.readAllStandardError().data())
        self._err += said
        if len(self._out) + len(self._err) > MOST:
            self._give_up("it wrote too much")
            return
        *lines, self._line = (self._line + said).replace(b"\r", b"\n").split(b"\n")
        if self._told is not None:
            for line in lines:
                if line.strip():
                    self._told(line.decode("utf-8", "replace"))

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        if status is QProcess.ExitStatus.CrashExit:
            self._give(commands.ended(self.command, self._why or "it was ended"))
        else:
            self._give(commands.answer(self.command, code, bytes(self._out), bytes(self._err)))

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._give(commands.ended(self.command, self._process.errorString()))

    def _late(self) -> None:
        self._give_up("it took too long")

    def _give_up(self, why: str) -> None:
        """End the process; the answer is given when it has ended, since this object goes with its answer."""
        self._why = self._why or why
        self._process.kill()

    def _give(self, answer: Answer) -> None:
        if not self._is_over:
            self._is_over = True
            self._clock.stop()
            self.over.emit(self, answer)


def start_sampler(env: Env) -> bool:
    """Start the resident sampler, free of this process; a second one leaves by itself. Blocks shortly."""
    process = QProcess()
    line = [*program(), "--state", str(env.state), "run"]
    process.setProgram(line[0])
    process.setArguments(line[1:])
    variables = QProcessEnvironment.systemEnvironment()
    variables.insert(STATE_VARIABLE, str(env.state))
    process.setProcessEnvironment(variables)
    null = QProcess.nullDevice()
    process.setStandardInputFile(null)
    process.setStandardOutputFile(null)
    process.setStandardErrorFile(null)
    started = process.startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)
