"""Two operators' real programs, each in a process and a folder of its own, as set up by `shoal-server`.

A demo with periods of an hour and no grace, so that periods of the last days can be reported on and collected
at once by real clocks. Noise is what it always is.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from dap.task import Task
from server import config, releases
from server.releases import Release
from tests.aggregators import free_ports

SERVER = (sys.executable, "-P", "-m", "server")
ROLES = ("leader", "helper")
HOUR = 3_600


class Operators:
    """The folders of leader, helper and collector, and the processes of the first two."""

    def __init__(
        self,
        folder: Path,
        *,
        metrics: int,
        rho: Fraction = Fraction(1, 2),
        least: int = 25,
        period: int = HOUR,
    ) -> None:
        self.folder = folder
        self._processes: dict[str, subprocess.Popen[str]] = {}
        urls = [f"http://127.0.0.1:{port}/" for port in free_ports(2)]
        terms = ("--demo", "--period", f"{period}s", "--metrics", str(metrics), "--rho", str(rho))
        places = ("--leader-url", urls[0], "--helper-url", urls[1], "--min-batch", str(least))
        self.run("init", "--both", "--dir", str(folder), *terms, *places)

    @property
    def task(self) -> Task:
        """As both have signed it."""
        return config.load(self.folder / "leader").task

    @property
    def token(self) -> str:
        """Which devices upload with."""
        return (self.folder / "upload.token").read_text().strip()

    def pid(self, role: str) -> int:
        """Of a running aggregator."""
        return self._processes[role].pid

    def files(self, role: str) -> dict[str, bytes]:
        """Everything that an aggregator keeps and says: its folder, and its log."""
        paths = [path for path in (self.folder / role).rglob("*") if path.is_file()]
        return {str(path): path.read_bytes() for path in [*paths, self._log(role)]}

    def start(self, role: str) -> None:
        """Start an aggregator and wait until it is ready."""
        with self._log(role).open("a") as log:
            process = subprocess.Popen(
                [*SERVER, role, "--dir", str(self.folder / role)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._processes[role] = process
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith(f"ready {role} "), said + self._log(role).read_text()

    def collect(self, periods: Sequence[int]) -> list[Release]:
        """Have these periods collected, and read the releases that were written."""
        named = [word for period in periods for word in ("--period", str(period))]
        self.run("collect", "--dir", str(self.folder / "collector"), "--wait", "120", *named)
        written = self.folder / "collector" / "releases"
        return [releases.load((written / f"release-{period}.json").read_text()) for period in periods]

    def run(self, *words: str) -> str:
        """A command of `shoal-server` that succeeds; what it printed."""
        done = subprocess.run([*SERVER, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
        return done.stdout

    def end(self) -> None:
        """Stop what runs, in good order."""
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        codes = {}
        for role, process in self._processes.items():
            process.communicate(timeout=30)
            codes[role] = process.returncode
        self._processes.clear()
        assert not any(codes.values()), codes

    def _log(self, role: str) -> Path:
        return self.folder / f"{role}.log"


@contextmanager
def operating(folder: Path, *, metrics: int, least: int = 25, period: int = HOUR) -> Iterator[Operators]:
    """Set up; whatever the block starts is stopped at its end."""
    operators = Operators(folder, metrics=metrics, least=least, period=period)
    try:
        yield operators
    finally:
        operators.end()
