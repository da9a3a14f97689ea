"""A row follows from the one before, or is named."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.ledger import FIRST, Row, canonical, check_chain, row_hash

details = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=9), max_size=3)
entries = st.lists(
    st.tuples(
        st.integers(-(1 << 40), 1 << 40),
        st.sampled_from(["sealed", "choice"]),
        st.none() | st.integers(-(1 << 40), 1 << 40),
        details,
    ),
    min_size=1,
    max_size=6,
)


def chain(given: list[tuple[int, str, int | None, dict[str, object]]]) -> list[Row]:
    rows: list[Row] = []
    for n, (t, kind, start, detail) in enumerate(given, start=1):
        previous = rows[-1].hash if rows else FIRST
        text = canonical(detail)
        rows.append(Row(n, t, kind, start, text, previous, row_hash(previous, n, t, kind, start, text)))
    return rows


def test_the_encoding_is_what_the_documentation_says() -> None:
    detail = '{"a":1}'
    expected = sha256(
        b"shoal ledger row 1"
        + bytes(32)
        + bytes.fromhex("0000000000000001 0000000000000005 06")
        + b"sealed"
        + b"\x01"
        + bytes.fromhex("000000000000000a 00000007")
        + detail.encode()
    ).digest()
    assert row_hash(FIRST, 1, 5, "sealed", 10, detail) == expected
    assert canonical({"b": "é", "a": [1, None]}) == '{"a":[1,null],"b":"\\u00e9"}'


@given(entries)
def test_what_follows_is_accepted(given: list[tuple[int, str, int | None, dict[str, object]]]) -> None:
    assert check_chain(chain(given)) is None


@given(entries, st.data())
def test_any_change_is_named(
    given: list[tuple[int, str, int | None, dict[str, object]]], data: st.DataObject
) -> None:
    rows = chain(given)
    at = data.draw(st.integers(0, len(rows) - 1))
    row = rows[at]
    change = data.draw(
        st.sampled_from(
            [
                {"t": row.t + 1},
                {"kind": row.kind + "x"},
                {"detail": row.detail + " "},
                {"period_start": 7 if row.period_start is None else None},
                {"hash": bytes(32)},
                {"previous": b"\x01" * 32},
            ]
        )
    )
    rows[at] = row._replace(**change)  # type: ignore[arg-type]
    found = check_chain(rows)
    assert found is not None
    assert found[0] == at + 1


@given(entries.filter(lambda e: len(e) > 1), st.data())
def test_a_missing_row_is_named(
    given: list[tuple[int, str, int | None, dict[str, object]]], data: st.DataObject
) -> None:
    rows = chain(given)
    at = data.draw(st.integers(0, len(rows) - 2))
    del rows[at]
    found = check_chain(rows)
    assert found is not None
    assert found[0] == at + 1


def test_no_number_that_json_lacks() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})
