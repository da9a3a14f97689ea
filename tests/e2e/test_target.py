"""Active checks of the network on a device that runs: from the policy's line to the page, and off again."""

from __future__ import annotations

import re
import time
from pathlib import Path

import psutil
import pytest

from agent.env import real_env
from tests.devices import Device, until
from tests.shaping import Shaped, shaping

IDS = [f"network.{name}" for name in ("tcp_latency", "jitter", "probe_failures")]


@pytest.fixture
def device(tmp_path: Path) -> Device:
    """A demo's state: a minute lasts a second."""
    found = Device(tmp_path)
    real_env(found.state).mark_demo()
    return found


def aim(device: Device, proxy: Shaped) -> None:
    device.policy(f'network_target = "target.invalid:22"\nproxy = "{proxy.url}"\n')


def health(device: Device) -> dict[str, float | None]:
    return {row["id"]: row["value"] for row in device.json("status")["metrics"] if row["id"] in IDS}


def rests(proxy: Shaped, seconds: float = 7) -> bool:
    """Whether nothing comes for longer than checks of a demo are apart."""
    time.sleep(0.5)
    before = proxy.seen
    time.sleep(seconds)
    return proxy.seen == before


def test_from_the_policy_to_the_page_and_off_again(device: Device) -> None:
    with shaping(None, delay=0.12, spread=0.04, refused=0) as proxy:
        aim(device, proxy)
        assert device.shoal("choose", "local").code == 0
        with device.running() as process:
            until(lambda: health(device)["network.tcp_latency"], 40)
            found = health(device)
            assert 100 <= (found["network.tcp_latency"] or 0) < 200
            assert found["network.probe_failures"] is None  # from 200 connections on
            findings = device.shoal("doctor", "--json").json["findings"]
            told = {finding["step"]: finding["detail"] for finding in findings}
            assert told["target"] == "the last check through the proxy found nothing wrong"
            assert device.shoal("policy", "set", "network_target", "off").code == 0
            assert rests(proxy)
            assert not psutil.Process(process.pid).children()
            assert device.shoal("policy", "unset", "network_target").code == 0
            seen = proxy.seen
            until(lambda: proxy.seen > seen)
            assert device.shoal("choose", "off").code == 0
            assert rests(proxy)
        assert "127.0.0.1" not in (device.state / "agent.log").read_text()


@pytest.mark.parametrize("choice", [None, "off"])
def test_nothing_goes_to_the_target_before_a_choice_that_measures(device: Device, choice: str | None) -> None:
    with shaping(None) as proxy:
        aim(device, proxy)
        if choice:
            assert device.shoal("choose", choice).code == 0
        reasons = device.json("once")["reasons"]
        assert "no target" in reasons["network.tcp_latency"]
        with device.running():
            assert rests(proxy, 4)
        assert proxy.seen == 0


def test_once_shows_a_check_and_what_it_is_made_of(device: Device) -> None:
    with shaping(None, delay=0.12, spread=0, refused=0) as proxy:
        aim(device, proxy)
        assert device.shoal("choose", "local").code == 0
        found = device.json("once")
        assert 120 <= found["samples"]["network.tcp_latency"] < 200
        assert found["samples"]["network.probe_failures"] == [0, 10]
        assert found["reasons"]["network.dns_time"] == "the proxy looks names up"
        shown = " ".join(device.shoal("once", "--explain", "network.tcp_latency").out.split())
        assert "Check the target, in a process of its own" in shown
        (times,) = re.findall(r"IPv4 ([0-9. ]+) \(ms\)", shown)
        assert len(times.split()) == 10 and all(float(took) >= 120 for took in times.split())
        assert "target.invalid" not in shown
    assert device.read("SELECT count(*) FROM samples") == [(0,)]
