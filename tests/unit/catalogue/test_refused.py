"""No probe reads what is refused for good: by the code of all, and by what they touch when they run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from catalogue.load import METRICS
from catalogue.refused import REFUSED, found, page
from tests.repository import ROOT
from tests.unit.agent.probes.reading_code import code

PROBES = sorted((ROOT / "agent" / "probes").rglob("*.py"))
PAGE = METRICS.parent.parent / "docs" / "metrics.md"

# A line of code for each kind of refused reading, as somebody might add it.
TEMPTING = {
    "Foreground": [
        "idle = system.run(['xprintidle'], 1)", "user32.GetLastInputInfo(info)", "GetForegroundWindow()",
        "run(['ioreg', '-c', 'IOHIDSystem'], 5)", "run(['xdotool', 'getactivewindow'], 1)",
        "value(r'HKCU\\Explorer\\RecentDocs', '')",
    ],
    "Messages": [
        "open('/dev/video0')", "win32com.client.Dispatch('Outlook.Application')",
        "text('proc/asound/card0/pcm0c/sub0/status', '')",
    ],
    "Addresses of pages": [
        "text(f'{home}/.mozilla/firefox/{p}/places.sqlite', '')", "data(home / 'google-chrome' / 'Default')",
        "data(f'{home}/Library/Safari/History.db')", "data(folder / 'Default' / 'History')",
        "data('AppData\\\\Local\\\\Google\\\\Chrome\\\\User Data\\\\Default')",
    ],
    "installed": [
        "run(['dpkg-query', '-l'], 5)", "run(['rpm', '-qa'], 5)", "query('select Name from Win32_Product')",
        "text('var/lib/dpkg/status', '')", "run(['dpkg-query', '-W'], 5)",
        "run(['apt', 'list', '--installed'], 5)", "listing('usr/share/applications', '')",
    ],
    "Arguments": [
        "text(f'proc/{pid}/cmdline', '')", "process.cmdline()", "process.environ()",
        "run(['ps', '-eo', 'pid,args'], 1)", "text('proc/' + pid + '/cmdline', '')",
        "data(root / 'proc' / str(pid) / 'cmdline')", "process_iter(['name', 'cmdline'])",
        "run(['ps', 'aux'], 1)", "listing(f'proc/{pid}/fd', '')", "ask('Get-CimInstance Win32_Process')",
        "number('kern.procargs2')", "text(f'{home}/.bash_history', '')",
    ],
    "signed in": [
        "psutil.users()", "open('/var/run/utmp')", "run(['who'], 1)", "run(['loginctl', 'list-sessions'], 1)",
        "events('Security', '*[System[EventID=4624]]')", "pwd.getpwuid(uid)", "process.username()",
        "os.environ['USER']", "os.environ.get('LOGNAME')", "text('var/log/auth.log', '')",
        "ask('Get-WinEvent -LogName Security')", "getattr(psutil, 'users')()",
    ],
    "networks": [
        "run(['iwgetid', '-r'], 1)", "psutil.net_if_addrs()", "text('proc/net/tcp', '')",
        "wlanapi.WlanGetNetworkBssList", "text('proc/net/arp', '')", "key = 'SSID'",
        "NL80211_ATTR_SSID = 0x34", "SIOCGIWESSID = 0x8B1B", "run(['ss', '-tnp'], 1)",
        "run(['networksetup', '-getairportnetwork', 'en0'], 5)", "ask('Get-NetIPAddress')",
        "keys(r'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles')",
    ],
    "Identifiers": [
        "text('etc/machine-id', '')", "text('sys/class/dmi/id/product_uuid', '')", "socket.gethostname()",
        "platform.node()", "value(key, 'MachineGuid')", "text(f'sys/class/net/{name}/address', '')",
        "os.uname().nodename", "platform.uname()", "text('proc/sys/kernel/hostname', '')", "uuid.uuid1()",
        "run(['ioreg', '-rd1', '-c', 'IOPlatformExpertDevice'], 5)", "datetime.now().astimezone().tzinfo",
    ],
    "keystrokes": [
        "user32.SetWindowsHookExW(13, hook, 0, 0)", "open('/dev/input/event0')", "user32.GetWindowTextW(w)",
        "data(f'var/lib/systemd/coredump/core.{name}', '')", "run(['coredumpctl', 'dump'], 5)",
        "user32.EnumWindows(each, 0)", "ask('Get-Process | Select-Object MainWindowTitle')",
        "run(['osascript', '-e', 'get name of window 1'], 1)",
    ],
}  # fmt: skip


@pytest.mark.parametrize("path", PROBES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_probe_s_code_names_a_refused_source(path: Path) -> None:
    read = code(path.read_text("utf-8"))
    assert read.texts or read.names or not path.read_text("utf-8").strip()
    assert found(read.texts, read.names) == []


@pytest.mark.parametrize("kind", TEMPTING)
def test_such_code_would_be_noticed(kind: str) -> None:
    refused = next(each for each in REFUSED if kind in each.what)
    for line in TEMPTING[kind]:
        read = code(line)
        hits = found(read.texts, read.names)
        assert any(refused.what in hit for hit in hits), (line, hits)


def test_every_kind_has_such_code() -> None:
    assert len(TEMPTING) == len(REFUSED)


def test_documentation_may_say_what_is_not_read() -> None:
    read = code('"""No SSID is read."""\n\n\ndef f():\n    """Nor users()."""\n    return 1  # nor utmp\n')
    assert found(read.texts, read.names) == []


# Every file opened, folder listed, program started, library loaded while all probes read twice. Not what
# Python itself loads.
WATCH = """
import sys, json, time
from agent.model import Moment
from agent.probes import probes, read_all, this_host, stop_all
from catalogue.load import load
known = load(None)
found = probes(this_host(), known)
touched = set()
def watch(name, given):
    if name in ("open", "os.listdir", "os.scandir", "ctypes.dlopen") and given and given[0] is not None:
        touched.add(str(given[0]))
    elif name in ("subprocess.Popen", "os.posix_spawn", "os.system", "os.exec"):
        words = given[1] if len(given) > 1 and not isinstance(given[1], str) else given
        touched.add(" ".join(map(str, words)))
    elif name.startswith(("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethost")):
        touched.add(name)
