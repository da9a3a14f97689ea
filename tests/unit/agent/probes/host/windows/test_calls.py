from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Callable
from typing import Any

import pytest

from agent.probes.host import Absent
from agent.probes.host.windows import calls
from tests.unit.agent.probes.host.windows.fake_libraries import Fake, Memory, fill

Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put stand-ins in the place of libraries."""

    def put(name: str, **functions: Callable[..., Any]) -> None:
        monkeypatch.setitem(calls._loaded, name, Fake(**functions))

    return put


class TestDevices:
    def test_the_answer_is_what_was_written_and_the_handle_is_closed(self, install: Install) -> None:
        closed: list[int] = []

        def asked(
            handle: int, code: int, question: bytes, length: int, answer: Any, size: int, *rest: Any
        ) -> int:
            assert (handle, code, question, length, size) == (7, 0x70020, b"ab", 2, 88)
            fill(answer, b"xyz")
            rest[0]._obj.value = 3
            return 1

        def opened(name: str, access: int, *rest: Any) -> int:
            assert (name, access) == (r"\\.\C:", 0)
            return 7

        install("kernel32", CreateFileW=opened, DeviceIoControl=asked, CloseHandle=closed.append)
        assert calls.control(r"\\.\C:", 0x70020, b"ab", 88, read=False) == b"xyz"
        assert closed == [7]

    @pytest.mark.parametrize("handle", [None, calls._INVALID_HANDLE])
    def test_one_that_cannot_be_opened(self, install: Install, handle: int | None) -> None:
        install("kernel32", CreateFileW=lambda *given: handle)
        with pytest.raises(Absent, match="cannot be asked"):
            calls.control("x", 1, b"", 1, read=True)

    def test_one_that_refuses_is_closed_too(self, install: Install) -> None:
        closed: list[int] = []
        install(
            "kernel32",
            CreateFileW=lambda *given: 7,
            DeviceIoControl=lambda *given: 0,
            CloseHandle=closed.append,
        )
        with pytest.raises(Absent, match="does not answer"):
            calls.control("x", 1, b"", 1, read=True)
        assert closed == [7]

    def test_batteries(self, install: Install) -> None:
        paths = "a\0größe\0\0"

        def size(where: Any, guid: Any, *rest: Any) -> int:
            # {72631e54-78a4-11d0-bcf7-00aa00b7b32a}, in the order that Windows keeps it in
            assert struct.unpack("<IHH8s", guid.raw[:16]) == (
                0x72631E54,
                0x78A4,
                0x11D0,
                bytes.fromhex("bcf700aa00b7b32a"),
            )
            where._obj.value = len(paths)
            return 0

        def listed(guid: Any, filter: None, names: Any, length: int, flags: int) -> int:
            names.value = paths[:1]
            for number, letter in enumerate(paths):
                names[number] = letter
            return 0

        install("cfgmgr32", CM_Get_Device_Interface_List_SizeW=size, CM_Get_Device_Interface_ListW=listed)
        assert calls.battery_devices() == ["a", "größe"]


class TestNetwork:
    def test_interfaces_are_read_where_they_lie_and_given_back(self, install: Install) -> None:
        memory = Memory()
        rows = b"\x01" * 1352 + b"\x02" * 1352
        table = struct.pack("<Q", 2) + rows
        install("iphlpapi", GetIfTable2=lambda where: memory.give(where, table), FreeMibTable=memory.free)
        assert calls.interfaces() == rows
        assert not memory.given

    def test_tcp_statistics(self, install: Install) -> None:
        def statistics(answer: Any, family: int) -> int:
            fill(answer, bytes([family]) * 72)
            return 0

        install("iphlpapi", GetTcpStatisticsEx2=statistics)
        assert calls.tcp_statistics(23) == bytes([23]) * 72

    def wlan(self, install: Install, *states: int, refuse: bool = False) -> Memory:
        memory = Memory()
        interfaces = b"".join(
            bytes([at]) * 16 + bytes(512) + struct.pack("<I", state) for at, state in enumerate(states)
        )
        open_handles: list[int] = []

        def opened(version: int, reserved: None, negotiated: Any, client: Any) -> int:
            client._obj.value = 5
            open_handles.append(5)
            return 0

        def closed(client: Any, reserved: None) -> int:
            open_handles.remove(client.value)
            return 0

        def asked(
            client: Any, guid: int, opcode: int, reserved: None, size: Any, data: Any, kind: None
        ) -> int:
            assert opcode == 0x10000102, "nothing else may be asked: it needs consent to be located"
            if refuse:
                return 5
            return memory.give(data, struct.pack("<i", -60 - ctypes.c_uint8.from_address(guid).value))

        install(
            "wlanapi",
            WlanOpenHandle=opened,
            WlanCloseHandle=closed,
            WlanEnumInterfaces=lambda client, reserved, where: memory.give(
                where, struct.pack("<II", len(states), 0) + interfaces
            ),
            WlanQueryInterface=asked,
            WlanFreeMemory=memory.free,
        )
        memory.given[-1] = open_handles
        return memory

    def test_signals_of_what_is_connected(self, install: Install) -> None:
        memory = self.wlan(install, 1, 4, 1)
        assert calls.wifi_signals() == [-60, -62]
        assert memory.given == {-1: []}, "all memory and the handle were given back"

    def test_a_refusal_leaves_nothing_open(self, install: Install) -> None:
        memory = self.wlan(install, 1, refuse=True)
        with pytest.raises(Absent, match="does not tell its signal"):
            calls.wifi_signals()
        assert memory.given == {-1: []}

    def test_no_adapter_is_no_signal(self, install: Install) -> None:
        assert self.wlan(install).given == {-1: []}
        assert calls.wifi_signals() == []


class TestLists:
    def test_processes_are_asked_for_until_they_fit(self, install: Install) -> None:
        sizes: list[int] = []

        def asked(kind: int, answer: Any, size: int, needed: Any) -> int:
            sizes.append(size)
            needed._obj.value = 300_000
            if size < 300_000:
                return 0xC0000004
            fill(answer, b"\x05" * 300_000)
            return 0

        install("ntdll", NtQuerySystemInformation=asked)
        address, data = calls.processes()
        assert (len(data), data[:1], address > 0) == (300_000, b"\x05", True)
        assert sizes == [1 << 18, 1 << 19]

    @pytest.mark.parametrize("status", [0xC0000022, 0xC0000004])
    def test_a_list_that_never_fits_ends(self, install: Install, status: int) -> None:
        install("ntdll", NtQuerySystemInformation=lambda *given: status)
        with pytest.raises(Absent, match="does not list processes"):
            calls.processes()

    def test_services(self, install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
        closed: list[int] = []

        def listed(
            manager: int, level: int, kind: int, state: int, answer: Any, size: int, *rest: Any
        ) -> int:
            assert (manager, level, kind, state) == (9, 0, 0x30, 2)
            needed, count, _resume, _group = rest
            if size < 100_000:
                needed._obj.value = 100_000 - size
                return 0
            count._obj.value = 3
            return 1

        monkeypatch.setattr(calls, "last_error", lambda: 234)
        install(
            "advapi32",
            OpenSCManagerW=lambda *given: 9,
            EnumServicesStatusExW=listed,
            CloseServiceHandle=closed.append,
        )
        count, data = calls.services()
        assert (count, len(data) >= 3 * 56, closed) == (3, True, [9])

    def test_a_32_bit_program_does_not_guess(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ctypes, "sizeof", lambda kind: 4)
        for ask in (calls.processes, calls.services):
            with pytest.raises(Absent, match="32-bit"):
                ask()

    def test_services_that_may_not_be_listed(self, install: Install) -> None:
        install("advapi32", OpenSCManagerW=lambda *given: None)
        with pytest.raises(Absent, match="to this account"):
            calls.services()


class TestNumbers:
    def test_a_counter_by_its_english_name(self, install: Install) -> None:
        closed: list[int] = []

        def formatted(counter: Any, form: int, kind: Any, value: Any) -> int:
            fill(value, struct.pack("<I4xd", 0, 2100.5))
            return 0

        def opened(source: None, data: None, query: Any) -> int:
            query._obj.value = 4
            return 0

        install(
            "pdh",
            PdhOpenQueryW=opened,
            PdhAddEnglishCounterW=lambda query, path, data, counter: path != r"\A\B",
            PdhCollectQueryData=lambda query: 0,
            PdhGetFormattedCounterValue=formatted,
            PdhCloseQuery=lambda query: closed.append(query.value),
        )
        assert calls.counter(r"\A\B") == 2100.5
        with pytest.raises(Absent, match="does not count"):
            calls.counter(r"\A\C")
        assert closed == [4, 4]

    def test_small_answers(self, install: Install) -> None:
        def healthy(provider: int, health: Any) -> int:
            health._obj.value = provider + 1
            return 0

        def slept(kind: int, given: None, length: int, answer: Any, size: int) -> int:
            assert (kind, size) == (15, 8)
            answer._obj.value = 123_456_789_012
            return 0

        def powered(answer: Any) -> int:
            fill(answer, b"\x01\x02\x03\x01")
            return 1

        install("wscapi", WscGetSecurityProviderHealth=healthy)
        install("powrprof", CallNtPowerInformation=slept)
        kinds = {"C:\\": 3, "H:\\": 4}
        install(
            "kernel32", GetSystemPowerStatus=powered, GetTickCount64=lambda: 123_456, GetDriveTypeW=kinds.get
        )
        assert calls.guard(1) == 2
        assert calls.last_sleep() == 123_456_789_012
        assert calls.power_status()[:4] == b"\x01\x02\x03\x01"
        assert calls.uptime() == 123.456
        assert [calls.drive_kind(drive) for drive in ("C:", "H:")] == [3, 4]


class TestCost:
    """A COM object of our own: a pointer to a table of functions."""

    def install(self, install: Install, *, cost: int = 4, refuse: int = 0, begun: int = 0) -> list[str]:
        heard: list[str] = []

        def release(this: int) -> int:
            heard.append("released")
            return 0

        def get_cost(this: int, where: int, address: int | None) -> int:
            ctypes.c_uint32.from_address(where).value = cost
            return refuse

        word, pointer = ctypes.c_uint32, ctypes.c_void_p
        self.functions = [
            ctypes.CFUNCTYPE(word, pointer)(release),
            ctypes.CFUNCTYPE(word, pointer, pointer, pointer)(get_cost),
        ]
        places = [0, 0, *(ctypes.cast(each, pointer).value for each in self.functions)]
        self.table = (pointer * 4)(*places)
        self.object = pointer(ctypes.addressof(self.table))

        def create(kind: bytes, outer: None, servers: int, interface: bytes, where: Any) -> int:
            assert struct.unpack("<IHH8s", kind) == (
                0xDCB00C01,
                0x570F,
                0x4A9B,
                bytes.fromhex("8d69199fdba5723b"),
            )
            assert struct.unpack("<I12x", interface) == (0xDCB00008,)
            where._obj.value = ctypes.addressof(self.object)
            return 0

        install(
            "ole32",
            CoInitializeEx=lambda reserved, kind: begun,
            CoUninitialize=lambda: heard.append("ended"),
            CoCreateInstance=create,
        )
        return heard

    def test_it_is_told_and_released(self, install: Install) -> None:
        heard = self.install(install)
        assert calls.network_cost() == 4
        assert heard == ["released", "ended"]

    def test_a_refusal_is_released_too(self, install: Install) -> None:
        heard = self.install(install, refuse=0x80004005)
        with pytest.raises(Absent, match="what the network costs"):
            calls.network_cost()
        assert heard == ["released", "ended"]

    def test_what_another_began_is_not_ended(self, install: Install) -> None:
        heard = self.install(install, begun=0x80010106)
        assert calls.network_cost() == 4
        assert heard == ["released"]


ASKS: dict[str, Callable[[], object]] = {
    "control": lambda: calls.control(r"\\.\PhysicalDrive0", 0x70020, b"", 88, read=False),
    "battery_devices": calls.battery_devices,
    "tcp_statistics": lambda: calls.tcp_statistics(2),
    "interfaces": calls.interfaces,
    "wifi_signals": calls.wifi_signals,
    "processes": calls.processes,
    "services": calls.services,
    "counter": lambda: calls.counter(r"\Windows Time Service\Computed Time Offset"),
    "guard": lambda: calls.guard(1),
    "last_sleep": calls.last_sleep,
    "power_status": calls.power_status,
    "network_cost": calls.network_cost,
    "drive_kind": lambda: calls.drive_kind("C:"),
}
LIBRARIES = (
    "kernel32",
    "iphlpapi",
    "ntdll",
    "powrprof",
    "cfgmgr32",
    "wlanapi",
    "wscapi",
    "advapi32",
    "pdh",
    "ole32",
)


@pytest.mark.parametrize("ask", ASKS)
def test_a_library_without_the_function_is_absent(install: Install, ask: str) -> None:
    for name in LIBRARIES:
        install(name)
    with pytest.raises(Absent, match="this Windows has no"):
        ASKS[ask]()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has it")
def test_a_library_that_is_not_there_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*given: object, **named: object) -> None:
        raise OSError("no such library")

    monkeypatch.setattr(ctypes, "WinDLL", missing, raising=False)
    with pytest.raises(Absent, match="no such"):
        calls.library("no such")


@pytest.mark.skipif(sys.platform != "win32", reason="asks Windows itself")
@pytest.mark.parametrize("ask", ASKS)
def test_windows_answers_or_says_why_not(ask: str) -> None:
    try:
        assert ASKS[ask]() is not None
    except Absent as absent:
        assert str(absent)
