"""Questions to Windows' own libraries, by ctypes: each answers with the bytes or numbers that it was given.

Nothing here judges: what the bytes mean is read elsewhere, where it is tested on every system. Written from
Microsoft's documentation. Names of networks, adapters, services and serial numbers lie in some of these
structures; none of them is looked at. Every call works for an ordinary account, asks no other computer, and
raises Absent for whatever error it meets.
"""

from __future__ import annotations

import ctypes
from typing import Any

from agent.probes.host import Absent

_ERROR_MORE_DATA = 234
_STATUS_INFO_LENGTH_MISMATCH = 0xC0000004
_OPEN_EXISTING, _SHARE_READ_WRITE, _GENERIC_READ = 3, 3, 0x80000000
_INVALID_HANDLE = ctypes.c_void_p(-1).value
# More than any of these lists has on a computer that works; a size that runs away ends here.
_LARGEST = 64 << 20

_TCP_STATISTICS_SIZE, _INTERFACE_ROW_SIZE, _INTERFACE_ROWS_AT = 72, 1352, 8
_SYSTEM_PROCESS_INFORMATION = 5
_LAST_SLEEP_TIME = 15
_WLAN_RSSI, _WLAN_CONNECTED, _WLAN_INTERFACE_SIZE, _WLAN_STATE_AT = 0x10000102, 1, 532, 528
_GUID_BATTERY = bytes.fromhex("541e6372a478d011bcf700aa00b7b32a")
_PDH_DOUBLE = 0x200
# CLSID_NetworkListManager, IID_INetworkCostManager, and that interface's methods by their places.
_NETWORKS = bytes.fromhex("010cb0dc0f579b4a8d69199fdba5723b")
_COSTS = bytes.fromhex("0800b0dc0f579b4a8d69199fdba5723b")
_RELEASE, _GET_COST = 2, 3
_ANY_SERVER = 23
_SC_ENUMERATE, _WIN32_SERVICES, _INACTIVE_SERVICES = 4, 0x30, 2

# What ctypes has on Windows alone.
_WINDOWS: Any = ctypes
_P = ctypes.c_void_p
_U = ctypes.c_uint32
_W = ctypes.c_wchar_p
_OUT = ctypes.POINTER(ctypes.c_uint32)

# Function → the types of its arguments. Without them a 64-bit handle would be cut to 32.
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "CreateFileW": (_W, _U, _U, _P, _U, _U, _P),
    "DeviceIoControl": (_P, _U, _P, _U, _P, _U, _OUT, _P),
    "CloseHandle": (_P,),
    "GetSystemPowerStatus": (_P,),
    "GetTickCount64": (),
    "GetDriveTypeW": (_W,),
    "GetTcpStatisticsEx2": (_P, _U),
    "GetIfTable2": (_P,),
    "FreeMibTable": (_P,),
    "NtQuerySystemInformation": (_U, _P, _U, _OUT),
    "CallNtPowerInformation": (_U, _P, _U, _P, _U),
    "CM_Get_Device_Interface_List_SizeW": (_OUT, _P, _W, _U),
    "CM_Get_Device_Interface_ListW": (_P, _W, _P, _U, _U),
    "WlanOpenHandle": (_U, _P, _OUT, _P),
    "WlanCloseHandle": (_P, _P),
    "WlanEnumInterfaces": (_P, _P, _P),
    "WlanQueryInterface": (_P, _P, _U, _P, _OUT, _P, _P),
    "WlanFreeMemory": (_P,),
    "WscGetSecurityProviderHealth": (_U, _OUT),
    "OpenSCManagerW": (_W, _W, _U),
    "EnumServicesStatusExW": (_P, _U, _U, _U, _P, _U, _OUT, _OUT, _OUT, _W),
    "CloseServiceHandle": (_P,),
    "PdhOpenQueryW": (_W, _P, _P),
    "PdhAddEnglishCounterW": (_P, _W, _P, _P),
    "PdhCollectQueryData": (_P,),
    "PdhGetFormattedCounterValue": (_P, _U, _OUT, _P),
    "PdhCloseQuery": (_P,),
    "CoInitializeEx": (_P, _U),
    "CoUninitialize": (),
    "CoCreateInstance": (_P, _P, _U, _P, _P),
    "EvtQuery": (_P, _W, _W, _U),
    "EvtNext": (_P, _U, _P, _U, _U, _OUT),
    "EvtSeek": (_P, ctypes.c_int64, _P, _U, _U),
    "EvtRender": (_P, _P, _U, _U, _P, _OUT, _OUT),
    "EvtCreateBookmark": (_W,),
    "EvtUpdateBookmark": (_P, _P),
    "EvtClose": (_P,),
}
_HANDLES = ("CreateFileW", "OpenSCManagerW", "EvtQuery", "EvtCreateBookmark")
_RESULTS = {**dict.fromkeys(_HANDLES, _P), "GetTickCount64": ctypes.c_uint64}


