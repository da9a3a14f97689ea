from __future__ import annotations

import pytest

from agent import errors
from agent.errors import ShoalError

CODES = {
    "UsageError": 2,
    "NotEnrolled": 10,
    "PolicyInvalid": 11,
    "ProxyError": 12,
    "TlsError": 13,
    "TokenRefused": 14,
    "AggregatorRefused": 15,
    "TaskMismatch": 16,
    "NetworkError": 17,
    "KeychainError": 18,
    "StoreError": 19,
    "Declined": 20,
    "VerifyDifference": 30,
}


def test_every_error_has_the_exit_code_of_the_table() -> None:
    found = {kind.__name__: kind.exit_code for kind in vars(errors).values() if _is_ours(kind)}
    assert found == CODES


@pytest.mark.parametrize("name", CODES)
def test_cause_and_cure_are_kept_apart(name: str) -> None:
    error = getattr(errors, name)("the cause", "the cure")
    assert (str(error), error.message, error.cure) == ("the cause", "the cause", "the cure")


def _is_ours(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, ShoalError) and kind is not ShoalError
