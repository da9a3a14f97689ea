"""A whole system with systemd in a container, looked at by an ordinary account: start, services, crashes.

`tests/proof/systemd_debian.sh` makes the Debian. systemd-nspawn boots it, with a network of its own and this
repository read-only in it. Crashed programs are real, and so is systemd-coredump. But the kernel has
one core_pattern for the whole computer, which stays as it is: the container sees another one in its place,
and the handler is called as the kernel would call it, while the program still stands.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.proof.test_independent import Compared
from tests.repository import ROOT

# Not below HOME, which the tests replace.
KEPT = Path(pwd.getpwuid(os.geteuid()).pw_dir, ".cache", "shoal")
TAR, WHY = KEPT / "systemd-debian-12.tar", KEPT / "systemd-debian-12.why"
PATTERN = "|/lib/systemd/systemd-coredump %P %u %g %s %t 9223372036854775808 %h %d\n"
PERSON = 1000
SETTINGS = [
    Path("/proc/sys", name) for name in ("kernel/core_pattern", "kernel/core_pipe_limit", "fs/suid_dumpable")
]
ONCE = ("once", "--json")
BOOTED = ("running", "degraded")

# One reading of these metrics, until the programs that it asks have answered; the marks are what one process
# of the agent leaves to the next.
READ = """
import json, os, pathlib, sys, time
from agent.model import Moment
from agent.probes import pending, probes, read_all, stop_all, this_host
from catalogue.load import load
known = load(None)
kept = pathlib.Path(sys.argv[1])
marks = json.loads(kept.read_text()) if kept.exists() else {}
found, wanted = probes(this_host(), known), frozenset(sys.argv[2:])
samples, reasons = {}, {}
end = time.monotonic() + 30
while wanted and time.monotonic() < end:
    moment = Moment(time.time(), time.monotonic(), "b")
    reading = read_all(found, moment, wanted, marks)
    samples |= reading.samples
    reasons |= reading.reasons
    for id in reading.samples.keys() - reading.reasons.keys():
        reasons.pop(id, None)
    wanted = pending(found)
    time.sleep(0.05)
kept.write_text(json.dumps(marks))
stop_all(found, moment, {})
rights = next(line for line in open("/proc/self/status") if line.startswith("CapEff")).split()[1]
print(json.dumps({"samples": samples, "reasons": reasons, "uid": os.getuid(),
                  "capabilities": rights}))