class Library:
    """A system library from System32, whose functions get their types when they are first called.

    Raises Absent for a library, or a function, that this Windows does not have.
    """

    def __init__(self, name: str) -> None:
        try:
            # LOAD_LIBRARY_SEARCH_SYSTEM32: never from a folder that somebody else may write to.
            self._library = _WINDOWS.WinDLL(name, winmode=0x800, use_last_error=True)
        except OSError as error:
            raise Absent(f"this Windows has no {name}") from error

    def __getattr__(self, function: str) -> Any:
        try:
            entry = getattr(self._library, function)
        except AttributeError as error:
            raise Absent(f"this Windows has no {function}") from error
        entry.argtypes, entry.restype = _SIGNATURES[function], _RESULTS.get(function, _U)
        setattr(self, function, entry)
        return entry


_loaded: dict[str, Library] = {}


def library(name: str) -> Library:
    """A library, loaded once."""
    if name not in _loaded:
        _loaded[name] = Library(name)
    return _loaded[name]


def last_error() -> int:
    """GetLastError of this thread's last call."""
    return int(_WINDOWS.get_last_error())


def uptime() -> float:
    """Seconds since the system started, sleep included."""
    return int(library("kernel32").GetTickCount64()) / 1000


def drive_kind(drive: str) -> int:
    """GetDriveType of "C:": 2 removable, 3 fixed, 4 on a server; it does not reach out to the server."""
    return int(library("kernel32").GetDriveTypeW(f"{drive}\\"))


def control(device: str, code: int, question: bytes, size: int, *, read: bool) -> bytes:
    r"""DeviceIoControl's answer, up to `size` bytes, from a device such as "\\.\C:".

    Without `read` the handle carries no right but to ask what the device is, which anybody may.
    """
    kernel = library("kernel32")
    access = _GENERIC_READ if read else 0
    handle = kernel.CreateFileW(device, access, _SHARE_READ_WRITE, None, _OPEN_EXISTING, 0, None)
    if handle in (None, _INVALID_HANDLE):
        raise Absent("a device cannot be asked")
    try:
        answer, length = ctypes.create_string_buffer(size), _U(0)
        if not kernel.DeviceIoControl(
            handle, code, question, len(question), answer, size, ctypes.byref(length), None
        ):
            raise Absent("a device does not answer")
        return answer.raw[: length.value]
    finally:
        kernel.CloseHandle(handle)


def battery_devices() -> list[str]:
    """The device paths of the batteries that are present."""
    manager, guid, size = library("cfgmgr32"), ctypes.create_string_buffer(_GUID_BATTERY), _U(0)
    if manager.CM_Get_Device_Interface_List_SizeW(ctypes.byref(size), guid, None, 0):
        raise Absent("Windows does not list batteries")
    names = ctypes.create_unicode_buffer(size.value or 1)
    if manager.CM_Get_Device_Interface_ListW(guid, None, names, size.value, 0):
        raise Absent("Windows does not list batteries")
    return [name for name in "".join(names).split("\0") if name]


