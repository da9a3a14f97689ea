from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from agent.commands import COMMANDS, shoal
from agent.errors import StoreError
from tests.unit.agent.commands.conftest import Machine

WRITERS = {"run"}
"""Commands that answer nothing, so in no JSON either."""


def every_command() -> list[tuple[str, ...]]:
    """All that can be typed, with the words below the groups."""
    found: list[tuple[str, ...]] = []
    with click.Context(shoal) as context:
        for name in COMMANDS:
            command = shoal.get_command(context, name)
            found.append((name,))
            if isinstance(command, click.Group):
                found += [(name, below) for below in command.list_commands(context)]
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_explains_itself_and_speaks_json(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(shoal, [*words, "--help"])
    assert shown.exit_code == 0
    assert ("--json" in shown.output) == (words[0] not in WRITERS)
    summary = COMMANDS[words[0]][1]
    if len(words) == 1:
        # The list says what the command's own first line says.
        assert summary.rstrip(".") in " ".join(shown.output.split())


def test_the_list_follows_a_newcomer_s_questions_and_imports_nothing() -> None:
    script = (
        "import sys; from agent.commands import shoal\n"
        "try:\n    shoal(['--help'], prog_name='shoal')\nfinally:\n"
        "    print(*(n for n in sys.modules if n.startswith(('agent.', 'cryptography', 'httpcore', 'dap'))))"
    )
    run = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True)
    *lines, loaded = run.stdout.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ") and line.split()]
    assert [name for name in listed if name in COMMANDS] == list(COMMANDS)
    allowed = {"agent.commands", "agent.commands.session", "agent.errors", "agent.env", "agent.doorbell"}
    assert set(loaded.split()) <= allowed


SLIPS = [("statsu", "status"), ("sendnow", "send-now"), ("legder", "ledger")]


@pytest.mark.parametrize(("typed", "meant"), SLIPS)
def test_a_slip_of_the_finger(typed: str, meant: str) -> None:
    result = CliRunner().invoke(shoal, [typed])
    assert result.exit_code == 2
    assert f"did you mean {meant}?" in result.stderr


def test_a_word_like_none() -> None:
    result = CliRunner().invoke(shoal, ["xyzzy"])
    assert result.exit_code == 2
    assert "there is no command 'xyzzy'" in result.stderr
    assert "did you mean" not in result.stderr


def test_a_failure_is_cause_cure_and_code(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise StoreError("the disk is full", "Free some space.")

    monkeypatch.setattr(machine.env, "prepare", fail)
    result = machine.type("choose", "local", code=StoreError.exit_code)
    assert result.stderr == "shoal: the disk is full\n       Free some space.\n"
    assert result.stdout == ""


def test_the_state_that_is_named_holds_for_every_command(machine: Machine) -> None:
    machine.type("choose", "local")
    assert "shoal.db" in machine.files()
