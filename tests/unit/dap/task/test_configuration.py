from __future__ import annotations

import pytest
from hypothesis import given

from dap.codec import EncodeError
from dap.dialect import JANUS
from dap.errors import DapError, DecodeError, TaskRefused
from dap.messages import Extension, Interval
from dap.task import SumVecConfiguration, TaskConfiguration, is_loopback, require_url
from tests.unit.dap.making import damaged, make_config, make_info, refused_or_faithful

TASK_INTERVAL = Extension(1, Interval(277, 28).encode())
# From Janus's tests (crate janus_messages, tests/task.rs).
JANUS_FIRST = TaskConfiguration(
    b"foobar",
    "https://example.com/",
    "https://another.example.com/",
    3600,
    10_000,
    1,
    b"",
    1,
    b"",
    (TASK_INTERVAL,),
)
URLS_HEX = (
    "001468747470733a2f2f6578616d706c652e636f6d2f001c68747470733a2f2f616e6f746865722e6578616d706c652e636f6d2f"
)
JANUS_FIRST_HEX = (
    "06666f6f626172"
    + URLS_HEX
    + "0000000000000e10"
    + "0000000000002710"
    + "01"
    + "0000"
    + "00000001"
    + "0000"
    "0014" + "0001" + "0010" + "0000000000000115" + "000000000000001c"
)


def test_encodings_are_those_of_janus() -> None:
    assert JANUS_FIRST.encode().hex() == JANUS_FIRST_HEX
    assert TaskConfiguration.decode(bytes.fromhex(JANUS_FIRST_HEX)) == JANUS_FIRST
    assert JANUS_FIRST.task_interval == Interval(277, 28)
    assert SumVecConfiguration(12, 8, 14).encode().hex() == "0000000c" + "0000000000000008" + "0000000e"


def test_an_empty_task_info_is_janus_s_alone() -> None:
    data = bytes.fromhex("00" + JANUS_FIRST_HEX[14:])
    assert TaskConfiguration.decode(data, JANUS).encode(JANUS) == data
    with pytest.raises(DecodeError):
        TaskConfiguration.decode(data)
    with pytest.raises(EncodeError):
        JANUS_FIRST._replace(task_info=b"").encode()


def test_ours_says_what_it_was_made_of() -> None:
    config = TaskConfiguration.decode(make_config().encode())
    assert config == make_config()
    assert config.info == make_info()
    assert config.sum_vec == SumVecConfiguration(60, 1, 8)
    assert config.task_interval is None
    assert config.time_precision == 7 * 86_400
    assert config.vdaf() is config.vdaf()
    assert config.vdaf().shard(b"ctx", [0] * 60, bytes(16), bytes(config.vdaf().rand_size))
    assert config.terms() == {
        "leader_url": "https://leader.example/dap/",
        "helper_url": "https://helper.example/",
        "metrics": 48,
        "digest": "5a" * 32,
        "length": 60,
        "period": 604_800,
        "grace": 604_800,
        "min_batch_size": 50,
        "mechanism": "discrete_gaussian",
        "rho": "1/2",
        "demo": False,
    }


def test_another_vdaf_or_task_info_is_not_ours() -> None:
    with pytest.raises(DecodeError):
        _ = JANUS_FIRST.sum_vec
    with pytest.raises(DecodeError):
        _ = JANUS_FIRST.info
    for size in (15, 17):
        with pytest.raises(DecodeError):
            _ = make_config(vdaf_configuration=bytes(size)).sum_vec
    with pytest.raises(DapError):
        make_config(vdaf_configuration=SumVecConfiguration(0, 1, 0).encode()).vdaf()


@pytest.mark.parametrize("kinds", [(0,), (2,), (1, 1), (2, 1), (1, 2)])
def test_extensions_must_be_known_and_rise(kinds: tuple[int, ...]) -> None:
    data = make_config(extensions=tuple(Extension(kind) for kind in kinds)).encode()
    with pytest.raises(DecodeError):
        TaskConfiguration.decode(data)


def test_urls_are_ascii_and_not_empty() -> None:
    with pytest.raises(TaskRefused):
        make_config(leader_aggregator_endpoint="https://föhn.example").encode()
    with pytest.raises(EncodeError):
        make_config(leader_aggregator_endpoint="").encode()
    data = make_config().encode().replace(b"leader.example", b"l\xc3\xa9der.exampl")
    with pytest.raises(DecodeError):
        TaskConfiguration.decode(data)


@given(damaged(make_config(extensions=(TASK_INTERVAL,)).encode()))
def test_damage_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, TaskConfiguration.decode, TaskConfiguration.encode)


@pytest.mark.parametrize(
    "url",
    [
        "https://leader.example",
        "https://leader.example:8443/a/b/",
        "https://[2001:db8::1]/",
        "http://localhost:8080/",
        "http://127.0.0.1:1",
        "http://127.9.9.9/x",
        "http://[::1]:8080/",
    ],
)
def test_urls_that_are_taken(url: str) -> None:
    require_url(url, "leader")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "leader.example",
        "ftp://leader.example",
        "http://leader.example",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "http://127.0.0.1.example",
        "https://",
        "https:///tasks",
        "https://user@leader.example",
        "https://user:pw@leader.example",
        "https://@leader.example",
        "https://leader.example?x",
        "https://leader.example/?",
        "https://leader.example/#",
        "https://leader.example/a b",
        "https://leader.example/\\x",
        "https://leader.example/%2e%2e",
        "https://leader.example/a/../b",
        "https://leader.example/.",
        "https://leader.example:port",
        "https://leader.example:99999",
        "https://[::1",
        "https://leader.example\n",
        " https://leader.example",
        "https://leader\u2024example",
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(TaskRefused) as raised:
        require_url(url, "helper_aggregator_endpoint")
    assert raised.value.field == "helper_aggregator_endpoint"


def test_loopback_is_this_machine_only() -> None:
    assert is_loopback("LOCALHOST")
    assert is_loopback("127.0.0.53")
    assert not is_loopback("0.0.0.0")
    assert not is_loopback("example.org")
