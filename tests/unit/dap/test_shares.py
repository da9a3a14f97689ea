from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap import hpke
from dap.constants import ReportError, Role
from dap.errors import DapError
from dap.hpke import DecryptError
from dap.messages import (
    CollectionJobReq,
    Extension,
    Interval,
    PlaintextInputShare,
    Query,
    Report,
    ReportMetadata,
    UploadRequest,
)
from dap.messages.binding import input_share_aad, input_share_info
from dap.seal import Measurement, seal
from dap.shares import ShareRefused, open_aggregate_share, open_input_share, seal_aggregate_share
from tests.unit.dap.making import COLLECTOR, HPKE, make_config, make_task

TASK = make_task()
ID, CONFIGURATION = TASK.task_id, TASK.configuration
REPORT = UploadRequest.decode(seal(Measurement(2900, (0, 1) * 30), TASK, b"o" * 32).body).reports[0]
REQUEST = CollectionJobReq(Query.over(Interval(2900, 1)))
AGGREGATORS = (Role.LEADER, Role.HELPER)


def refused(action: Callable[[], object]) -> ReportError:
    with pytest.raises(ShareRefused) as raised:
        action()
    return raised.value.error


def sealed_plaintext(plaintext: bytes, metadata: ReportMetadata, role: Role) -> Report:
    aad = input_share_aad(ID, CONFIGURATION, metadata, b"public")
    ciphertext = hpke.seal(HPKE[role].config, input_share_info(role), aad, plaintext, b"s" * 32)
    return Report(metadata, b"public", ciphertext, ciphertext)


@pytest.mark.parametrize("role", AGGREGATORS)
def test_a_report_and_its_half_open_alike(role: Role) -> None:
    whole = open_input_share(HPKE[role], role, ID, CONFIGURATION, REPORT)
    assert open_input_share(HPKE[role], role, ID, CONFIGURATION, REPORT.share(role)) == whole


@pytest.mark.parametrize("role", AGGREGATORS)
def test_no_aggregator_opens_the_other_s_half(role: Role) -> None:
    other = Role.HELPER if role is Role.LEADER else Role.LEADER
    assert refused(lambda: open_input_share(HPKE[role], other, ID, CONFIGURATION, REPORT)) == 5
    disguised = REPORT.share(other)._replace(
        encrypted_input_share=REPORT.share(other).encrypted_input_share._replace(
            config_id=HPKE[role].config.id
        )
    )
    assert refused(lambda: open_input_share(HPKE[role], role, ID, CONFIGURATION, disguised)) == 5


def test_every_part_of_a_report_is_bound() -> None:
    metadata = REPORT.report_metadata
    other_config = make_config(min_batch_size=10).encode()
    changed = [
        (ID, CONFIGURATION, REPORT._replace(report_metadata=metadata._replace(time=2901))),
        (ID, CONFIGURATION, REPORT._replace(report_metadata=metadata._replace(report_id=bytes(16)))),
        (
            ID,
            CONFIGURATION,
            REPORT._replace(report_metadata=metadata._replace(public_extensions=(Extension(1),))),
        ),
        (ID, CONFIGURATION, REPORT._replace(public_share=bytes(64))),
        (bytes(32), CONFIGURATION, REPORT),
        (ID, other_config, REPORT),
    ]
    for role in AGGREGATORS:
        for task_id, configuration, report in changed:
            error = refused(lambda: open_input_share(HPKE[role], role, task_id, configuration, report))  # noqa: B023
            assert error is ReportError.HPKE_DECRYPT_ERROR


@given(st.integers(0, 10_000), st.integers(1, 255), st.sampled_from(AGGREGATORS))
def test_any_altered_byte_of_a_report_is_noticed_by_whom_it_concerns(at: int, flip: int, role: Role) -> None:
    data = bytearray(REPORT.encode())
    data[at % len(data)] ^= flip
    try:
        report = Report.decode(bytes(data))
        opened = open_input_share(HPKE[role], role, ID, CONFIGURATION, report)
    except DapError:
        return
    other = Role.HELPER if role is Role.LEADER else Role.LEADER
    assert report.share(role) == REPORT.share(role)
    assert report.share(other) != REPORT.share(other)
    assert opened == open_input_share(HPKE[role], role, ID, CONFIGURATION, REPORT)


@pytest.mark.parametrize("role", AGGREGATORS)
def test_extensions_and_other_plaintexts_are_invalid_messages(role: Role) -> None:
    plain = ReportMetadata(bytes(16), 1)
    extended = ReportMetadata(bytes(16), 1, (Extension(1),))
    unordered = ReportMetadata(bytes(16), 1, (Extension(2), Extension(1)))
    share = PlaintextInputShare((), b"share").encode()
    cases = [
        (PlaintextInputShare((Extension(23),), b"share").encode(), plain),
        (share, extended),
        (share, unordered),
        (share + b"x", plain),
        (share[:-1], plain),
        (b"", plain),
        (PlaintextInputShare((Extension(5), Extension(5)), b"share").encode(), plain),
    ]
    for plaintext, metadata in cases:
        report = sealed_plaintext(plaintext, metadata, role)
        error = refused(lambda: open_input_share(HPKE[role], role, ID, CONFIGURATION, report))  # noqa: B023
        assert error is ReportError.INVALID_MESSAGE
    good = sealed_plaintext(share, plain, role)
    assert open_input_share(HPKE[role], role, ID, CONFIGURATION, good) == b"share"


@given(st.binary(min_size=1, max_size=100), st.binary(min_size=32, max_size=32), st.sampled_from(AGGREGATORS))
def test_an_aggregate_share_reaches_the_collector(share: bytes, seed: bytes, role: Role) -> None:
    sealed = seal_aggregate_share(COLLECTOR.config, role, ID, CONFIGURATION, REQUEST, share, seed)
    assert open_aggregate_share(COLLECTOR, role, ID, CONFIGURATION, REQUEST, sealed) == share


def test_an_aggregate_share_is_bound_to_sender_task_and_request() -> None:
    sealed = seal_aggregate_share(COLLECTOR.config, Role.LEADER, ID, CONFIGURATION, REQUEST, b"x", b"s" * 32)
    later = CollectionJobReq(Query.over(Interval(2901, 1)))
    for key, role, task_id, configuration, request in (
        (COLLECTOR, Role.HELPER, ID, CONFIGURATION, REQUEST),
        (COLLECTOR, Role.LEADER, bytes(32), CONFIGURATION, REQUEST),
        (COLLECTOR, Role.LEADER, ID, make_config(min_batch_size=1).encode(), REQUEST),
        (COLLECTOR, Role.LEADER, ID, CONFIGURATION, later),
        (HPKE[Role.LEADER], Role.LEADER, ID, CONFIGURATION, REQUEST),
        (hpke.generate(9, b"D" * 32), Role.LEADER, ID, CONFIGURATION, REQUEST),
    ):
        with pytest.raises(DecryptError):
            open_aggregate_share(key, role, task_id, configuration, request, sealed)
