from __future__ import annotations

import pytest

from dap.codec import EncodeError
from dap.constants import Role
from dap.messages import CollectionJobReq, Query, ReportMetadata
from dap.messages.binding import (
    aggregate_share_aad,
    aggregate_share_info,
    input_share_aad,
    input_share_info,
    vdaf_context,
)
from tests.unit.dap.messages import samples

TASK_ID = b"\x0c" * 32
# The configuration that Janus's tests splice into theirs.
CONFIGURATION_HEX = (
    "06666f6f626172"
    "001468747470733a2f2f6578616d706c652e636f6d2f"
    "001c68747470733a2f2f616e6f746865722e6578616d706c652e636f6d2f"
    "0000000000000e10" + "0000000000002710" + "01" + "0000" + "00000001" + "0000"
    "0014" + "0001" + "0010" + "0000000000000115" + "000000000000001c"
)
CONFIGURATION = bytes.fromhex(CONFIGURATION_HEX)


def test_infos_name_both_parties() -> None:
    assert input_share_info(Role.LEADER) == b"dap-18 input share\x01\x02"
    assert input_share_info(Role.HELPER) == b"dap-18 input share\x01\x03"
    assert aggregate_share_info(Role.LEADER) == b"dap-18 aggregate share\x02\x00"
    assert aggregate_share_info(Role.HELPER) == b"dap-18 aggregate share\x03\x00"
    for role in (Role.CLIENT, Role.COLLECTOR):
        with pytest.raises(EncodeError):
            input_share_info(role)
        with pytest.raises(EncodeError):
            aggregate_share_info(role)


def test_the_vdaf_is_bound_to_the_task() -> None:
    assert vdaf_context(TASK_ID) == b"dap-18" + TASK_ID
    with pytest.raises(EncodeError):
        vdaf_context(b"short")


def test_an_input_share_is_bound_as_janus_binds_it() -> None:
    metadata = ReportMetadata(samples.UP, 54321, (samples.EXTENSION,))
    expected = (
        *(TASK_ID.hex(), CONFIGURATION_HEX, samples.UP.hex(), "000000000000d431"),
        *("0008", "0000", "0004", "30313233", "00000004", "30313233"),
    )
    assert input_share_aad(TASK_ID, CONFIGURATION, metadata, b"0123").hex() == "".join(expected)


def test_an_aggregate_share_is_bound_as_janus_binds_it() -> None:
    request = CollectionJobReq(Query.over(samples.INTERVAL), bytes(range(4)))
    expected = (
        *(TASK_ID.hex(), CONFIGURATION_HEX, "01", "0010", samples.INTERVAL_HEX),
        *("00000004", "00010203", "0000"),
    )
    assert aggregate_share_aad(TASK_ID, CONFIGURATION, request).hex() == "".join(expected)


def test_a_task_id_of_another_size_is_refused() -> None:
    with pytest.raises(EncodeError):
        input_share_aad(TASK_ID[1:], CONFIGURATION, samples.FIRST_METADATA, b"")
    with pytest.raises(EncodeError):
        aggregate_share_aad(TASK_ID[1:], CONFIGURATION, CollectionJobReq(Query(2, b"")))
