"""Which proxy a request takes, and what it means when a proxy says no. Texts in, texts out."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from agent.errors import ProxyError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROXY_VARIABLES: Final = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_BYPASS_VARIABLES: Final = ("no_proxy", "NO_PROXY")


def choose(host: str, proxy: str, environment: Mapping[str, str]) -> str | None:
    """The proxy's URL for a request to `host`, or None for the direct way; ProxyError if it is not usable.

    `proxy`: "system" (the environment's variables), "none" or a URL. Loopback takes the direct way.
    """
    if is_loopback(host) or proxy == "none":
        return None
    if proxy != "system":
        return _usable(proxy, "policy's proxy")
    for name in _PROXY_VARIABLES:
        if found := environment.get(name):
            if any(_bypassed(host, environment.get(n, "")) for n in _BYPASS_VARIABLES):
                return None
            return _usable(found if "://" in found else f"http://{found}", name)
    return None


def refusal(proxy: str, target: str, said: str, head: bytes) -> ProxyError:
    """What a proxy's no to CONNECT means; `said` is its status line, `head` its whole answer's beginning."""
    host = without_user(proxy)
    if not said.startswith("407"):
        return ProxyError(
            f"the proxy {host} does not let through to {target}: {said}",
            f"Ask whoever runs the proxy to allow {target}.",
        )
    offered = re.findall(rb"(?im)^proxy-authenticate:[ \t]*([A-Za-z]+)", head)
    schemes = sorted({scheme.decode("ascii").capitalize() for scheme in offered})
    if "Basic" in schemes or not schemes:
        return ProxyError(
            f"the proxy {host} wants a user name and password",
            "Put them into the proxy's URL: http://user:password@host:port.",
        )
    words = ", ".join({"Negotiate": "Kerberos (Negotiate)", "Ntlm": "NTLM"}.get(s, s) for s in schemes)
    return ProxyError(
        f"the proxy {host} wants {words}, which is not supported",
        f"Ask for a way without: an exception for {target}, or a proxy that takes Basic.",
    )


def _usable(url: str, where: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ProxyError(f"{where} is no URL", "Write http://host:port.") from None
    if parts.path.lower().endswith((".pac", ".dat")):
        raise ProxyError(f"{where} names a PAC file, which is not supported", "Name the proxy itself.")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ProxyError(
            f"{where} names a proxy of kind {parts.scheme or 'unknown'}, which is not supported",
            "Name an HTTP proxy: http://host:port.",
        )
    return url


def _bypassed(host: str, entries: str) -> bool:
    """Whether a NO_PROXY list names the host: *, names with their subdomains, addresses, networks."""
    for entry in (part.strip().lower() for part in entries.split(",")):
        name = entry.removeprefix("*").lstrip(".")
        if entry == "*" or (name and (host == name or host.endswith(f".{name}"))):
            return True
        try:
            if ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue
    return False


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def without_user(url: str) -> str:
    """A proxy's host and port, without what it may hold of a password."""
    return urlsplit(url).netloc.rpartition("@")[2]
