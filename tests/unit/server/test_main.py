"""`python -m server` as a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "server", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=_environment(),
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_help_teaches_the_order_of_set_up() -> None:
    done = run("--help")
    assert done.returncode == 0
    commands = [
        line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()
    ]
    assert [name for name in commands if name in ("init", "task", "leader", "helper", "collect")] == [
        "init",
        "task",
        "leader",
        "helper",
        "collect",
    ]


def test_an_error_is_cause_and_cure_and_a_code(tmp_path: Path) -> None:
    done = run("leader", "--dir", str(tmp_path))
    assert done.returncode == 10
    assert "keys.json is not there" in done.stderr
    assert "shoal-server init" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_usage() -> None:
    assert run("fly").returncode == 2
