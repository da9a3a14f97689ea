"""Every figure that was promised, in one place."""

from __future__ import annotations

from typing import Final, NamedTuple


class Target(NamedTuple):
    """What a figure must be at most (or, for ``at_least``, at least)."""

    what: str
    limit: float
    unit: str = ""
    at_least: bool = False

    def is_met_by(self, figure: float) -> bool:
        """Whether the figure keeps the promise."""
        return figure >= self.limit if self.at_least else figure <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}".rstrip()


# -- cryptography: length 400, max_measurement 1, chunk_length 27
SHARD_RATIO: Final = Target("shard, times as fast as @divviup/prio3", 4, "×", at_least=True)
VERIFY_RATIO: Final = Target("verify_init, times as fast as @divviup/prio3", 7, "×", at_least=True)
REPORT_CPU: Final = Target("a whole client report, CPU on a 2.6 GHz core", 5, "ms")

# -- servers: two processes, real HTTP, durable SQLite, two cores
REPORTS_A_SECOND: Final = Target("reports a second, from upload to aggregated", 300, "/s", at_least=True)
MEMORY_GROWTH: Final = Target("memory that a process gains over 50,000 reports", 1, "MB")
COST_GROWTH: Final = Target("CPU per report at 100,000 reports, times that at 1,000", 1.1, "×")

# -- the agent at rest: medians over an hour, one pass a minute, all metrics on
SAMPLER_CPU: Final = Target("CPU of the sampler", 3, "ms a minute")
AGENT_CPU: Final = Target("CPU with workers, over a day", 5, "ms a minute")
RESIDENT: Final = Target("PSS of what stays resident", 20, "MB")
WRITTEN: Final = Target("written to disk, raw and rolled up", 3, "kB a minute")
START: Final = Target("start to first stored pass, warm", 100, "ms")
YEAR: Final = Target("database after a simulated year", 15, "MB")

# -- the window: beside a bare QMainWindow in the same run; PSS with all pages opened once
FIRST_PAINT_CPU: Final = Target("first paint, CPU, times a bare window's", 1.4, "×")
FIRST_PAINT: Final = Target("first paint, times a bare window's", 1.4, "×")
WINDOW_MEMORY: Final = Target("PSS above a bare window's, all pages opened", 40 * 1.048576, "MB")
YEAR_OPENS: Final = Target("until a year is shown, CPU, times until a week is", 1.1, "×")
LONGEST_TURN: Final = Target("the event loop's longest turn", 50, "ms")
