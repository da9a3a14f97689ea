"""Runs one aggregator from an operator's folder, as `shoal-server` does, but for its noise and its port.

    python -m tests.weeks_aggregator FOLDER PORT

Without noise, so that a test can compare what is released with what was sent; no option and no file of the
shipped program can turn it off.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from server import config, serve


def main() -> None:
    folder, port = sys.argv[1:]
    found = config.load(Path(folder))
    serve.run_leader(dataclasses.replace(found, noise=False, listen=("127.0.0.1", int(port))))


if __name__ == "__main__":
    main()
