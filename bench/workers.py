"""What the agent does seldom: its short-lived workers, and the question to the package manager."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host.linux import updates
from agent.probes.host.linux.child import ENVIRONMENT
from bench.frame import Options, Table, median
from bench.processes import to_the_end
from tests.devices import PROGRAM, Device, measured, until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.frame import Cell
    from bench.processes import Ended

_DAY_MINUTES = 1440
_BLOCK = 512  # getrusage(2) counts output in these


class Kind(NamedTuple):
    """Something that happens seldom."""

    name: str
    often: str
    days: float
    """How often in a day."""
    runs: list[Ended]
    wrote: list[float]
    """kB that each run brought to the disk."""

    def run(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Once, to its end."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_oublock
        self.runs.append(to_the_end(command, environment))
        self.wrote.append((resource.getrusage(resource.RUSAGE_CHILDREN).ru_oublock - before) * _BLOCK / 1000)

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU, with all that it starts."""
        return median([run.cpu for run in self.runs])

    @property
    def a_minute(self) -> float:
        """Spread over all minutes of the days between."""
        return self.cpu * self.days / _DAY_MINUTES

    @property
    def disk_a_minute(self) -> float:
        """kB, likewise."""
        return median(self.wrote) * self.days / _DAY_MINUTES


class Seldom(NamedTuple):
    """All of it."""

    kinds: list[Kind]

    @property
    def a_minute(self) -> float:
        """Milliseconds of CPU a minute, over a week of days."""
        return sum(kind.a_minute for kind in self.kinds)

    @property
    def disk_a_minute(self) -> float:
        """kB to the disk a minute."""
        return sum(kind.disk_a_minute for kind in self.kinds)

    @property
    def table(self) -> Table:
        """Whole processes."""
        rows: list[list[Cell]] = [
            [kind.name, kind.often, kind.cpu, median([run.wall for run in kind.runs]),
             median([run.peak for run in kind.runs]), median(kind.wrote), kind.a_minute]
            for kind in self.kinds
        ]  # fmt: skip
        headers = (
            "process, start to end",
            "how often",
            "CPU ms",
            "wall ms",
            "peak MB",
            "to disk kB",
            "ms a minute",
        )
        return Table(headers, rows, "What happens seldom, warm, one process after the other")


def measure(options: Options) -> Seldom:
    """Real workers on real devices whose report is due; the leader is a server that takes whatever comes."""
    leader = HTTPServer(("127.0.0.1", 0), _Leader)
    thread = threading.Thread(target=leader.serve_forever, daemon=True)
    thread.start()
    try:
        kinds = _workers(f"http://127.0.0.1:{leader.server_port}/", options)
    finally:
        leader.shutdown()
        leader.server_close()
        thread.join()
    if shutil.which("apt"):
        options.say("asking for waiting updates")
        question = ["sh", "-c", 'exec "$@" 2>/dev/null', "sh", *updates.QUESTION]
        asks = Kind("asks apt for waiting updates", "once a day", 1, [], [])
        for _ in range(options.count(2, 5)):
            asks.run(question, ENVIRONMENT)
        kinds.append(asks)
    return Seldom(kinds)


def _workers(url: str, options: Options) -> list[Kind]:
    options.say("a device measures for a period, and its report is sealed and sent")
    due = measured(options.folder / "due", url)
    seals = Kind("seals", "once a week", 1 / 7, [], [])
    sends = Kind("sends", "once a week", 1 / 7, [], [])
    finds = Kind("finds nothing to do", "once a day", 1, [], [])
    for number in range(options.count(3, 9)):
        device = due.copy(options.folder / f"due-{number}")
        device.take_token_away()  # so that what is sealed stays held
        _tend(seals, device, ["sealed"])
        device.give_token()
        _let_try_again(device)
        _tend(sends, device, ["sealed", "sending", "delivered"])
        _tend(finds, device, ["sealed", "sending", "delivered"])
    return [seals, sends, finds]


def _tend(kind: Kind, device: Device, kinds: list[str]) -> None:
    own = {"SHOAL_STATE": str(device.state), "SHOAL_ROOT": str(device.root), "HOME": str(device.folder)}
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    # Beside a worker the sampler always has the database open: the journal is neither made nor ended by it.
    with closing(sqlite3.connect(device.state / "shoal.db")) as sampler:
        sampler.execute("SELECT count(*) FROM facts").fetchone()
        kind.run([*PROGRAM, "worker", "tend"], clean | own)
    if device.kinds() != kinds:
        raise AssertionError(f"the worker left {device.kinds()}, not {kinds}")


def _let_try_again(device: Device) -> None:
    """A demo's report is tried again after seconds."""
    until(lambda: _is_over(device), 60)


def _is_over(device: Device) -> bool:
    ((moment,),) = device.read("SELECT moment FROM reports")
    return moment is None or time.time() > float(moment)


class _Leader(BaseHTTPRequestHandler):
    """Takes every upload."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """An empty 200, which is all that a leader says."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    log_message: Callable[..., None] = lambda *_: None
