"""Measures what Shoal costs.

    python -m bench [SUBJECT…] [--quick] [--minutes N] [--output FILE] [--json]

Tables go to standard output, what is being done to standard error. A whole run writes
bench/RESULTS.md; a quick one only where ``--output`` says.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import machine, results
from bench.frame import Options, Section, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

SUBJECTS = ("crypto", "servers", "agent", "window")
"""Modules of this package, in the order of the document."""
PARTS = ("probes",)
"""What a subject has, too, alone and quickly: shown, and kept only where ``--output`` says."""
SCRATCH = machine.ROOT / ".bench"
OUTPUT = machine.ROOT / "bench" / "RESULTS.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every subject could be measured, whether or not its targets are met."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.subjects if name not in SUBJECTS + PARTS]:
        parser.error(f"no subject {unknown[0]}: there are {', '.join(SUBJECTS + PARTS)}")
    found: dict[str, dict[str, Any]] = {}
    missing = False
    for name in chosen.subjects or SUBJECTS:
        try:
            found[name] = measure(name, chosen.quick, chosen.minutes)
        except Unavailable as why:
            missing = True
            print(f"{name}: not measured: {why}", file=sys.stderr, flush=True)
    if chosen.output is not None:
        output, kept = chosen.output, found
    else:
        output, kept = OUTPUT, {name: each for name, each in found.items() if name in SUBJECTS}
    if kept and (chosen.output is not None or not chosen.quick):
        results.keep(output, kept, SUBJECTS + PARTS)
    print(json.dumps(found, indent=1, ensure_ascii=False) if chosen.json else results.markdown(found))
    return int(missing)


def measure(name: str, quick: bool, minutes: float) -> dict[str, Any]:
    """One subject as plain data; Unavailable."""
    subject = importlib.import_module(f"bench.{name}")
    before, date, start = machine.load(), machine.today(), time.monotonic()

    def say(what: str) -> None:
        print(f"· {name} {time.monotonic() - start:6.1f} s  {what}", file=sys.stderr, flush=True)

    say(subject.TITLE)
    # beside what is measured, on a real disk: /tmp may be memory, where a flush costs nothing
    SCRATCH.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=SCRATCH, prefix=f"{name}-") as folder:
        section: Section = subject.run(Options(Path(folder), quick, minutes, say))
    about = {
        "date": date,
        "seconds": round(time.monotonic() - start, 1),
        "quick": quick,
        "machine": machine.describe(),
        "load_before": before,
        "load_after": machine.load(),
        "versions": machine.versions(),
    }
    return results.as_json(section, about)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures what Shoal costs.")
    parser.add_argument(
        "subjects",
        nargs="*",
        metavar="SUBJECT",
        help=f"all by default: {' '.join(SUBJECTS)}; a part alone: {' '.join(PARTS)}",
    )
    parser.add_argument("--quick", action="store_true", help="smaller counts, a few minutes in all")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long what is at rest is watched")
    parser.add_argument("--output", type=Path, help="the Markdown file; figures go beside it as JSON")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    return parser


if __name__ == "__main__":
    sys.exit(main())
