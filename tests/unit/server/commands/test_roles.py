"""`shoal-server leader | helper | serve` as processes: ready, labelled, stopped in good order."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.commands import shoal_server
from tests.aggregators import free_ports
from tests.operators import Folders, make_folders, make_task, terms

ROOT = Path(__file__).parents[4]
DEMO = {"demo": True, "period": 10, "grace": 0, "min_batch_size": 2}


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    first, second = free_ports(2)
    made = make_folders(
        tmp_path, leader_url=f"http://127.0.0.1:{first}/", helper_url=f"http://127.0.0.1:{second}/"
    )
    make_task(made, terms(**DEMO), now=int(time.time()))
    return made


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "server", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize("role", ["leader", "helper"])
def test_a_role_says_when_it_is_ready_and_stops_when_told(
    folders: Folders, role: str, started: list[subprocess.Popen[str]]
) -> None:
    process = start(role, "--dir", getattr(folders, role))
    started.append(process)
    assert process.stdout is not None
    assert re.match(rf"ready {role} http://127\.0\.0\.1:\d+", process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "DEMO" in errors
    assert not re.search(r"\d\d:\d\d:\d\d", errors), "no log line has a time"


def test_serve_runs_everything_and_says_what_that_means(
    folders: Folders, started: list[subprocess.Popen[str]]
) -> None:
    process = start("serve", "--dir", folders.leader.parent)
    started.append(process)
    assert process.stdout is not None
    lines = {process.stdout.readline().split()[1] for _ in range(2)}
    assert lines == {"leader", "helper"}
    task, token = folders.leader / "task.json", folders.leader.parent / "upload.token"
    arguments = ["simulate", str(task), "--token", str(token), "--devices", "6", "--seed", "x"]
    done = CliRunner().invoke(shoal_server, arguments)
    assert done.exit_code == 0, done.output
    line = next(line for line in process.stdout if line.startswith("Release of"))
    assert "(DEMO)" in line
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    for warning in ("ONE PROCESS HOLDS BOTH HALVES", "DEMO", "the same host"):
        assert errors.count(warning) == 1, errors
    assert f"simulate {folders.leader.parent / 'task.json'} --token {token}" in errors


def test_serve_wants_what_init_both_makes(folders: Folders) -> None:
    done = CliRunner().invoke(shoal_server, ["serve", "--dir", str(folders.leader)])
    assert done.exit_code == 10
    assert f"init --both --dir {folders.leader}" in done.output


def test_another_role_s_folder(folders: Folders) -> None:
    for role, other in (("leader", folders.helper), ("helper", folders.leader)):
        done = CliRunner().invoke(shoal_server, [role, "--dir", str(other)])
        assert done.exit_code == 10
        assert "Run it: shoal-server" in done.output
