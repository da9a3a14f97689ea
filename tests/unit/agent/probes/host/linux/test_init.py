"""The real machine that the tests run on: plausible, and in agreement with an independent reading."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil
import pytest

from agent.model import Moment, Reading
from agent.probes import probes, read_all
from agent.probes.host.linux import LinuxHost
from tests.unit.agent.probes.fake_host import CATALOGUE

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not Path("/proc/self/stat").exists(), reason="reads a Linux system's /proc"
)


@pytest.fixture(scope="module")
def reading() -> Reading:
    """Two passes over everything but the dear simulated upgrade, half a second apart."""
    found = probes(LinuxHost(), CATALOGUE, "linux")
    marks: dict[str, str] = {}
    due = [each.id for each in CATALOGUE.metrics if each.id != "app.security_updates"]
    now = time.time()
    read_all(found, Moment(now, 1_000.0, "boot"), due, marks)
    time.sleep(0.5)
    return read_all(found, Moment(now + 60, 1_060.0, "boot"), due, marks)


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


def test_psutil_agrees_on_processor_and_memory() -> None:
    host = LinuxHost()
    busy, total = host.processor_time()
    times = psutil.cpu_times()
    assert total == pytest.approx(sum(times[:8]), abs=5)
    assert busy == pytest.approx(sum(times[:8]) - times.idle - times.iowait, abs=5)
    available, whole = host.memory()
    assert whole == psutil.virtual_memory().total
    assert available == pytest.approx(psutil.virtual_memory().available, rel=0.1)


def test_psutil_agrees_on_uptime() -> None:
    assert LinuxHost().uptime() == pytest.approx(time.time() - psutil.boot_time(), abs=5)


def test_psutil_agrees_on_disks() -> None:
    free, whole = LinuxHost().volumes()[0]
    usage = psutil.disk_usage("/")
    assert 100 * free / whole == pytest.approx(100 - usage.percent, abs=1)
    try:
        activity = LinuxHost().disk_activity()
    except Exception as absent:
        pytest.skip(str(absent))
    counters = psutil.disk_io_counters(perdisk=True)
    for disk, (operations, spent) in activity.items():
        known = counters[disk]
        assert operations == pytest.approx(known.read_count + known.write_count, rel=0.05, abs=200)
        assert spent == pytest.approx(known.read_time + known.write_time, rel=0.05, abs=2000)


def test_psutil_agrees_on_adapters() -> None:
    try:
        adapters = LinuxHost().adapters()
    except Exception as absent:
        pytest.skip(str(absent))
    counters = psutil.net_io_counters(pernic=True)
    for name, adapter in adapters.items():
        known = counters[name]
        faults = known.errin + known.errout + known.dropin + known.dropout
        assert adapter.faults == pytest.approx(faults, abs=10)
        assert adapter.packets == pytest.approx(
            known.packets_recv + known.packets_sent + faults, rel=0.05, abs=500
        )


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
    lines = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines()]
    names, values = (line for line in lines if line[0] == "Tcp:")
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
