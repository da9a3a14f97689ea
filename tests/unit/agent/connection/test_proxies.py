"""Which proxy a request takes."""

from __future__ import annotations

import pytest

from agent.connection import proxies
from agent.errors import ProxyError


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ({"https_proxy": "p:1", "HTTPS_PROXY": "http://q:1"}, "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other, .example"}, None),
        ({"HTTPS_PROXY": "http://p:1", "no_proxy": "*"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*.leader.example"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "der.example,10.0.0.0/8"}, "http://p:1"),
    ],
)
def test_the_environment(environment: dict[str, str], expected: str | None) -> None:
    assert proxies.choose("leader.example", "system", environment) == expected


def test_networks_are_bypassed() -> None:
    environment = {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "192.0.2.0/24"}
    assert proxies.choose("192.0.2.9", "system", environment) is None
    assert proxies.choose("198.51.100.9", "system", environment) == "http://p:1"


def test_policy_goes_before_the_environment() -> None:
    environment = {"HTTPS_PROXY": "http://p:1"}
    assert proxies.choose("leader.example", "none", environment) is None
    assert proxies.choose("leader.example", "http://q:2", environment) == "http://q:2"


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        ("socks5h://p:1", "HTTPS_PROXY names a proxy of kind socks5h, which is not supported"),
        ("http://p/proxy.pac", "PAC file, which is not supported"),
        ("http://p:x", "no URL"),
        ("://", "kind unknown"),
    ],
)
def test_what_is_not_supported_is_named(proxy: str, says: str) -> None:
    with pytest.raises(ProxyError, match=says):
        proxies.choose("leader.example", "system", {"HTTPS_PROXY": proxy})
