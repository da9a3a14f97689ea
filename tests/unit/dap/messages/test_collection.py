from __future__ import annotations

import pytest
from hypothesis import given

from dap.codec import EncodeError
from dap.errors import DecodeError
from dap.messages import (
    AggregateShare,
    AggregateShareReq,
    BatchSelector,
    CollectionJobReq,
    CollectionJobResp,
    Extension,
    Interval,
    Query,
)
from tests.unit.dap.making import damaged, refused_or_faithful, refuses
from tests.unit.dap.messages import samples

QUERY = Query.over(samples.INTERVAL)
QUERY_HEX = "01" + "0010" + samples.INTERVAL_HEX
REQUEST = CollectionJobReq(QUERY)
REQUEST_HEX = QUERY_HEX + "00000000" + "0000"
RESPONSE = CollectionJobResp(23, samples.INTERVAL, samples.CIPHERTEXT_10, samples.CIPHERTEXT_12)
SHARE_REQ = AggregateShareReq(REQUEST, BatchSelector.over(samples.INTERVAL), 439, bytes(32))


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (REQUEST, REQUEST_HEX),
        (CollectionJobReq(QUERY, b"012345"), QUERY_HEX + "00000006" + "303132333435" + "0000"),
        (CollectionJobReq(Query(2, b"")), "02" + "0000" + "00000000" + "0000"),
        (
            CollectionJobReq(Query(2, b""), b"", (Extension(0), Extension(1, b"ext"))),
            "02" + "0000" + "00000000" + "000b" + "0000" + "0000" + "0001" + "0003" + "657874",
        ),
        (
            RESPONSE,
            "0000000000000017" + samples.INTERVAL_HEX + samples.CIPHERTEXT_10_HEX + samples.CIPHERTEXT_12_HEX,
        ),
        (SHARE_REQ, REQUEST_HEX + QUERY_HEX + "00000000000001b7" + "00" * 32),
        (
            AggregateShareReq(
                CollectionJobReq(Query(2, b"")), BatchSelector(2, b"\x0c" * 32), 8725, b"\xff" * 32
            ),
            "02000000000000" + "0000" + "02" + "0020" + "0c" * 32 + "0000000000002215" + "ff" * 32,
        ),
        (AggregateShare(samples.CIPHERTEXT_12), samples.CIPHERTEXT_12_HEX),
    ],
)
def test_encodings_are_those_of_janus(value: CollectionJobReq, digits: str) -> None:
    assert value.encode().hex() == digits
    assert type(value).decode(bytes.fromhex(digits)) == value


def test_a_query_names_one_interval() -> None:
    assert QUERY.interval == samples.INTERVAL
    for bad in (Query(2, b""), Query(1, b""), Query(1, bytes(17)), Query(1, b"\xff" * 16)):
        with pytest.raises(DecodeError):
            _ = bad.interval


def test_an_interval_beyond_64_bits_is_refused() -> None:
    bad = RESPONSE._replace(interval=Interval(1 << 63, 1 << 63))
    refuses(CollectionJobResp.decode, bad.encode())


def test_a_checksum_has_its_size() -> None:
    with pytest.raises(EncodeError):
        SHARE_REQ._replace(checksum=bytes(31)).encode()


@given(damaged(CollectionJobReq(QUERY, b"", (Extension(4, b"x"),)).encode()))
def test_a_damaged_request_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, CollectionJobReq.decode, CollectionJobReq.encode)


@given(damaged(RESPONSE.encode()))
def test_a_damaged_response_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, CollectionJobResp.decode, CollectionJobResp.encode)


@given(damaged(SHARE_REQ.encode()))
def test_a_damaged_share_request_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, AggregateShareReq.decode, AggregateShareReq.encode)


@given(damaged(AggregateShare(samples.CIPHERTEXT_10).encode()))
def test_a_damaged_share_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, AggregateShare.decode, AggregateShare.encode)
