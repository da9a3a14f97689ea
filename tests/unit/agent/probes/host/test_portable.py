from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest

from agent.probes.host import Absent, Adapter, portable
from agent.probes.host.portable import PSUTIL, Psutil
from agent.probes.host.recorded import Answers

# cpu_times as each system's psutil names its fields.
LINUX = {"user": 10.0, "nice": 1.0, "system": 5.0, "idle": 80.0, "iowait": 9.0, "irq": 2.0, "softirq": 1.0}
LINUX |= {"steal": 3.0, "guest": 4.0, "guest_nice": 1.0}
WINDOWS = {"user": 10.0, "system": 6.0, "idle": 84.0, "interrupt": 2.0, "dpc": 1.0}
MACOS = {"user": 10.0, "nice": 0.0, "system": 6.0, "idle": 84.0}
DISK = {"read_count": 6, "write_count": 4, "read_time": 30, "write_time": 20}
NIC = {"packets_recv": 700, "packets_sent": 300, "errin": 1, "errout": 2, "dropin": 3, "dropout": 4}


def library(**table: Any) -> Psutil:
    return Answers(table)


@pytest.mark.parametrize(
    ("times", "busy", "total"),
    [
        (LINUX, 22.0, 111.0),  # guest time is in user's already, waiting for a disk is no work
        (WINDOWS, 16.0, 100.0),  # interrupts are in system's already
        (MACOS, 16.0, 100.0),
    ],
)
def test_processor_time_of_each_system(times: dict[str, float], busy: float, total: float) -> None:
    assert portable.processor_time(library(cpu_times=times)) == (busy, total)


@pytest.mark.parametrize("times", [{}, {"user": 0.0, "idle": 0.0}])
def test_processor_time_that_is_not_counted(times: dict[str, float]) -> None:
    with pytest.raises(Absent, match="processor time"):
        portable.processor_time(library(cpu_times=times))


def test_memory_and_the_start() -> None:
    assert portable.memory(library(virtual_memory={"total": 9, "available": 4})) == (4, 9)
    assert portable.started(library(boot_time=77)) == 77.0


class TestVolumes:
    SPACE = library(disk_usage={"C:\\": {"used": 60, "free": 40}, "D:\\": {"used": 1, "free": 9}})

    def test_each_volume_once(self) -> None:
        devices = {"C:\\": 1, "D:\\": 2}
        assert portable.volumes(self.SPACE, devices, lambda place: devices[place]) == [(40, 100), (9, 10)]
        assert portable.volumes(self.SPACE, devices, lambda place: "the same") == [(9, 10)]

    def test_only_the_first_must_be_there(self) -> None:
        assert portable.volumes(self.SPACE, ["C:\\", "E:\\"], str) == [(40, 100)]
        with pytest.raises(Absent, match=r"E:\\ cannot be reached"):
            portable.volumes(self.SPACE, ["E:\\", "C:\\"], str)

    def test_a_place_without_a_device_is_left_out(self) -> None:
        def device(place: str) -> str:
            if place == "D:\\":
                raise Absent("gone meanwhile")
            return place

        assert portable.volumes(self.SPACE, ["C:\\", "D:\\"], device) == [(40, 100)]


class TestDisks:
    def test_only_those_that_are_asked_for(self) -> None:
        found = library(disk_io_counters={"sda": DISK, "sda1": DISK, "sdb": DISK})
        assert portable.disk_activity(found, {"sda", "sdb"}) == {"sda": (10, 50), "sdb": (10, 50)}

    def test_a_system_that_counts_but_does_not_time(self) -> None:
        """Windows without diskperf: no delay would be a lie."""
        untimed = library(disk_io_counters={"PhysicalDrive0": DISK | {"read_time": 0, "write_time": 0}})
        with pytest.raises(Absent, match="does not time"):
            portable.disk_activity(untimed, {"PhysicalDrive0"})

    def test_a_disk_that_did_nothing_yet_is_no_failure(self) -> None:
        idle = library(disk_io_counters={"sda": dict.fromkeys(DISK, 0)})
        assert portable.disk_activity(idle, {"sda"}) == {"sda": (0, 0)}

    def test_none_of_ours(self) -> None:
        with pytest.raises(Absent, match="cannot be told"):
            portable.disk_activity(library(disk_io_counters={"sdb": DISK}), {"sda"})


class TestAdapters:
    def test_faults_are_part_of_the_whole(self) -> None:
        found = library(net_io_counters={"eth0": NIC, "lo": NIC, "Wi-Fi 2": NIC})
        assert portable.adapters(found, ["eth0", "Wi-Fi 2"]) == dict.fromkeys(
            ("eth0", "Wi-Fi 2"), Adapter(1010, 10)
        )

    def test_none_of_ours(self) -> None:
        with pytest.raises(Absent, match="no physical"):
            portable.adapters(library(net_io_counters={"lo": NIC}), ["eth0"])


READINGS: list[Callable[[Psutil], object]] = [
    portable.started,
    portable.processor_time,
    portable.memory,
    lambda library: portable.volumes(library, ["/"], str),
    lambda library: portable.disk_activity(library, {"sda"}),
    lambda library: portable.adapters(library, {"eth0"}),
]


@pytest.mark.parametrize(
    "failure", [OSError(5, "I/O"), NotImplementedError(), RuntimeError("no btime"), psutil.AccessDenied()]
)
@pytest.mark.parametrize("read", READINGS)
def test_whatever_psutil_cannot_do_is_a_reason(read: Callable[[Psutil], object], failure: Exception) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    names = [name for name in vars(Psutil) if not name.startswith("_")]
    broken = cast("Psutil", SimpleNamespace(**dict.fromkeys(names, fail)))
    with pytest.raises(Absent) as absent:
        read(broken)
    assert str(absent.value).isprintable()


def test_this_machine_s_psutil_answers_as_it_is_asked() -> None:
    """Names, arguments and fields are psutil's own on this system, whichever it is."""
    assert 0 < portable.started(PSUTIL) < time.time()
    busy, total = portable.processor_time(PSUTIL)
    assert 0 < busy < total
    available, whole = portable.memory(PSUTIL)
    assert 0 < available < whole
    ((free, size),) = portable.volumes(PSUTIL, ["/"], str)
    assert 0 < free < size
    counters = psutil.net_io_counters(pernic=True)
    if counters:
        for adapter in portable.adapters(PSUTIL, counters).values():
            assert 0 <= adapter.faults <= adapter.packets
    disks = psutil.disk_io_counters(perdisk=True)
    if disks:
        for count, spent in portable.disk_activity(PSUTIL, disks).values():
            assert count >= 0 and spent >= 0 and math.isfinite(spent)


def test_no_copy_of_counters_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """psutil's own care for wrapped counters would grow, lock, and know nothing of restarts."""

    def wrap(*_: object) -> None:
        raise AssertionError("psutil keeps a copy")

    monkeypatch.setattr(psutil, "_wrap_numbers", wrap)
    for read in (READINGS[4], READINGS[5]):
        with suppress(Absent):
            read(PSUTIL)
