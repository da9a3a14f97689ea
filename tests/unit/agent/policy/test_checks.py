"""What values must look like."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy import checks

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.fractions(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
CHECKS: list[Callable[[Any], Any]] = [
    *(checks.flag, checks.metric_ids, checks.path, checks.line, checks.url, checks.proxy, checks.target),
    *(checks.word(("a", "b")), checks.whole(1, 9), checks.fraction(Fraction(1))),
]


@pytest.mark.parametrize("check", CHECKS)
@given(value=anything)
def test_anything_is_taken_or_refused_with_a_sentence(check: Callable[[Any], Any], value: Any) -> None:
    try:
        check(value)
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (checks.flag, False, False),
        (checks.whole(25, 100), 25, 25),
        (checks.fraction(Fraction(1)), "0.1", Fraction(1, 10)),
        (checks.fraction(Fraction(1)), 1, Fraction(1)),
        (checks.metric_ids, ["b.c", "a.b", "b.c"], ("a.b", "b.c")),
        (checks.path, "/etc/x.pem", Path("/etc/x.pem")),
        (checks.proxy, "http://user:pass@[::1]:3128/", "http://user:pass@[::1]:3128/"),
        (checks.proxy, "none", "none"),
        (checks.target, "[2001:db8::1]:443", "[2001:db8::1]:443"),
        (checks.url, "https://intranet.example/agreement?x=1", "https://intranet.example/agreement?x=1"),
    ],
)
def test_taken(check: Callable[[Any], Any], value: Any, expected: Any) -> None:
    assert check(value) == expected


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (checks.flag, 1),
        (checks.whole(25, 100), 24),
        (checks.whole(0, 1), True),
        (checks.fraction(Fraction(1)), "1.0000001"),
        (checks.fraction(Fraction(1)), 0),
        (checks.fraction(Fraction(1)), True),
        (checks.fraction(Fraction(1)), "1/0"),
        # numbers that would fill the memory, in every spelling that Fraction takes
        (checks.fraction(Fraction(1)), "1e-999999999"),
        (checks.fraction(Fraction(1)), "1e-9_9_9_9_9_9_9_9_9"),
        (checks.fraction(Fraction(1)), "1e-٩٩٩٩٩٩٩٩٩"),
        (checks.metric_ids, "a.b"),
        (checks.metric_ids, ["A.b"]),
        (checks.path, "x"),
        (checks.path, "/x\0"),
        (checks.line, "two\nlines"),
        (checks.line, "  "),
        (checks.url, "javascript:alert(1)"),
        (checks.proxy, "proxy:3128"),
        (checks.proxy, "http://h:70000"),
        (checks.target, "h:0"),
        (checks.target, "h:65536"),
        (checks.target, "https://h:443"),
    ],
)
def test_refused(check: Callable[[Any], Any], value: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        check(value)


@pytest.mark.parametrize(
    ("most", "said"),
    [(100, "a whole number from 25 to 100"), (checks.BOUNDLESS, "a whole number of 25 or more")],
)
def test_a_limit_that_nobody_reaches_is_not_told(most: int, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        checks.whole(25, most)(24)
