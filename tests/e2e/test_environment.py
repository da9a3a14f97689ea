"""What happens before anything works: no Python, an old one, no index, a half-made or moved environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository import ROOT

SHELL = shutil.which("dash") or "/bin/sh"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with just what making the environment reads."""
    folder = tmp_path / "check out"
    (folder / "tools").mkdir(parents=True)
    for name in ("tools/environment.sh", "tools/system.sh", "pyproject.toml", "constraints.txt", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def interpreter(folder: Path, script: str) -> str:
    path = folder / "python-for-test"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def make(checkout: Path, wanted: str = "demo", **environment: str) -> subprocess.CompletedProcess[str]:
    # No index can be reached: whatever this machine's settings say, pip is told of none but a closed port.
    offline = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return subprocess.run(
        [SHELL, "tools/environment.sh", wanted],
        cwd=checkout,
        env=clean | offline | environment,
        capture_output=True,
        text=True,
    )


def pretend_finished(checkout: Path, wanted: str, folder: Path | None = None) -> None:
    """Make an environment as if pip had just finished it for `folder`."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"], check=True)
    words = "cat pyproject.toml constraints.txt | cksum"
    sums = subprocess.run(
        [SHELL, "-c", words], cwd=checkout, capture_output=True, text=True, check=True
    ).stdout
    (checkout / f".venv/finished-{wanted}").write_text(f"{folder or checkout}\n{sums}")


def test_no_interpreter(checkout: Path) -> None:
    run = make(checkout, PYTHON="/nowhere/python3")
    assert run.returncode == 1
    assert "does not start" in run.stderr
    assert "apt-get install python3 python3-venv" in run.stderr


def test_an_old_interpreter(checkout: Path) -> None:
    old = f'exec {sys.executable} -c "import sys; sys.version_info = (3, 9, 2); exec(sys.argv[1])" "$2"'
    run = make(checkout, PYTHON=interpreter(checkout, old))
    assert run.returncode == 1
    assert "is Python 3.9.2; Shoal needs 3.11 or newer" in run.stderr
    assert "make PYTHON=" in run.stderr


def test_no_venv_module(checkout: Path) -> None:
    bare = f'exec {sys.executable} -c "import sys; sys.modules[\'ensurepip\'] = None; exec(sys.argv[1])" "$2"'
    run = make(checkout, PYTHON=interpreter(checkout, bare))
    assert run.returncode == 1
    assert "venv module is missing" in run.stderr
    assert "apt-get install python3-venv" in run.stderr


def test_no_index_names_cause_and_cure_and_leaves_nothing_that_passes(checkout: Path) -> None:
    for _ in range(2):
        run = make(checkout, PYTHON=sys.executable)
        assert run.returncode == 1
        assert "· making .venv" in run.stdout
        assert "index cannot be reached" in run.stderr
        assert "pip config list" in run.stderr
        assert not list(checkout.glob(".venv/finished*"))


def test_a_whole_environment_is_left_alone(checkout: Path) -> None:
    pretend_finished(checkout, "tests")
    for wanted in ("tests", "demo"):  # whoever can test can also run the demo
        run = make(checkout, wanted)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("change", ["pyproject.toml", "moved", "interpreter", "less"])
def test_an_environment_for_something_else_is_not_whole(checkout: Path, change: str) -> None:
    pretend_finished(
        checkout,
        "demo" if change == "less" else "tests",
        folder=checkout.parent / "elsewhere" if change == "moved" else None,
    )
    if change == "pyproject.toml":
        with (checkout / "pyproject.toml").open("a") as file:
            file.write("# one line more\n")
    if change == "interpreter":
        (checkout / ".venv/bin/python").unlink()
        (checkout / ".venv/bin/python").symlink_to("/nowhere/python3")
    run = make(checkout, "tests")
    assert run.returncode == 1  # there is no index to mend it from, and that is said
    assert not (checkout / ".venv/finished-tests").exists()
    # Moved or without its interpreter it is made anew; else what is there is kept, and added to.
    assert ("· making .venv" in run.stdout) == (change in ("moved", "interpreter"))


def system(checkout: Path, what: str, path: str) -> subprocess.CompletedProcess[str]:
    command = [SHELL, "tools/system.sh", what]
    return subprocess.run(
        command, cwd=checkout, env=os.environ | {"PATH": path}, capture_output=True, text=True
    )


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder that can stand as PATH; its apt-get only writes down what it was told, its `id` is no root."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "cat", "tail", "grep", "printf", "mktemp", "rm", "dirname"):
        (folder / name).symlink_to(shutil.which(name) or name)
    for name, script in {"id": "echo 1000", "apt-get": f'echo "$@" >>"{folder}/apt.log"'}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


def test_an_ordinary_account_is_told_the_one_command(checkout: Path, programs: Path) -> None:
    run = system(checkout, "qt", str(programs))
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith(
        "  → sudo apt-get install --yes --no-install-recommends libglib2"
    )
    assert not (programs / "apt.log").exists()


def test_root_has_them_installed_and_a_vain_installation_is_said(checkout: Path, programs: Path) -> None:
    (programs / "id").write_text("#!/bin/sh\necho 0\n")
    run = system(checkout, "qt", str(programs))
    update, install = (programs / "apt.log").read_text().splitlines()
    assert update.endswith(" update")
    assert " install --yes --no-install-recommends libglib2.0-0 " in install
    assert run.returncode == 1
    assert "although these packages are installed" in run.stderr


def test_another_system_is_told_what_to_look_for(checkout: Path, programs: Path) -> None:
    (programs / "apt-get").unlink()
    run = system(checkout, "qt", str(programs))
    assert run.returncode == 1
    assert "Install what it names with your system" in run.stderr
