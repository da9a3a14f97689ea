"""Reads this Linux computer without a line of Shoal: the standard library, files, and everyday commands.

    python3 independent_readings.py [SECONDS]

Prints one JSON object. "readings": metric id → number, or null where this finds that there can be none;
"because": metric id → what it saw that says so. "courses": what counts quickly, sampled for so many seconds
or until its input ends (with [time, …counts]), to find in it what another program read meanwhile.
"""

from __future__ import annotations

import csv
import datetime
import json
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

DAY = 86400.0
Answer = tuple[float | None, str]


def run(*command: str) -> str:
    """What a command prints; nothing if it fails or does not exist."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C"},
            timeout=60,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def text(path: str) -> str:
    """A file's content, or nothing."""
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""


# -- endpoint


def disk_free() -> Answer:
    shares = []
    for place in ("/", os.environ.get("HOME", "/")):
        _, line, *_ = run("df", "-B1", "--output=used,avail", place).splitlines()
        used, available = map(int, line.split())
        shares.append(100 * available / (used + available))
    return min(shares), "df of / and of the home"


def memory_low() -> Answer:
    fields = {
        name: int(rest.split()[0])
        for name, rest in re.findall(r"^(\w+):\s*(.+)$", text("/proc/meminfo"), re.M)
    }
    return float(fields["MemAvailable"] < fields["MemTotal"] / 10), "/proc/meminfo"


def memory_pressure() -> Answer:
    full = re.search(r"^full .*avg60=([\d.]+)", text("/proc/pressure/memory"), re.M)
    return (float(float(full[1]) >= 5), "avg60 of full") if full else (None, "no /proc/pressure/memory")


def uptime() -> Answer:
    return float(text("/proc/uptime").split()[0]) / DAY, "/proc/uptime"


def update_age() -> Answer:
    lines = run("sh", "-c", "cat /var/log/dpkg.log.1 /var/log/dpkg.log 2>/dev/null; true").splitlines()
    dated = [line for line in lines if re.match(r"\d{4}-", line)]
    if not dated:
        return None, "no /var/log/dpkg.log"
    upgrades = [line for line in dated if line.split()[2] == "upgrade"]
    day, clock, *_ = (upgrades[-1] if upgrades else dated[0]).split()
    return (time.time() - float(run("date", "-d", f"{day} {clock}", "+%s"))) / DAY, "dpkg.log"


def os_support() -> Answer:
    release = dict(line.split("=", 1) for line in text("/etc/os-release").splitlines() if "=" in line)
    name, code = (release.get(key, "").strip('"') for key in ("ID", "VERSION_CODENAME"))
    try:
        with Path(f"/usr/share/distro-info/{name}.csv").open(encoding="utf-8") as file:
            row = next(row for row in csv.DictReader(file) if row["series"] == code)
    except (OSError, StopIteration):
        return None, "distro-info does not know this release"
    end = datetime.date.fromisoformat(row.get("eol-lts") or row["eol"]) + datetime.timedelta(days=1)
    left = datetime.datetime(end.year, end.month, end.day, tzinfo=datetime.UTC).timestamp() - time.time()
    return left / DAY, "distro-info"


def security_updates() -> Answer:
    """By a simulated upgrade, not by apt's list."""
    if not any("security" in name for name in os.listdir("/var/lib/apt/lists")):
        return None, "no list of a security archive"
    lines = run("apt-get", "-s", "-o", "Debug::NoLocking=1", "dist-upgrade").splitlines()
    return float(sum(bool(re.match(r"Inst \S+ \[.*security", line, re.I)) for line in lines)), "apt-get -s"


def root_disk() -> list[dict[str, Any]]:
    """The disks below /, by lsblk."""
    source = run("findmnt", "-no", "SOURCE", "/").strip()
    tree = json.loads(
        run("lsblk", "-sJo", "NAME,TYPE,ROTA,VENDOR,MODEL,TRAN", source) or '{"blockdevices": []}'
    )
    found, queue = [], list(tree["blockdevices"])
    while queue:
        device = queue.pop()
        queue += device.get("children", [])
        found.append(device)
    return found


