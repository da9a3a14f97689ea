"""What a sealed share is bound to: HPKE info and additional data (draft 18, 4.4.2 and 4.6.7).

The task configuration goes in as the exact bytes that all parties were handed, never encoded anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dap.codec import EncodeError, Writer
from dap.constants import DRAFT, TASK_ID_SIZE, Role

if TYPE_CHECKING:
    from dap.messages.collection import CollectionJobReq
    from dap.messages.upload import ReportMetadata


def vdaf_context(task_id: bytes) -> bytes:
    """The application context of every VDAF operation: "dap-18" and the task id."""
    return Writer().raw(DRAFT.encode()).fixed(task_id, TASK_ID_SIZE).done()


def input_share_info(receiver: Role) -> bytes:
    """HPKE info of a client's share for the leader or the helper."""
    return f"{DRAFT} input share".encode() + bytes((Role.CLIENT, _aggregator(receiver)))


def aggregate_share_info(sender: Role) -> bytes:
    """HPKE info of the leader's or the helper's share for the collector."""
    return f"{DRAFT} aggregate share".encode() + bytes((_aggregator(sender), Role.COLLECTOR))


def input_share_aad(
    task_id: bytes, task_configuration: bytes, metadata: ReportMetadata, public_share: bytes
) -> bytes:
    """InputShareAad, the same for both aggregators."""
    writer = Writer().fixed(task_id, TASK_ID_SIZE).raw(task_configuration).raw(metadata.encode())
    return writer.vector(public_share, 4).done()


def aggregate_share_aad(task_id: bytes, task_configuration: bytes, request: CollectionJobReq) -> bytes:
    """AggregateShareAad, the same for both aggregators."""
    return Writer().fixed(task_id, TASK_ID_SIZE).raw(task_configuration).raw(request.encode()).done()


def _aggregator(role: Role) -> Role:
    if role not in (Role.LEADER, Role.HELPER):
        raise EncodeError(f"{role.word} is no aggregator")
    return role
