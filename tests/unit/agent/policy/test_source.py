"""Policy files: lines, reasons, and what is malformed."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import PolicyInvalid
from agent.policy import source
from agent.policy.keys import BY_NAME

FILE = """# a policy
upload = "required"   # "proxy = 1"
contact = 'works council, # 42'
blocked_metrics = [
  "app.crashes", # not these
  "network.tcp_rtt",
]
agreement_url = \"\"\"https://intranet.example/\\
    agreement\"\"\"
"min_batch_size" = 100
max_rho_per_release = 0.1

[reasons]
min_batch_size = "§4"
"""


def test_values_lines_and_reasons() -> None:
    found = {s.name: s for s in source.read_text(FILE, "p.toml")}
    assert {name: s.where for name, s in found.items()} == {
        "upload": "p.toml:2",
        "contact": "p.toml:3",
        "blocked_metrics": "p.toml:4",
        "agreement_url": "p.toml:8",
        "min_batch_size": "p.toml:10",
        "max_rho_per_release": "p.toml:11",
    }
    assert found["min_batch_size"].reason == "§4"
    assert found["agreement_url"].value == "https://intranet.example/agreement"
    assert found["max_rho_per_release"].value == Fraction(1, 10)  # exactly what was written


keys = st.sampled_from(["upload", "proxy", "a", "a-b", "9", "'q q'", '"e\\u0041 = 1"', "[x]", "reasons"])
values = st.sampled_from(
    [
        *("1", "0.5", "true", "1979-05-27", '"""\nupload = 1\n[proxy]\n"""', "'''\nproxy = \"\"\"\n'''"),
        *('"a # b"', "'a = b'", '[\n  1, # [\n  "]",\n]', '{ proxy = "x", y = { z = 1 } }', '"\\"\\\\"'),
        *('""""two"" quotes"""', "''''one' quote'''", '"""\\"""\n"""'),
    ]
)


@given(st.lists(st.tuples(keys, values, st.sampled_from(["", " # c", "\n", "\n\n# [x]\n"])), max_size=6))
def test_every_statement_is_found_where_it_begins(parts: list[tuple[str, str, str]]) -> None:
    text = ""
    table: tuple[str, ...] = ()
    expected: list[tuple[tuple[str, ...], int]] = []
    for n, (key, value, after) in enumerate(parts):
        line = text.count("\n") + 1
        if key == "[x]":
            table = (f"t{n}",)
            expected.append((table, line))
            text += f"[t{n}]{after}\n"
            continue
        name = json.loads(key) if key.startswith('"') else key.strip("'")
        expected.append(((*table, f"k{n}", name), line))
        text += f"k{n} . {key} = {value}{after}\n"
    import tomllib

    tomllib.loads(text)  # the test's own text is TOML
    assert list(source.key_lines(text)) == expected


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ('upload = "ask"\nproxi = "none"\n', "p:2", "did you mean proxy?"),
        ("upload = \n", "p:1", "not TOML"),
        ('a = """\n\n', "p:", "not TOML"),
        ("\n\nmin_batch_size = 24", "p:3", "of 25 or more"),
        ("min_batch_size = true", "p:1", "whole number"),
        ("max_rho_per_release = 1.01", "p:1", "at most 1"),
        ("max_rho_per_release = nan", "p", "not TOML"),
        ("max_rho_per_year = 0", "p:1", "above 0"),
        ("max_rho_per_year = 1e-99999999", "p", "not TOML"),
        ('max_rho_per_year = "1e-99999999"', "p:1", "above 0"),
        ('review_hold_hours = "12"', "p:1", "0 to 48"),
        ("retention_days = 366", "p:1", "1 to 365"),
        ('proxy = "socks5://h:1"', "p:1", "SOCKS"),
        ('proxy = "http://h/proxy.pac"', "p:1", "PAC"),
        ('network_target = "host"', "p:1", "host:port"),
        ('task_file = "task.json"', "p:1", "absolute path"),
        ('upload = "never"', "p:1", "off, local, ask, required"),
        ('blocked_metrics = ["x"]', "p:1", "metric ids"),
        ("proxy.url = 1", "p:1", "system, none"),
        ('[reasons]\nuplod = "x"', "p:2", "did you mean upload?"),
        ("reasons = 1", "p:1", "table of texts"),
    ],
)
def test_malformed_is_named(text: str, where: str, says: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        source.read_text(text, "p")
    assert caught.value.message.startswith(where)
    assert says in caught.value.message


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        source.read_text(text, "p")
    except PolicyInvalid as error:
        assert error.message.startswith("p")


def test_files_come_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "policy.d"
    folder.mkdir()
    for name in ("20-b.toml", "10-a.toml", "ignored.txt", "ignored.toml~"):
        (folder / name).write_text("retention_days = 7\n")
    (tmp_path / "policy.toml").write_text("retention_days = 9\n")
    assert [Path(s.where).name for s in source.read_files(tmp_path)] == [
        *("policy.toml:1", "10-a.toml:1", "20-b.toml:1")
    ]


def test_bad_bytes_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(b"# one\n# \xff\n")
    with pytest.raises(PolicyInvalid, match=r"policy\.toml:2: is not UTF-8"):
        source.read_files(tmp_path)


def test_no_file_sets_nothing(tmp_path: Path) -> None:
    assert source.read_files(tmp_path) == []


def test_every_key_says_where_each_platform_keeps_it() -> None:
    for key in BY_NAME.values():
        assert set(key.places) == {"linux", "windows", "macos"}
        assert key.platform_name in key.places["windows"]
        assert key.text.endswith(".")
        if key.default is not None:
            assert (
                key.check(list(key.default) if isinstance(key.default, tuple) else key.default) == key.default
            )
