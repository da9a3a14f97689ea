"""Crashes of the system, and of programs as systemd-coredump and Ubuntu's apport record them.

No dump is ever opened.

Whom the kernel hands a crashed program to stands in /proc/sys/kernel/core_pattern. systemd-coredump leaves an
entry in the journal (always) and a file (if so set and the limits allow); an ordinary account sees the files'
names, and in the journal its own crashes, or all if it is of the group adm or systemd-journal. So both are
read, and a crash that is in both is one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host import Absent, Pending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.probes.host.linux.system import System

_PATTERN = "proc/sys/kernel/core_pattern"
_DUMPS = "var/lib/systemd/coredump"
_REPORTS = "var/crash"

_SECONDS = 5.0
# systemd's catalogue: "Process … dumped core". The newest of a week and a day; in a crash loop, two thousand.
JOURNAL = [
    *("journalctl", "--quiet", "--no-pager", "--output=export", "--since=-8d", "--lines=2000"),
    "--output-fields=COREDUMP_TIMESTAMP,COREDUMP_PID,COREDUMP_EXE,COREDUMP_COMM",
    "MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1",
]
_ESCAPE = re.compile(r"\\x([0-9a-f]{2})")


class _Crash(NamedTuple):
    """What makes a crash one crash wherever it is recorded: when (s) and which process; then its program."""

    time: float
    pid: str
    program: str


def system_crashes(system: System) -> list[float]:
    """Times of kernel crash records: pstore's (where systemd keeps them) and kdump's."""
    backend = "sys/module/pstore/parameters/backend"
    keeps = system.exists(backend) and system.text(backend, "") not in ("", "(null)")
    dumps = "sys/kernel/kexec_crash_loaded"
    kdump = system.exists(dumps) and system.text(dumps, "") == "1"
    if not keeps and not kdump:
        raise Absent("this system keeps no record of its own crashes")
    names = []
    if keeps and system.exists("var/lib/systemd/pstore"):
        names += [f"var/lib/systemd/pstore/{name}" for name in system.listing("var/lib/systemd/pstore", "")]
    elif keeps:
        reason = "records of system crashes cannot be read without administrator rights"
        names += [
            f"sys/fs/pstore/{n}" for n in system.listing("sys/fs/pstore", reason) if n.startswith("dmesg")
        ]
    if kdump and system.exists("var/crash"):
        names += [f"var/crash/{name}" for name in system.listing("var/crash", "") if name.isdigit()]
    return [when for when in map(system.changed, names) if when is not None]


def program_crashes(system: System) -> list[tuple[float, str]]:
    """By whoever the kernel hands dumps to at present."""
    pattern = system.text(_PATTERN, "/proc is not mounted")
    if pattern.startswith("|") and "systemd-coredump" in pattern:
        return _systemd(system)
    if pattern.startswith("|") and "apport" in pattern:
        return _apport(system)
    raise Absent("crashes are not recorded on this system")


def _systemd(system: System) -> list[tuple[float, str]]:
    found: dict[tuple[float, str], str] = {}
    reasons = []
    for read in (_files, _entries):
        try:
            for crash in read(system):
                # Read last, the journal has the last word: it names the file, a dump's name the process.
                found[crash.time, crash.pid] = crash.program
        except Pending:
            raise
        except Absent as absent:
            reasons.append(str(absent))
    if len(reasons) == 2:
        raise Absent("crashes are not recorded where Shoal may read them")
    return [(time, program) for (time, _), program in found.items()]


def _files(system: System) -> Iterator[_Crash]:
    """From names alone: core.PROGRAM.UID.BOOT.PID.MICROSECONDS[.zst], dots within PROGRAM escaped."""
    for name in system.listing(_DUMPS, "records of crashes cannot be read"):
        parts = name.split(".")
        if len(parts) >= 6 and parts[0] == "core" and parts[5].isdecimal():
            yield _Crash(int(parts[5]) / 1e6, parts[4], _unescaped(parts[1]))


def _entries(system: System) -> list[_Crash]:
    if not system.exists("run/systemd/system"):
        raise Absent("there is no journal")
    return parse_entries(system.run(JOURNAL, _SECONDS))


def parse_entries(output: str) -> list[_Crash]:
    """The crashes in journalctl's export format: lines FIELD=value, an empty line after each entry.

    A field that holds line feeds has another form there, without "=" in its first line, and is passed over.
    """
    crashes = []
    fields: dict[str, str] = {}
    for line in (*output.split("\n"), ""):
        name, _, value = line.partition("=")
        if name.startswith("COREDUMP_"):
            fields.setdefault(name, value)
        elif not line and fields:
            time, pid = fields.get("COREDUMP_TIMESTAMP", ""), fields.get("COREDUMP_PID", "")
            program = fields.get("COREDUMP_EXE", "").rpartition("/")[2] or fields.get("COREDUMP_COMM", "")
            if time.isdecimal() and pid.isdecimal():
                crashes.append(_Crash(int(time) / 1e6, pid, program.removesuffix(" (deleted)")))
            fields = {}
    return crashes


def _unescaped(name: str) -> str:
    """A name as systemd escapes it in a file's: "soffice\\x2ebin"."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), name)


def _apport(system: System) -> list[tuple[float, str]]:
    """A report's name is the program's path, "_usr_bin_x.1000.crash"; a later crash takes its place."""
    found = []
    for name in system.listing(_REPORTS, "records of crashes cannot be read"):
        when = system.changed(f"{_REPORTS}/{name}")
        if name.endswith(".crash") and when is not None:
            path = name.removesuffix(".crash").rpartition(".")[0]
            found.append((when, path.rpartition("_")[2] or path))
    return found
