"""A task in words."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from dap.task import Mechanism, Task
from server import agreement
from server.commands import words
from tests.operators import catalogue, make_folders, terms


@pytest.fixture
def task(tmp_path: Path) -> Task:
    return agreement.propose(make_folders(tmp_path).leader, terms(), catalogue()).claimed()


def test_everything_that_is_signed_is_said(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    words.describe(task, catalogue(), 500)
    said = capsys.readouterr().out
    config = task.config
    for part in (
        task.task_id.hex(),
        "serial 1",
        "Example Ltd",
        "Works agreement 12",
        f"IT (leader@example.org) at {config.leader_aggregator_endpoint}",
        f"Works council (helper@example.org) at {config.helper_aggregator_endpoint}",
        task.leader.fingerprint,
        task.helper.fingerprint,
        "4 metrics",
        f"{config.sum_vec.length} yes-or-no answers",
        "7 days; late reports are waited for 7 days",
        "50 reports",
        "ρ = 1/2 a release, 26 a year",
        "fleet of 500",
    ):
        assert part in said


def test_red_matters_come_first(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    info = task.info._replace(mechanism=Mechanism.NONE, rho=Fraction(0))
    exact = task._replace(configuration=task.config._replace(task_info=info.encode()).encode())
    words.describe(exact, catalogue(), 40)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("No noise")
    assert any("never reach the minimum" in line for line in said)


def test_no_line_is_wider_than_a_terminal(
    task: Task, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for info in (task.info, task.info._replace(mechanism=Mechanism.JANUS_DISCRETE_LAPLACE)):
        other = task._replace(configuration=task.config._replace(task_info=info.encode()).encode())
        words.describe(other, catalogue(), 60)
        said = capsys.readouterr().out
        assert "discrete_" not in said
        assert "Warning: With 60 devices" in said
        assert max(len(line) for line in said.splitlines() if " at http" not in line) <= 80


def test_as_json(task: Task) -> None:
    value = json.loads(json.dumps(words.as_json(task, catalogue(), 300)))
    assert value["task"]["task_id"] == task.task_id.hex()
    assert value["fleet"]["devices"] == 300


@pytest.mark.parametrize(
    ("seconds", "text"), [(86_400, "1 day"), (604_800, "7 days"), (10, "10 seconds"), (0, "0 seconds")]
)
def test_spans(seconds: int, text: str) -> None:
    assert words.span(seconds) == text
