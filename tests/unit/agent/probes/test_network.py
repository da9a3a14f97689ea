from __future__ import annotations

import pytest

from agent.probes.host import Adapter
from tests.unit.agent.probes.fake_host import Subject

RTT, AGAIN, ERRORS, DROPS, WIFI = (
    f"network.{name}" for name in ("tcp_rtt", "tcp_retransmit", "nic_errors", "link_drops", "wifi_signal")
)


@pytest.mark.parametrize(
    ("times", "expected"), [([8.0], 8.0), ([300.0, 10.0, 20.0], 20.0), ([1.0, 9.0], 1.0)]
)
def test_the_middle_connection_counts(times: list[float], expected: float) -> None:
    assert Subject("network", round_trips=times).sample(RTT) == expected


def test_no_connection_no_value() -> None:
    assert "no connection" in Subject("network", round_trips=[]).reason(RTT)


def test_segments_are_pairs_since_the_last_pass() -> None:
    subject = Subject("network", segments=(5, 10_000))
    assert "second reading" in subject.reason(AGAIN)
    assert subject.sample(AGAIN, segments=(8, 10_600)) == (3.0, 600.0)
    subject.restart()
    assert subject.sample(AGAIN, segments=(8, 10_700)) == (0.0, 100.0)
    subject.reboot()
    assert subject.sample(AGAIN, segments=(1, 50)) == (1.0, 50.0)


def test_adapters_are_added_up() -> None:
    subject = Subject("network", adapters={"eth0": Adapter(1000, 1), "wlan0": Adapter(50, 0)})
    subject.sample(ERRORS)
    now = {"eth0": Adapter(1100, 3), "wlan0": Adapter(60, 1), "usb0": Adapter(7, 0)}
    assert subject.sample(ERRORS, adapters=now) == (3.0, 117.0)


class TestLinkDrops:
    def test_losses_are_counted(self) -> None:
        subject = Subject("network", link_losses={"eth0": 1}, suspensions=0)
        assert subject.sample(DROPS) == 0
        assert subject.sample(DROPS, link_losses={"eth0": 3}) == 2
        subject.restart()
        assert subject.sample(DROPS, link_losses={"eth0": 4}) == 1

    def test_not_those_around_a_sleep(self) -> None:
        subject = Subject("network", link_losses={"eth0": 1}, suspensions=0)
        subject.sample(DROPS)
        assert subject.sample(DROPS, link_losses={"eth0": 3}, suspensions=1) == 0
        assert subject.sample(DROPS, link_losses={"eth0": 4}) == 1

    def test_not_those_around_a_pause_that_nobody_counts(self) -> None:
        """Hibernation: the kernel counts no suspension, and the seconds go on."""
        subject = Subject("network", link_losses={"eth0": 1}, suspensions=0)
        subject.sample(DROPS)
        subject.wait(8 * 3600)
        assert subject.sample(DROPS, link_losses={"eth0": 3}) == 0
        assert subject.sample(DROPS, link_losses={"eth0": 4}) == 1

    def test_not_those_of_the_start(self) -> None:
        subject = Subject("network", link_losses={"eth0": 5}, suspensions=2)
        subject.sample(DROPS)
        subject.reboot()
        assert subject.sample(DROPS, link_losses={"eth0": 2}, suspensions=0) == 0
        assert subject.sample(DROPS, link_losses={"eth0": 3}) == 1


def test_wifi_is_told() -> None:
    assert Subject("network", wifi_signal=-61.0).sample(WIFI) == -61.0
    assert Subject("network", wifi_signal=40.0).sample(WIFI) is None
