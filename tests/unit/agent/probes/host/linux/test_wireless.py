"""nl80211's answers as the kernel lays them out; their parts stand in the order of a real `iw` dump.

No machine of ours has Wi-Fi: the messages are made up. What generic netlink itself answers is asked of the
running kernel.
"""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.probes.host import Absent
from agent.probes.host.linux import LinuxHost, wireless
from agent.probes.host.linux.recorded import Recorded
from tests.unit.agent.probes.host.recordings import LINUX

NAME, STATION_ADDRESS = b"The Smiths", bytes.fromhex("021122334455")

# A station as the kernel tells it: times, counters, rates, and in between the signal. "nested" as newer
# kernels mark it, and not.
STATION = """
c4000000 1a000200 05000000 b40c0000 13010000
08000300 03000000 0a000600 02112233 44550000 08002e00 05000000
90001500
08001000 a40d0000 08000100 46280000 0c002a00 ec82136a 99000000 08000200 b7481200 08000300 1b100100
05000700 c3000000 05000d00 c5000000 0c001900 05000000 c3000000
1c000800 08000500 14050000 06000100 14050000 05000200 0f000000
18000f00 04000300 05000400 02000000 06000500 64000000
"""


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def message(*attributes: bytes, kind: int = 0x1A) -> bytes:
    body = struct.pack("=BBH", 19, 1, 0) + b"".join(attributes)
    return struct.pack("=IHHII", 16 + len(body), kind, 2, 1, 0) + body


def station(*levels: bytes, nested: int = 0) -> bytes:
    address = attribute(6, STATION_ADDRESS)
    return message(attribute(3, bytes(4)), address, attribute(21 | nested, b"".join(levels)))


def heard(data: bytes) -> list[int | None]:
    return [wireless.signal(each) for each in wireless.answers(data)[0]]


def test_a_whole_station() -> None:
    data = bytes.fromhex("".join(STATION.split()))
    data = struct.pack("=I", len(data)) + data[4:]
    at = data.index(bytes.fromhex("90001500"))
    data = data[:at] + struct.pack("=H", len(data) - at) + data[at + 2 :]
    assert heard(data) == [-59]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([attribute(7, b"\xc3"), attribute(13, b"\xc5")], -59),
        ([attribute(7, b"\xc3")], -61),
        ([attribute(7, b"\0"), attribute(13, b"\0")], None),
        ([attribute(7, b"\xc3\0\0\0")], None),
        ([attribute(9, b"\xc3")], None),
        ([], None),
    ],
)
@pytest.mark.parametrize("nested", [0, 0x8000])
def test_the_average_before_the_last_frame(levels: list[bytes], expected: int | None, nested: int) -> None:
    assert heard(station(*levels, nested=nested)) == [expected]


def test_many_messages_and_the_end() -> None:
    done = struct.pack("=IHHII", 20, 3, 2, 1, 0) + bytes(4)
    data = station(attribute(7, b"\xc3")) + station(attribute(7, b"\xb0")) + done
    found, is_last = wireless.answers(data)
    assert ([wireless.signal(each) for each in found], is_last) == ([-61, -80], True)


def test_no_such_thing_is_an_answer() -> None:
    error = struct.pack("=IHHIIi", 36, 2, 0, 1, 0, -2) + bytes(16)
    assert wireless.answers(error) == ([], True)


@pytest.mark.parametrize(("kind", "client"), [(2, True), (8, True), (3, False), (6, False), (0, False)])
def test_an_access_points_guests_are_none_of_ours(kind: int, client: bool) -> None:
    given = (attribute(3, b"\x03\0\0\0"), attribute(4, b"wlo1\0"), attribute(52, NAME))
    ((found,), _) = wireless.answers(message(*given, attribute(5, struct.pack("=I", kind))))
    assert wireless.is_client(found) is client


@pytest.mark.skipif(sys.platform != "linux", reason="asks the running kernel")
class TestThisKernel:
    def test_generic_netlink_answers_in_this_form(self) -> None:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16) as netlink:
            netlink.settimeout(2)
            netlink.send(wireless.request(16, 3, 2, b"nlctrl\0"))
            found, _ = wireless.answers(netlink.recv(1 << 16))
            assert [wireless.ids(each) for each in found] == [[16]]
            netlink.send(wireless.request(16, 3, 2, b"no-such-family\0"))
            assert wireless.answers(netlink.recv(1 << 16)) == ([], True)

    def test_an_interface_without_wifi_has_none(self) -> None:
        try:
            assert wireless.signals([1]) == []  # loopback
        except Absent as absent:
            assert "does not tell of Wi-Fi" in str(absent)


@given(st.binary(max_size=200))
def test_bytes_that_make_no_sense(data: bytes) -> None:
    """Numbers, none, or Absent; and no name and no address among the answers."""
    try:
        found, _ = wireless.answers(message(data) + data)
        for each in found:
            level = wireless.signal(each)
            assert level is None or -256 < level < 0
            wireless.ids(each)
            wireless.is_client(each)
    except Absent:
        return


class TestHost:
    @pytest.fixture
    def laptop(self, changed: Callable[..., Recorded]) -> Callable[[str], Recorded]:
        """The laptop with an adapter that nl80211 knows, and what that answers."""

        def make(line: str) -> Recorded:
            answers = (LINUX / "laptop" / "answers.toml").read_text()
            folder = "sys/class/net/wlan0"
            files = {f"{folder}/phy80211/name": "phy0", f"{folder}/ifindex": "3\n"}
            return changed("laptop", {"answers.toml": f"{line}\n{answers}", **files})

        return make

    def test_the_best_connection(self, laptop: Callable[[str], Recorded]) -> None:
        assert LinuxHost(laptop("wifi_signals = [-71, -58]")).wifi_signal() == -58

    @pytest.mark.parametrize("line", ["wifi_signals = []", "wifi_signals = [-256, 0, 20]"])
    def test_no_connection(self, laptop: Callable[[str], Recorded], line: str) -> None:
        with pytest.raises(Absent, match="no Wi-Fi"):
            LinuxHost(laptop(line)).wifi_signal()

    def test_where_nl80211_does_not_answer_its_elder_does(self, laptop: Callable[[str], Recorded]) -> None:
        assert LinuxHost(laptop("")).wifi_signal() == -61

    def test_an_adapter_that_comes_is_seen(self, laptop: Callable[[str], Recorded]) -> None:
        recorded = laptop("wifi_signals = [-50]")
        known = Path(recorded.path("sys/class/net/wlan0/phy80211/name"))
        known.unlink()
        known.parent.rmdir()
        host = LinuxHost(recorded)
        assert host.wifi_signal() == -61
        for name, text in (("device/x", ""), ("phy80211/name", "phy1"), ("ifindex", "9")):
            path = Path(recorded.path(f"sys/class/net/wlx1/{name}"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        Path(recorded.path("sys/class/net/wlx1/carrier_down_count")).write_text("0")
        host.link_losses()
        assert host.wifi_signal() == -50
