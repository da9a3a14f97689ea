"""Keeps active network checks away from aggregators, who would learn from them when a machine is awake."""

from __future__ import annotations

import contextlib
import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agent.errors import PolicyInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agent.policy.merge import Policy

LOOPBACK = "loopback"


def require_no_aggregator(
    policy: Policy, urls: Iterable[str], resolve: Callable[[str], Iterable[str]] | None = None
) -> None:
    """PolicyInvalid naming network_target if it is the host of one of the aggregators' URLs.

    Ports do not count, nor case, final dots, or how an address is written. With `resolve` (for the moment
    of a check, never before) names that lead to one address are one host, too.
    """
    value = policy.values["network_target"]
    if value.value is None:
        return
    host = str(value.value).rpartition(":")[0]
    for url in urls:
        aggregator = urlsplit(url).hostname or ""
        if same_host(host, aggregator, resolve):
            raise PolicyInvalid(
                f"{value.where or 'network_target'}: network_target is {host}, which is an aggregator "
                f"of the task: it would learn when this machine is awake",
                "Name a host that is neither the leader's nor the helper's.",
            )


def same_host(a: str, b: str, resolve: Callable[[str], Iterable[str]] | None = None) -> bool:
    """Whether two host names or addresses mean one host."""
    first, second = canonical_host(a), canonical_host(b)
    if first == second:
        return True
    if resolve is None:
        return False
    found = [{first, *map(canonical_host, resolve(a))}, {second, *map(canonical_host, resolve(b))}]
    return bool(found[0] & found[1])


def canonical_host(host: str) -> str:
    """One spelling for all spellings of a name or an address."""
    text = host.strip().strip("[]").partition("%")[0].rstrip(".").lower()
    # after which full stops of other scripts are plain ones, too
    with contextlib.suppress(UnicodeError):  # an address, or no name at all, is compared as it stands
        text = text.encode("idna").decode("ascii").rstrip(".").lower()
    if text == "localhost" or text.endswith(".localhost"):
        return LOOPBACK
    address = _address(text)
    if address is None:
        return text
    return LOOPBACK if address.is_loopback or address.is_unspecified else str(address)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return _loose_ipv4(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else ipaddress.IPv4Address(mapped)


def _loose_ipv4(text: str) -> ipaddress.IPv4Address | None:
    """The forms that inet_aton takes: one to four parts, decimal, octal (0…) or hexadecimal (0x…)."""
    parts = text.split(".")
    if not 1 <= len(parts) <= 4:
        return None
    try:
        *bytes_before, last = [_number(part) for part in parts]
    except ValueError:
        return None
    if any(number > 255 for number in bytes_before) or last >= 1 << (8 * (4 - len(bytes_before))):
        return None
    value = last
    for place, number in enumerate(bytes_before):
        value += number << (8 * (3 - place))
    return ipaddress.IPv4Address(value)


def _number(part: str) -> int:
    if not part.isascii() or not part.isalnum():
        raise ValueError
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and len(part) > 1 else int(part)
