"""What the window costs beside an empty window of Qt: its first paint, its memory, its longest turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from agent import doorbell
from agent.env import Directories, Env
from bench import machine, targets
from bench.frame import Cell, Options, Section, Table, Unavailable, Verdict, interleaved, median, ratio
from bench.processes import memory
from tests.seeding import seed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

TITLE = "The window"
BARE, OURS, YEAR = "a bare QMainWindow", "shoal-window, a week", "shoal-window, a year"
_VARIANTS = {OURS: "held", YEAR: "year"}


class Run(NamedTuple):
    """One window, from its start to its end; milliseconds since the start, MB."""

    wall: float
    """Until its first paint."""
    cpu: float
    read: float
    """Until the first reading was shown, by the wall; 0 for the bare one."""
    read_cpu: float
    memory: float
    """PSS, with all pages opened."""
    above: float
    """By how much that is above a bare window's, which stood open beside it at that moment."""
    own: float
    """What of it is anonymous, and so nobody else's: heap, stacks, pictures."""
    longest: Mapping[str, tuple[float, float]]
    """Of each step the longest turn of the event loop: by the wall, and of its thread's CPU."""


def run(options: Options) -> Section:
    """Windows in turns, each in a process of its own."""
    bells, states = [], {}
    for name, variant in _VARIANTS.items():
        options.say(f"making {name}")
        made = seed(variant, options.folder / variant, now=time.time())
        states[name] = made.folder
        place = made.env.state  # as if a sampler ran: none is to be started, and none to work beside us
        bells.append(doorbell.listen(Env(Directories(place, place, place))))
    options.say("opening a bare window that stays")
    beside, _ = _start("bare", options.folder)
    sides: dict[str, Callable[[], Run]] = {
        BARE: lambda: _window("bare", options.folder, beside.pid),
        OURS: lambda: _window("ours", states[OURS], beside.pid),
        YEAR: lambda: _window("ours", states[YEAR], beside.pid),
    }
    try:
        for start in sides.values():
            start()  # warms the disk's cache
        found = interleaved(options.count(5, 25), sides, options.say)
    finally:
        beside.communicate()
        for bell in bells:
            bell.close()
    bare, ours, year = found[BARE], found[OURS], found[YEAR]
    return Section(
        TITLE,
        _prose(),
        [_costs(found), _turns(found)],
        [
            Verdict(targets.FIRST_PAINT_CPU, _ratio([*bare, *bare], [*ours, *year], "cpu")),
            Verdict(targets.FIRST_PAINT, _ratio([*bare, *bare], [*ours, *year], "wall")),
            Verdict(
                targets.WINDOW_MEMORY,
                median([each.above for each in [*ours, *year]]),
                f"anonymous {median([a.own - b.own for a, b in zip(ours, bare, strict=True)]):.1f}",
            ),
            Verdict(
                targets.YEAR_OPENS, _ratio(ours, year, "read_cpu"), f"wall {_ratio(ours, year, 'read'):.2f}"
            ),
            Verdict(targets.LONGEST_TURN, *_longest([*ours, *year])),
        ],
        {"PySide6": _pyside()},
    )


def _window(kind: str, folder: Path, beside: int) -> Run:
    """Start a window, have it open everything, and end it; `beside` is the bare window that stays."""
    process, said = _start(kind, folder)
    now, other = memory(process.pid), memory(beside)
    process.communicate()
    painted, read = said["painted"], said.get("read", {"wall": 0.0, "cpu": 0.0})
    longest = {name: (wall, cpu) for name, (wall, cpu) in said.get("opened", {}).items()}
    first = (painted["wall"], painted["cpu"], read["wall"], read["cpu"])
    return Run(*first, now.pss, now.pss - other.pss, now.own, longest)


def _start(kind: str, folder: Path) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """A window that has opened everything, and what it told. Unavailable if it does not come up."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "SHOAL_ROOT": str(folder / "root"),
        "HOME": str(folder),
        "LANG": "en_GB.UTF-8",
    }
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bench.window_child", kind, str(began), str(folder / "state")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=machine.ROOT,
        env=environment,
        text=True,
    )
    assert process.stdout is not None
    try:
        said: dict[str, Any] = json.loads(process.stdout.readline())
        said |= json.loads(process.stdout.readline()) if kind == "ours" else {}
        if kind == "bare":
            time.sleep(0.3)
    except ValueError as error:
        process.kill()
        raise Unavailable(f"no window opens: {process.communicate()[1][-500:]}") from error
    return process, said


def _ratio(one: Sequence[Run], other: Sequence[Run], what: str) -> float:
    return ratio([getattr(each, what) for each in one], [getattr(each, what) for each in other])


def _steps(runs: Sequence[Run]) -> dict[str, tuple[float, float, float]]:
    """For each step the longest turn: its median over the runs, the most, and the median of its CPU."""
    names = dict.fromkeys(name for each in runs for name in each.longest)
    found = {}
    for name in names:
        turns = [each.longest[name] for each in runs if name in each.longest]
        walls = [wall for wall, _ in turns]
        found[name] = (median(walls), max(walls), median([cpu for _, cpu in turns]))
    return found


def _longest(runs: Sequence[Run]) -> tuple[float, str]:
    """The step with the longest turn, in the middle of all runs; and the longest single one of all."""
    steps = _steps(runs)
    name, (middle, _, cpu) = max(steps.items(), key=lambda step: step[1][0])
    worst, (_, most, _) = max(steps.items(), key=lambda step: step[1][1])
    return middle, f"{name}; {cpu:.0f} of it CPU; the longest of any run {most:.0f} ({worst})"


def _costs(found: Mapping[str, Sequence[Run]]) -> Table:
    bare = found[BARE]
    rows: list[list[Cell]] = []
    for name, runs in found.items():
        rows.append(
            [
                name,
                median([each.wall for each in runs]),
                _ratio(bare, runs, "wall"),
                median([each.cpu for each in runs]),
                _ratio(bare, runs, "cpu"),
                median([each.read for each in runs]) or None,
                median([each.read_cpu for each in runs]) or None,
                median([each.memory for each in runs]),
                median([each.above for each in runs]),
                median([each.own for each in runs]),
            ]
        )
    headers = (
        *("window", "first paint ms", "times bare", "CPU ms", "times bare"),
        *("first reading shown ms", "CPU ms", "PSS MB", "above bare", "anonymous MB"),
    )
    return Table(headers, rows, f"Medians of {len(bare)} starts each, in turns")


def _turns(found: Mapping[str, Sequence[Run]]) -> Table:
    week, year = _steps(found[OURS]), _steps(found[YEAR])
    rows: list[list[Cell]] = [[name, *week[name], *year.get(name, (None,) * 3)] for name in week]
    headers = (
        "the longest turn, ms",
        *("a week: median", "most", "its CPU"),
        *("a year: median", "most", "its CPU"),
    )
    return Table(headers, rows, "How long the event loop stands still")


def _prose() -> list[str]:
    return [
        "Each window is a process of its own, offscreen, started warm; they take turns. The first paint is "
        "over when the event loop comes back from it; the bare window paints nothing. Then every page is "
        "opened, the ledger is verified, the leader, the keychain and the disk are asked, and every page is "
        "shown again. PSS is read after that, and at the same moment that of a bare window which stays open "
        "beside them: what others on the machine share changes both. A heart in the event loop beats every "
        "5 ms: the longest turn is the longest gap between two beats. From times by the wall is taken what "
        "the kernel says the thread waited for a processor that others had.",
    ]


def _pyside() -> str:
    from importlib.metadata import version

    return version("PySide6-Essentials")