def disk_type() -> Answer:
    disks = [device for device in root_disk() if device["type"] == "disk"]
    if not disks or any(re.match(r"vd|xvd", disk["name"]) for disk in disks):
        return None, "lsblk: a virtual disk"
    return float(any(str(disk["rota"]) in ("True", "1") for disk in disks)), "lsblk"


def disk_encryption() -> Answer:
    devices = root_disk()
    if not devices:
        return None, "lsblk shows no disk below /"
    if any(device["type"] == "crypt" for device in devices):
        return 0.0, "lsblk: crypt"
    if any(re.match(r"vd|xvd", device["name"]) for device in devices):
        return None, "lsblk: a virtual disk"
    return 2.0, "lsblk: no crypt"


def battery_capacity() -> Answer:
    names = os.listdir("/sys/class/power_supply") if Path("/sys/class/power_supply").exists() else []
    if not any(text(f"/sys/class/power_supply/{name}/type").strip() == "Battery" for name in names):
        return None, "no battery in /sys/class/power_supply"
    return float(re.search(r"capacity:\s+([\d.]+)%", run("upower", "--dump"))[1]), "upower"  # type: ignore[index]


def systemd() -> bool:
    return text("/proc/1/comm").strip() == "systemd"


def boot_time() -> Answer:
    if not systemd():
        return None, "process 1 is not systemd"
    shown = dict(line.split("=") for line in run("systemctl", "show", "-p", "FinishTimestampMonotonic", "-p",
                 "UserspaceTimestampMonotonic", "-p", "KernelTimestampMonotonic").split())  # fmt: skip
    finish, user = int(shown["FinishTimestampMonotonic"]), int(shown["UserspaceTimestampMonotonic"])
    if not finish:
        return None, "it has not finished"
    in_container = run("systemd-detect-virt", "--container").strip() not in ("", "none")
    return (finish - (user if in_container else 0)) / 1e6, "systemd's own timestamps"


def services_failed() -> Answer:
    if not systemd():
        return None, "process 1 is not systemd"
    units = json.loads(
        run("systemctl", "list-units", "--state=failed", "--type=service", "-o", "json") or "[]"
    )
    return float(len(units)), "systemctl -o json"


def reboot_pending() -> Answer:
    if Path("/run/reboot-required").exists():
        return (time.time() - os.stat("/run/reboot-required").st_mtime) / DAY, "/run/reboot-required"
    notes = (
        any(Path("/etc/kernel/postinst.d").glob("un*-*"))
        if Path("/etc/kernel/postinst.d").exists()
        else False
    )
    if not Path("/lib/modules", os.uname().release).exists() and not notes:
        return None, "nothing on this system notes it"
    return 0.0, "no note of it"


def firewall() -> Answer:
    if "ENABLED=yes" in text("/etc/ufw/ufw.conf"):
        return 0.0, "ufw.conf"
    wanted = run("sh", "-c", "ls /etc/systemd/system/*.wants 2>/dev/null; true")
    if re.search(r"^(firewalld|nftables)\.service$", wanted, re.M):
        return 0.0, "a service that is wanted"
    there = any(Path(path).exists() for path in ("/etc/ufw/ufw.conf", "/usr/sbin/firewalld"))
    return (2.0, "installed and not on") if there else (None, "no ufw, no firewalld, no nftables service")


def secure_boot() -> Answer:
    if not Path("/sys/firmware/efi").exists():
        return None, "no /sys/firmware/efi"
    return float("enabled" not in run("mokutil", "--sb-state")), "mokutil"


def os_crashes() -> Answer:
    backend = text("/sys/module/pstore/parameters/backend").strip()
    if backend in ("", "(null)") and text("/sys/kernel/kexec_crash_loaded").strip() != "1":
        return None, "neither pstore nor kdump"
    return 0.0, "nothing new in a second"


