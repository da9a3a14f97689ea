"""The system's message bus, asked for properties of its services.

D-Bus written out (its specification, "Message Protocol"): five questions and answers take a millisecond, and
loading a library for it would take thirty. No service is started by asking.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Sequence

ADDRESS = "/run/dbus/system_bus_socket"
_SECONDS = 0.25
_LOOKS = 16
"""How often answers are waited for: with _SECONDS, what the bus can hold us up at most."""
_LARGEST = 1 << 16

_CALL, _RETURN, _ERROR = 1, 2, 3
_NO_AUTO_START = 2
_PATH, _INTERFACE, _MEMBER, _REPLY_SERIAL, _DESTINATION, _SIGNATURE = 1, 2, 3, 5, 6, 8
_GET = "org.freedesktop.DBus.Properties"


class Property(NamedTuple):
    """One property of one object of a service."""

    service: str
    path: str
    interface: str
    name: str

    def __str__(self) -> str:
        return f"{self.service} {self.name},"


def properties(questions: Sequence[Property], address: str = ADDRESS) -> list[int | str | None]:
    """The properties' values (numbers and texts), None where there is none. Raises Absent without a bus."""
    import _socket  # the C half: see calls.round_trips

    bus = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        bus.settimeout(_SECONDS)
        bus.connect(address)
        user = str(os.getuid()).encode().hex()
        hello = _call(1, Property("org.freedesktop.DBus", "/org/freedesktop/DBus", "", "Hello"))
        asked = b"".join(_get(serial, question) for serial, question in enumerate(questions, 2))
        bus.sendall(b"\0AUTH EXTERNAL " + user.encode() + b"\r\nBEGIN\r\n" + hello + asked)
        answers: dict[int, int | str | None] = {}
        data, begun = b"", False
        for _ in range(_LOOKS):
            if set(range(2, len(questions) + 2)) <= answers.keys():
                break
            try:
                part = bus.recv(_LARGEST)
            except TimeoutError:
                if begun:
                    break  # a service that hangs keeps nobody from hearing the others
                raise
            data += part
            if not part or len(data) > _LARGEST:
                break
            if not begun:
                line, begun, data = _welcome(data)
                if begun and not line.startswith(b"OK"):
                    raise Absent("the system's message bus does not let us in")
            if begun:
                data = take(data, answers)
    except (OSError, struct.error, ValueError, IndexError) as error:
        raise Absent("the system's message bus does not answer") from error
    finally:
        bus.close()
    return [answers.get(serial) for serial, _ in enumerate(questions, 2)]


def _welcome(data: bytes) -> tuple[bytes, bool, bytes]:
    """(the bus's first line, whether it is whole, what comes after it)."""
    line, end, rest = data.partition(b"\r\n")
    return (line, True, rest) if end else (b"", False, data)


# -- messages, little-endian


def _get(serial: int, question: Property) -> bytes:
    body = _string(question.interface)
    body += bytes(-len(body) % 4) + _string(question.name)
    ask = Property(question.service, question.path, _GET, "Get")
    return _call(serial, ask, body)


def _call(serial: int, member: Property, body: bytes = b"") -> bytes:
    """A method call; a body is two strings."""
    fields = [(_PATH, b"o", member.path), (_DESTINATION, b"s", member.service), (_MEMBER, b"s", member.name)]
    if member.interface:
        fields.append((_INTERFACE, b"s", member.interface))
    packed = b""
    for code, kind, value in fields:
        packed += bytes(-len(packed) % 8) + bytes([code, 1]) + kind + b"\0" + _string(value)
    if body:
        packed += bytes(-len(packed) % 8) + bytes([_SIGNATURE, 1]) + b"g\0" + b"\x02ss\0"
    head = struct.pack("<cBBBIII", b"l", _CALL, _NO_AUTO_START, 1, len(body), serial, len(packed))
    return head + packed + bytes(-len(packed) % 8) + body


def _string(text: str) -> bytes:
    data = text.encode("ascii")
    return struct.pack("<I", len(data)) + data + b"\0"


def take(data: bytes, answers: dict[int, int | str | None]) -> bytes:
    """Note the answers in the whole messages of `data` (serial → value, None for an error); give the rest."""
    while len(data) >= 16:
        order = "<" if data[:1] == b"l" else ">"
        kind = data[1]
        body_size, _, fields_size = struct.unpack_from(f"{order}III", data, 4)
        start = 16 + fields_size + -fields_size % 8
        if start + body_size > _LARGEST:
            raise ValueError("a message is too long")
        if len(data) < start + body_size:
            break
        if kind in (_RETURN, _ERROR):
            serial = _reply_serial(data[16 : 16 + fields_size], order)
            answers[serial] = _variant(data[start : start + body_size], order) if kind == _RETURN else None
        data = data[start + body_size :]
    return data


def _reply_serial(fields: bytes, order: str) -> int:
    at = 0
    while at < len(fields):
        at += -at % 8
        code, size = fields[at], fields[at + 1]
        kind = fields[at + 2 : at + 2 + size]
        at += 3 + size
        if kind == b"g":
            at += fields[at] + 2
            continue
        at += -at % 4
        (number,) = struct.unpack_from(f"{order}I", fields, at)
        at += 4
        if kind == b"u":
            if code == _REPLY_SERIAL:
                return int(number)
        elif kind in (b"s", b"o"):
            at += number + 1
        else:
            raise ValueError("a message's head holds something else")
    return 0


def _variant(body: bytes, order: str) -> int | str | None:
    """A number or a text in a variant; None for anything else, such as Hello's name for us."""
    if len(body) < 3 or body[0] != 1 or body[2]:
        return None
    kind, at = body[1:2], 4  # length, signature, end; then aligned to four
    if kind not in (b"u", b"b", b"i", b"s"):
        return None
    (number,) = struct.unpack_from(f"{order}{'i' if kind == b'i' else 'I'}", body, at)
    if kind != b"s":
        return int(number)
    return body[at + 4 : at + 4 + number].decode("utf-8", "replace")
