"""A computer at the far end of a wire of our own: packets in, packets out, in user space.

A TUN device in a network namespace leads to it. It takes TCP connections as a distant server would, the hello
after a delay, some refused; so that even `connect()` is shaped, which no proxy behind the kernel can do. Run
in the namespace: `python packets.py DELAY SPREAD REFUSED COUNT [SILENT…] < ORDER` (agent.connection.reach's).
"""

from __future__ import annotations

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import threading
import time

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_SYN, _RST, _ACK, _FIN = 0x02, 0x04, 0x10, 0x01


def checksum(data: bytes) -> int:
    """RFC 1071."""
    data += bytes(len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Far:
    """The far end. `silent`: addresses (packed) that never answer."""

    def __init__(self, delay: float, spread: float, refused: float, silent: frozenset[bytes]) -> None:
        self.device = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.device, _TUNSETIFF, struct.pack("16sH", b"far", _IFF_TUN | _IFF_NO_PI))
        self.delay, self.spread, self.refused = delay, spread, refused
        self.silent = silent
        self.seen = self.turned_away = 0
        self._random = random.Random(11)
        self._due: list[tuple[float, int, bytes]] = []

    def serve(self) -> None:
        """For ever."""
        while True:
            wait = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
            if select.select([self.device], [], [], wait)[0]:
                self._take(os.read(self.device, 65536))
            while self._due and self._due[0][0] <= time.monotonic():
                os.write(self.device, heapq.heappop(self._due)[2])

    def _take(self, packet: bytes) -> None:
        if packet[0] >> 4 == 4:
            head = (packet[0] & 15) * 4
            protocol, source, target = packet[9], packet[12:16], packet[16:20]
        else:
            head, protocol, source, target = 40, packet[6], packet[8:24], packet[24:40]
        if protocol != 6 or target in self.silent:
            return
        segment = packet[head:]
        own, other, sequence, _, _, flags = struct.unpack_from("!HHIIBB", segment)
        if flags & _SYN:
            self.seen += 1
            refused = self._random.random() < self.refused
            self.turned_away += refused
            self._answer(source, target, own, other, sequence + 1, _RST | _ACK if refused else _SYN | _ACK)
        elif flags & _FIN:
            self._answer(source, target, own, other, sequence + 1, _FIN | _ACK)

    def _answer(self, to: bytes, by: bytes, port: int, own: int, acknowledged: int, flags: int) -> None:
        sequence = 1000 if flags & _SYN else 1001
        acknowledged &= 0xFFFFFFFF
        segment = struct.pack("!HHIIBBHHH", own, port, sequence, acknowledged, 0x50, flags, 8192, 0, 0)
        if len(to) == 4:
            pseudo = by + to + struct.pack("!BBH", 0, 6, len(segment))
            head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0) + by + to
            head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        else:
            pseudo = by + to + struct.pack("!IxxxB", len(segment), 6)
            head = struct.pack("!IHBB", 6 << 28, len(segment), 6, 64) + by + to
        segment = segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]
        at = time.monotonic() + self._random.uniform(self.delay - self.spread, self.delay + self.spread)
        heapq.heappush(self._due, (at, self.seen * 4 + bool(flags & _FIN), head + segment))


def main() -> None:
    """Lay the wire, check over it as often as the last argument says, print what came of it, and what was."""
    import ipaddress

    delay, spread, refused = (float(text) for text in sys.argv[1:4])
    count = int(sys.argv[4])
    far = Far(delay, spread, refused, frozenset(ipaddress.ip_address(each).packed for each in sys.argv[5:]))
    for line in (
        "link set lo up",
        "link set far up",
        "address add 198.51.100.1/24 dev far",
        "address add 2001:db8:1::1/64 dev far nodad",
    ):
        subprocess.run(["ip", *line.split()], check=True)
    threading.Thread(target=far.serve, daemon=True).start()
    order = sys.stdin.read()
    from agent.connection.reach import Order, reach

    names = {b"far.invalid": [("198.51.100.7", 2), ("2001:db8:1::7", 10)]}

    def look_up(host: bytes, port: int, *rest: int) -> list[tuple[object, ...]]:
        import socket

        if host not in names:
            return socket.getaddrinfo(host.decode(), port, *rest)  # type: ignore[return-value]
        if rest[-1]:
            raise socket.gaierror(socket.EAI_NONAME, "")
        places = names[host]
        return [(family, 1, 6, "", (each, port, 0, 0)[: 2 if family == 2 else 4]) for each, family in places]

    for _ in range(count):
        print(reach(Order(order), {}, look_up=look_up, pause=lambda s: time.sleep(s / 20)).text(), end="")
    print(f"far {far.seen} {far.turned_away}")


if __name__ == "__main__":
    main()
