"""What a report costs the aggregators: `shoal-server leader` and `helper`, real HTTP, durable SQLite."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sqlite3
import sys
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from bench import load, steps, targets
from bench.frame import Cell, Options, Section, Table, Verdict, median, slope
from bench.processes import Memory, cpu_seconds, memory, written
from dap.task import SignedTask
from demo.programs import run as run_program
from demo.programs import running, server
from server.config import load_signed
from server.database import CACHE
from tests.aggregators import UPLOAD_TOKEN, free_ports, make_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from dap.task import Task

TITLE = "Servers"
ROLES = ("leader", "helper")
LARGER = 400
"""Entries of a vector that is longer than the catalogue's."""
_AGAIN = 0.05  # seconds between two looks whether all is aggregated


class Look(NamedTuple):
    """Both processes (and this one, which uploads) at one moment: seconds of CPU, MB."""

    at: float
    reports: int
    cpu: tuple[float, ...]
    own_cpu: float
    memory: tuple[Memory, ...]
    written: tuple[float, ...]
    log: float
    waiting: int


class Pair(NamedTuple):
    """Two running aggregators."""

    task: Task
    task_file: Path
    token: str
    pids: tuple[int, ...]
    databases: tuple[Path, ...]

    def look(self, reports: int) -> Look:
        """What they have cost so far, when so many reports have been taken."""
        return Look(
            time.perf_counter(),
            reports,
            tuple(map(cpu_seconds, self.pids)),
            time.process_time(),
            tuple(map(memory, self.pids)),
            tuple(map(written, self.pids)),
            sum(path.with_name(path.name + "-wal").stat().st_size for path in self.databases) / 1e6,
            reports - min(self.aggregated()),
        )

    def aggregated(self) -> tuple[int, ...]:
        """How many reports the sums of each hold."""
        found = []
        for path in self.databases:
            with contextlib.closing(
                sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
            ) as database:
                found.append(int(database.execute("SELECT total(reports) FROM batches").fetchone()[0]))
        return tuple(found)


@contextlib.contextmanager
def programs(folder: Path) -> Iterator[Pair]:
    """`shoal-server` twice, with the built-in catalogue's task, set up by its own command."""
    urls = [f"http://127.0.0.1:{port}/" for port in free_ports(2)]
    both = ("--both", "--dir", str(folder), "--leader-url", urls[0], "--helper-url", urls[1])
    run_program([*server(), "init", *both])
    commands = {role: [*server(), role, "--dir", str(folder / role)] for role in ROLES}
    token = (folder / "upload.token").read_text().strip()
    with _started(folder, folder / "task.json", token, commands) as pair:
        yield pair


@contextlib.contextmanager
def larger(folder: Path, length: int) -> Iterator[Pair]:
    """The same servers for a task of another length than the catalogue's."""
    folder.mkdir()
    keywords: dict[str, Any] = {"length": length, "ports": free_ports(2)}
    task_file = folder / "task.json"
    task_file.write_text(SignedTask(make_pair(folder, **keywords).task.payload()).dump())
    commands = {
        role: [sys.executable, "-m", "tests.aggregator_process", role, str(folder), json.dumps(keywords)]
        for role in ROLES
    }
    with _started(folder, task_file, UPLOAD_TOKEN, commands) as pair:
        yield pair


@contextlib.contextmanager
def _started(folder: Path, task_file: Path, token: str, commands: dict[str, list[str]]) -> Iterator[Pair]:
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(running(command, folder / f"{role}.log", f"ready {role}"))
            for role, command in commands.items()
        ]
        databases = tuple(folder / role / "batches.db" for role in ROLES)
        yield Pair(
            load_signed(task_file).claimed(),
            task_file,
            token,
            tuple(process.pid for process in processes),
            databases,
        )


class Plan(NamedTuple):
    """One run: how many reports, on which connections."""

    reports: int
    window: int
    fresh: bool


