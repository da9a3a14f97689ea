"""Runs one aggregator of a test pair as a process of its own, so that a test can kill it.

    python -m tests.aggregator_process leader|helper FOLDER KEYWORDS-OF-MAKE_PAIR-AS-JSON

The pair follows from the folder, so both processes and the test agree on every key. Noise is off.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from server import serve
from tests.aggregators import make_pair


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
