"""What the ledger's tables hold of a report: its state, and what is needed to make its bytes again."""

from __future__ import annotations

from typing import NamedTuple

from agent.errors import StoreError
from agent.model import ReportState


class Unreadable(StoreError):  # noqa: N818  (what is said of the body)
    """A kept body, or what it was made from, is not what this program keeps. It stays as it is.

    Nothing is sent of its report, and nothing is lost; other reports go on.
    """

    def __init__(self, kept: Kept, why: object) -> None:
        super().__init__(
            f"what is kept of the report in row {kept.row} of the ledger cannot be read ({why})",
            "It is not sent. `shoal verify` says what differs; choosing local drops it, `shoal erase` "
            "deletes it.",
        )


class Report(NamedTuple):
    """One report's state. Times are UTC seconds; `time` is the number of the period, as the report says it.

    `zeros`: it answers nothing (quiet, or in place of a withheld one, whose id `replaces` names).
    `moment`: when it is to be sent, or tried again; None: not drawn yet. `unanswered`: an attempt may have
    reached the leader. `resealed`: how often it was sealed to newer keys after sending had begun. `note`:
    what the last attempt met, in words.
    """

    id: int
    task_id: bytes
    time: int
    start: int
    stop: int
    state: ReportState
    zeros: bool
    replaces: int | None
    serial: int
    sealed_row: int
    sealed_at: float
    moment: float | None
    attempts: int
    unanswered: bool
    resealed: int
    note: str

    @property
    def is_open(self) -> bool:
        """Whether it may still leave."""
        return self.state in (ReportState.HELD, ReportState.SENDING)


class SealedBody(NamedTuple):
    """A sealed body and all it was made from. The repr shows neither."""

    body: bytes
    opening: bytes
    vector: bytes
    """One byte for each entry, 0 or 1."""
    configuration: bytes
    leader_hpke: bytes
    helper_hpke: bytes

    def __repr__(self) -> str:
        return f"SealedBody(<{len(self.body)} bytes>)"


class Kept(NamedTuple):
    """A body that is kept, the row that recorded it, and its report. The repr shows no secret."""

    row: int
    report: int
    sealed: SealedBody

    def checked(self) -> Kept:
        """Itself; Unreadable if a part of it is no bytes."""
        if not all(isinstance(part, bytes) for part in self.sealed):
            raise Unreadable(self, "some of it is no bytes")
        return self