def tcp_statistics(family: int) -> bytes:
    """MIB_TCPSTATS2 of IPv4 (2) or IPv6 (23)."""
    answer = ctypes.create_string_buffer(_TCP_STATISTICS_SIZE)
    if library("iphlpapi").GetTcpStatisticsEx2(answer, family):
        raise Absent("this Windows does not count TCP segments")
    return answer.raw


def interfaces() -> bytes:
    """The rows (MIB_IF_ROW2, 1352 bytes each) of all network interfaces, filters and tunnels among them."""
    helper, table = library("iphlpapi"), _P()
    if helper.GetIfTable2(ctypes.byref(table)) or not table.value:
        raise Absent("Windows does not list network adapters")
    try:
        count = _U.from_address(table.value).value
        return ctypes.string_at(table.value + _INTERFACE_ROWS_AT, count * _INTERFACE_ROW_SIZE)
    finally:
        helper.FreeMibTable(table)


def wifi_signals() -> list[int]:
    """dBm of each connected Wi-Fi interface.

    Opcode rssi is asked and nothing else: what names the network or its place needs the person's consent to
    tell where the computer is.
    """
    wlan, version, client = library("wlanapi"), _U(0), _P()
    if wlan.WlanOpenHandle(2, None, ctypes.byref(version), ctypes.byref(client)):
        raise Absent("there is no Wi-Fi service")
    try:
        listed = _P()
        if wlan.WlanEnumInterfaces(client, None, ctypes.byref(listed)) or not listed.value:
            raise Absent("Windows does not list Wi-Fi adapters")
        try:
            first = listed.value + 8
            count = min(_U.from_address(listed.value).value, 64)
            each = [first + number * _WLAN_INTERFACE_SIZE for number in range(count)]
            states = [(at, _U.from_address(at + _WLAN_STATE_AT).value) for at in each]
            return [_rssi(wlan, client, at) for at, state in states if state == _WLAN_CONNECTED]
        finally:
            wlan.WlanFreeMemory(listed)
    finally:
        wlan.WlanCloseHandle(client, None)


def _rssi(wlan: Library, client: Any, guid: int) -> int:
    size, data = _U(0), _P()
    asked = wlan.WlanQueryInterface(
        client, guid, _WLAN_RSSI, None, ctypes.byref(size), ctypes.byref(data), None
    )
    if asked or not data.value:
        raise Absent("the Wi-Fi adapter does not tell its signal")
    try:
        return ctypes.c_int32.from_address(data.value).value
    finally:
        wlan.WlanFreeMemory(data)


def processes() -> tuple[int, bytes]:
    """(address, bytes) of the list of SYSTEM_PROCESS_INFORMATION: pointers in it point into it."""
    _need_64_bits()
    native, size, needed = library("ntdll"), 1 << 18, _U(0)
    while size <= _LARGEST:
        answer = ctypes.create_string_buffer(size)
        status = native.NtQuerySystemInformation(
            _SYSTEM_PROCESS_INFORMATION, answer, size, ctypes.byref(needed)
        )
        if status == 0:
            return ctypes.addressof(answer), answer.raw[: needed.value]
        if status != _STATUS_INFO_LENGTH_MISMATCH:
            break
        size = max(2 * size, needed.value + (1 << 16))  # it grows while it is asked for
    raise Absent("Windows does not list processes")


def services() -> tuple[int, bytes]:
    """(how many, ENUM_SERVICE_STATUS_PROCESSW of each and what they point to) of stopped services."""
    _need_64_bits()
    control_manager, needed, count, resume = library("advapi32"), _U(0), _U(0), _U(0)
    manager = control_manager.OpenSCManagerW(None, None, _SC_ENUMERATE)
    if not manager:
        raise Absent("Windows does not list services to this account")
    try:
        size = 1 << 16
        while size <= _LARGEST:
            answer, resume.value = ctypes.create_string_buffer(size), 0
            if control_manager.EnumServicesStatusExW(
                manager, 0, _WIN32_SERVICES, _INACTIVE_SERVICES, answer, size,
                ctypes.byref(needed), ctypes.byref(count), ctypes.byref(resume), None,
            ):  # fmt: skip
                return count.value, answer.raw
            if last_error() != _ERROR_MORE_DATA:
                break
            size = size + needed.value + (1 << 12)
        raise Absent("Windows does not list services")
    finally:
        control_manager.CloseServiceHandle(manager)