"""

# What the kernel does with a pipe in core_pattern: the handler gets the core on its input, and the program is
# not gone before the handler has read what it is.
CRASH = """
uid=$1 name=$2
cp /bin/sleep /tmp/$name 2>/dev/null
setpriv --reuid=$uid --regid=$uid --clear-groups /tmp/$name 600 & pid=$!
sleep 0.2
kill -STOP $pid
now=$(date +%s)
head -c 100000 /bin/sleep | /lib/systemd/systemd-coredump $pid $uid $uid 11 $now 9223372036854775808 box 1
kill -SEGV $pid; kill -CONT $pid; wait $pid
[ $? = 139 ]
"""


PACKAGE = """
name=$1
rm -rf /tmp/p
mkdir -p /tmp/p/DEBIAN /tmp/p/etc/$name
echo x > /tmp/p/etc/$name/prefs
echo /etc/$name/prefs > /tmp/p/DEBIAN/conffiles
cat > /tmp/p/DEBIAN/control <<END
Package: $name
Version: 1:128
Architecture: all
Maintainer: X <x@example.org>
Description: x
END
dpkg-deb -b /tmp/p /tmp/p.deb && dpkg -i /tmp/p.deb
"""
DUMPED = "MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1"
ENTRIES = ("journalctl", "--quiet", "--output=cat", "--output-fields=COREDUMP_PID", DUMPED)


class NoContainerError(Exception):
    """This computer lets no container be booted; with what systemd-nspawn says."""


class Machine:
    """The booted container. Commands inside it are run through its first process's namespaces."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.before = [path.read_text() for path in SETTINGS]
        # Elsewhere than here: an ordinary account may not enter everybody's home.
        lent = {ROOT / name: f"/shoal/{name}" for name in ("agent", "catalogue", "dap", "resources", "tests")}
        lent[Path(sysconfig.get_paths()["purelib"])] = "/packages"
        options = ("--quiet", "--boot", "--register=no", "--keep-unit", "--private-network")
        command = ["systemd-nspawn", f"--directory={root}", "--console=read-only", *options]
        command += [f"--bind-ro={ours}:{theirs}" for ours, theirs in lent.items()]
        self.said = root.with_suffix(".said")
        with self.said.open("wb") as said:
            self.nspawn = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        self.first = 0

    def boot(self) -> None:
        end = time.monotonic() + 60
        while self.nspawn.poll() is None and time.monotonic() < end:
            children = psutil.Process(self.nspawn.pid).children()
            if children:
                self.first = children[0].pid
                state = self.run("systemctl", "is-system-running", check=False).strip()
                if state in BOOTED:
                    return
            time.sleep(0.3)
        said = re.sub(r"\x1b\[[0-9;]*m", "", self.said.read_text("utf-8", "replace"))
        raise NoContainerError(" / ".join(said.split("\n")[-4:]).strip())

    def run(self, *words: str, check: bool = True) -> str:
        """What a command of root prints."""
        inside = ["nsenter", f"--target={self.first}", "-m", "-u", "-i", "-p", "-n", "-C", "--"]
        inside += ["env", "--unset=TZ"]
        done = subprocess.run([*inside, *words], capture_output=True, text=True, timeout=60)
        assert not check or done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def person(self, *words: str, groups: str = "") -> str:
        """What a command of an ordinary account prints."""
        account = ["setpriv", f"--reuid={PERSON}", f"--regid={PERSON}"]
        account += [f"--groups={groups}"] if groups else ["--clear-groups"]
        environment = ["env", "-i", "HOME=/home/person", "PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1"]
        environment += ["PYTHONPATH=/shoal:/packages"]
        return self.run(*account, *environment, *words)

    def read(self, *ids: str, marks: str = "marks") -> Any:
        """One pass over some metrics, by a new process of an ordinary account."""
        return json.loads(self.person("python3", "-c", READ, f"/home/person/{marks}.json", *ids))

    def crash(self, name: str, uid: int = PERSON) -> None:
        self.run("sh", "-c", CRASH, "sh", str(uid), name)

    def install(self, package: str) -> None:
        """An empty package of that name, by dpkg."""
        self.run("sh", "-c", PACKAGE, "sh", package)

    def stop(self) -> None:
        if self.nspawn.poll() is None and self.first:
            inside = ["nsenter", f"--target={self.first}", "-m", "-p", "--"]
            subprocess.run([*inside, "systemctl", "poweroff", "-ff"], capture_output=True, timeout=30)
        try:
            self.nspawn.wait(20)
        except subprocess.TimeoutExpired:
            self.nspawn.kill()
            self.nspawn.wait()
        self.said.unlink()


def require() -> None:
    """Skip, with what is missing and the command that brings it."""
    if os.geteuid() != 0:
        pytest.skip("booting a container needs root  → sudo make proof")
    missing = [tool for tool in ("systemd-nspawn", "nsenter", "setpriv", "tar") if not shutil.which(tool)]
    if missing or not TAR.exists():
        reason = WHY.read_text().strip().replace("\n", " / ") if WHY.exists() else ", ".join(missing)
        pytest.skip(
            f"there is no container ({reason or 'not made yet'})  → sudo tests/proof/systemd_debian.sh"
        )
    if not (ROOT / "agent" / "__init__.py").stat().st_mode & 0o004:
        pytest.skip(f"other accounts may not read this checkout  → chmod -R go+rX {ROOT}")


def booted(root: Path) -> Machine:
    """A container that is up. What systemd-nspawn cannot do at once it may be able to do a moment later."""
    for attempt in range(3):
        machine = Machine(root)
        try:
            machine.boot()
        except NoContainerError as error:
            machine.stop()
            reason = str(error)
            time.sleep(attempt)
        except BaseException:
            machine.stop()
            raise
        else:
            return machine
    pytest.skip(f"systemd-nspawn boots nothing here: {reason}  → run this where containers may be made")


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    require()
    root = Path(tempfile.mkdtemp(prefix="shoal-container-"))
    machine = None
    try:
        subprocess.run(["tar", "-C", str(root), "-xf", str(TAR)], check=True)
        (root / "var/log/journal").mkdir(parents=True, exist_ok=True)
        (root / "etc/pattern").write_text(PATTERN)
        account = ["useradd", "--create-home", f"--uid={PERSON}", "person"]
        subprocess.run(["chroot", str(root), *account], check=True)
        machine = booted(root)
        machine.run("mount", "--bind", "/etc/pattern", "/proc/sys/kernel/core_pattern")
        yield machine
    finally:
        if machine is not None:
            machine.stop()
        shutil.rmtree(root, ignore_errors=True)


