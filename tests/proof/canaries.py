"""Names and addresses that nobody invents, every form in which they could hide, and the search for them."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote

LEAST = 12
"""Bytes of a canary, at least: shorter ones would be found by chance."""


class Canary(NamedTuple):
    """One thing of a machine that must not leave it."""

    what: str
    text: str
    """As people and programs write it."""
    others: tuple[str, ...] = ()
    """Other spellings of the same."""
    packed: bytes = b""
    """As the kernel holds it, where that is not the text."""


def _machine_id(what: str, text: str) -> Canary:
    grouped = "-".join(text[i:j] for i, j in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
    return Canary(what, text, (grouped,), bytes.fromhex(text))


def _mac(text: str) -> Canary:
    return Canary("MAC address", text, (text.replace(":", "-"), text.replace(":", "")), _hex(text))


def _hex(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _ipv6(text: str) -> Canary:
    address = ipaddress.IPv6Address(text)
    return Canary("IPv6 address", text, (address.exploded,), address.packed)


HOST = Canary("host name", "canaryhost-7wq4kzvx2m")
DOMAIN = Canary("domain", "canarydomain-3jx8q.invalid")
USER = Canary("user name", "cnryuser7vhx3qpz")
PERSON = Canary("person's name", "Qwendolyn Xanarievskaya")
HOME = Canary("home", "cnryhome-k2x9vwq5z")
PROCESS = Canary("process", "cnryproc5zkq8w")
ARGUMENT = Canary("process's argument", "cnryargument-9xq2w7vk")
MOUNT = Canary("mount", "cnrymount-x4vq8z2kp")
DEVICE = Canary("mounted device", "cnrydevice-w7kz3xq9v")
INTERFACE = Canary("interface", "cnryif4hzq7wk")
SSID = Canary("SSID", "Canary Wi-Fi 8zqx5vkw")
VARIABLE = Canary("variable", "cnryvariable-q5zx8kw2")
MACHINE_ID = _machine_id("machine-id", "c4a7f1d29e6b48350fa1b7c9d3e58264")
DBUS_ID = _machine_id("D-Bus's machine-id", "9b3ec5f0716d4a82be94d10f73a6c85d")
MAC = _mac("02:ca:7a:91:5e:d3")
IPV4 = Canary("IPv4 address", "10.203.117.249")  # packed it is four bytes, which chance would make
IPV6 = _ipv6("fd5e:c4a7:9b12:6d38:a1f7:3c0e:b592:7e4f")

CANARIES = (
    *(HOST, DOMAIN, USER, PERSON, HOME, PROCESS, ARGUMENT, MOUNT, DEVICE, INTERFACE, SSID, VARIABLE),
    *(MACHINE_ID, DBUS_ID, MAC, IPV4, IPV6),
)


class Hit(NamedTuple):
    """A canary that was found."""

    canary: str
    form: str
    place: str


class Form(NamedTuple):
    """One way to write a canary; `folded` ones are looked for in either case."""

    name: str
    bytes: bytes
    folded: bool = False


def forms(canary: Canary) -> list[Form]:
    """Every form that is looked for."""
    found: list[Form] = []
    for spelling in dict.fromkeys((canary.text, *canary.others)):
        plain = spelling.encode()
        found += [
            Form("raw", plain, True),
            Form("UTF-16LE", spelling.encode("utf-16-le"), True),
            Form("UTF-16BE", spelling.encode("utf-16-be"), True),
            Form("UTF-32LE", spelling.encode("utf-32-le"), True),
            Form("percent", quote(spelling, safe="").encode(), True),
            Form("percent, every byte", "".join(f"%{byte:02x}" for byte in plain).encode(), True),
            Form("JSON", json.dumps(spelling).strip('"').encode(), True),
            Form("JSON, every character", "".join(f"\\u{ord(c):04x}" for c in spelling).encode(), True),
        ]
        found += _written(plain, "")
        for coding in ("utf-16-le", "utf-16-be"):
            found += _written(spelling.encode(coding), f"{coding.upper()} in ")
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, plain).digest()
            found += [Form(name, digest), *_written(digest, f"{name} in ")]
    if canary.packed:
        found += [Form("packed", canary.packed), *_written(canary.packed, "packed in ")]
    return list(dict.fromkeys(found))


def _written(data: bytes, before: str) -> list[Form]:
    """Bytes as hex and base64: of its three alignments the part that their neighbours leave alone."""
    found = [Form(f"{before}hex", data.hex().encode(), True)]
    separated = (data.hex(mark).encode() for mark in (":", "-", " "))
    found += [Form(f"{before}hex with marks", text, True) for text in separated]
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + data)
        first, last = (0, 2, 3)[shift], (shift + len(data)) * 8 // 6
        kept = coded[first:last]
        found.append(Form(f"{before}base64 +{shift}", kept))
        found.append(Form(f"{before}base64url +{shift}", kept.translate(bytes.maketrans(b"+/", b"-_"))))
    return found


_FORMS = [(canary, form) for canary in CANARIES for form in forms(canary)]


def search(places: Mapping[str, bytes], canaries: Iterable[Canary] = CANARIES) -> list[Hit]:
    """Every canary in every form, wherever it lies in these bytes."""
    wanted = {canary.what for canary in canaries}
    needles = [
        (canary.what, form.name, form.folded, form.bytes.lower() if form.folded else form.bytes)
        for canary, form in _FORMS
        if canary.what in wanted
    ]
    hits = []
    for place, data in places.items():
        lower = data.lower()
        hits += [
            Hit(what, form, place)
            for what, form, folded, needle in needles
            if needle in (lower if folded else data)
        ]
    return hits
