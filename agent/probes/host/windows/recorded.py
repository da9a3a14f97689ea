r"""A Windows host from a folder: its registry as exported, its logs from wevtutil, answers.toml for calls.

    registry.reg                    # `reg export`, in UTF-16 or UTF-8; of several keys, one after another
    events/System.xml               # `wevtutil qe System /f:xml`; "/" in a log's name is "%4"

In answers.toml, beside what agent.probes.host.recorded says, all optional:

    platform = "windows"
    ticking = 1000.0                # as in every later moment: Windows' own clock since the start
    drive = "C:"                    # %SystemDrive%
    home = 'C:\Users\user'
    drive_kinds = { "H:" = 4 }      # GetDriveType; 3, fixed, where it says nothing
    batteries = ['\\?\battery0']    # device paths
    wifi = [-61]                    # dBm of the connected adapters
    last_sleep = 0                  # as CallNtPowerInformation tells it
    network_cost = 1                # NLM_CONNECTION_COST
    [written]                       # times of registry keys, which an export does not keep; UTC seconds
    'HKEY_LOCAL_MACHINE\SOFTWARE\…' = 1_700_000_000
    [counters]                      # performance counters by their English paths
    '\Windows Time Service\Computed Time Offset' = 2100.0
    [guards]                        # WscGetSecurityProviderHealth
    1 = 0
    [scripts]                       # what PowerShell printed, by a word that its script holds
    "MSFT_MpComputerStatus" = '{"guards":true}'
    [structs]                       # what calls filled in: see `packed`
    tcp2 = [72, [48, "Q", 1000], [56, "I", 5]]
    [control.'\\.\PhysicalDrive0']  # DeviceIoControl's answers by code (and property)
    "70020" = [88, [16, "Q", 123], …]
    "2d1400/7" = [12, [8, "B", 1]]
    [[process]]                     # of NtQuerySystemInformation; times in seconds, private in bytes
    name = "a.exe"
    pid = 700
    session = 1

What is not there, Windows did not answer. Only what a reading uses need be filled in. It can be replayed on
any system: no call of the replaying one's kernel is made.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

from agent.probes.host import Absent
from agent.probes.host.recorded import Folder, Said
from agent.probes.host.windows.system import System

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.probes.host.asked import Asked
    from agent.probes.host.portable import Psutil
    from agent.probes.host.windows.registry import Value

_PROPERTY = "2d1400"
_PROCESS_SIZE = 256
_EVENT = re.compile(r"<Event .*?</Event>", re.DOTALL)
_RECORD = re.compile(r"<EventRecordID>(\d+)</EventRecordID>")
_PROVIDER = re.compile(r"<Provider Name=['\"]([^'\"]*)['\"]")
_ID = re.compile(r"<EventID[^>]*>(\d+)</EventID>")


class Recorded(System):
    """Answers from the folder."""

    def __init__(self, folder: Path | Folder) -> None:
        self._folder = folder if isinstance(folder, Folder) else Folder(folder)
        self._registry = Registry(self._text("registry.reg"))

    def _text(self, name: str) -> str:
        path = Path(self._folder.path(name))
        if not path.exists():
            return ""
        data = path.read_bytes()
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")

    def _number(self, table: str, key: str) -> float:
        return float(self._folder.of(table, key))

    # -- registry

    def value(self, key: str, name: str) -> Value:
        """See System."""
        return self._registry.value(key, name)

    def keys(self, key: str) -> list[str]:
        """See System."""
        return self._registry.keys(key)

    def written(self, key: str) -> float | None:
        """See System. A key whose time was not recorded is not there."""
        times: dict[str, float] = self._folder.answers.get("written", {})
        return times.get(key)

    # -- event logs

    def events(self, channel: str, query: str, bookmark: str) -> tuple[list[str], str]:
        """See System. Of the query, providers and event ids are heeded; a bookmark is a record's number."""
        text = self._text(f"events/{channel.replace('/', '%4')}.xml")
        if not text:
            raise Absent("Windows does not let this account read one of its event logs")
        found, after = [], bookmark
        for event in _EVENT.findall(text):
            record, provider, id = (part.search(event) for part in (_RECORD, _PROVIDER, _ID))
            if record is None or provider is None or id is None or int(record[1]) <= int(bookmark or 0):
                continue
            if f"Provider[@Name='{provider[1]}'] and EventID={id[1]})" in query:
                found.append(event)
                after = record[1]
        return found, after

    # -- calls

    @property
    def library(self) -> Psutil:
        """See System."""
        return self._folder.library

    def ticking(self) -> float:
        """See System."""
        return float(self._folder.answers.get("ticking", 1000.0))

    def drive(self) -> str:
        """See System."""
        return str(self._folder.answers.get("drive", "C:"))

    def home_drive(self) -> str:
        """See System."""
        return PureWindowsPath(self._folder.answers.get("home", r"C:\Users\user")).drive

    def drive_kind(self, drive: str) -> int:
        """See System."""
        kinds: dict[str, int] = self._folder.answers.get("drive_kinds", {})
        return kinds.get(drive, 3)

    def control(self, device: str, code: int, question: bytes, size: int, *, read: bool = False) -> bytes:
        """See System."""
        name = f"{code:x}"
        if name == _PROPERTY:
            name += f"/{struct.unpack_from('<I', question)[0]}"
        answers = self._folder.answers.get("control", {}).get(device, {})
        if name not in answers:
            raise Absent("a device does not answer")
        return packed(answers[name])[:size]

    def battery_devices(self) -> list[str]:
        """See System."""
        return list(self._folder.answer("batteries", "Windows does not list batteries"))

    def tcp_statistics(self, family: int) -> bytes:
        """See System."""
        return packed(self._folder.of("structs", f"tcp{family}"))

    def interfaces(self) -> bytes:
        """See System."""
        return b"".join(packed(row) for row in self._folder.of("structs", "interfaces"))

    def wifi_signals(self) -> list[int]:
        """See System."""
        return list(self._folder.answer("wifi", "there is no Wi-Fi service"))

    def processes(self) -> tuple[int, bytes]:
        """See System."""
        found = self._folder.answer("process", "Windows does not list processes")
        return _ADDRESS, _process_list(found)

    def services(self) -> tuple[int, bytes]:
        """See System."""
        services = self._folder.of("structs", "services")
        return len(services), b"".join(packed(each) for each in services)

    def counter(self, path: str) -> float:
        """See System."""
        return self._number("counters", path)

    def guard(self, provider: int) -> int:
        """See System."""
        return int(self._number("guards", str(provider)))

    def last_sleep(self) -> int:
        """See System."""
        return int(self._folder.answers.get("last_sleep", 0))

    def power_status(self) -> bytes:
        """See System."""
        return packed(self._folder.of("structs", "power"))

    def network_cost(self) -> int:
        """See System."""
        return int(self._folder.answer("network_cost", "Windows does not tell what the network costs"))

    # -- programs

    def ask(self, script: str, seconds: float) -> Asked:
        """See System."""
        for word, said in self._folder.answers.get("scripts", {}).items():
            if word in script:
                return Said(str(said))
        raise Absent("PowerShell cannot be started")


