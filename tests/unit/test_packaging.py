"""What an installation brings along: our packages, nothing of the tests, and no name that another one has."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository import ROOMS, ROOT, files, modules

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LISTS = {"device": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
# Which lists a room may use, beside the device's.
MAY_USE = {"server": "server", "demo": "server", "ui": "window"}

OF_OTHER_PYTHONS = {"_sha2", "_sha256"}
"""Of the standard library in some of the supported versions only."""


def names(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def applies(requirement: Requirement, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def closure(requirements: Iterable[str]) -> set[str]:
    """Everything that pip installs for these requirements here, by canonical name."""
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(line), "") for line in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if not applies(requirement, extra):
            continue
        name = canonicalize_name(requirement.name)
        for wanted in ("", *requirement.extras):
            if (name, wanted) not in found:
                found.add((name, wanted))
                lines = importlib.metadata.requires(name) or ()
                waiting += [(Requirement(line), wanted) for line in lines]
    return {name for name, _ in found}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of all that a wheel of the present files holds, built without the network."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in files():
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    command = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index"]
    run = subprocess.run([*command, "--wheel-dir", str(out), "."], cwd=source, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = out.glob("*.whl")
    return zipfile.ZipFile(built).namelist()


def test_the_wheel_holds_our_rooms_and_nothing_else(wheel: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)


def test_every_file_of_the_rooms_is_in_the_wheel(wheel: list[str]) -> None:
    ours = {str(path.relative_to(ROOT)) for path in files() if path.relative_to(ROOT).parts[0] in ROOMS}
    assert not ours - set(wheel)


def test_no_test_is_packaged(wheel: list[str]) -> None:
    assert not [
        name for name in wheel if re.search(r"(^|/)(tests?|conftest|test_[^/]*|bench)(/|\.py$)", name)
    ]


def test_no_name_of_ours_is_another_s() -> None:
    for name, owners in importlib.metadata.packages_distributions().items():
        if name in ROOMS:
            assert set(owners) == {"shoal"}, f"{name} is also installed by {owners}"
    assert not set(ROOMS) & sys.stdlib_module_names


def test_every_dependency_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    declared = {line for group in LISTS.values() for line in group}
    for requirement in declared:
        (line,) = [x for x in text.splitlines() if x.strip().startswith(f'"{requirement}"')]
        assert re.search(r",\s*# \S", line), f"no reason beside {requirement}"


def test_a_device_gets_nothing_that_only_developers_or_servers_need() -> None:
    assert names(LISTS["device"]).isdisjoint(
        names(LISTS["dev"]) | names(LISTS["server"]) | names(LISTS["window"])
    )
    foreign = closure(LISTS["device"]) & (names(LISTS["dev"]) | names(LISTS["window"]))
    assert not foreign - {"setuptools", "packaging", "jeepney"}  # SecretStorage brings the last


def test_all_that_is_installed_is_pinned() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and line[0] != "#"]
    pinned = {canonicalize_name(r.name) for r in map(Requirement, lines) if applies(r)}
    # pip stays the one that came with the interpreter; sqlite-utils only wants it there.
    assert closure(line for group in LISTS.values() for line in group) - {"pip"} == pinned


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - OF_OTHER_PYTHONS - set(ROOMS)


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    owners = importlib.metadata.packages_distributions()
    used: dict[str, set[str]] = {}
    for module, path in modules().items():
        for name in _imports(path):
            distributions = {canonicalize_name(owner) for owner in owners.get(name, [name])}
            used.setdefault(module.partition(".")[0], set()).update(distributions)
    for room, found in used.items():
        allowed = names(LISTS["device"]) | names(LISTS.get(MAY_USE.get(room, ""), ()))
        assert not found - allowed, f"{room} imports what pyproject.toml does not give it"
    # httptools is found by uvicorn, by name.
    idle = names(LISTS["device"]) | names(LISTS["server"])
    assert not idle - set().union(*used.values()) - {"httptools"}
