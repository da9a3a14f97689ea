"""What a check of the policy's target tells: numbers, and at most one word of a closed list.

The form in which the process that checks tells it to the one that measures. No name and no address can be
written in it. Loaded by both, so it imports nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

ATTEMPTS = 10
"""Connections that one check tries."""
LONGEST = 4096
"""Bytes of text that are read."""
_MOST = 1e6

TROUBLES = {
    "off": "no target for active checks is set, or they are turned off",
    "metered": "active checks rest: the connection is metered",
    "saver": "active checks rest: the computer saves energy",
    "route": "there is no network: no way leads to the target",
    "name_silent": "the name service does not answer, so that no name is found",
    "name_unknown": "the name service answers, but does not know the target's name",
    "portal": "this network lets nobody out before its sign-in page (captive portal) was passed",
    "stranger": "something else answers in the target's place: a sign-in page (captive portal), or a proxy "
    "that has to be named",
    "refused": "the target's computer answers, but refuses the connection",
    "silent": "the target does not answer",
    "unreachable": "the network says that the target cannot be reached",
    "proxy": "the proxy does not let through to the target",
    "proxy_silent": "the proxy itself cannot be reached",
    "proxy_name": "the proxy's name is not found",
    "proxy_unusable": "the proxy that is named cannot be used",
    "v4": "the target answers over IPv6 only, though it has an IPv4 address",
    "v6": "the target answers over IPv4 only, though it has an IPv6 address",
    "expired": "the target's certificate has expired, or this computer's clock is wrong",
    "issuer": "the target's certificate is from an authority that is not trusted here",
    "tls": "the target does not complete the TLS handshake",
    "aggregator": "the target is an aggregator's computer, which is never checked",
    "failed": "the check itself failed",
}
"""Word → what it says to the person at the machine; never leaves it."""

NO_NETWORK = frozenset({"off", "metered", "saver", "route", "portal", "stranger", "aggregator", "failed"})
"""With these nothing was measured that would tell of the network: there is no sample of anything."""
SETTLED = frozenset({"", "v4", "v6", "issuer", "expired", "tls"})
"""With these it is known who answers; after any other the next check is thorough, too."""
NO_CONNECTION = frozenset({"name_silent", "name_unknown", "proxy_name"})
"""With these not even one connection could be tried: all of them count as failed."""


class Reached:
    """One check. `tries` are (family 4 or 6, milliseconds or None for a failed one) in their order.

    `name` and `tls` are milliseconds of the look-up and the handshake; None: there was none.
    """

    __slots__ = ("name", "proxied", "tls", "tries", "trouble")

    def __init__(
        self,
        trouble: str = "",
        *,
        proxied: bool = False,
        name: float | None = None,
        tries: Sequence[tuple[int, float | None]] = (),
        tls: float | None = None,
    ) -> None:
        self.trouble = trouble
        self.proxied = proxied
        self.name = name
        self.tries = tuple(tries)
        self.tls = tls

    @property
    def values(self) -> tuple[object, ...]:
        """All of it, to be compared."""
        return self.trouble, self.proxied, self.name, self.tries, self.tls

    def __repr__(self) -> str:
        parts = [self.trouble] if self.trouble else []
        parts += ["through the proxy"] if self.proxied else []
        parts += [] if self.name is None else [f"name {self.name:.3g}"]
        for family in (4, 6):
            took = ["failed" if ms is None else f"{ms:.3g}" for each, ms in self.tries if each == family]
            parts += [f"IPv{family} {' '.join(took)}"] if took else []
        parts += [] if self.tls is None else [f"TLS {self.tls:.3g}"]
        return f"{', '.join(parts)} (ms)"

    def text(self) -> str:
        """Lines of a word and numbers."""
        lines = [f"trouble {self.trouble}"] if self.trouble else []
        lines += ["proxied"] if self.proxied else []
        lines += [f"name {self.name:.3f}"] if self.name is not None else []
        lines += [f"try {family} {_shown(took)}" for family, took in self.tries]
        lines += [f"tls {self.tls:.3f}"] if self.tls is not None else []
        return "\n".join([*lines, "end", ""])


def read(text: str) -> Reached:
    """The check that a text tells of. ValueError for whatever `Reached.text` never writes."""
    found = Reached()
    *lines, end, rest = ["", *text.split("\n")]
    lines = lines[1:]
    if end != "end" or rest:
        raise ValueError("it is not whole")
    for line in lines:
        _take(found, line.split(" "))
    return found


def _take(found: Reached, words: list[str]) -> None:
    match words:
        case ["trouble", word] if word in TROUBLES:
            found.trouble = word
        case ["proxied"]:
            found.proxied = True
        case ["name", took]:
            found.name = _milliseconds(took)
        case ["tls", took]:
            found.tls = _milliseconds(took)
        case ["try", "4" | "6" as family, took] if len(found.tries) < ATTEMPTS:
            found.tries += ((int(family), None if took == "-" else _milliseconds(took)),)
        case _:
            raise ValueError("it holds something else")


def _shown(took: float | None) -> str:
    return "-" if took is None else f"{took:.3f}"


def _milliseconds(text: str) -> float:
    if not text.isascii() or not text.replace(".", "", 1).isdigit() or len(text) > 12:
        raise ValueError("it holds something else")
    found = float(text)
    if found > _MOST:
        raise ValueError("it takes too long")
    return found
