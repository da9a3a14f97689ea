from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.errors import TaskRefused
from dap.task.strict import MAX_LINE, Entries


def read(text: str | bytes) -> Entries:
    return Entries.of(text.encode() if isinstance(text, str) else text, "payload", 100_000)


def field_of(action: Callable[[], Any]) -> str:
    with pytest.raises(TaskRefused) as raised:
        action()
    assert raised.value.reason
    return raised.value.field


def test_each_entry_is_taken_once() -> None:
    entries = read('{"a": 3, "b": "text", "c": "00ff", "d": {"e": "x"}, "f": ["y"]}')
    assert entries.has("a")
    assert entries.whole("a", 0, 3) == 3
    assert not entries.has("a")
    assert entries.line("b") == "text"
    assert entries.octets("c", 2) == b"\x00\xff"
    inner = entries.inner("d")
    assert inner.line("e") == "x"
    inner.end()
    assert entries.lines("f") == ["y"]
    entries.end()
    assert field_of(lambda: entries.line("b")) == "b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "null",
        "{",
        '{"a": 1.0}',
        '{"a": 1e3}',
        '{"a": NaN}',
        '{"a": -Infinity}',
        b"\xff",
        "[" * 99_999,
    ],
)
def test_what_is_no_object_of_texts_and_whole_numbers_is_refused(text: str | bytes) -> None:
    assert field_of(lambda: read(text)) == "payload"


def test_a_name_that_stands_twice_is_named_however_deep() -> None:
    assert field_of(lambda: read('{"a": {"serial": 1, "serial": 2}}')) == "serial"


def test_size_is_limited() -> None:
    assert field_of(lambda: Entries.of(b"{}" + b" " * 99, "file", 100)) == "file"


@pytest.mark.parametrize("value", ["true", '"3"', "-1", "11", "null", "[3]", "9" * 5000])
def test_whole_numbers(value: str) -> None:
    assert field_of(lambda: read(f'{{"n": {value}}}').whole("n", 0, 10)) in ("n", "payload")


@pytest.mark.parametrize(
    "value",
    [
        '""',
        '"  "',
        '" a"',
        '"a\\n"',
        '"a\\u0000b"',
        '"a\\u202eb"',
        '"a\\u200bb"',
        '"a\\u2028b"',
        '"a\\u3164"',
        '"a\\u2800b"',
        '"a\\ufe0f"',
        '"a\\udb40\\udd00"',
        '"\\ud800"',
        "3",
        f'"{"a" * (MAX_LINE + 1)}"',
    ],
)
def test_lines_for_people_hide_nothing(value: str) -> None:
    assert field_of(lambda: read(f'{{"o": {{"name": {value}}}}}').inner("o").line("name")) == "o.name"


def test_a_line_may_be_empty_where_it_may() -> None:
    assert read('{"a": ""}').line("a", empty=True) == ""


@pytest.mark.parametrize("value", ['"0"', '"0G"', '"AB"', '"a b0"', '"0x00"', '"٠٠"', "0", '"000000"'])
def test_bytes_are_lower_case_digits_in_pairs(value: str) -> None:
    assert field_of(lambda: read(f'{{"k": {value}}}').octets("k", 2)) == "k"


def test_what_is_missing_or_left_over_is_named() -> None:
    assert field_of(lambda: read("{}").inner("leader")) == "leader"
    assert field_of(lambda: read('{"extra": 1}').end()) == "extra"
    assert field_of(lambda: read('{"leader": {"x": 1}}').inner("leader").end()) == "leader.x"
    assert field_of(lambda: read('{"f": "a"}').constant("f", "b")) == "f"
    assert field_of(lambda: read('{"f": ["a", 1]}').lines("f")) == "f"


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_nothing_but_a_refusal_is_raised(text: bytes) -> None:
    try:
        read(text).end()
    except TaskRefused:
        return
    assert text.strip().startswith(b"{")
