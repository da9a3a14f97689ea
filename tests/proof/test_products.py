"""When a product came, by real package managers: flatpak and rpm here; dpkg's part is in test_container.py.

The packages are made here, and hold nothing but the product's name. What is not installed on this computer
(flatpak, rpm, rpmbuild) is passed over, with the reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.probes.host import Absent, Pending
from agent.probes.host.linux.products import updated
from agent.probes.host.linux.system import System
from tests.devices import catalogue

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's package managers")

SLOT = {metric.slot.id: metric.slot for metric in catalogue().metrics if metric.slot is not None}
DAY = 86_400
APP = "[Application]\nname=org.mozilla.firefox\nruntime=org.x.Platform/x86_64/1\ncommand=x\n"
SPEC = """\
Name: thunderbird
Version: {v}
Release: 1
Summary: x
License: x
BuildArch: noarch
%description
x
%files
"""


def days(system: System, product: str) -> float:
    return (time.time() - came(system, product)) / DAY


def came(system: System, product: str) -> float:
    """When, by what is asked now."""
    system.close()
    end = time.monotonic() + 60
    while True:
        try:
            return updated(system, SLOT[product])
        except Pending:
            assert time.monotonic() < end
            time.sleep(0.05)


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stdout, done.stderr)


def need(*tools: str) -> None:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")


def test_flatpak(tmp_path: Path) -> None:
    need("flatpak")
    app = tmp_path / "app"
    (app / "files").mkdir(parents=True)
    (app / "export").mkdir()
    (app / "metadata").write_text(APP)
    flatpak = ("flatpak", "--user")
    quietly = ("-y", "--noninteractive")

    def publish(content: str) -> None:
        (app / "files" / "x").write_text(content)
        run(tmp_path, "flatpak", "build-export", "--disable-sandbox", "repo", "app", "stable")

    publish("one")
    run(tmp_path, *flatpak, "remote-add", "--no-gpg-verify", "local", "repo")
    with pytest.raises(Absent):
        days(System(), "firefox")
    run(tmp_path, *flatpak, "install", *quietly, "--no-deps", "local", "org.mozilla.firefox")
    assert days(System(), "firefox") == pytest.approx(0, abs=0.01)
    link = Path(os.environ["XDG_DATA_HOME"], "flatpak/app/org.mozilla.firefox/current/active")
    os.utime(link, (time.time() - 40 * DAY,) * 2, follow_symlinks=False)
    assert days(System(), "firefox") == pytest.approx(40, abs=0.01)
    run(tmp_path, *flatpak, "update", *quietly, "--no-deps", "org.mozilla.firefox")
    assert days(System(), "firefox") == pytest.approx(40, abs=0.01), "there was nothing newer"
    publish("two")
    run(tmp_path, *flatpak, "update", *quietly, "--no-deps", "org.mozilla.firefox")
    assert days(System(), "firefox") == pytest.approx(0, abs=0.01)
    run(tmp_path, *flatpak, "uninstall", *quietly, "org.mozilla.firefox")
    with pytest.raises(Absent):
        days(System(), "firefox")


class Elsewhere(System):
    """This computer, with another rpm database."""

    def __init__(self, database: Path) -> None:
        super().__init__()
        self.database = database

    def exists(self, name: str) -> bool:
        return name == "var/lib/rpm" or super().exists(name)

    def run(self, command: Sequence[str], seconds: float) -> str:
        place = [f"--dbpath={self.database}"] if command[0] == "rpm" else []
        return super().run([command[0], *place, *command[1:]], seconds)


def test_rpm(tmp_path: Path) -> None:
    need("rpm", "rpmbuild")
    system = Elsewhere(tmp_path / "database")

    def install(version: int) -> None:
        (tmp_path / "x.spec").write_text(SPEC.format(v=version))
        run(tmp_path, "rpmbuild", "--define", f"_topdir {tmp_path}", "-bb", "x.spec")
        package = next((tmp_path / "RPMS").rglob(f"thunderbird-{version}-*.rpm"))
        way = ("--justdb", "--nodeps", "--ignorearch", f"--dbpath={system.database}")
        run(tmp_path, "rpm", "--upgrade", *way, str(package))

    with pytest.raises(Absent):
        days(system, "thunderbird")
    install(1)
    first = came(system, "thunderbird")
    assert days(system, "thunderbird") == pytest.approx(0, abs=0.01)
    time.sleep(1.1)
    install(2)
    assert came(system, "thunderbird") > first
    run(tmp_path, "rpm", "--erase", "--justdb", f"--dbpath={system.database}", "thunderbird")
    with pytest.raises(Absent):
        days(system, "thunderbird")
