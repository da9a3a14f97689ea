from __future__ import annotations

import calendar
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import child, updates
from agent.probes.host.linux.recorded import Recorded
from agent.probes.host.linux.system import System

Change = Callable[..., Recorded]
LAPTOP = (Path(__file__).resolve().parents[5] / "data/hosts/linux/laptop/answers.toml").read_text("utf-8")


def local(text: str) -> float:
    """A time of the recorded computers' clock, an hour ahead of UTC."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S")) - 3600


def test_the_newest_upgrade_in_local_time(laptop: Recorded, desktop: Recorded) -> None:
    assert updates.last_update(laptop) == local("2023-10-31 09:00:01")
    assert updates.last_update(desktop) == local("2023-08-01 09:00:00")  # in the log before


def test_where_it_is_not_recorded_this_computers_own_time_counts(changed: Change) -> None:
    host = changed("laptop", {"answers.toml": LAPTOP.replace("utc_offset", "other")})
    here = time.mktime(time.strptime("2023-10-31 09:00:01", "%Y-%m-%d %H:%M:%S"))
    assert updates.last_update(host) == here != local("2023-10-31 09:00:01")
    assert System().when(2023, 10, 31, 9, 0, 1) == here


def test_without_an_upgrade_the_installation_was_the_last(changed: Change) -> None:
    log = "2023-06-10 08:00:00 startup archives install\n2023-06-12 08:00:00 install a:amd64 <none> 1\n"
    assert updates.last_update(changed("laptop", {"var/log/dpkg.log": log})) == local("2023-06-10 08:00:00")


def test_a_long_log_is_read_from_its_end(changed: Change) -> None:
    filler = "2023-11-01 10:00:00 status half-configured some-package:amd64 1.2.3\n" * 5000
    log = f"2023-10-01 10:00:00 upgrade a:amd64 1 2\n{filler}"
    assert updates.last_update(changed("laptop", {"var/log/dpkg.log": log})) == local("2023-10-01 10:00:00")


def test_a_log_that_is_none(changed: Change) -> None:
    for log in ("", "nonsense\n", None):
        with pytest.raises(Absent, match="no log"):
            updates.last_update(changed("laptop", {"var/log/dpkg.log": log}))


class TestRestart:
    def test_noted(self, laptop: Recorded) -> None:
        assert updates.restart_wanted(laptop) == 1_699_740_800

    def test_the_oldest_newer_kernel_of_the_same_flavour(self, desktop: Recorded) -> None:
        assert updates.restart_wanted(desktop) == 1_698_000_000

    def test_none_waits(self, changed: Change) -> None:
        host = changed("laptop", {"answers.toml": LAPTOP.replace('"run/reboot-required"', '"x"')})
        assert updates.restart_wanted(host) is None

    def test_a_watcher_without_a_kernel_of_its_own(self, changed: Change) -> None:
        files = {
            "answers.toml": LAPTOP.replace('"run/reboot-required"', '"x"').replace("6.1.0-13", "6.9.9-1")
        }
        with pytest.raises(Absent, match="does not note"):
            updates.restart_wanted(changed("laptop", files))
        watcher = {"etc/kernel/postinst.d/unattended-upgrades": "#!/bin/sh\n"}
        assert updates.restart_wanted(changed("laptop", {**files, **watcher})) is None

    @pytest.mark.parametrize(
        ("one", "other", "newer"),
        [
            ("6.1.0-9-amd64", "6.1.0-18-amd64", True),
            ("6.1.0-18-amd64", "6.1.0-9-amd64", False),
            ("6.1.0-18-amd64", "6.1.0-18-amd64", False),
            ("6.1.0-18-amd64", "6.1.0-20-rt-amd64", False),
            ("5.14.0-70.el9.x86_64", "5.14.0-70.13.1.el9.x86_64", True),
            ("6.5.6-300.fc39.x86_64", "6.6.2-201.fc39.x86_64", True),
        ],
    )
    def test_kernels_by_number_and_flavour(self, one: str, other: str, newer: bool, changed: Change) -> None:
        text = f'release = "{one}"\n[changed]\n"lib/modules/{other}/modules.dep" = 5\n'
        files = {"answers.toml": text, f"lib/modules/{one}/x": "", f"lib/modules/{other}/x": ""}
        assert updates.restart_wanted(changed("empty", files)) == (5 if newer else None)


class TestSupport:
    def test_long_term_support_counts(self, laptop: Recorded) -> None:
        end = updates.support_end(laptop)
        assert time.strftime("%Y-%m-%d %H:%M", time.gmtime(end - 60)) == "2028-06-30 23:59"

    def test_paid_extensions_do_not(self, desktop: Recorded) -> None:
        assert time.strftime("%Y-%m-%d", time.gmtime(updates.support_end(desktop) - 60)) == "2023-05-31"

    def test_a_system_that_says_it_itself(self, changed: Change) -> None:
        host = changed("empty", {"usr/lib/os-release": "ID=fedora\nSUPPORT_END='2025-05-13'\n"})
        assert time.strftime("%Y-%m-%d", time.gmtime(updates.support_end(host) - 60)) == "2025-05-13"

    @pytest.mark.parametrize(
        "release",
        ["", "ID=arch\n", "ID=debian\nVERSION_CODENAME=forky\n", "ID=debian\nVERSION_CODENAME=none\n"],
    )
    def test_no_end_is_known(self, release: str, changed: Change) -> None:
        with pytest.raises(Absent, match="does not say"):
            updates.support_end(changed("laptop", {"etc/os-release": release}))

    def test_an_id_is_no_way_to_other_files(self, changed: Change) -> None:
        host = changed("laptop", {"etc/os-release": "ID=../debian\nVERSION_CODENAME=bookworm\n"})
        with pytest.raises(Absent):
            updates.support_end(host)


class TestSecurityUpdates:
    def test_upgrades_from_security_archives(self, laptop: Recorded) -> None:
        assert updates.security_updates(laptop).result() == 3
        assert updates.lists_fetched(laptop) == 1_699_950_000

    @pytest.mark.skipif(sys.platform != "linux", reason="starts a program")
    def test_asked_gently_and_not_waited_for(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        apt = tmp_path / "apt"
        apt.write_text(
            f"#!/bin/sh\nnice > {tmp_path}/priority\n"
            "while [ ! -e $0.go ]; do sleep 0.02; done\n"
            'echo "a/stable-security 2 amd64 [upgradable from: 1]"\n'
        )
        apt.chmod(0o755)
        monkeypatch.setitem(child.ENVIRONMENT, "PATH", f"{tmp_path}:/usr/bin:/bin")
        before = time.monotonic()
        asked = updates.security_updates(System())
        assert asked.result() is None
        assert time.monotonic() - before < 0.5
        (tmp_path / "apt.go").touch()
        while (found := asked.result()) is None:
            assert time.monotonic() - before < 20
            time.sleep(0.02)
        assert found == 1
        assert int((tmp_path / "priority").read_text()) >= 15

    @pytest.mark.skipif(sys.platform != "linux", reason="starts a program")
    def test_given_up_it_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        apt = tmp_path / "apt"
        apt.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; sleep 60\n")
        apt.chmod(0o755)
        monkeypatch.setitem(child.ENVIRONMENT, "PATH", f"{tmp_path}:/usr/bin:/bin")
        asked = updates.security_updates(System())
        end = time.monotonic() + 20
        while not (tmp_path / "pid").exists():
            assert time.monotonic() < end
            time.sleep(0.02)
        pid = int((tmp_path / "pid").read_text())
        asked.stop()
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < end
            time.sleep(0.02)
        asked.stop()

    @pytest.mark.parametrize(
        ("output", "count"),
        [
            ("", 0),
            ("Listing...\n", 0),
            ("Listing...\na/jammy-security 2 amd64 [upgradable from: 1]\n\n", 1),
            ("a/stable 2 amd64 [upgradable from: 1]\n", 0),
            ("a/stable,stable-security 2 amd64 [upgradable from: 1]\n", 1),
            ("security-thing/stable 2 amd64 [upgradable from: 1]\n", 0),
            ("a/x-security 2 amd64 [upgradable from: 1]\na/x-security 2 i386 [upgradable from: 1]\n", 2),
            ("größe/stable-security 1:2.3~x+y all [upgradable from: 1:2.2]\n", 1),
            ("WARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n", 0),
            ("N: There is 1 additional version. Please use the '-a' switch to see it\n", 0),
        ],
    )  # fmt: skip
    def test_what_apt_prints(self, output: str, count: int) -> None:
        assert updates.parse_upgrades(output) == count

    @pytest.mark.parametrize(
        "output",
        [
            "a/stable-security 2 amd64 [aktualisierbar von: 1]\n",
            "a 2 amd64 [upgradable from: 1]\n",
            "a/stable-security 1 -> 2 amd64\n",
            "Inst a [1] (2 Debian-Security:12/stable-security [amd64])\n",
        ],
    )
    def test_a_form_that_is_not_known_is_no_zero(self, output: str) -> None:
        with pytest.raises(Absent, match="form"):
            updates.parse_upgrades(f"Listing...\n{output}")

    @pytest.mark.skipif(shutil.which("apt-get") is None, reason="asks apt")
    def test_the_list_names_what_an_upgrade_would_bring(self) -> None:
        """The real apt: whatever its simulation would upgrade from a security archive is in its list."""
        environment = {**os.environ, "LC_ALL": "C"}
        said = [
            subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
            for command in (["apt-get", "-s", "-q", "upgrade"], ["apt", "-q", "list", "--upgradable"])
        ]
        simulated = re.findall(
            r"^Inst \S+ \[[^\]]*\] \(\S+ [^\[)]*security", said[0], re.MULTILINE | re.IGNORECASE
        )
        assert updates.parse_upgrades(said[1]) >= len(simulated)

    def test_a_system_without_security_lists(self, changed: Change) -> None:
        host = changed(
            "laptop", {"var/lib/apt/lists/security.example_dists_bookworm-security_InRelease": None}
        )
        with pytest.raises(Absent):
            updates.lists_fetched(host)
        host = changed("desktop", {"var/lib/apt/lists/archive.example_bionic-security_InRelease": None,
                                   "var/lib/apt/lists/archive.example_bionic_InRelease": "x"})  # fmt: skip
        with pytest.raises(Absent, match="does not fetch"):
            updates.lists_fetched(host)
