"""The program's three ways in, as the system starts it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import agent.__main__ as program
from tests.repository import ROOT


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "agent", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("words", "module", "handed_on"),
    [
        (["resident", "--state", "x"], "agent.sampler", ["--state", "x"]),
        (["worker", "--state", "x"], "agent.worker", ["--state", "x"]),
        (["--state", "run", "run"], "agent.sampler", ["--state", "run"]),
        (["run"], "agent.sampler", []),
    ],
)
def test_what_stays_and_what_works_are_told_apart_before_anything_is_loaded(
    words: list[str], module: str, handed_on: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    given: list[list[str]] = []

    def main(arguments: list[str]) -> int:
        given.append(arguments)
        return 16

    monkeypatch.setattr(import_module(module), "main", main)
    monkeypatch.setattr(sys, "argv", ["shoal", *words])
    with pytest.raises(SystemExit) as left:
        program.main()
    assert left.value.code == 16
    assert given == [handed_on]


def test_everything_else_is_the_command_line() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert shown.stdout.startswith("Usage: shoal [OPTIONS] COMMAND")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert run("--version").stdout == f"shoal, version {version}\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nonsense"], 2),
        (["resident", "now"], 2),
        (["worker", "dance"], 2),
        (["worker"], 2),
        (["send-now"], 20),
        (["choose", "share"], 10),
        (["erase"], 0),
    ],
)
def test_exit_codes_are_the_process_s(words: list[str], code: int) -> None:
    ended = run(*words)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    assert (ended.stderr == "") == (code == 0)


def test_a_command_loads_what_it_needs() -> None:
    """Looking at the ledger needs no network, no keychain, no cryptography."""
    script = (
        "import sys; sys.argv = ['shoal', 'ledger']; import agent.__main__ as m\n"
        "try:\n    m.main()\nexcept SystemExit:\n    print(*sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=60)
    loaded = {name.partition(".")[0] for name in shown.stdout.split()}
    assert "click" in loaded
    assert loaded.isdisjoint({"httpcore", "keyring", "ssl", "psutil", "PySide6"}), loaded


def test_the_script_that_is_installed_is_this() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    module, _, name = scripts["shoal"].partition(":")
    found: Callable[[], None] = getattr(import_module(module), name)
    assert found is program.main


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_without_a_word_the_window_opens_where_it_can_be_shown(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert program.window_command() == []  # no display
    monkeypatch.setenv(variable, ":99")
    assert program.window_command() == [sys.executable, "-P", "-m", "ui"]
    began: list[list[str]] = []
    monkeypatch.setattr(program, "become", began.append)
    monkeypatch.setattr(sys, "argv", ["shoal", "--version"])
    with pytest.raises(SystemExit):
        program.main()
    assert began == []  # any word is the command line's
    monkeypatch.setattr(sys, "argv", ["shoal"])
    with pytest.raises(SystemExit):
        program.main()
    assert began == [program.window_command()]


def test_without_a_display_or_the_extra_it_helps_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run()
    assert "Usage: shoal [OPTIONS] COMMAND" in shown.stdout + shown.stderr
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setitem(sys.modules, "PySide6", None)  # as if it were not installed
    assert program.window_command() == []


def test_a_frozen_program_starts_the_window_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "shoal"))
    assert program.window_command() == []
    (tmp_path / "shoal-window").touch()
    assert program.window_command() == [str(tmp_path / "shoal-window")]


def test_a_window_that_cannot_be_started_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program.become([str(tmp_path / "nothing")])
    assert "cannot be run" in capsys.readouterr().err