def measure(pair: Pair, plan: Plan, options: Options) -> list[Look]:
    """Upload reports that were made before, and wait until both have added them up; a look every so often."""
    folder = options.folder / f"reports-{len(list(options.folder.iterdir()))}"
    reports = load.make(folder, pair.task_file, _last_period(pair.task), plan.reports, options.say)
    looks = asyncio.run(_drive(pair, reports, plan, options))
    shutil.rmtree(folder)
    return looks


async def _drive(pair: Pair, reports: load.Reports, plan: Plan, options: Options) -> list[Look]:
    uploader = load.Uploader(pair.task, pair.token, fresh=plan.fresh)
    looks = [pair.look(0)]

    def taken(count: int) -> None:
        if count % plan.window == 0:
            looks.append(pair.look(count))
            if count % (10 * plan.window) == 0:
                options.say(_in_words(looks))

    await uploader.run(reports.bodies(), taken)
    while min(pair.aggregated()) < uploader.taken:
        await asyncio.sleep(_AGAIN)
    looks.append(pair.look(uploader.taken))
    return looks


def _last_period(task: Task) -> int:
    return int(time.time()) // task.config.info.period - 1


def _in_words(looks: Sequence[Look]) -> str:
    last, before = looks[-1], looks[-11] if len(looks) > 10 else looks[0]
    rate = (last.reports - before.reports) / (last.at - before.at)
    memory = " and ".join(f"{one.pss:.1f} ({one.own:.1f})" for one in last.memory)
    return f"{last.reports:,} reports, {rate:.0f} a second, {last.waiting} wait, PSS (own) {memory} MB"


# ------------------------------------------------------------------------- figures


class Run(NamedTuple):
    """A run's looks: the first before anything was sent, the last when all was added up."""

    looks: list[Look]

    @property
    def reports(self) -> int:
        """How many went through."""
        return self.looks[-1].reports

    @property
    def rate(self) -> float:
        """Reports a second, from the first upload until both sums hold all of them."""
        return self.reports / (self.looks[-1].at - self.looks[0].at)

    def cpu(self, role: int) -> float:
        """Milliseconds a report."""
        return 1000 * (self.looks[-1].cpu[role] - self.looks[0].cpu[role]) / self.reports

    @property
    def own_cpu(self) -> float:
        """What uploading took in this process."""
        return 1000 * (self.looks[-1].own_cpu - self.looks[0].own_cpu) / self.reports

    def disk(self, role: int) -> float:
        """kB written a report."""
        return 1000 * (self.looks[-1].written[role] - self.looks[0].written[role]) / self.reports

    def windows(self, role: int) -> tuple[list[float], list[float]]:
        """Reports in the database, and milliseconds of CPU a report then."""
        pairs = list(pairwise(self.looks[:-1]))
        middle = [(before.reports + after.reports) / 2 for before, after in pairs]
        cost = [
            1000 * (after.cpu[role] - before.cpu[role]) / (after.reports - before.reports)
            for before, after in pairs
        ]
        return middle, cost

    def cost_growth(self, role: int, few: int, many: int) -> float:
        """CPU a report at many reports, times that at few, on the line through all windows."""
        x, y = self.windows(role)
        tilt = slope(x, y)
        level = median(y) - tilt * median(x)
        return (level + tilt * many) / (level + tilt * few)

    def memory_growth(self, role: int, few: int, many: int) -> float:
        """MB of its own that a process gains from few to many reports, on the line through the looks."""
        looks = [look for look in self.looks[:-1] if few <= look.reports <= many]
        own = [look.memory[role].own for look in looks]
        return slope([look.reports for look in looks], own) * (many - few)


