"""What the probes of a made-up computer would have read, check by check."""

from __future__ import annotations

import random
from collections.abc import Callable

from agent.model import Sample

Course = Callable[[float, random.Random], Sample | None]
"""Days before now, chance → a sample."""


def _steady(middle: float, spread: float, low: float = 0.0) -> Course:
    return lambda ago, chance: max(low, round(chance.gauss(middle, spread), 3))


def _share(percent: float) -> Course:
    return lambda ago, chance: float(chance.random() * 100 < percent)


def _share_rising(before: float, after: float, days: float) -> Course:
    """A share that rose, over so many days until now."""
    return lambda ago, chance: float(
        chance.random() * 100 < after - (after - before) * min(1.0, max(0.0, ago / days))
    )


def _line(now: float, a_day: float, wobble: float = 0.0) -> Course:
    """A value that changes by `a_day` each day, and is `now` at last."""
    return lambda ago, chance: round(now - a_day * ago + chance.gauss(0, wobble), 3)


def _saw(now: float, every: float) -> Course:
    """Days since something that happens each so many days."""
    return lambda ago, chance: round((now - ago) % every, 3)


def _ratio(percent: float, of: float = 40_000) -> Course:
    return lambda ago, chance: (round(of * max(0.0, chance.gauss(percent, percent / 8)) / 100), of)


def _fixed(value: float) -> Course:
    return lambda ago, chance: value


def _since(before: float, after: float, days: float) -> Course:
    """One value, and from so many days ago on another."""
    return lambda ago, chance: after if ago <= days else before


def no_answer(ago: float, chance: random.Random) -> Sample | None:
    return None


def _per_hour(a_week: float) -> Course:
    """A count: so many a week in the hours that the computer is on."""
    return lambda ago, chance: float(chance.random() < a_week / (7 * 14))


_FINE: dict[str, Course] = {
    "endpoint.disk_free": _line(33.6, -0.1, 0.3),
    "endpoint.memory_low": _share(2.3),
    "network.tcp_rtt": _steady(28, 6, 4),
    "app.crashes": _fixed(0),
    "endpoint.cpu_busy": _share(1.6),
    "endpoint.update_age": _saw(6.2, 14),
    "network.link_drops": _fixed(0),
    "app.services_failed": _fixed(0),
    "endpoint.boot_time": _steady(41, 2, 20),
    "endpoint.unclean_shutdowns": _fixed(0),
    "app.security_updates": _fixed(0),
    "endpoint.disk_encryption": _fixed(0),
    "endpoint.os_support": _line(598, -1),
    "network.tcp_retransmit": _ratio(0.3),
    "endpoint.battery_capacity": _line(86, -0.02),
    "endpoint.uptime": _saw(12.4, 14),
    "endpoint.disk_latency": _steady(3.4, 0.6, 0.5),
    "endpoint.reboot_pending": _fixed(0),
    "network.wifi_signal": no_answer,
    "app.memory_top": _steady(14, 1.5, 3),
    "endpoint.oom_kills": _fixed(0),
    "endpoint.memory_pressure": _share(0.2),
    "endpoint.os_crashes": _fixed(0),
    "network.nic_errors": _ratio(0.002),
    "app.cpu_runaway": _fixed(0),
    "endpoint.firewall": _fixed(0),
    "endpoint.secure_boot": _fixed(0),
    "endpoint.clock_offset": _steady(0.02, 0.01),
    "endpoint.thermal_throttle": _share(0.1),
    "endpoint.disk_type": no_answer,
    "app.hangs": no_answer,
    "app.firefox.update_age": _saw(9.3, 28),
    "app.chrome.update_age": no_answer,
    "app.edge.update_age": no_answer,
    "app.thunderbird.update_age": _saw(9.3, 28),
    "app.libreoffice.crash_days": _fixed(0),
    "app.office.crash_days": no_answer,
}
NORMAL = _FINE | {
    "endpoint.disk_free": _line(12.4, -0.78, 0.15),
    "app.crashes": lambda ago, chance: 1.0 if int(ago * 24) in (25, 49, 98, 458) else 0.0,
}
"""29 checks are fine, 2 need attention, all others have no answer."""
WHOLE = NORMAL | {
    "network.wifi_signal": _steady(-66, 4, -90),
    "network.tcp_latency": _line(118, 3, 4),
    "network.jitter": _line(56, 2, 3),
    "network.dns_time": _steady(21, 3, 1),
    "network.tls_time": _steady(190, 12, 1),
    "network.probe_failures": _ratio(0.6, 10),
    "app.hangs": lambda ago, chance: 1.0 if int(ago * 24) in (25, 122) else 0.0,
    "app.chrome.update_age": _saw(3.4, 28),
    "app.edge.update_age": _line(51.2, 1),
    "app.office.crash_days": lambda ago, chance: 1.0 if int(ago * 24) in (26, 122) else 0.0,
    "endpoint.antimalware_age": _fixed(0.2),
    "endpoint.disk_health": _since(0, 1, 4),
    "endpoint.disk_type": _fixed(0),
}
"""Every check has an answer, as nowhere: no system supplies all of them."""
WORST = _FINE | {
    "endpoint.disk_free": _line(2.1, -1.1, 0.1),
    "endpoint.memory_low": _share_rising(4, 60, 25),
    "endpoint.boot_time": _line(96, 1.6, 2),
    "endpoint.battery_capacity": _line(64, -0.05),
    "endpoint.reboot_pending": lambda ago, chance: max(0.0, round(5.2 - ago, 2)),
    "endpoint.os_crashes": lambda ago, chance: 1.0 if int(ago * 24) in (97, 170, 434) else 0.0,
    "endpoint.firewall": _since(0, 2, 6),
    "network.tcp_retransmit": lambda ago, chance: (round(400 * max(1.0, 11 - ago)), 40_000),
    "network.tcp_rtt": _line(168, 3, 8),
    "app.crashes": _per_hour(20),
    "app.security_updates": lambda ago, chance: float(max(0, round(61 - 3 * ago))),
    "app.memory_top": _line(34, 1, 1),
}
