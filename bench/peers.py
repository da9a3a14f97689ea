"""Programs of others that watch a computer: how each is started to look once a minute, and keep what it saw.

``tools/bench_peers.sh`` puts them into .bench/: glances from PyPI, the others from Debian, unpacked and never
installed. All run as whoever runs the bench, and are ended by process id.
"""

from __future__ import annotations

import socket
import urllib.request
from typing import TYPE_CHECKING, NamedTuple

from bench import machine
from bench.frame import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

HOME = machine.ROOT / ".bench"
_DEBIAN = HOME / "debian" / "root"
_NINE = ("cpu", "diskstats", "filesystem", "loadavg", "meminfo", "netdev", "netstat", "pressure", "vmstat")
_COLLECTD = (
    "cpu",
    "memory",
    "swap",
    "vmem",
    "df",
    "disk",
    "interface",
    "load",
    "processes",
    "protocols",
    "uptime",
)


class Peer(NamedTuple):
    """One program. It looks by itself, or each time that ``ask`` is called."""

    name: str
    does: str
    command: Sequence[str]
    has_looked: Callable[[], bool]
    """Whether the first of what it saw is on the disk, or was answered."""
    ask: Callable[[], None] | None = None
    environment: Mapping[str, str] = {}


def peers(folder: Path) -> list[Peer]:
    """All of them; each keeps what it writes below a folder of its own. Unavailable if one is missing."""
    made = [
        _glances(folder / "glances"),
        _glances(folder / "glances-few", "--disable-process"),
        _exporter("node_exporter", "as it comes"),
        _exporter("node_exporter, nine", f"nine collectors: {', '.join(_NINE)}", *_only(_NINE)),
        _collectd(folder / "collectd"),
        _sadc(folder / "sadc"),
    ]
    for peer in made:
        if not machine.ROOT.joinpath(peer.command[0]).exists():
            raise Unavailable(f"{peer.name} is missing: tools/bench_peers.sh")
    return made


def versions() -> dict[str, str]:
    """What they are, exactly."""
    said = (HOME / "debian" / "versions").read_text(encoding="ascii").splitlines()
    return {
        "glances": (HOME / "glances" / "version").read_text().strip(),
        **dict(line.split() for line in said),
    }


def _glances(folder: Path, *more: str) -> Peer:
    folder.mkdir()
    file, settings = folder / "seen.csv", folder / "glances.conf"
    settings.write_text("[global]\ncheck_update=false\n")
    command = [str(HOME / "glances/bin/glances"), "--config", str(settings), "--quiet", "--time", "60", *more]
    command += ["--export", "csv", "--export-csv-file", str(file), "--disable-check-update"]
    name, what = ("glances, no processes", ", without its list of processes") if more else ("glances", "")
    return Peer(name, f"its usual subjects into a CSV file each 60 s{what}", command, lambda: _size(file) > 0)


def _exporter(name: str, does: str, *more: str) -> Peer:
    port = _free_port()
    url = f"http://127.0.0.1:{port}/metrics"

    def ask() -> None:
        with urllib.request.urlopen(url, timeout=20) as answer:
            if len(answer.read()) < 1000:
                raise AssertionError(f"{name} answered with next to nothing")

    def has_looked() -> bool:
        try:
            ask()
        except OSError:
            return False
        return True

    command = [
        str(_DEBIAN / "usr/bin/prometheus-node-exporter"),
        f"--web.listen-address=127.0.0.1:{port}",
        *more,
    ]
    return Peer(name, f"{does}; asked over loopback each 60 s, keeps nothing", command, has_looked, ask)


def _only(collectors: Sequence[str]) -> list[str]:
    return ["--collector.disable-defaults", *(f"--collector.{name}" for name in collectors)]


def _collectd(folder: Path) -> Peer:
    folder.mkdir()
    seen, settings = folder / "csv", folder / "collectd.conf"
    said: dict[str, object] = {
        "BaseDir": folder,
        "PIDFile": folder / "pid",
        "PluginDir": _DEBIAN / "usr/lib/collectd",
    }
    said |= {"TypesDB": _DEBIAN / "usr/share/collectd/types.db", "Hostname": "bench"}
    lines = [f'{key} "{value}"' for key, value in said.items()]
    lines += ["Interval 60", *(f"LoadPlugin {name}" for name in (*_COLLECTD, "csv"))]
    lines += ["<Plugin csv>", f'DataDir "{seen}"', "</Plugin>"]
    settings.write_text("\n".join(lines) + "\n")
    command = [str(_DEBIAN / "usr/sbin/collectd"), "-f", "-C", str(settings)]
    does = f"{', '.join(_COLLECTD)} into CSV files each 60 s"
    return Peer("collectd", does, command, lambda: any(file.is_file() for file in seen.rglob("*")))


def _sadc(folder: Path) -> Peer:
    folder.mkdir()
    file = folder / "sa"
    command = [str(_DEBIAN / "usr/lib/sysstat/sadc"), "-F", "-L", "-S", "DISK", "60", str(file)]
    return Peer(
        "sysstat (sadc)", "Debian's choice, into its own file each 60 s", command, lambda: _size(file) > 2000
    )


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
