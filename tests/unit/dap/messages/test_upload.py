from __future__ import annotations

import pytest
from hypothesis import given

from dap.codec import EncodeError
from dap.constants import ReportError, Role
from dap.dialect import DAP18, JANUS
from dap.errors import DecodeError
from dap.messages import (
    Extension,
    PlaintextInputShare,
    Report,
    ReportMetadata,
    ReportShare,
    ReportUploadStatus,
    UploadErrors,
    UploadRequest,
)
from tests.unit.dap.making import damaged, refused_or_faithful, refuses
from tests.unit.dap.messages import samples


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (samples.FIRST_METADATA, samples.FIRST_METADATA_HEX),
        (samples.SECOND_METADATA, samples.SECOND_METADATA_HEX),
        (samples.FIRST_SHARE, samples.FIRST_SHARE_HEX),
        (samples.SECOND_SHARE, samples.SECOND_SHARE_HEX),
        (samples.REPORT, samples.REPORT_HEX),
        (PlaintextInputShare((), b"0123"), "0000" + "00000004" + "30313233"),
        (
            PlaintextInputShare((samples.EXTENSION,), b"4567"),
            "0008" + "0000" + "0004" + "30313233" + "00000004" + "34353637",
        ),
        (UploadRequest(()), ""),
        (UploadRequest((samples.REPORT, samples.REPORT)), samples.REPORT_HEX * 2),
        (UploadErrors(()), ""),
        (
            UploadErrors(
                (
                    ReportUploadStatus(samples.UP, ReportError.TASK_EXPIRED),
                    ReportUploadStatus(samples.DOWN, ReportError.INVALID_MESSAGE),
                    ReportUploadStatus(bytes(16), ReportError.HPKE_DECRYPT_ERROR),
                )
            ),
            samples.UP.hex() + "07" + samples.DOWN.hex() + "08" + "00" * 16 + "05",
        ),
    ],
)
def test_encodings_are_those_of_janus(value: UploadRequest, digits: str) -> None:
    assert value.encode().hex() == digits
    assert type(value).decode(bytes.fromhex(digits)) == value


def test_a_report_has_two_halves() -> None:
    report = samples.REPORT
    assert report.share(Role.LEADER) == ReportShare(report.report_metadata, b"3210", samples.CIPHERTEXT_42)
    assert report.share(Role.HELPER) == ReportShare(report.report_metadata, b"3210", samples.CIPHERTEXT_13)


@pytest.mark.parametrize("code", [0, 12, 255])
def test_codes_that_are_no_error_are_refused(code: int) -> None:
    refuses(UploadErrors.decode, bytes(16) + bytes([code]))


def test_error_eleven_is_the_draft_s_alone() -> None:
    data = bytes(16) + b"\x0b"
    assert UploadErrors.decode(data, DAP18).status[0].error is ReportError.OUTDATED_CONFIG
    with pytest.raises(DecodeError):
        UploadErrors.decode(data, JANUS)


@pytest.mark.parametrize("least", ["00" + "0000" + "00000001" + "aa", "00" + "0001" + "aa" + "00000000"])
def test_empty_ciphertexts_are_refused(least: str) -> None:
    refuses(
        Report.decode,
        bytes.fromhex(samples.FIRST_METADATA_HEX + "00000000" + least + samples.CIPHERTEXT_13_HEX),
    )


def test_a_share_without_payload_is_refused_and_never_shown() -> None:
    refuses(PlaintextInputShare.decode, bytes.fromhex("0000" + "00000000"))
    with pytest.raises(EncodeError):
        PlaintextInputShare((), b"").encode()
    assert "secret" not in repr(PlaintextInputShare((), b"secret"))


def test_sizes_are_kept_on_the_way_out() -> None:
    with pytest.raises(EncodeError):
        ReportMetadata(b"short", 1).encode()
    with pytest.raises(EncodeError):
        ReportMetadata(samples.UP, 1 << 64).encode()
    with pytest.raises(EncodeError):
        ReportMetadata(samples.UP, 1, (Extension(1, bytes(1 << 16)),)).encode()


@given(damaged(UploadRequest((samples.REPORT, samples.REPORT)).encode()))
def test_a_damaged_upload_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, UploadRequest.decode, UploadRequest.encode)


@given(damaged(UploadErrors((ReportUploadStatus(samples.UP, ReportError.TASK_EXPIRED),) * 2).encode()))
def test_damaged_errors_are_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, UploadErrors.decode, UploadErrors.encode)


@given(damaged(PlaintextInputShare((samples.EXTENSION,), b"4567").encode()))
def test_a_damaged_plaintext_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, PlaintextInputShare.decode, PlaintextInputShare.encode)
