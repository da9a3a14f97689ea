"""The documents say what is true: commands are run, links lead somewhere, numbers are computed.

A fenced block says in its first line what it is: `sh run` is run line by line, and the last line must exit
with the number behind it (0 without one); `toml PATH` is written to that file first; `sh shown` cannot be
run in a test.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from agent.commands.decide import CONSEQUENCES
from agent.commands.rules import document_keys
from agent.errors import ShoalError
from agent.policy.keys import BY_NAME
from catalogue import layout
from catalogue.load import load
from dap.task import SignedTask, TaskInfo, of_100
from dap.task.info import Mechanism
from server import fleet
from tests.repository import ROOT

DOCS = ROOT / "docs"
OURS = ("users.md", "admins.md", "works-councils.md")
DOCUMENTS = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])


class Block(NamedTuple):
    info: str
    text: str


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def blocks(text: str) -> list[Block]:
    return [Block(info, body) for info, body in re.findall(r"^```([^\n]*)\n(.*?)^```$", text, re.M | re.S)]


# -- commands


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an administrator gets: task.json and upload.token of two operators."""
    folder = tmp_path_factory.mktemp("handed-out")
    command = [sys.executable, "-P", "-m", "server", "init", "--both", "--dir", str(folder / "try")]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return folder / "try"


def environment(folder: Path, handed_out: Path) -> dict[str, str]:
    """A person's shell on a machine of its own: nothing of this one is read or written."""
    programs = folder / "bin"
    programs.mkdir()
    shoal = programs / "shoal"
    shoal.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m agent "$@"\n')
    shoal.chmod(0o755)
    for name in ("task.json", "upload.token"):
        (folder / name).write_bytes((handed_out / name).read_bytes())
    task = SignedTask.load((folder / "task.json").read_text()).claimed()
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(folder),
        "SHOAL_STATE": str(folder / "state"),
        "SHOAL_ROOT": str(folder / "root"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "LEADER": task.leader.fingerprint,
        "HELPER": task.helper.fingerprint,
    }


def test_every_block_says_whether_it_is_run() -> None:
    for name in OURS:
        for block in blocks(read(name)):
            assert re.fullmatch(r"sh run( \d+)?|sh shown|toml /etc/shoal/\S+", block.info), (name, block)


