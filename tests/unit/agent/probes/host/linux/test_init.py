"""The real machine that the tests run on: plausible, and in agreement with an independent reading."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from agent.model import Moment, Reading
from agent.probes import pending, probes, read_all
from agent.probes.host import Absent
from agent.probes.host.linux import LinuxHost
from tests.unit.agent.probes.fake_host import CATALOGUE

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not Path("/proc/self/stat").exists(), reason="reads a Linux system's /proc"
)


@pytest.fixture(scope="module")
def reading() -> Reading:
    """Two passes over everything but the dear simulated upgrade, half a second apart; late answers after."""
    host = LinuxHost()
    found = probes(host, CATALOGUE, "linux")
    marks: dict[str, str] = {}
    due = [each.id for each in CATALOGUE.metrics if each.id != "app.security_updates"]
    now, ticking = time.time(), 1_000.0
    first = read_all(found, Moment(now, ticking, "boot"), due, marks)
    time.sleep(0.5)
    second = read_all(found, Moment(now + 60, ticking + 60, "boot"), due, marks)
    samples, reasons = {**first.samples, **second.samples}, dict(second.reasons)
    while late := pending(found):
        time.sleep(0.1)
        ticking += 60
        assert ticking < 20_000
        more = read_all(found, Moment(now + 60, ticking, "boot"), late, marks)
        samples.update(more.samples)
        reasons = {id: why for id, why in reasons.items() if id not in more.samples} | dict(more.reasons)
    host.close()
    return Reading(samples, reasons)


def test_every_metric_has_a_value_or_a_reason(reading: Reading) -> None:
    for id, sample in reading.samples.items():
        assert (sample is None) == (id in reading.reasons), id


def test_what_any_linux_tells(reading: Reading) -> None:
    for id in ("disk_free", "memory_low", "cpu_busy", "uptime", "unclean_shutdowns", "oom_kills"):
        assert reading.samples[f"endpoint.{id}"] is not None, reading.reasons.get(f"endpoint.{id}")
    assert reading.samples["app.memory_top"] is not None
    assert reading.samples["app.cpu_runaway"] is not None


def test_nothing_failed(reading: Reading) -> None:
    """A reason is a reason; a fault of ours would be one in disguise."""
    assert not {id: why for id, why in reading.reasons.items() if why.startswith("the reading failed")}


PLAUSIBLE = {
    "endpoint.uptime": (0.0, 3650.0),
    "endpoint.update_age": (0.0, 3650.0),
    "endpoint.os_support": (-7300.0, 7300.0),
    "endpoint.boot_time": (0.1, 3600.0),
    "endpoint.disk_latency": (0.0, 10_000.0),
    "endpoint.clock_offset": (0.0, 600.0),
    "endpoint.battery_capacity": (1.0, 100.0),
    "network.tcp_rtt": (0.0, 60_000.0),
    "app.memory_top": (0.0, 100.0),
    "app.services_failed": (0.0, 1000.0),
}


@pytest.mark.parametrize("id", PLAUSIBLE)
def test_plausible(id: str, reading: Reading) -> None:
    sample = reading.samples[id]
    if sample is None:
        pytest.skip(reading.reasons[id])
    assert isinstance(sample, float)
    assert PLAUSIBLE[id][0] <= sample <= PLAUSIBLE[id][1]


def lines(name: str) -> list[list[str]]:
    return [line.split() for line in Path("/proc", name).read_text().splitlines()]


def test_the_kernel_agrees_on_processor_and_memory() -> None:
    host = LinuxHost()
    busy, total = host.processor_time()
    times = [int(field) / os.sysconf("SC_CLK_TCK") for field in lines("stat")[0][1:9]]
    assert total == pytest.approx(sum(times), abs=5)
    assert busy == pytest.approx(sum(times) - times[3] - times[4], abs=5)
    known = {fields[0]: int(fields[1]) * 1024 for fields in lines("meminfo")}
    available, whole = host.memory()
    assert whole == known["MemTotal:"]
    assert available == pytest.approx(known["MemAvailable:"], rel=0.1)


def test_the_kernel_agrees_on_the_start() -> None:
    assert time.time() - LinuxHost().started() == pytest.approx(float(lines("uptime")[0][0]), abs=5)


def test_df_agrees_on_space() -> None:
    if shutil.which("df") is None:
        pytest.skip("no df here")
    command = ["df", "--block-size=1", "--output=used,avail", "/"]
    used, left = map(int, subprocess.run(command, capture_output=True, text=True).stdout.split()[-2:])
    free, whole = LinuxHost().volumes()[0]
    assert free == pytest.approx(left, rel=0.02, abs=64e6)
    assert whole == pytest.approx(used + left, rel=0.02, abs=64e6)


def test_the_kernel_agrees_on_disks() -> None:
    try:
        activity = LinuxHost().disk_activity()
    except Absent as absent:
        pytest.skip(str(absent))
    known = {fields[2]: [int(field) for field in fields[3:]] for fields in lines("diskstats")}
    for disk, (operations, spent) in activity.items():
        assert operations == pytest.approx(known[disk][0] + known[disk][4], rel=0.05, abs=200)
        assert spent == pytest.approx(known[disk][3] + known[disk][7], rel=0.05, abs=2000)


def test_the_kernel_agrees_on_adapters() -> None:
    try:
        adapters = LinuxHost().adapters()
    except Absent as absent:
        pytest.skip(str(absent))
    known = {fields[0].rstrip(":"): [int(field) for field in fields[1:]] for fields in lines("net/dev")[2:]}
    for word, adapter in adapters.items():
        name = socket.if_indextoname(int(word.removeprefix("if")))
        faults = sum(known[name][at] for at in (2, 3, 10, 11))
        assert adapter.faults == pytest.approx(faults, abs=10)
        assert adapter.packets == pytest.approx(known[name][1] + known[name][9] + faults, rel=0.05, abs=500)


def test_psutil_agrees_on_processes() -> None:
    found = {process.pid: process for process in LinuxHost().processes()}
    me = psutil.Process()
    mine = found[me.pid]
    assert mine.cpu == pytest.approx(sum(me.cpu_times()[:2]), abs=1)
    memory = me.memory_info()
    assert mine.memory == pytest.approx(memory.rss - memory.shared, rel=0.1)
    assert set(found) <= set(psutil.pids()) | set(found)
    assert len(set(found) & set(psutil.pids())) >= 0.5 * len(found)


def test_the_kernel_s_own_counters_agree() -> None:
    names, values = (fields for fields in lines("net/snmp") if fields[0] == "Tcp:")
    sent = int(values[names.index("OutSegs")])
    assert LinuxHost().segments()[1] == pytest.approx(sent, abs=1000)


def test_a_day_and_more_of_passes_leaks_nothing() -> None:
    """What runs all day must not grow: the same files stay open, and no others."""
    found = probes(LinuxHost(), CATALOGUE, "linux")
    due = [each.id for each in CATALOGUE.metrics if each.every == 60]
    marks: dict[str, str] = {}
    read_all(found, Moment(0.0, 1.0, "b"), due, marks)
    before = len(list(Path("/proc/self/fd").iterdir()))
    memory = psutil.Process().memory_info().rss
    for i in range(2_000):
        read_all(found, Moment(60.0 * i, 60.0 * i, "b"), due, marks)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert psutil.Process().memory_info().rss - memory < 3_000_000
    assert len(marks) < 20