sys.addaudithook(watch)
marks = {}
ids = [metric.id for metric in known.metrics]
for second in range(2):
    read_all(found, Moment(1.8e9 + 60 * second, 100.0 + 60 * second, "b"), ids, marks)
stop_all(found, Moment(1.8e9 + 99, 199.0, "b"), marks)
own = (sys.prefix, sys.base_prefix, sys.argv[1])
print(json.dumps(sorted(each for each in touched if not each.startswith(own))))
"""


def test_nothing_refused_is_touched_while_all_probes_read_here() -> None:
    command = [sys.executable, "-P", "-c", WATCH, str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    touched = json.loads(run.stdout)
    if sys.platform == "linux":
        assert "/proc" in touched and "/proc/vmstat" in touched, touched
        assert any(each.startswith("/proc/") and each.endswith("/statm") for each in touched)
    commands = [each.split(" ", 4)[4] for each in touched if each.startswith("timeout -k ")]
    assert found([*touched, *commands]) == []
    assert not [each for each in touched if each.startswith("socket.")], "nobody is asked for anything"


def test_the_list_is_on_the_page() -> None:
    assert page() in PAGE.read_text("utf-8")
    for each in REFUSED:
        assert f"**{each.what}.** {each.why}" in PAGE.read_text("utf-8")


# What was refused when Shoal began, in its own words: none may fall off the list by rewriting it.
ONCE_REFUSED = (
    "foreground, engagement, active, idle, messages, meetings, camera, mentions, pages, loads, extensions, "
    "installed, arguments, keys, names of people, signed in, signing in and out, networks, addresses, "
    "location, office, identifiers, model, time zone, language, moods, keystrokes, pictures of the screen, "
    "dumps, titles of windows"
)


def test_nothing_fell_off_the_list() -> None:
    told = " ".join(each.what for each in REFUSED).lower()
    assert [word for word in ONCE_REFUSED.split(", ") if word not in told] == []
