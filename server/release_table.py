"""A release for a terminal: a bar and an interval per bucket, warnings first, nothing by colour alone."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

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
        "±": "+/-",
        "…": "...",
        "ρ": "rho",
        "σ": "sigma",
    }
)
_LEAST_BAR: Final = 10
_MOST_BAR: Final = 50


def render(release: Release, *, width: int | None = None, red: bool = False, ascii_only: bool = False) -> str:
    """The table's text.

    width: columns, the terminal's own by default.  red: warnings in ANSI red.  Bars and ends of intervals
    are clamped to 0 … report count; estimates are printed as they are.
    """
    columns = width or shutil.get_terminal_size((100, 24)).columns
    legend = f"{SURE} at least   {LIKELY} estimated   {POSSIBLE} at most"
    sure = f"({100 * CONFIDENCE:.0f} times in 100)"
    lines = [*(_red(text) if red else text for text in warnings(release)), *_head(release)]
    lines += [f"{legend} {sure}; bars end at {release.report_count} reports", ""]
    labels = max((len(bucket.label) for metric in release.metrics for bucket in metric.buckets), default=0)
    for metric in release.metrics:
        lines += _metric(release, metric, labels, columns)
    text = "\n".join(line.rstrip() for line in lines).rstrip()
    return text.translate(_ASCII).encode("ascii", "replace").decode() if ascii_only else text


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
        f"mechanism {release.mechanism}, ρ = {release.rho}, σ = {release.sigma:.1f} for each total"
        if release.sigma
        else f"mechanism {release.mechanism.upper()}"
    )
    return [
        f"Release of {release.organisation}{' (DEMO)' if release.demo else ''}: {period_text(release)}",
        f"{release.report_count} reports (minimum {release.min_batch_size}); {noise}",
        f"ρ in the running year: {float(release.rho_year):g}; task {release.task_id.hex()[:16]}…, "
        f"serial {release.serial}; catalogue {release.digest.hex()[:16]}…",
    ]


def period_text(release: Release) -> str:
    """The period by its days, or to the second where it is a demo's."""
    if release.seconds % 86_400:
        return f"period {release.period}, {release.start:%Y-%m-%d %H:%M:%S} UTC, {release.seconds} s"
    last = (release.period + 1) * release.seconds // 86_400 - 1
    first = release.start.strftime("%Y-%m-%d")
    if release.seconds == 86_400:
        return f"period {release.period}, {first}"
    return f"period {release.period}, {first} – {datetime.fromtimestamp(last * 86_400, UTC):%Y-%m-%d}"


def _metric(release: Release, metric: MetricTotals, labels: int, columns: int) -> list[str]:
    margin = metric.answers.high - metric.answers.estimate
    sure = f" ±{margin}" if margin else ""
    head = f"{metric.title} ({metric.id})"
    answers, silent = _signed(metric.answers.estimate), _signed(metric.no_answer.estimate)
    counts = f"answers {answers}{sure}, no answer {silent}{sure}"
    lines = [f"{head}: {counts}"] if len(head) + len(counts) + 2 <= columns else [head, f"  {counts}"]
    numbers = max(len(_signed(bucket.total.estimate)) for bucket in metric.buckets)
    for bucket in metric.buckets:
        interval = interval_text(bucket.total, release.report_count)
        left = f"  {bucket.label:<{labels}} "
        room = columns - len(left) - numbers - 14
        bar = draw(bucket.total, release.report_count, max(_LEAST_BAR, min(_MOST_BAR, room)))
        lines.append(f"{left}{bar} {_signed(bucket.total.estimate):>{numbers}}  {interval}")
    return [*lines, ""]


def clamp(value: int, reports: int) -> int:
    """A count that can be: for display only."""
    return min(max(value, 0), reports)


def interval_text(count: Estimate, reports: int) -> str:
    """The interval's ends, clamped."""
    if count.low == count.high:
        return ""
    low, high = clamp(count.low, reports), clamp(count.high, reports)
    return f"{low}–{high}" if low != high else f"{low}"


def draw(count: Estimate, reports: int, cells: int) -> str:
    """A bar of so many cells: surely, probably, possibly."""
    low, middle, high = (
        round(clamp(value, reports) * cells / reports) if reports else 0
        for value in (count.low, count.estimate, count.high)
    )
    return SURE * low + LIKELY * (middle - low) + POSSIBLE * (high - middle) + EMPTY * (cells - high)


def _signed(value: int) -> str:
    return str(value).replace("-", "−")
