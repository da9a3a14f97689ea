"""Text of options as values."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from dap.task import DAY, Mechanism
from server.commands.options import catalogue, read_terms, seconds
from server.errors import UsageError

USUAL: dict[str, Any] = {
    "metrics": "all",
    "period": "7d",
    "grace": None,
    "min_batch": 50,
    "rho": None,
    "mechanism": "discrete_gaussian",
    "organisation": "Example Ltd",
    "agreement": "",
    "demo": False,
}


def terms(**changes: Any) -> Any:
    return read_terms(catalogue(), **(USUAL | changes))


def test_defaults() -> None:
    weekly = terms()
    assert (weekly.period, weekly.grace, weekly.rho) == (7 * DAY, 7 * DAY, Fraction(1, 2))
    assert weekly.metrics == len(catalogue().metrics)
    daily = terms(period="1d")
    assert (daily.period, daily.grace, daily.rho) == (DAY, 5 * DAY, Fraction(1, 14))
    demo = terms(period="10s", demo=True)
    assert (demo.period, demo.grace, demo.rho) == (10, 0, Fraction(1, 2))
    exact = terms(mechanism="none", period="10s", demo=True)
    assert (exact.rho, exact.mechanism) == (0, Mechanism.NONE)


@pytest.mark.parametrize(("text", "value"), [("90s", 90), ("15m", 900), ("12h", 43_200), ("7d", 604_800)])
def test_lengths_of_time(text: str, value: int) -> None:
    assert seconds(text, "--x") == value


@pytest.mark.parametrize("text", ["", "7", "d", "7w", "-1d", "1.5d", "7 d"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(UsageError, match="--x"):
        seconds(text, "--x")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"metrics": "0"}, "--metrics"),
        ({"metrics": "999"}, "--metrics"),
        ({"metrics": "some"}, "--metrics"),
        ({"rho": "x"}, "--rho"),
        ({"rho": "1/0"}, "--rho"),
        ({"rho": "-1"}, "--rho"),
        ({"rho": "1", "mechanism": "none", "demo": True}, "--rho"),
        ({"mechanism": "none"}, r"--mechanism none: .*\n.*discrete_gaussian.*--demo"),
        ({"grace": "long"}, "--grace"),
    ],
)
def test_odd_terms(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        terms(**change)
