"""Watches programs from outside: their system calls by strace, and every packet of a network of their own."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

CALLS = "connect,sendto,sendmsg,sendmmsg,bind,listen,open,openat,openat2"
_SENDING = re.compile(
    r"\b(?P<call>connect|sendto|sendmsg|sendmmsg|bind)\(.*?sa_family=AF_INET6?, "
    r"sin6?_port=htons\((?P<port>\d+)\).*?\"(?P<host>[0-9a-fA-F.:]+)\""
)
_NETLINK = re.compile(r"\[?\{(msg_name=\{sa_family=AF_NETLINK|nlmsg_len=)")
_NAME_SERVICE = re.compile(
    r"\b(open(at2?)?\(.*\"/etc/(hosts|resolv\.conf|host\.conf|gai\.conf)\""
    r"|connect\(.*(systemd/resolve|avahi|io\.systemd\.Resolve))"
)
_NAME_PORTS = frozenset({53, 137, 853, 5353, 5355})


class Call(NamedTuple):
    """One system call that names an IP address."""

    name: str
    host: str
    port: int


class Trace:
    """What strace wrote about some programs and all that they started: a file for each process."""

    def __init__(self, folder: Path, strace: str) -> None:
        self._folder = folder
        self._strace = strace
        folder.mkdir()

    @property
    def before(self) -> list[str]:
        """To be put in front of a command line."""
        into = str(self._folder / "process")
        return [
            *(self._strace, "--seccomp-bpf", "-ff", "-qq", "-s", "256", "-o", into),
            *("-e", f"trace={CALLS}", "-e", "signal=none"),
        ]

    @property
    def lines(self) -> list[str]:
        return [
            line
            for path in sorted(self._folder.iterdir())
            for line in path.read_text("utf-8", "replace").splitlines()
        ]

    def calls(self) -> list[Call]:
        """Every call that connects, sends or listens by IP."""
        found = [_SENDING.search(line) for line in self.lines if "AF_INET" in line]
        return [Call(match["call"], match["host"], int(match["port"])) for match in found if match]

    def unread(self) -> list[str]:
        """Lines that speak of IP and were not understood; there should be none.

        Questions to the kernel itself (netlink: how do this machine's connections fare?) are none.
        """
        spoken = [line for line in self.lines if "AF_INET" in line and not _NETLINK.search(line)]
        return [line for line in spoken if not _SENDING.search(line)]

    def names_looked_up(self) -> list[str]:
        """Lines that show a name being looked up: the resolver's files and services, and its ports."""
        asked = [line for line in self.lines if _NAME_SERVICE.search(line)]
        return asked + [str(call) for call in self.calls() if call.port in _NAME_PORTS]


class Packet(NamedTuple):
    """One IP packet on the loopback of a namespace; `data` is what TCP or UDP carried."""

    protocol: int
    source: int
    target: int
    data: bytes


class Namespace:
    """A network of its own, with nothing but loopback in it, and a capture of all that passes there."""

    def __init__(self, name: str, ip: str) -> None:
        self._name = name
        self._ip = ip
        self._raw: list[bytes] = []
        self._lock = threading.Lock()
        self._tap: socket.socket | None = None

    @property
    def name(self) -> str:
        """As `ip` knows it."""
        return self._name

    @property
    def before(self) -> list[str]:
        """To be put in front of a command line, so that it runs inside."""
        return [self._ip, "netns", "exec", self._name]

    def listener(self, port: int) -> socket.socket:
        """A socket inside that listens on loopback."""
        return self._inside(lambda: socket.create_server(("127.0.0.1", port)))

    def packets(self) -> list[Packet]:
        """Every IP packet so far, oldest first."""
        with self._lock:
            raw = list(self._raw)
        return [packet for packet in map(_parse, raw) if packet is not None]

    def missed(self) -> int:
        """Packets since the last time this was asked for which the capture had no room."""
        assert self._tap is not None
        sol_packet, packet_statistics = 263, 6
        _, dropped = struct.unpack("II", self._tap.getsockopt(sol_packet, packet_statistics, 8))
        return int(dropped)

    def _inside(self, make: Callable[[], socket.socket]) -> socket.socket:
        """Make a socket in a thread that has entered the namespace; it stays there."""
        made: list[socket.socket] = []

        def enter() -> None:
            with Path(f"/run/netns/{self._name}").open() as place:
                if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), 0x40000000):  # CLONE_NEWNET
                    raise OSError(ctypes.get_errno(), "setns")
            made.append(make())

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        return made[0]


@contextlib.contextmanager
def namespace(label: str, ip: str) -> Iterator[Namespace]:
    """Make one (root only), and remove it in the end. `ip` is the program of iproute2."""
    name = f"shoal-{os.getpid()}-{label}"
    subprocess.run([ip, "netns", "add", name], check=True)
    try:
        made = Namespace(name, ip)
        subprocess.run([*made.before, ip, "link", "set", "lo", "up"], check=True)
        every = socket.htons(0x0003)  # ETH_P_ALL
        tap = made._inside(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, every))
        tap.setsockopt(socket.SOL_SOCKET, 33, 1 << 25)  # SO_RCVBUFFORCE
        tap.settimeout(0.5)
        made._tap = tap
        stopped = threading.Event()

        def capture() -> None:
            while not stopped.is_set():
                with contextlib.suppress(TimeoutError):
                    frame, address = tap.recvfrom(1 << 17)  # loopback's are larger than 64 KiB
                    if address[2] != socket.PACKET_OUTGOING:  # loopback shows each packet twice
                        with made._lock:
                            made._raw.append(frame)

        thread = threading.Thread(target=capture)
        thread.start()
        try:
            yield made
        finally:
            stopped.set()
            thread.join()
            tap.close()
    finally:
        subprocess.run([ip, "netns", "delete", name], check=True)


def _parse(frame: bytes) -> Packet | None:
    """An Ethernet frame that holds IP; None for others."""
    kind, packet = frame[12:14], frame[14:]
    if kind == b"\x08\x00":
        protocol, inner = packet[9], packet[(packet[0] & 15) * 4 : int.from_bytes(packet[2:4], "big")]
    elif kind == b"\x86\xdd":
        protocol, inner = packet[6], packet[40:]
    else:
        return None
    if protocol not in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
        return Packet(protocol, 0, 0, inner)
    skip = (inner[12] >> 4) * 4 if protocol == socket.IPPROTO_TCP else 8
    source, target = (int.from_bytes(inner[at : at + 2], "big") for at in (0, 2))
    return Packet(protocol, source, target, inner[skip:])
