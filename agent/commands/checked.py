"""What the last active check of the network showed, for a help desk: what is wrong, and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agent.model import Fact
from agent.reached import TROUBLES

if TYPE_CHECKING:
    from agent.store import Store

_LAST: Final = "network.probe_failures.last"
"""The mark of agent.probes.target."""

CURES: Final = {
    "route": "Connect a cable or Wi-Fi; if one is connected, get a new address (connect again).",
    "name_silent": "Look at the name servers that this network or VPN sets.",
    "name_unknown": "Check the name in network_target; an internal name may need the VPN.",
    "portal": "Open a browser and sign in to this network.",
    "stranger": "Open a browser and sign in to this network, or name the proxy in the policy.",
    "refused": "The way is open; ask whether the service at the target runs, or check its port.",
    "silent": "A firewall may drop it, or the target is down: try from another network.",
    "unreachable": "A router on the way knows no way on: check VPN and router.",
    "proxy": "Ask whoever runs the proxy to let through to the target.",
    "proxy_silent": "Check the policy's proxy, or HTTPS_PROXY, and whether it runs.",
    "proxy_name": "Check the policy's proxy, or HTTPS_PROXY.",
    "proxy_unusable": "Name an HTTP proxy: http://host:port.",
    "v4": "Look at this network's IPv4: programs wait for it before they take IPv6.",
    "v6": "Look at this network's IPv6: programs wait for it before they take IPv4.",
    "expired": "Check this computer's clock; else the target's operator has to renew it.",
    "issuer": "A proxy may open connections: name its authority with ca_bundle.",
    "tls": "A device on the way may interfere.",
    "aggregator": "Name another host in network_target.",
}
"""Word of agent.reached.TROUBLES → what to do; those without one need nothing."""


def last(store: Store) -> str | None:
    """In words; None while checks are off or none has ended yet."""
    if store.fact(Fact.CHECKS) is None:
        return None
    word, *more = store.marks().get(_LAST, "").split(" ")
    by = " through the proxy" if "proxied" in more else ""
    if word == "ok":
        return f"the last check{by} found nothing wrong"
    if word not in TROUBLES:
        return None
    alone = ". Open connections go on: it is the names alone" if "others" in more else ""
    return f"the last check{by}: {TROUBLES[word]}{alone}. {CURES.get(word, '')}".strip()
