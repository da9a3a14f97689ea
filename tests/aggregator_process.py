"""Runs one aggregator of a test pair as a process of its own, so that a test can kill it.

    python -m tests.aggregator_process leader|helper|both FOLDER KEYWORDS-OF-MAKE_PAIR-AS-JSON

The pair follows from the folder, so both processes and the test agree on every key. Noise is off unless the
keywords say otherwise.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from server import serve
from tests.aggregators import make_pair


class Process:
    """An aggregator in a process; starting waits for its `ready` lines."""

    def __init__(self, role: str, folder: Path, **keywords: Any) -> None:
        self.log = folder / f"{role}.log"
        self._command = [
            sys.executable,
            "-m",
            "tests.aggregator_process",
            role,
            str(folder),
            json.dumps(keywords),
        ]
        self.environment: dict[str, str] = {}
        """On top of this process's own."""
        self._lines = 2 if role == "both" else 1
        self.ready: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        root = Path(__file__).resolve().parents[1]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=root,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **self.environment},
            )
        assert self._process.stdout is not None
        self.ready = [self._process.stdout.readline().strip() for _ in range(self._lines)]
        assert all(line.startswith("ready ") for line in self.ready), self.log.read_text()

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        self._end(signal.SIGKILL)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        return self._end(number)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        return code


def main() -> None:
    role, folder, keywords = sys.argv[1:]
    pair = make_pair(Path(folder), **json.loads(keywords))
    if role == "leader":
        serve.run_leader(pair.leader)
    elif role == "helper":
        serve.run_helper(pair.helper)
    else:
        serve.run_all(pair.leader, pair.helper)


if __name__ == "__main__":
    main()
