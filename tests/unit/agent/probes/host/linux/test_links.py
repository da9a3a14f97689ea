from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import LinuxHost, links
from agent.probes.host.linux.recorded import Recorded
from tests.unit.agent.probes.fake_host import Subject

Change = Callable[..., Recorded]
DROPS = "network.link_drops"
HEAD = "Inter-| sta-|   Quality\n face | tus | link level noise\n"


def test_only_physical_adapters(laptop: Recorded, desktop: Recorded) -> None:
    assert links.physical(laptop, links.adapters(laptop)) == {"wlan0": 2}
    assert links.link_losses(laptop, ["wlan0"]) == {"wlan0": 4}
    assert links.physical(desktop, links.adapters(desktop)) == {"enp3s0": 2}


def test_no_adapter_at_all(changed: Change) -> None:
    recorded = changed("virtual", {"sys/class/net/eth0/device/uevent": None})
    Path(recorded.path("sys/class/net/eth0/device")).rmdir()
    for read in (LinuxHost(recorded).adapters, LinuxHost(recorded).link_losses):
        with pytest.raises(Absent, match="no physical"):
            read()


def test_adapters_that_come_and_go(changed: Change) -> None:
    recorded = changed("laptop", {})
    host, folder = LinuxHost(recorded), Path(recorded.path("sys/class/net"))
    assert host.link_losses() == {"if2": 4}
    (folder / "eth7" / "device").mkdir(parents=True)
    with pytest.raises(Absent, match="meanwhile"):
        host.link_losses()
    (folder / "eth7" / "ifindex").write_text("7\n")
    (folder / "eth7" / "carrier_down_count").write_text("9\n")
    assert host.link_losses() == {"if2": 4, "if7": 9}
    shutil.rmtree(folder / "eth7")
    assert host.link_losses() == {"if2": 4}


def test_one_that_is_renamed_is_the_same_and_its_name_is_not_remembered(changed: Change) -> None:
    """USB adapters are named by their hardware address."""
    recorded = changed("sleeping", {})
    subject, folder = Subject("network"), Path(recorded.path("sys/class/net"))
    subject.probe.host = LinuxHost(recorded)
    assert subject.sample(DROPS) == 0
    (folder / "eth0").rename(folder / "enx00005e0053af")
    assert subject.sample(DROPS) == 0
    count = folder / "enx00005e0053af" / "carrier_down_count"
    count.write_text(str(int(count.read_text()) + 1))
    assert subject.sample(DROPS) == 1
    assert not any(name in f"{subject.marks}" for name in ("eth0", "enx", "5e00"))


def test_segments(laptop: Recorded) -> None:
    assert links.segments(laptop) == (500, 250_000)


def test_a_kernel_without_tcp(changed: Change) -> None:
    with pytest.raises(Absent):
        links.segments(changed("laptop", {"proc/net/snmp": "Ip: a\nIp: 1\n"}))


@pytest.mark.parametrize(
    ("line", "level"),
    [
        (" wlan0: 0000   49.  -61.  -256        0\n", -61.0),
        ("wlp2s0: 0000   70  -38  -256        0\n", -38.0),
        (" wlan0: 0000    0.  -256.  -256        0\n", None),
        (" wlan0: 0000   54.  70.  0.        0\n", None),
        (" wlan0: 0000    0.  -256.  -256  0\n wlan1: 0000  50.  -70.  -256  0\n", -70.0),
        ("", None),
    ],
)
def test_wifi_levels(line: str, level: float | None, changed: Change) -> None:
    host = changed("laptop", {"proc/net/wireless": HEAD + line})
    if level is None:
        with pytest.raises(Absent, match="no Wi-Fi"):
            links.wifi_signal(host)
    else:
        assert links.wifi_signal(host) == level
