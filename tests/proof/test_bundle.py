"""The bundle as a person gets it: both programs, in a folder elsewhere, where there is no Python.

It is run with an empty environment, and with a PATH on which nothing lies. What it seals is verified by
itself, and by a program that has nothing of it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import devices
from tests.desktop import colours, desktop, end_sampler, running, wait
from tests.devices import Device
from tests.recording import Leader, recording
from tests.repository import ROOT, files

pytestmark = pytest.mark.timeout(300)

VERIFIER = ROOT / "docs" / "verify" / "independent_verify.py"
DATA = ("catalogue", "resources", "ui")
QT = re.compile(r"libQt6|PySide6|shiboken")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, built if it is older than its source, then moved to where it was not built."""
    done = subprocess.run([str(ROOT / "tools" / "bundle.sh")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    elsewhere = tmp_path_factory.mktemp("else where") / "Shoal"
    shutil.copytree(ROOT / "dist" / "shoal", elsewhere, symlinks=True)
    return elsewhere


@pytest.fixture(scope="module")
def leader() -> Iterator[Leader]:
    with recording() as found:
        yield found


def alone(folder: Path) -> list[str]:
    """Put in front of a command: it gets an environment of its own, without a single program on its PATH."""
    empty = folder / "empty"
    empty.mkdir(parents=True, exist_ok=True)
    own = {
        "HOME": folder,
        "PATH": empty,
        "SHOAL_STATE": folder / "state",
        "SHOAL_ROOT": folder / "root",
        "XDG_RUNTIME_DIR": empty,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    return ["/usr/bin/env", "-i", f"--chdir={empty}", *(f"{name}={value}" for name, value in own.items())]


def device(bundle: Path, folder: Path) -> Device:
    return Device(folder, before=alone(folder), program=[str(bundle / "shoal")])


def files_opened(command: list[str], log: Path) -> str:
    """Which files a command and all that it starts opened, found or not."""
    trace = ["/usr/bin/strace", "-f", "-qq", "-e", "trace=openat,open,execve", "-o", str(log)]
    done = subprocess.run([*trace, *command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return log.read_text("utf-8", "replace")


def libraries(pid: int) -> set[str]:
    """The files that a process has mapped."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    return {line.split(maxsplit=5)[5] for line in maps.splitlines() if len(line.split(maxsplit=5)) == 6}


def test_there_is_no_python_to_fall_back_on(bundle: Path, tmp_path: Path) -> None:
    for name in ("python3", "python", "sh"):
        found = subprocess.run([*alone(tmp_path), name, "-c", ""], capture_output=True)
        assert found.returncode == 127, f"{name} is on the PATH"
    assert not [path for path in bundle.rglob("*") if str(ROOT) in os.path.realpath(path)]


def test_every_file_that_is_no_code_is_there(bundle: Path) -> None:
    wanted = [path.relative_to(ROOT) for path in files() if path.relative_to(ROOT).parts[0] in DATA]
    wanted = [path for path in wanted if path.suffix not in (".py", ".ts", ".md")]
    assert len(wanted) > 20
    inside = bundle / "_internal"
    assert not [path for path in wanted if (ROOT / path).read_bytes() != (inside / path).read_bytes()]


def test_status_and_version(bundle: Path, tmp_path: Path) -> None:
    here = device(bundle, tmp_path)
    assert re.fullmatch(r"shoal, version \d+\.\d+\.\d+\n", here.shoal("--version").out)
    assert len(here.json("status")["metrics"]) == len(devices.catalogue().metrics)
    # Every command is there, with what it imports when it is run.
    commands = re.findall(r"^  ([a-z-]+)  ", here.shoal("--help").out.split("Commands:")[1], re.M)
    assert len(commands) >= 14
    for name in commands:
        assert here.shoal(name, "--help").code == 0
    assert here.json("once")
    found = here.json("once", "--explain", "endpoint.memory_low")
    assert found["how"] and found["source"] and found["readings"][0]["asked"]
    assert "file /proc/" in here.shoal("once", "--explain", "endpoint.oom_kills").out


def test_it_seals_and_sends_and_what_it_sealed_is_verified(
    bundle: Path, tmp_path: Path, leader: Leader
) -> None:
    leader.forget()
    here = device(bundle, tmp_path)
    assert here.enrol(devices.signed(devices.task(leader.url)), "--demo").code == 0
    assert here.shoal("choose", "share").code == 0
    with here.running() as process:
        wait(lambda: "delivered" in here.kinds(), "a delivered report")
        mapped = libraries(process.pid)
    # The resident sampler is the bundle's own, with nothing of a Python outside, and nothing of Qt.
    assert any(path.startswith(str(bundle)) for path in mapped)
    assert not [path for path in mapped if "site-packages" in path or QT.search(path)]
    assert leader.requests
    verified = here.json("verify")
    assert verified["agrees"] and verified["bodies"] >= 1
    exact = here.shoal("preview", "--exact", "--json")
    assert exact.code == 0, exact.err
    checked = _independently(exact.out)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    changed = json.loads(exact.out)
    changed["vector"][0] ^= 1
    assert _independently(json.dumps(changed)).returncode == 1


def _independently(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(VERIFIER)], input=text, capture_output=True, text=True, timeout=60
    )


def test_shoal_loads_no_qt(bundle: Path, tmp_path: Path) -> None:
    here = device(bundle, tmp_path / "device")
    assert here.shoal("once").code == 0
    words = (("status", "--json"), ("once", "--json"), ("preview", "--json"), ("policy", "--json"))
    for number, command in enumerate(words):
        opened = files_opened([*alone(here.folder), str(bundle / "shoal"), *command], tmp_path / f"{number}")
        assert "libpython" in opened  # it does see what is loaded
        assert not QT.search(opened), f"shoal {command[0]} loads Qt"


def test_the_window_opens_is_seen_and_closes(bundle: Path, tmp_path: Path) -> None:
    here = device(bundle, tmp_path / "device")
    assert here.shoal("choose", "local").code == 0
    with desktop(tmp_path / "screen") as screen:
        nothing = colours(screen.picture())
        own = [f"{name}={value}" for name, value in screen.environment.items()]
        command = [*alone(here.folder), *own, str(bundle / "shoal-window"), "--page", "leaves"]
        try:
            with running(command, tmp_path / "window.log") as process:
                shown = screen.wait_for_window("Shoal")
                wait(lambda: colours(screen.picture()) > nothing + 20, "a painted window")
                wait(lambda: (here.state / "sampler.lock").exists(), "a sampler that the window started")
                mapped = libraries(process.pid)
                assert [path for path in mapped if path.startswith(str(bundle)) and "libqxcb" in path]
                assert not [path for path in mapped if "site-packages" in path]
                assert not list(bundle.rglob("*Qt*Network*"))  # for Windows alone
                screen.picture().save(str(tmp_path / "window.png"))
                screen.hands("windowfocus", "--sync", shown)
                screen.keys("ctrl+w")
                process.wait(20)
                assert process.returncode == 0, (tmp_path / "window.log").read_text()
        finally:
            end_sampler(here.state)
    assert "Traceback" not in (tmp_path / "window.log").read_text()


def test_shoal_without_a_word_becomes_the_window(bundle: Path, tmp_path: Path) -> None:
    here = device(bundle, tmp_path / "device")
    assert here.shoal("choose", "local").code == 0
    with desktop(tmp_path / "screen") as screen:
        own = [f"{name}={value}" for name, value in screen.environment.items()]
        try:
            with running([*alone(here.folder), *own, str(bundle / "shoal")], tmp_path / "log") as process:
                screen.wait_for_window("Shoal")
                wait(lambda: (here.state / "sampler.lock").exists(), "a sampler that the window started")
                assert QT.search("\n".join(libraries(process.pid)))
        finally:
            end_sampler(here.state)