def thermal_throttle() -> Answer:
    if not list(Path("/sys/devices/system/cpu").glob("cpu*/thermal_throttle")):
        return None, "no thermal_throttle in sysfs"
    return 0.0, "no rise in a second is expected"


def clock_offset() -> Answer:
    """By ntp_gettime, where Shoal asks adjtimex: 5 is TIME_ERROR, a clock that nobody keeps."""
    import ctypes

    buffer = ctypes.create_string_buffer(128)
    if ctypes.CDLL(None).ntp_gettime(buffer) == 5:
        return None, "ntp_gettime says TIME_ERROR"
    return 0.0, "kept"


# -- programs


def crashes() -> Answer:
    pattern = text("/proc/sys/kernel/core_pattern")
    if not pattern.startswith("|") or not re.search("systemd-coredump|apport", pattern):
        return None, f"core_pattern is {pattern.strip()!r}"
    return 0.0, "none in a second"


def memory_top() -> Answer:
    """Each process's own memory, by its status; one program's processes together."""
    programs: dict[str, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        own = re.search(r"^RssAnon:\s+(\d+) kB", text(f"{folder}/status"), re.M)
        if own is None:
            continue
        try:
            program = os.readlink(f"{folder}/exe").rpartition("/")[2].removesuffix(" (deleted)")
        except OSError:
            program = text(f"{folder}/comm").strip()
        programs[program] = programs.get(program, 0) + int(own[1])
    total = int(re.search(r"MemTotal:\s+(\d+)", text("/proc/meminfo"))[1])  # type: ignore[index]
    return 100 * max(programs.values()) / total, "/proc/*/status"


def installed(*packages: str) -> Answer:
    """Days since the newest of these packages came, by dpkg's log of what it unpacked."""
    known = run(
        "sh", "-c", f"dpkg-query -W -f '${{Package}} ${{db:Status-Status}}\\n' {' '.join(packages)}; true"
    )
    there = [line.split()[0] for line in known.splitlines() if line.endswith(" installed")]
    if not there:
        return None, "dpkg-query knows none of them"
    days = []
    for line in text("/var/log/dpkg.log").splitlines():
        words = line.split()
        if len(words) > 3 and words[2] in ("install", "upgrade") and words[3].partition(":")[0] in there:
            days.append((time.time() - float(run("date", "-d", f"{words[0]} {words[1]}", "+%s"))) / DAY)
    return (min(days), "dpkg.log") if days else (None, "not in dpkg.log")


# -- the network


def wifi_signal() -> Answer:
    lines = text("/proc/net/wireless").splitlines()[2:]
    return (
        (float(lines[0].split()[3].rstrip(".")), "/proc/net/wireless")
        if lines
        else (None, "no adapter in /proc/net/wireless")
    )


def tcp_rtt() -> Answer:
    """The lower median of what ss shows of connections to others that were heard of in five minutes."""
    times = []
    entries = run("ss", "-tinHO", "state", "established").splitlines()
    for line in entries:
        addresses = re.findall(r"(\S+):\d+\s+(\S+):\d+\s", line)
        rtt = re.search(r"\brtt:([\d.]+)/", line)
        heard = re.search(r"\blastack:(\d+)", line)
        if not addresses or not rtt or int(heard[1] if heard else 0) > 300_000:
            continue
        (here, there), *_ = addresses
        if here != there and not re.search(r"^(\[?::1\]?|(\[::ffff:)?127\.)", there):
            times.append(float(rtt[1]))
    if not times:
        return None, "ss shows no connection to another computer"
    return sorted(times)[(len(times) - 1) // 2], "ss -ti"


ALL = {
    "endpoint.disk_free": disk_free,
    "endpoint.memory_low": memory_low,
    "endpoint.memory_pressure": memory_pressure,
    "endpoint.uptime": uptime,
    "endpoint.update_age": update_age,
    "endpoint.os_support": os_support,
    "app.security_updates": security_updates,
    "endpoint.disk_type": disk_type,
    "endpoint.disk_encryption": disk_encryption,
    "endpoint.battery_capacity": battery_capacity,
    "endpoint.boot_time": boot_time,
    "app.services_failed": services_failed,
    "endpoint.reboot_pending": reboot_pending,
    "endpoint.firewall": firewall,
    "endpoint.secure_boot": secure_boot,
    "endpoint.os_crashes": os_crashes,
    "endpoint.thermal_throttle": thermal_throttle,
    "endpoint.clock_offset": clock_offset,
    "app.crashes": crashes,
    "app.memory_top": memory_top,
    "app.firefox.update_age": lambda: installed("firefox", "firefox-esr"),
    "app.chrome.update_age": lambda: installed("google-chrome-stable", "chromium"),
    "app.edge.update_age": lambda: installed("microsoft-edge-stable"),
    "app.thunderbird.update_age": lambda: installed("thunderbird"),
    "network.wifi_signal": wifi_signal,
    "network.tcp_rtt": tcp_rtt,
}


# -- what counts quickly


def counters(disks: set[str]) -> dict[str, list[float]]:
    """Metric → the counts it is made of."""
    user, nice, system, idle, iowait, irq, softirq, steal = map(
        int, text("/proc/stat").split("\n")[0].split()[1:9]
    )
    busy = user + nice + system + irq + softirq + steal
    keys, values = (
        line.split()[1:] for line in text("/proc/net/snmp").splitlines() if line.startswith("Tcp:")
    )
    tcp = dict(zip(keys, map(int, values), strict=True))
    faults = packets = drops = 0
    for line in text("/proc/net/dev").splitlines()[2:]:
        name, _, rest = line.partition(":")
        if Path(f"/sys/class/net/{name.strip()}/device").exists():
            n = list(map(int, rest.split()))
            bad = n[2] + n[3] + n[10] + n[11]
            faults, packets = faults + bad, packets + n[1] + n[9] + bad
            drops += int(text(f"/sys/class/net/{name.strip()}/carrier_down_count") or 0)
    operations = spent = 0
    for line in text("/proc/diskstats").splitlines():
        _, _, name, *fields = line.split()
        if name in disks:
            n = list(map(int, fields))
            operations, spent = operations + n[0] + n[4], spent + n[3] + n[7]
    return {
        "endpoint.disk_latency": [spent, operations],
        "endpoint.cpu_busy": [busy, busy + idle + iowait],
        "network.tcp_retransmit": [tcp["RetransSegs"], tcp["OutSegs"]],
        "network.nic_errors": [faults, packets],
        "network.link_drops": [drops],
        "endpoint.oom_kills": [int(re.search(r"^oom_kill (\d+)", text("/proc/vmstat"), re.M)[1])],  # type: ignore[index]
    }


def courses(seconds: float) -> dict[str, list[list[float]]]:
    """Those counts, fifty times a second."""
    found: dict[str, list[list[float]]] = {}
    disks = {device["name"] for device in root_disk() if device["type"] == "disk"}
    end = time.monotonic() + seconds
    told = False
    while (now := time.monotonic()) < end and not told:
        for id, counts in counters(disks).items():
            found.setdefault(id, []).append([now, *counts])
        told = bool(select.select([sys.stdin], [], [], 0.02)[0])
    return found


def main(seconds: float) -> None:
    """Print the readings; with seconds, only the courses of that time."""
    if seconds:
        print(json.dumps({"courses": courses(seconds)}))
        return
    answers = {id: ask() for id, ask in ALL.items()}
    print(
        json.dumps(
            {
                "readings": {id: a for id, (a, _) in answers.items()},
                "because": {id: w for id, (_, w) in answers.items()},
            }
        )
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 0)
