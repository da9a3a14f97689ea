from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reached import ATTEMPTS, NO_CONNECTION, NO_NETWORK, SETTLED, TROUBLES, Reached, read

milliseconds = st.floats(0, 1e5).map(lambda number: round(number, 3))
tries = st.lists(st.tuples(st.sampled_from([4, 6]), st.none() | milliseconds), max_size=ATTEMPTS)


@given(
    st.sampled_from(["", *TROUBLES]), st.booleans(), st.none() | milliseconds, tries, st.none() | milliseconds
)
def test_what_is_told_is_what_is_read(
    trouble: str,
    proxied: bool,
    name: float | None,
    tries: list[tuple[int, float | None]],
    tls: float | None,
) -> None:
    told = Reached(trouble, proxied=proxied, name=name, tries=tries, tls=tls)
    assert read(told.text()).values == told.values


@pytest.mark.parametrize(
    "text",
    [
        *("", "end", "x\nend\n", "end\nend\n", "end\n\n", "trouble elsewhere\nend\n", "name\nend\n"),
        *("name 1 2\nend\n", "name nan\nend\n", "name 1e3\nend\n", "name -1\nend\n", "tls inf\nend\n"),
        *("try 5 1\nend\n", "try 4 10.0.0.1\nend\n", "try 4 \nend\n", "name ١\nend\n", "tls 9999999\nend\n"),
        *("name 1" + "0" * 30 + "\nend\n", "try 4 1\n" * (ATTEMPTS + 1) + "end\n", "name 1.0"),
        "proxied http://proxy\nend\n",
    ],
)
def test_nothing_else_is_read(text: str) -> None:
    with pytest.raises(ValueError, match="it "):
        read(text)


@given(st.text())
def test_never_anything_but_a_value_error(text: str) -> None:
    try:
        read(text)
    except ValueError:
        return
    assert text.endswith("end\n")


def test_the_words_are_of_the_list() -> None:
    assert TROUBLES.keys() >= (NO_NETWORK | NO_CONNECTION)
    assert {"", *TROUBLES} >= SETTLED
    assert not NO_NETWORK & NO_CONNECTION
    assert not SETTLED & (NO_NETWORK | NO_CONNECTION)


def test_in_short() -> None:
    found = Reached("v6", proxied=True, name=1.25, tries=[(4, 120.04), (6, None), (4, 8.0)], tls=33.333)
    shown = "v6, through the proxy, name 1.25, IPv4 120 8, IPv6 failed, TLS 33.3 (ms)"
    assert repr(found) == shown
