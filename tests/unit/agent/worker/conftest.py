"""Devices that share, weekly and daily."""

from __future__ import annotations

import pytest

from agent.model import Choice
from tests.unit.agent.agreement import DAILY, MONDAY, Device


@pytest.fixture
def sharing(device: Device) -> Device:
    """Enrolled in a weekly task and sharing, on a Tuesday evening."""
    device.enrol()
    device.choose(Choice.SHARE)
    return device


@pytest.fixture
def daily(device: Device) -> Device:
    """Enrolled in a daily task and sharing, from a Monday's midnight on."""
    device.env.set_clock(MONDAY)
    device.woke()
    device.enrol(DAILY)
    device.choose(Choice.SHARE)
    return device
