"""The repository itself: what it may not say, how long a file may be, and where each test stands."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.repository import ROOMS, ROOT, files, modules

# Lines: a longer file is perhaps two rooms. Tests may run on a little: a case is read by itself.
LONGEST, LONGEST_TEST = 450, 600
# Put together here, so that this file does not name them itself.
MACHINE_PATHS = [f"/{name}/" for name in ("work", "root", "tmp/refs", "opt/pypi", "opt/wheels")]
REGISTRY_HOSTS = [
    ".".join(name)
    for name in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("registry", "npmjs", "org"),
    )
]
# Modules without a test file of their own, and where they are tested instead.
TESTED_ELSEWHERE = {
    "agent.__main__": "tests/unit/agent/test_resident.py",
    "agent.connection.journey": "tests/unit/agent/connection/test_client.py",
    "agent.decisions": "tests/unit/agent/worker/test_tend.py",
    "agent.enrolment.records": "tests/unit/agent/enrolment/test_enrolment.py",
    "agent.ledger.reader": "tests/unit/agent/ledger/test_ledger.py",
    "agent.ledger.records": "tests/unit/agent/ledger/test_ledger.py",
    "agent.model": "tests/unit/agent/test_store.py",
    "agent.policy": "tests/unit/agent/policy/test_source.py",
    "agent.policy.checks": "tests/unit/agent/policy/test_source.py",
    "agent.policy.keys": "tests/unit/agent/policy/test_source.py",
    "agent.rollup": "tests/unit/agent/test_store_rolling.py",
    "agent.worker": "tests/unit/agent/worker/test_tend.py",
    **{f"demo.{name}": "tests/e2e/test_demo.py" for name in ("__main__", "programs", "story")},
    "dap.errors": "tests/unit/dap/test_codec.py",
}
# Test files below a room's folder that are about several of its modules, and what they are about.
ABOUT_SEVERAL = {
    "tests/unit/agent/worker/test_machine.py": "months of one device, by a state machine",
    "tests/unit/agent/test_resident.py": "the sampler as the system runs it: a process, its memory, its end",
    "tests/unit/agent/test_cost.py": "what the sampler costs in modules, wakings and bytes",
    "tests/unit/dap/test_cost.py": "what Prio3 costs in counts, over field, flp and xof",
    "tests/unit/server/test_cost.py": "what a report costs both databases in counts",
    "tests/unit/dap/test_vectors.py": "the vector files through Prio3 and the XOF",
}


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def test_nothing_names_a_machine_or_a_registry() -> None:
    forbidden = re.compile("|".join(re.escape(word) for word in (*MACHINE_PATHS, *REGISTRY_HOSTS)))
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files()
        for match in forbidden.finditer(_text(path) or "")
    ]
    assert not found


def test_no_file_is_too_long() -> None:
    too_long = {}
    for path in files():
        name = str(path.relative_to(ROOT))
        length = len(path.read_text().splitlines()) if path.suffix == ".py" else 0
        if length > (LONGEST_TEST if name.startswith("tests/") else LONGEST):
            too_long[name] = length
    assert not too_long


def test_nothing_is_left_undone() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|simplified " + r"for now\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files()
        if path.suffix in (".py", ".sh", ".toml")
        for number, line in enumerate((_text(path) or "").splitlines(), 1)
        if marks.search(line)
    ]
    assert not found


def test_the_changelog_s_newest_version_is_the_project_s() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert newest
    assert newest[1] == version


def test_what_the_readme_tells_to_type_exists() -> None:
    readme = (ROOT / "README.md").read_text()
    verbs = set(re.findall(r"\bmake ([a-z]+)", readme))
    assert verbs >= {"demo", "test"}
    makefile = (ROOT / "Makefile").read_text()
    assert not {verb for verb in verbs if not re.search(rf"^{verb}:", makefile, re.M)}


def test_scripts_can_be_run() -> None:
    scripts = [path for path in files() if (_text(path) or "").startswith("#!")]
    assert {path.name for path in scripts} >= {"run", "environment.sh", "system.sh", "bare_debian.sh"}
    for path in scripts:
        assert os.access(path, os.X_OK), path
        shell = path.read_text().splitlines()[0].split("/")[-1].split()[-1]
        if shell in ("sh", "bash"):
            subprocess.run([shell, "-n", str(path)], check=True)


def _says_something(path: Path) -> bool:
    """Whether a module does anything that a test of its own could look at: only its functions do."""
    tree = ast.parse(path.read_text())
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))


def _places(module: str) -> list[tuple[Path, str]]:
    """Where a module's tests may stand, and how their files begin: with its name, or its package's."""
    parts = module.split(".")
    unit = ROOT / "tests/unit"
    found = [
        (unit.joinpath(*parts[:-1]), f"test_{parts[-1].strip('_')}"),
        (unit.joinpath(*parts), "test_init"),
    ]
    if len(parts) > 2:
        found.append((unit.joinpath(*parts[:-2]), f"test_{parts[-2]}"))
    if parts[0] == "ui":  # what is made of Qt is tested with it, by module or by package
        found += [(ROOT / "tests/gui", f"test_{part.strip('_')}") for part in parts[1:]]
    return found


def _is_about(stem: str, begin: str) -> bool:
    return stem == begin or stem.startswith(f"{begin}_")


def test_every_module_has_its_tests() -> None:
    missing = [
        module
        for module, path in modules().items()
        if _says_something(path)
        and module not in TESTED_ELSEWHERE
        and not any(
            _is_about(file.stem, begin)
            for folder, begin in _places(module)
            for file in folder.glob("test_*.py")
        )
    ]
    assert not missing
    assert not set(TESTED_ELSEWHERE) - set(modules())
    assert not [name for name in TESTED_ELSEWHERE.values() if not (ROOT / name).exists()]


@pytest.mark.parametrize("room", ROOMS)
def test_every_test_has_its_module(room: str) -> None:
    known = [place for module in modules() for place in _places(module)]
    stray = []
    for path in (ROOT / "tests/unit" / room).rglob("test_*.py"):
        name = str(path.relative_to(ROOT))
        about_one = any(path.parent == folder and _is_about(path.stem, begin) for folder, begin in known)
        if not about_one and name not in ABOUT_SEVERAL:
            stray.append(name)
    assert not stray


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in files() if path.name.startswith("test_") and path.suffix == ".py"}
    assert not {str(folder) for folder in folders if not (folder / "__init__.py").exists()}
