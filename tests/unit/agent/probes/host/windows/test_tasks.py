from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.windows import tasks
from agent.probes.host.windows.recorded import Recorded, packed
from agent.probes.host.windows.system import System


def test_all_but_the_kernel_s_own(laptop: Recorded) -> None:
    found = list(tasks.processes(laptop))
    assert [(each.pid, each.program) for each in found] == [
        (900, "winlogon.exe"),
        (5000, "msedge.exe"),
        (5012, "msedge.exe"),
        (6000, "Größenrechner.exe"),
    ]
    first = found[1]
    assert (first.cpu, first.memory, first.started) == (100.75, 600_000_000, 134_074_000_000_000_000)
    assert first.started != found[2].started


class Listing(System):
    def __init__(self, data: bytes, address: int = 4096) -> None:
        self._answer = address, data

    def processes(self) -> tuple[int, bytes]:
        return self._answer


@pytest.mark.parametrize("data", [b"", bytes(255), packed([256, [0, "I", 256]]), packed([300, [0, "I", 8]])])
def test_a_torn_list_is_not_believed(data: bytes) -> None:
    with pytest.raises(Absent, match="makes no sense"):
        list(tasks.processes(Listing(data)))


@pytest.mark.parametrize("pointer", [0, 1, 4096 + 250, 2**63])
def test_a_name_that_lies_elsewhere_is_none(pointer: int) -> None:
    data = packed([256, [56, "H", 20], [64, "Q", pointer], [80, "Q", 9]])
    (found,) = tasks.processes(Listing(data))
    assert found.pid == 9
    assert len(found.program) <= 3


class TestBoot:
    def test_from_the_kernel_to_signing_in(self, laptop: Recorded) -> None:
        assert tasks.boot_duration(laptop) == 34.5

    def test_a_later_session_says_nothing_of_the_start(self, changed: Callable[..., Recorded]) -> None:
        for later in ("session = 2", "session = 0"):
            with pytest.raises(Absent, match="signed out since"):
                tasks.boot_duration(changed("laptop", "answers.toml", ("session = 1", later)))

    @pytest.mark.parametrize("created", ["0.0", "13_407_395_300.0", "13_400_000_000.0"])
    def test_a_clock_that_was_set_meanwhile_is_not_believed(
        self, changed: Callable[..., Recorded], created: str
    ) -> None:
        with pytest.raises(Absent, match="when this start began"):
            tasks.boot_duration(changed("laptop", "answers.toml", ("13_407_395_200.0", created)))


def test_services_that_failed(laptop: Recorded, desktop: Recorded, virtual: Recorded) -> None:
    assert [tasks.failed_services(host) for host in (laptop, desktop, virtual)] == [1, 0, 0]


class Services(System):
    def __init__(self, state: int, code: int) -> None:
        self._data = packed([56, [20, "I", state], [28, "I", code]])

    def services(self) -> tuple[int, bytes]:
        return 1, self._data


@pytest.mark.parametrize(
    ("state", "code", "failed"),
    [(1, 1067, 1), (1, 1053, 1), (1, 1066, 1), (1, 0, 0), (1, 1077, 0), (1, 1058, 0), (4, 1067, 0)],
)  # fmt: skip
def test_which_services_have_failed(state: int, code: int, failed: int) -> None:
    assert tasks.failed_services(Services(state, code)) == failed


def test_a_torn_list_of_services_is_not_believed(broken: Recorded) -> None:
    with pytest.raises(Absent, match="makes no sense"):
        tasks.failed_services(broken)