def test_nobody_has_rights_beyond_an_ordinary_account_s(machine: Machine) -> None:
    found = machine.read("endpoint.uptime", marks="rights")
    assert (found["uid"], int(found["capabilities"], 16)) == (PERSON, 0)


def test_every_metric_has_a_value_or_a_reason_for_an_ordinary_account(machine: Machine) -> None:
    shown = json.loads(machine.person("python3", "-m", "agent", "--state", "/home/person/state", *ONCE))
    for id, sample in shown["samples"].items():
        assert (sample is None) == bool(shown["reasons"].get(id)), id
    assert not [why for why in shown["reasons"].values() if "the reading failed" in why]


def test_the_start_took_what_systemd_s_own_clock_says(machine: Machine) -> None:
    names = ("UserspaceTimestampMonotonic", "FinishTimestampMonotonic")
    shown = machine.run("systemctl", "show", *(f"--property={name}" for name in names))
    times = dict(line.split("=") for line in shown.split())
    took = (int(times[names[1]]) - int(times[names[0]])) / 1e6
    assert took > 0.05
    assert machine.read("endpoint.boot_time")["samples"]["endpoint.boot_time"] == pytest.approx(
        took, abs=0.002
    )


def test_failed_services_are_counted_until_they_are_mended(machine: Machine) -> None:
    def count() -> Any:
        return machine.read("app.services_failed")["samples"]["app.services_failed"]

    before = count()
    for name in ("one", "two"):
        machine.run("systemd-run", f"--unit=broken-{name}", "--service-type=oneshot", "false", check=False)
    assert count() == before + 2
    machine.run("systemctl", "reset-failed", "broken-one")
    assert count() == before + 1
    machine.run("systemctl", "reset-failed", "broken-two")
    assert count() == before


def crashes(machine: Machine) -> int:
    """Those that are new since it was asked last, by another process each time."""
    found = machine.read("app.crashes", marks="crashes")
    assert found["reasons"] == {}
    return int(found["samples"]["app.crashes"])


def recorded(machine: Machine, count: int) -> None:
    """Wait until systemd-coredump has written so many entries; root sees all of them."""
    end = time.monotonic() + 20
    while len(machine.run(*ENTRIES).split()) < count:
        assert time.monotonic() < end
        time.sleep(0.2)
    time.sleep(0.5)  # the file is there before the entry


class TestCrashes:
    def test_each_is_counted_once_across_sources_and_restarts(self, machine: Machine) -> None:
        assert crashes(machine) == 0
        machine.crash("mine")
        machine.crash("theirs", uid=0)  # its file's name is seen, its entry in the journal is not
        recorded(machine, 2)
        names = machine.run("ls", "/var/lib/systemd/coredump")
        assert "core.mine." in names and "core.theirs." in names
        seen = machine.person("journalctl", "-q", DUMPED)
        assert "mine" in seen and "theirs" not in seen
        assert crashes(machine) == 2
        assert crashes(machine) == 0

    def test_one_whose_dump_is_not_kept_is_known_from_the_journal(self, machine: Machine) -> None:
        settings = machine.root / "etc/systemd/coredump.conf.d"
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "none.conf").write_text("[Coredump]\nStorage=none\n")
        before = machine.run("ls", "/var/lib/systemd/coredump")
        machine.crash("unkept")
        recorded(machine, 3)
        assert machine.run("ls", "/var/lib/systemd/coredump") == before
        assert crashes(machine) == 1
        (settings / "none.conf").unlink()

    def test_clearing_dumps_away_takes_nothing_back_and_hides_no_new_one(self, machine: Machine) -> None:
        machine.run("sh", "-c", "rm /var/lib/systemd/coredump/core.*")
        assert crashes(machine) == 0
        machine.crash("again")
        recorded(machine, 4)
        assert crashes(machine) == 1
        assert crashes(machine) == 0

    def test_no_name_is_kept(self, machine: Machine) -> None:
        kept = (machine.root / "home/person/crashes.json").read_text()
        assert not [name for name in ("mine", "theirs", "unkept", "again") if name in kept]


