from __future__ import annotations

from typing import Any

import pytest

from agent.probes.host import Absent, Adapter
from agent.probes.host.windows import links
from agent.probes.host.windows.links import Links
from agent.probes.host.windows.recorded import Recorded, packed
from agent.probes.host.windows.system import System

ETHERNET, WIFI = 6, 71


def row(number: int, *, kind: int = ETHERNET, flags: int = 5, connected: int = 1, medium: int = 14) -> bytes:
    fields: list[list[Any]] = [
        [8, "I", number],
        [1128, "I", kind],
        [1140, "I", medium],
        [1152, "B", flags],
        [1164, "I", connected],
    ]
    return packed([1352, *fields])


class Adapters(System):
    def __init__(self, *rows: bytes) -> None:
        self.rows, self.now, self.asked = rows, 0.0, 0

    def interfaces(self) -> bytes:
        self.asked += 1
        return b"".join(self.rows)

    def ticking(self) -> float:
        return self.now


def test_counters_of_the_hardware_alone(laptop: Recorded) -> None:
    found = Links(laptop).adapters()
    # Wi-Fi, and the empty socket; not loopback, the filter above the Wi-Fi, Bluetooth or the tunnel.
    assert found == {"if12": Adapter(1_000_000 + 100, 100), "if14": Adapter(0, 0)}


@pytest.mark.parametrize(
    ("about", "is_there"),
    [
        ({}, True),
        ({"kind": WIFI}, True),
        ({"kind": 243}, True),
        ({"kind": 24}, False),
        ({"kind": 131}, False),
        ({"flags": 7}, False),
        ({"flags": 4}, False),
        ({"flags": 1}, False),
        ({"flags": 0xFD}, True),
        ({"medium": 10}, False),
    ],
)
def test_which_interfaces_are_hardware(about: dict[str, int], is_there: bool) -> None:
    assert bool(links.rows(row(3, **about))) is is_there


def test_a_list_of_another_form_is_not_believed() -> None:
    with pytest.raises(Absent, match="makes no sense"):
        links.rows(row(1)[:-1])


def test_no_hardware_is_no_adapter() -> None:
    with pytest.raises(Absent, match="no physical"):
        Links(Adapters(row(1, kind=24))).adapters()


class TestLosses:
    def looks(self, *states: int, seconds: float = 60.0) -> int:
        """How many losses a row of looks, that far apart, sees."""
        system = Adapters()
        watched = Links(system)
        lost = {}
        for state in states:
            system.rows = (row(7, connected=state),)
            lost = watched.losses()
            system.now += seconds
        return lost["if7"]

    def test_a_link_that_falls_is_counted_once(self) -> None:
        assert self.looks(1, 2, 2, 2) == 1
        assert self.looks(1, 2, 1, 2, 1) == 2

    def test_one_that_never_was_is_none(self) -> None:
        assert self.looks(2, 2, 1, 1) == 0
        assert self.looks(0, 1) == 0

    def test_what_fell_while_the_computer_slept_is_none(self) -> None:
        assert self.looks(1, 2, 1, 2, seconds=3600.0) == 0

    def test_an_adapter_that_is_pulled_out_is_none(self) -> None:
        system = Adapters(row(7), row(8))
        watched = Links(system)
        assert watched.losses() == {"if7": 0, "if8": 0}
        system.rows, system.now = (row(8),), 60.0
        assert watched.losses() == {"if8": 0}

    def test_one_pass_asks_once(self) -> None:
        system = Adapters(row(7))
        watched = Links(system)
        watched.losses()
        watched.adapters()
        assert system.asked == 1
        system.now = 60.0
        watched.adapters()
        watched.losses()
        assert system.asked == 2


def test_segments_over_both_protocols(laptop: Recorded, desktop: Recorded) -> None:
    assert links.segments(laptop) == (22_000, 3_500_000)
    assert links.segments(desktop) == (4_294_967_295, 9_000_000_000)


def test_torn_statistics_are_not_believed(broken: Recorded) -> None:
    with pytest.raises(Absent, match="makes no sense"):
        links.segments(broken)


@pytest.mark.parametrize(
    ("cost", "is_metered"),
    [(0, False), (1, False), (2, True), (4, True), (0x10001, True), (0x20001, False), (0x40001, True)],
)
def test_which_connections_cost(cost: int, is_metered: bool) -> None:
    class Network(System):
        def network_cost(self) -> int:
            return cost

    assert links.is_metered(Network()) is is_metered


class Wifi(System):
    def __init__(self, *signals: int) -> None:
        self.signals = list(signals)

    def wifi_signals(self) -> list[int]:
        return self.signals


@pytest.mark.parametrize(("signals", "best"), [((-61,), -61.0), ((-80, -55), -55.0), ((0, -90), -90.0)])
def test_the_best_signal_counts(signals: tuple[int, ...], best: float) -> None:
    assert links.wifi_signal(Wifi(*signals)) == best


@pytest.mark.parametrize("signals", [(), (0,), (-200,), (50,)])
def test_what_is_no_signal(signals: tuple[int, ...]) -> None:
    with pytest.raises(Absent, match="no Wi-Fi connection"):
        links.wifi_signal(Wifi(*signals))
