"""What a report costs the two aggregators."""

from __future__ import annotations

from bench.frame import Options, Section, Unavailable

TITLE = "Servers"


def run(options: Options) -> Section:
    """Not measured yet."""
    raise Unavailable("not written yet")