def run(options: Options) -> Section:
    """A long run with the catalogue's task; shorter ones, connected otherwise, or with more entries."""
    window = options.count(250, 1_000)
    many = options.count(4_000, 100_000)
    half, early = many // 2, many // 10
    short = options.count(2_000, 10_000)
    runs: dict[str, Run] = {}
    with programs(options.folder / "catalogue") as pair:
        length = pair.task.config.sum_vec.length
        long = f"{length} entries, a connection for each report"
        runs[long] = Run(measure(pair, Plan(many, window, fresh=True), options))
    with programs(options.folder / "kept") as pair:
        name = f"{length} entries, connections kept (a proxy in front)"
        runs[name] = Run(measure(pair, Plan(short, window, fresh=False), options))
    with larger(options.folder / "larger", LARGER) as pair:
        name = f"{LARGER} entries, a connection for each report"
        runs[name] = Run(measure(pair, Plan(short, window, fresh=True), options))
    main = runs[long]
    costs = [main.cost_growth(role, window, many) for role in (0, 1)]
    gains = [main.memory_growth(role, half, many) for role in (0, 1)]
    before = [main.memory_growth(role, early, early + half) for role in (0, 1)]
    where = steps.table(options.folder / "steps", length, [main.cpu(0), main.cpu(1)], options)
    both = "leader {:.2f}, helper {:.2f}".format
    return Section(
        TITLE,
        _prose(options),
        [_throughput(runs), _course(main), where],
        [
            Verdict(targets.REPORTS_A_SECOND, main.rate, long),
            Verdict(
                targets.MEMORY_GROWTH,
                max(gains),
                f"{both(*gains)}; from {half:,} to {many:,} reports. From {early:,} to {early + half:,}, "
                f"while SQLite's cache of {CACHE // 1024} MB fills: {both(*before)}",
            ),
            Verdict(targets.COST_GROWTH, max(costs), f"{both(*costs)}; {window:,} to {many:,} reports"),
        ],
        {"SQLite": sqlite3.sqlite_version},
    )


def _throughput(runs: dict[str, Run]) -> Table:
    rows: list[list[Cell]] = [
        [
            name,
            one.reports,
            one.rate,
            1000 / max(_both(one.cpu)),
            *_both(one.cpu),
            one.own_cpu,
            *_both(one.disk),
        ]
        for name, one in runs.items()
    ]
    headers = (
        *("run", "reports", "a second", "by CPU alone", "leader, CPU ms a report", "helper", "uploading"),
        *("leader, kB written a report", "helper"),
    )
    return Table(headers, rows, "From upload to aggregated")


def _course(main: Run) -> Table:
    """The long run in ten parts."""
    looks = main.looks[:-1]
    rows: list[list[Cell]] = []
    for before, after in pairwise(looks[:: max(1, (len(looks) - 1) // 10)]):
        reports = after.reports - before.reports
        cpu = [1000 * (b - a) / reports for a, b in zip(before.cpu, after.cpu, strict=True)]
        memory = [figure for one in after.memory for figure in one]
        rate = reports / (after.at - before.at)
        rows.append([after.reports, rate, *cpu, *memory, after.log, after.waiting])
    headers = (
        *("reports", "a second", "leader, CPU ms a report", "helper"),
        *("leader, PSS MB", "its own", "helper, PSS MB", "its own", "write-ahead logs, MB", "waiting"),
    )
    return Table(headers, rows, "As the databases grow")


def _prose(options: Options) -> list[str]:
    return [
        "Reports are sealed before the clock starts and uploaded over "
        f"{load.CONNECTIONS} connections at once, as fast as they are answered, by a process that shares the "
        "cores with both servers. The clock stops when both databases hold the sum of all. No answer is "
        f"given before a report is on disk (fdatasync takes {_flush(options.folder):.2f} ms here).",
        "Where other programs run on the machine as well, see what the busier process's own CPU would allow.",
        "Memory and cost are judged by the line through the looks after every window (the median of the "
        "slopes between all pairs); memory by what is a process's own (heap, stacks, caches): PSS also moves "
        "when other programs that share its libraries come and go.",
    ]


def _flush(folder: Path) -> float:
    """Milliseconds in which 64 kB reach the disk, the median of some tries."""
    times = []
    handle = os.open(folder / "flush", os.O_CREAT | os.O_WRONLY)
    for number in range(51):
        os.pwrite(handle, bytes(65_536), number * 65_536)
        start = time.perf_counter()
        os.fdatasync(handle)
        times.append(1000 * (time.perf_counter() - start))
    os.close(handle)
    return median(times)


def _both(figure: Callable[[int], float]) -> tuple[float, float]:
    return figure(0), figure(1)
