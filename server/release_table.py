"""A release for a terminal: a bar and an interval per bucket, warnings first, nothing by colour alone."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Final

from dap.task import Mechanism
from server.dates import period_name
from server.noise import CONFIDENCE

if TYPE_CHECKING:
    from server.releases import Estimate, MetricTotals, Release

SURE, LIKELY, POSSIBLE, EMPTY = "█▓░·"
_ASCII: Final = str.maketrans(
    {
        "█": "#",
        "▓": "=",
        "░": "-",
        "·": ".",
        "–": "-",
        "−": "-",
        "…": "...",
        "ρ": "rho",
        "σ": "sigma",
    }
)
_LEAST_BAR: Final = 10
_MOST_BAR: Final = 50


def render(release: Release, *, width: int | None = None, red: bool = False, ascii_only: bool = False) -> str:
    """The table's text.

    width: columns, the terminal's own by default.  red: warnings in ANSI red.  Bars, estimates and intervals
    are clamped to 0 … report count; the raw numbers are in the release's JSON and in the collector's tables.
    """
    columns = width or shutil.get_terminal_size((100, 24)).columns
    lines = [_red(line) if red else line for text in warnings(release) for line in _wrap(text, columns)]
    for text in _head(release):
        lines += _wrap(text, columns)
    lines += ["", *_legend(release, columns), ""]
    labels = max((len(bucket.label) for metric in release.metrics for bucket in metric.buckets), default=0)
    for metric in release.metrics:
        lines += _metric(release, metric, labels, columns)
    text = "\n".join(line.rstrip() for line in lines).rstrip()
    return text.translate(_ASCII).encode("ascii", "replace").decode() if ascii_only else text


def _wrap(text: str, columns: int, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, max(20, columns), subsequent_indent=indent, break_on_hyphens=False)


def warnings(release: Release) -> list[str]:
    """What must be said in red capitals."""
    found = []
    if release.demo:
        found.append("DEMO: periods of seconds, small batches. Nothing is protected by this.")
    if release.mechanism == "none":
        found.append(
            "MECHANISM NONE: NO NOISE WAS ADDED. THESE TOTALS ARE EXACT AND CAN GIVE SINGLE ANSWERS AWAY."
        )
    return found


def _red(text: str) -> str:
    return f"\x1b[1;31m{text}\x1b[0m"


def _head(release: Release) -> list[str]:
    noise = (
        f"{Mechanism[release.mechanism.upper()].in_words} noise, ρ = {release.rho}, "
        f"σ = {release.sigma:.1f} for each total"
        if release.sigma
        else f"mechanism {release.mechanism.upper()}"
    )
    return [
        f"Release of {release.organisation}{' (DEMO)' if release.demo else ''}: "
        f"{period_name(release.period, release.seconds)}",
        f"{release.report_count} reports (minimum {release.min_batch_size}); {noise}",
        f"ρ spent in the running year: {float(release.rho_year):g}",
        f"Period {release.period} of task {release.task_id.hex()[:16]}…, serial {release.serial}; "
        f"catalogue {release.digest.hex()[:16]}…",
    ]


def _legend(release: Release, columns: int) -> list[str]:
    count = release.report_count
    if not release.sigma:
        text = f"Each line: how many of the {count} computers that reported gave this answer."
        return [*_wrap(text, columns, ""), f"  {SURE} that many   {EMPTY} up to all {count}"]
    text = (
        f"Each line: how many of the {count} computers that reported gave this answer. Noise hides the exact "
        f"number: the first is the estimate, and {100 * CONFIDENCE:.0f} times in 100 the true one lies "
        "between the two in brackets."
    )
    key = f"  {SURE} at least   {LIKELY} up to the estimate   {POSSIBLE} at most   {EMPTY} up to all {count}"
    return [*_wrap(text, columns, ""), key]


def _metric(release: Release, metric: MetricTotals, labels: int, columns: int) -> list[str]:
    reports = release.report_count
    head = f"{metric.title} ({metric.id})"
    counts = f"answers {clamp(metric.answers.estimate, reports)} of {reports}"
    counts = f"{counts} {interval_text(metric.answers, reports)}".rstrip()
    lines = [f"{head}: {counts}"] if len(head) + len(counts) + 2 <= columns else [head, f"  {counts}"]
    digits = len(str(reports))
    for bucket in metric.buckets:
        left = f"  {bucket.label:<{labels}} "
        room = columns - len(left) - digits - 2 - (2 * digits + 3)  # blanks; two ends, a dash, brackets
        bar = draw(bucket.total, reports, max(_LEAST_BAR, min(_MOST_BAR, room)))
        estimate = clamp(bucket.total.estimate, reports)
        lines.append(f"{left}{bar} {estimate:>{digits}} {interval_text(bucket.total, reports)}")
    return [*lines, ""]


def clamp(value: int, reports: int) -> int:
    """A count that can be: for display only."""
    return min(max(value, 0), reports)


def interval_text(count: Estimate, reports: int) -> str:
    """The interval's ends, clamped, in brackets; empty without noise."""
    if count.low == count.high:
        return ""
    return f"({clamp(count.low, reports)}–{clamp(count.high, reports)})"


def draw(count: Estimate, reports: int, cells: int) -> str:
    """A bar of so many cells: surely, probably, possibly."""
    low, middle, high = (
        round(clamp(value, reports) * cells / reports) if reports else 0
        for value in (count.low, count.estimate, count.high)
    )
    return SURE * low + LIKELY * (middle - low) + POSSIBLE * (high - middle) + EMPTY * (cells - high)
