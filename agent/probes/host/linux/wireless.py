"""The Wi-Fi signal as the kernel's own interface tells it: nl80211 over generic netlink, numbers only.

What `iw dev … link` shows of the signal, without privilege. The kernel's answers hold the network's name and
its station's address, too: those parts are stepped over and never looked at. /proc/net/wireless, which went
before it, is missing from newer kernels, and rounds.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_AF_NETLINK, _SOCK_RAW, _NETLINK_GENERIC = 16, 3, 16
_HEADER = struct.Struct("=IHHII")  # struct nlmsghdr: length, type, flags, sequence, port
_GENERIC = struct.Struct("=BBH")  # struct genlmsghdr: command, version
_ATTRIBUTE = struct.Struct("=HH")  # struct nlattr: length, type
_KIND = 0x3FFF
"""Of an attribute's type: what is left without NLA_F_NESTED and NLA_F_NET_BYTEORDER."""
_REQUEST, _DUMP = 0x1, 0x300
_NLMSG_ERROR, _NLMSG_DONE = 2, 3

# linux/genetlink.h
_CONTROL, _GET_FAMILY, _FAMILY_ID, _FAMILY_NAME = 16, 3, 1, 2
# linux/nl80211.h
_GET_INTERFACE, _GET_STATION = 5, 17
_INDEX, _TYPE, _STATION = 3, 5, 21
_SIGNAL, _SIGNAL_AVERAGE = 7, 13
_CLIENTS = (2, 8)
"""Kinds of interface that are somebody's guest: station, peer-to-peer client. An access point's are not."""

_SECONDS = 2.0
_MOST = 64
"""Datagrams that one answer may take."""


def signals(indexes: Iterable[int]) -> list[int]:
    """dBm of the connections of these network interfaces (their numbers); none for one without a connection.

    Raises Absent where the kernel has no nl80211.
    """
    import _socket  # the C half: see calls.round_trips

    netlink = _socket.socket(_AF_NETLINK, _SOCK_RAW, _NETLINK_GENERIC)
    try:
        netlink.settimeout(_SECONDS)

        def ask(family: int, command: int, kind: int, value: bytes, flags: int = 0) -> Iterator[bytes]:
            netlink.send(request(family, command, kind, value, flags))
            for _ in range(_MOST):
                found, is_last = answers(netlink.recv(1 << 16))
                yield from found
                if is_last or not flags:
                    return

        family = [id for each in ask(_CONTROL, _GET_FAMILY, _FAMILY_NAME, b"nl80211\0") for id in ids(each)]
        if not family:
            raise Absent("this kernel does not tell of Wi-Fi")
        levels = []
        for index in indexes:
            number = struct.pack("=I", index)
            if any(is_client(each) for each in ask(family[0], _GET_INTERFACE, _INDEX, number)):
                stations = ask(family[0], _GET_STATION, _INDEX, number, _DUMP)
                levels += [level for each in stations if (level := signal(each)) is not None]
        return levels
    except OSError as error:
        raise Absent("this kernel does not tell of Wi-Fi") from error
    finally:
        netlink.close()


def request(family: int, command: int, kind: int, value: bytes, flags: int = 0) -> bytes:
    """A question with one attribute."""
    body = _GENERIC.pack(command, 1, 0) + _ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value
    body += bytes(-len(body) % 4)
    return _HEADER.pack(_HEADER.size + len(body), family, _REQUEST | flags, 1, 0) + body


def answers(data: bytes) -> tuple[list[bytes], bool]:
    """(attributes of each message in one datagram, whether the answer ends in it).

    No such thing (ENOENT, ENODEV and the like) is an answer without messages.
    """
    found: list[bytes] = []
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, _, _, _ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            raise Absent("the kernel's answer about Wi-Fi makes no sense")
        if kind in (_NLMSG_DONE, _NLMSG_ERROR):
            return found, True
        found.append(data[at + _HEADER.size + _GENERIC.size : at + length])
        at += (length + 3) & ~3
    return found, False


def ids(message: bytes) -> list[int]:
    """The number of a family."""
    return [
        int(struct.unpack_from("=H", value)[0])
        for kind, value in _attributes(message)
        if kind == _FAMILY_ID and len(value) >= 2
    ]


def is_client(message: bytes) -> bool:
    """Whether an interface is a guest of a network."""
    return any(
        kind == _TYPE and len(value) >= 4 and struct.unpack_from("=I", value)[0] in _CLIENTS
        for kind, value in _attributes(message)
    )


def signal(message: bytes) -> int | None:
    """dBm of a station: the average of its last frames, else of the last one."""
    for kind, value in _attributes(message):
        if kind == _STATION:
            levels = {
                key: level[0] - 256 for key, level in _attributes(value) if len(level) == 1 and level[0]
            }
            return levels.get(_SIGNAL_AVERAGE, levels.get(_SIGNAL))
    return None


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size or at + length > len(data):
            raise Absent("the kernel's answer about Wi-Fi makes no sense")
        yield kind & _KIND, data[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3
