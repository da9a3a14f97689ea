"""An aggregator is never a target, however it is spelt."""

from __future__ import annotations

import pytest

from agent.errors import PolicyInvalid
from agent.policy import Set, merge, require_no_aggregator, same_host

URLS = ["https://leader.example:8443/api", "https://192.0.2.7/"]


@pytest.mark.parametrize(
    "target",
    [
        *("leader.example:443", "LEADER.Example.:1", "192.0.2.7:53", "0xC0.0.2.7:53", "3221225991:53"),
        *("0300.0.02.7:53", "192.0.519:53", "[::ffff:192.0.2.7]:53", "[::ffff:c000:207]:9"),
    ],
)
def test_refused_and_named(target: str) -> None:
    policy = merge([Set("network_target", target, "p:4", "")], {})
    with pytest.raises(PolicyInvalid, match="p:4: network_target is "):
        require_no_aggregator(policy, URLS)


@pytest.mark.parametrize(
    "target", ["example:443", "192.0.2.8:1", "[2001:db8::1]:80", "xn--mnchen-3ya.example:1"]
)
def test_others_pass(target: str) -> None:
    require_no_aggregator(merge([Set("network_target", target, "p:4", "")], {}), URLS)
    require_no_aggregator(merge([], {}), URLS)


def test_names_of_one_address_are_one_host_when_it_may_be_asked() -> None:
    addresses = {"a.example": ["192.0.2.7"], "192.0.2.7": ["192.0.2.7"], "b.example": ["192.0.2.9"]}
    assert same_host("a.example", "192.0.2.7", lambda host: addresses[host])
    assert not same_host("b.example", "192.0.2.7", lambda host: addresses[host])
    assert not same_host("a.example", "192.0.2.7")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("localhost", "127.0.0.1", True),
        ("localhost", "[::1]", True),
        ("münchen.example", "xn--mnchen-3ya.example", True),
        ("2001:db8:0::1", "[2001:DB8::1]", True),
        ("1.2.3", "1.2.0.3", True),
        ("256.1.1.1", "0.1.1.1", False),
        ("0x", "0.0.0.1", False),
        ("leader.example\u3002", "leader.example", True),
        ("leader.example\uff61", "leader.example", True),
        ("0.0.0.0", "127.0.0.1", True),
        ("[::]", "localhost", True),
    ],
)
def test_spellings(a: str, b: str, same: bool) -> None:
    assert same_host(a, b) is same