def packed(form: Sequence[Any]) -> bytes:
    """The bytes of [size, [offset, struct's code, value], …], little-endian, zeros elsewhere; "s" is text."""
    size, *fields = form
    data = bytearray(size)
    for offset, code, value in fields:
        if code == "s":
            text = value.encode("ascii") + b"\0"
            data[offset : offset + len(text)] = text
        else:
            struct.pack_into(f"<{code}", data, offset, value)
    return bytes(data)


# Where the list of processes pretends to lie: its pointers are absolute.
_ADDRESS = 0x1_0000_0000


def _process_list(entries: Sequence[dict[str, Any]]) -> bytes:
    data = bytearray()
    for number, entry in enumerate(entries):
        at = len(data)
        name = str(entry.get("name", "")).encode("utf-16-le")
        length = (_PROCESS_SIZE + len(name) + 7) & ~7
        data += bytes(length)
        following = length if number + 1 < len(entries) else 0
        struct.pack_into("<I4xQ", data, at, following, int(entry.get("private", 0)))
        times = (int(entry.get(key, 0) * 1e7) for key in ("created", "user", "kernel"))
        pointer = _ADDRESS + at + _PROCESS_SIZE if name else 0
        struct.pack_into("<QQQHH4xQ", data, at + 32, *times, len(name), len(name), pointer)
        struct.pack_into("<Q", data, at + 80, int(entry["pid"]))
        struct.pack_into("<I", data, at + 100, int(entry.get("session", 0)))
        data[at + _PROCESS_SIZE : at + _PROCESS_SIZE + len(name)] = name
    return bytes(data)


class Registry:
    """A registry from the text of an export (`reg export`, or regedit's)."""

    def __init__(self, text: str) -> None:
        self._keys: dict[str, dict[str, Value]] = {}
        current: dict[str, Value] = {}
        for line in _joined(text):
            if line.startswith("[") and line.endswith("]") and not line.startswith("[-"):
                name = line[1:-1].casefold()
                current = self._keys.setdefault(name, {})
                self._names = {**getattr(self, "_names", {}), name: line[1:-1]}
            elif (found := _ENTRY.fullmatch(line)) is not None:
                name = "" if found[1] == "@" else _unescaped(found[1][1:-1])
                current[name.casefold()] = _value(found[2])

    def value(self, key: str, name: str) -> Value:
        """As registry.value."""
        return self._keys.get(key.casefold(), {}).get(name.casefold())

    def keys(self, key: str) -> list[str]:
        """As registry.keys; a key is there too if only one below it was exported."""
        start = f"{key.casefold()}\\"
        below = {
            name[len(start) :].partition("\\")[0]: self._names[name][len(start) :].partition("\\")[0]
            for name in self._keys
            if name.startswith(start)
        }
        return list(below.values())


_ENTRY = re.compile(r'(@|"(?:[^"\\]|\\.)*")=(.*)', re.DOTALL)


def _joined(text: str) -> list[str]:
    r"""The lines, where one that ends in "\" goes on in the next."""
    return re.sub(r"\\\r?\n\s*", "", text).splitlines()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _value(text: str) -> Value:
    """The value that an entry's right side stands for."""
    if text.startswith('"'):
        return _unescaped(text[1:-1])
    kind, _, digits = text.partition(":")
    if kind == "dword":
        return int(digits, 16)
    data = bytes.fromhex(digits.replace(",", ""))
    if kind == "hex(b)":
        return int.from_bytes(data, "little")
    if kind in ("hex(2)", "hex(1)"):
        return data.decode("utf-16-le").rstrip("\0")
    if kind == "hex(7)":
        return [part for part in data.decode("utf-16-le").split("\0") if part]
    return data