@pytest.mark.parametrize("name", [name for name in OURS if "```sh run" in read(name)])
def test_commands_do_what_the_document_says(name: str, tmp_path: Path, handed_out: Path) -> None:
    shell = environment(tmp_path, handed_out)
    ran = 0
    for block in blocks(read(name)):
        kind, _, rest = block.info.partition(" ")
        if kind == "toml":
            target = tmp_path / "root" / rest.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text)
            continue
        if not rest.startswith("run"):
            continue
        lines = block.text.splitlines()
        for number, line in enumerate(lines, 1):
            expected = int(rest[4:] or 0) if number == len(lines) else 0
            done = subprocess.run(
                ["/bin/sh", "-c", line],
                env=shell,
                cwd=tmp_path,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert done.returncode == expected, (line, done.stdout, done.stderr)
            assert "Traceback" not in done.stderr
            ran += 1
    assert ran >= 5
    assert not (tmp_path / ".local").exists(), "the usual place was used"


def test_what_enrolment_leaves_is_what_the_table_says(tmp_path: Path, handed_out: Path) -> None:
    shell = environment(tmp_path, handed_out)
    command = "shoal enrol task.json --token-file upload.token --machine"
    subprocess.run(["/bin/sh", "-c", command], env=shell, cwd=tmp_path, check=True, capture_output=True)
    table = dict(re.findall(r"^\| `(/[^`]+)` \| root (\d{4}) \|", read("admins.md"), re.M))
    root = tmp_path / "root"
    made = {f"/{path.relative_to(root)}" for path in root.rglob("*") if path.is_file()}
    assert made == {path for path in table if not path.endswith("/")}
    for path, mode in table.items():
        assert (root / path.lstrip("/")).stat().st_mode & 0o7777 == int(mode, 8), path


def test_exit_codes_are_the_program_s() -> None:
    def codes(kind: type[ShoalError]) -> set[int]:
        return {kind.exit_code}.union(*(codes(below) for below in kind.__subclasses__()))

    told = {int(code) for code in re.findall(r"^\| (\d+) \|", read("admins.md"), re.M)}
    assert told == codes(ShoalError) - {ShoalError.exit_code} | {0}


def test_choices_are_told_as_the_program_tells_them() -> None:
    told = re.findall(r"^\| (off|local|share|quiet) \| (.+?) \| (.+?) \|$", read("users.md"), re.M)
    assert told == [(str(choice), measures, sends) for choice, measures, sends, *_ in CONSEQUENCES]


def test_policy_keys_that_are_named_exist() -> None:
    for name in OURS:
        named = re.findall(r"`([a-z]+(?:_[a-z]+)+)(?: = [^`]*)?`", read(name))
        assert not [key for key in named if key not in BY_NAME], name


def test_the_table_of_policy_keys_is_the_program_s() -> None:
    """Made by `shoal policy --document > docs/policy.md`."""
    assert read("policy.md") == document_keys() + "\n"


# -- the unit


def test_the_unit_runs_what_is_installed() -> None:
    unit = (ROOT / "resources/units/shoal.service").read_text()
    assert "ExecStart=/opt/shoal/bin/shoal run" in unit
    assert "User=" not in unit, "a unit of the user's manager has no user of its own"
    assert "NoNewPrivileges=yes" in unit
    assert "python3 -m venv /opt/shoal" in read("admins.md")


# -- links


def anchors(text: str) -> set[str]:
    """As GitHub makes them from headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        path = (document.parent / file).resolve() if file else document
        assert path.exists(), target
        assert path.is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(path.read_text("utf-8")), target


# -- words


@pytest.mark.parametrize("name", OURS)
def test_no_word_promises_too_much(name: str) -> None:
    assert not re.findall(
        r"anonymous|completely|impossible|helps us improve|\bping\b|telemetry", read(name), re.I
    )


# -- numbers


@pytest.fixture(scope="module")
def default_task() -> tuple[TaskInfo, fleet.Fleet]:
    """The task that `task new` proposes unless told otherwise."""
    metrics = load("en").metrics
    day = 86_400
    info = TaskInfo(
        len(metrics),
        layout.digest(metrics),
        Mechanism.DISCRETE_GAUSSIAN,
        Fraction(1, 2),
        7 * day,
        7 * day,
        False,
    )
    return info, fleet.see(info, metrics, 50, 200)


def test_the_default_task_is_that_of_the_set_up(
    handed_out: Path, default_task: tuple[TaskInfo, fleet.Fleet]
) -> None:
    task = SignedTask.load((handed_out / "task.json").read_text()).claimed()
    assert task.info == default_task[0]
    assert task.config.min_batch_size == 50


def test_the_odds_are_computed(default_task: tuple[TaskInfo, fleet.Fleet]) -> None:
    rows = re.findall(r"^\| (.+?) \| ([\d.]+) \| ([\d.]+) \|$", read("works-councils.md"), re.M)
    odds = default_task[1].odds
    expected = [(of_100(chance.outsider), of_100(chance.insider)) for chance in odds]
    assert [row[1:] for row in rows] == expected
    subjects = (
        "all of its",
        "one full set",
        "one answer",
        "which of two",
        "the same answer",
        "all answers the same",
    )
    for (what, *_), subject in zip(rows, subjects, strict=True):
        assert what.startswith(subject)


def test_every_other_number_about_noise_is_computed(default_task: tuple[TaskInfo, fleet.Fleet]) -> None:
    info, seen = default_task
    users, councils = (" ".join(read(name).split()) for name in ("users.md", "works-councils.md"))
    assert (
        f"({info.metrics} metrics, ρ = {info.rho} a week) a total is right to ±{seen.half_width} " in councils
    )
    low, high = 40 - seen.half_width, 40 + seen.half_width
    assert f'a "40 computers" may really be {low} to {high}.' in users
    assert f"right about {of_100(seen.odds.one_or_none.outsider)} times in 100 at best" in users
    told = re.search(r"below about (\d+) computers a single total .*? from about (\d+) it is clear", councils)
    assert told
    assert tuple(map(int, told.groups())) == seen.useful_from


def test_built_in_limits_are_the_program_s() -> None:
    from dap.task import limits

    text = read("works-councils.md")
    least, usual = limits.LEAST_BATCH, BY_NAME["min_batch_size"].default
    assert f"| {least} at least; {usual} unless" in text
    assert f"at most {limits.MOST_RHO} in seven days, at most {limits.MOST_RHO_A_YEAR} in 52 weeks" in text
    assert f"| {limits.LEAST_GRACE // limits.DAY} to {limits.MOST_GRACE // limits.DAY} days |" in text