def _need_64_bits() -> None:
    """What holds or follows pointers has another form in a 32-bit program, which is not written."""
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        raise Absent("this program is for 32-bit Windows")


def counter(path: str) -> float:
    """A performance counter by its English path, whatever Windows speaks; one that needs no second sample."""
    pdh, query, found, kind = library("pdh"), _P(), _P(), _U(0)
    value = ctypes.create_string_buffer(16)  # PDH_FMT_COUNTERVALUE: a status, then at 8 the number
    if pdh.PdhOpenQueryW(None, None, ctypes.byref(query)):
        raise Absent("Windows does not count this")
    try:
        if (
            pdh.PdhAddEnglishCounterW(query, path, None, ctypes.byref(found))
            or pdh.PdhCollectQueryData(query)
            or pdh.PdhGetFormattedCounterValue(found, _PDH_DOUBLE, ctypes.byref(kind), value)
        ):
            raise Absent("Windows does not count this")
        return ctypes.c_double.from_buffer(value, 8).value
    finally:
        pdh.PdhCloseQuery(query)


def guard(provider: int) -> int:
    """WscGetSecurityProviderHealth of a kind of protection: 0 good, 1 not watched, 2 poor, 3 snoozing."""
    health = _U(0)
    if library("wscapi").WscGetSecurityProviderHealth(provider, ctypes.byref(health)):
        raise Absent("the Windows Security Center does not answer")
    return health.value


def last_sleep() -> int:
    """When the system last went to sleep, in 100 ns of uptime; 0 if it has not."""
    ticks = ctypes.c_uint64(0)
    if library("powrprof").CallNtPowerInformation(_LAST_SLEEP_TIME, None, 0, ctypes.byref(ticks), 8):
        raise Absent("Windows does not tell when it slept")
    return ticks.value


def power_status() -> bytes:
    """SYSTEM_POWER_STATUS: mains, battery's state, percent, saver, seconds left, seconds when full."""
    answer = ctypes.create_string_buffer(12)
    if not library("kernel32").GetSystemPowerStatus(answer):
        raise Absent("Windows does not tell its state of power")
    return answer.raw


def network_cost() -> int:
    """NLM_CONNECTION_COST of the way to the Internet, by INetworkCostManager: flags; 1 is without limits."""
    _need_64_bits()  # whose methods are called in the one way there is
    ole = library("ole32")
    begun = ole.CoInitializeEx(None, 0) in (0, 1)  # else somebody has begun in another way, which serves too
    try:
        manager, cost = _P(), _U(0)
        if ole.CoCreateInstance(_NETWORKS, None, _ANY_SERVER, _COSTS, ctypes.byref(manager)):
            raise Absent("Windows does not tell what the network costs")
        try:
            if _method(manager, _GET_COST, _U, _P, _OUT, _P)(manager, ctypes.byref(cost), None):
                raise Absent("Windows does not tell what the network costs")
            return cost.value
        finally:
            _method(manager, _RELEASE, _U, _P)(manager)
    finally:
        if begun:
            ole.CoUninitialize()


def _method(interface: Any, place: int, *types: Any) -> Any:
    """A method of a COM interface by its place in the table; 64-bit Windows has one way of calling."""
    table = _P.from_address(interface.value).value
    assert table is not None
    method = _P.from_address(table + place * ctypes.sizeof(_P)).value
    assert method is not None
    return ctypes.CFUNCTYPE(*types)(method)
