"""The table itself: complete, consistent, and as narrow as its ceilings."""

from __future__ import annotations

import re

import pytest

from agent.policy.keys import BY_NAME, KEYS, Key, Own


@pytest.mark.parametrize("key", KEYS, ids=[key.name for key in KEYS])
def test_each_key_is_whole(key: Key) -> None:
    assert re.fullmatch(r"[a-z_]+", key.name)
    assert key.text.endswith(".") and key.kind and key.own_text
    assert set(key.places) == {"linux", "windows", "macos"}
    assert key.platform_name in key.places["windows"] and key.platform_name in key.places["macos"]
    assert key.windows in {"REG_SZ", "REG_DWORD", "REG_MULTI_SZ"}
    assert key.macos in {"string", "integer", "real", "boolean", "array"}
    if key.default is not None:
        given = list(key.default) if isinstance(key.default, tuple) else key.default
        assert key.check(given) == key.default
    if key.own is Own.NARROW:
        assert key.narrower is not None  # or narrowing would mean nothing


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(KEYS) == len({key.platform_name for key in KEYS})


def test_what_is_deliberately_absent() -> None:
    """No policy hides the window, disables erasing, silences notices, skips TLS checks or names a device."""
    forbidden = re.compile(r"window|erase|notice|hide|insecure|verify|device_id|query")
    assert not [key.name for key in KEYS if forbidden.search(key.name)]


def test_the_order_of_upload() -> None:
    narrower = BY_NAME["upload"].narrower
    assert narrower is not None
    order = ["off", "local", "required", "ask"]
    for n, less in enumerate(order):
        assert all(narrower(less, more) == less == narrower(more, less) for more in order[n:])


def test_platform_names() -> None:
    assert BY_NAME["min_batch_size"].platform_name == "MinBatchSize"
    assert BY_NAME["min_batch_size"].places["windows"] == (
        r"HKLM\Software\Policies\Shoal\MinBatchSize (REG_DWORD)"
    )
