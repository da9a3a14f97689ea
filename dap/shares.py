"""What aggregators and collector do with sealed shares: open a client's, seal and open a total's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dap.constants import ReportError, Role
from dap.errors import DapError, DecodeError
from dap.hpke import DecryptError
from dap.hpke import seal as hpke_seal
from dap.messages import PlaintextInputShare, Report, ReportShare, require_known
from dap.messages.binding import (
    aggregate_share_aad,
    aggregate_share_info,
    input_share_aad,
    input_share_info,
)

if TYPE_CHECKING:
    from dap.hpke import HpkeCiphertext, HpkeConfig, HpkeKey
    from dap.messages import CollectionJobReq


class ShareRefused(DapError):  # noqa: N818 - what becomes of one report, not a fault of the program
    """One report's share is not taken; `error` is what DAP answers for it."""

    def __init__(self, error: ReportError, reason: str) -> None:
        super().__init__(reason)
        self.error = error


def open_input_share(
    key: HpkeKey, role: Role, task_id: bytes, configuration: bytes, report: Report | ReportShare
) -> bytes:
    """The VDAF's input share for this aggregator (draft 18, sections 4.5.3.3 and 4.5.3.4).

    ShareRefused: hpke_decrypt_error for another key, task, configuration or altered bytes; invalid_message
    for a plaintext that is none, or for any extension, public or private, since none is known here. Times
    are the caller's to check.
    """
    share = report.share(role) if isinstance(report, Report) else report
    sealed = share.encrypted_input_share
    if sealed.config_id != key.config.id:
        raise ShareRefused(ReportError.HPKE_DECRYPT_ERROR, "sealed to an HPKE key that is not here")
    aad = input_share_aad(task_id, configuration, share.report_metadata, share.public_share)
    try:
        plaintext = key.open(input_share_info(role), aad, sealed)
    except DecryptError:
        raise ShareRefused(ReportError.HPKE_DECRYPT_ERROR, "does not open") from None
    try:
        require_known(share.report_metadata.public_extensions)
        opened = PlaintextInputShare.decode(plaintext)
        require_known(opened.private_extensions)
    except DecodeError as error:
        raise ShareRefused(ReportError.INVALID_MESSAGE, str(error)) from None
    return opened.payload


def seal_aggregate_share(
    collector: HpkeConfig,
    role: Role,
    task_id: bytes,
    configuration: bytes,
    request: CollectionJobReq,
    share: bytes,
    ephemeral_ikm: bytes,
) -> HpkeCiphertext:
    """An aggregator's (noisy) share, sealed to the collector (section 4.6.7) with 32 fresh random bytes."""
    aad = aggregate_share_aad(task_id, configuration, request)
    return hpke_seal(collector, aggregate_share_info(role), aad, share, ephemeral_ikm)


def open_aggregate_share(
    key: HpkeKey,
    role: Role,
    task_id: bytes,
    configuration: bytes,
    request: CollectionJobReq,
    ciphertext: HpkeCiphertext,
) -> bytes:
    """The encoded share of the aggregator `role`, opened by the collector; DecryptError."""
    if ciphertext.config_id != key.config.id:
        raise DecryptError("sealed to an HPKE key that is not here")
    aad = aggregate_share_aad(task_id, configuration, request)
    return key.open(aggregate_share_info(role), aad, ciphertext)
