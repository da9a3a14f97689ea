"""Records hide what is secret."""

from __future__ import annotations

import pytest

from agent.ledger import Kept, Report, SealedBody
from agent.model import ReportState


def report(state: ReportState) -> Report:
    return Report(1, b"t", 1, 0, 1, state, False, None, 1, 1, 0.0, None, 0, False, 0, "")


@pytest.mark.parametrize("state", ReportState)
def test_what_may_still_leave(state: ReportState) -> None:
    assert report(state).is_open is (state in (ReportState.HELD, ReportState.SENDING))


def test_no_secret_is_shown() -> None:
    sealed = SealedBody(*[b"CANARY"] * 6)
    assert "CANARY" not in repr(sealed) + repr(Kept(1, 1, sealed)) + str([sealed])