def test_an_office_suite_s_day(machine: Machine) -> None:
    """No answer before it ran; then none a day; then one, however often it crashes on that day."""
    metric = "app.libreoffice.crash_days"

    def read() -> Any:
        return machine.read(metric, marks="office")["samples"][metric]

    assert read() is None
    machine.run("cp", "/bin/sleep", "/tmp/soffice.bin")
    started = machine.person("sh", "-c", "/tmp/soffice.bin 100 >/dev/null 2>&1 & echo $!").strip()
    assert read() == 0
    machine.run("kill", started)
    assert read() == 0, "it ran today"
    known = len(machine.run(*ENTRIES).split())
    for i in range(2):
        machine.crash("soffice.bin")
        recorded(machine, known + i + 1)
    assert read() == 1
    assert read() == 0


def test_a_mail_client_s_age_is_dpkg_s(machine: Machine) -> None:
    """A package of that name, unpacked by dpkg; aged; removed, with its settings left."""
    metric = "app.thunderbird.update_age"

    def read() -> Any:
        return machine.read(metric)["samples"][metric]

    assert read() is None
    machine.install("thunderbird")
    assert read() == pytest.approx(0, abs=0.01)
    machine.run("touch", "-d", "50 days ago", "/var/lib/dpkg/info/thunderbird.list")
    assert read() == pytest.approx(50, abs=0.1)
    machine.run("dpkg", "-i", "/tmp/p.deb")
    assert read() == pytest.approx(0, abs=0.01), "dpkg unpacked it anew"
    machine.run("dpkg", "-r", "thunderbird")
    assert (machine.root / "var/lib/dpkg/info/thunderbird.list").exists()
    assert read() is None


# What a Debian in use has noted: a restart that is due, a firewall, browsers and mail, a service that failed.
NOTED = """
touch -d "3 days ago" /run/reboot-required
mkdir -p /etc/ufw && echo ENABLED=yes > /etc/ufw/ufw.conf
systemd-run --quiet --unit=broken --service-type=oneshot false
true
"""
PRODUCTS = ("firefox-esr", "chromium", "microsoft-edge-stable", "thunderbird")
INDEPENDENT = ("python3", "-I", "/shoal/tests/proof/independent_readings.py")
HERE_TOO = frozenset(
    f"{room}.{name}"
    for room, names in {
        "app": "crashes services_failed firefox.update_age chrome.update_age edge.update_age",
        "endpoint": "boot_time reboot_pending firewall update_age uptime disk_free",
    }.items()
    for name in names.split()
)


def test_a_program_without_shoal_reads_the_same(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    """What a computer without systemd has no number for; the rest agrees here as well."""
    machine.run("sh", "-c", NOTED)
    for product in PRODUCTS:
        machine.install(product)
    before = json.loads(machine.person(*INDEPENDENT))
    shown = json.loads(machine.person("python3", "-m", "agent", "--state", "/home/person/state", *ONCE))
    after = json.loads(machine.person(*INDEPENDENT))
    compared = Compared(
        before["readings"], after["readings"], after["because"], {}, shown["samples"], shown["reasons"]
    )
    wrong = {
        id: (compared.before[id], compared.samples[id], compared.after[id], compared.because[id])
        for id in compared.before
        if not compared.agrees(id)
    }
    assert not wrong
    numbers = sorted(id for id in compared.before if compared.samples[id] is not None)
    assert set(numbers) >= HERE_TOO
    assert compared.samples["endpoint.reboot_pending"] == pytest.approx(3, abs=0.01)
    assert (compared.samples["endpoint.firewall"], compared.samples["app.services_failed"]) == (0, 1)
    with capsys.disabled():
        print(f"\nin the container {len(numbers)} metrics agree as numbers: {', '.join(numbers)}")


def test_this_computer_s_own_settings_are_as_they_were(machine: Machine) -> None:
    assert [path.read_text() for path in SETTINGS] == machine.before
