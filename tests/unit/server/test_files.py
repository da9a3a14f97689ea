"""Files of an operator's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.errors import FolderError, NotSetUp
from server.files import octets, read_json, require_private, write_file


def test_a_secret_is_its_owner_s_from_the_first_byte(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        write_file(tmp_path / "secret", "x", secret=True)
        write_file(tmp_path / "public", "x")
    finally:
        os.umask(previous)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "public").stat().st_mode & 0o777 == 0o644
    require_private(tmp_path / "secret")
    with pytest.raises(FolderError, match="chmod 600"):
        require_private(tmp_path / "public")


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(path, "first", force=False)
    with pytest.raises(FolderError, match="exists already"):
        write_file(path, "second", force=False)
    assert path.read_text() == "first"
    write_file(path, "second")
    assert path.read_text() == "second"


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "\udcff")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    with pytest.raises(FolderError, match="cannot be written"):
        write_file(tmp_path / "no folder" / "file", "x")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not the JSON"),
        ("[" * 100_000, "not the JSON"),
        ('{"a": ' + "9" * 5_000 + "}", "not the JSON"),
        (" " * (1 << 20) + '{"a": 1}', "not the JSON"),
        ("[]", "one JSON object"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": 1, "b": 2}', "'b' is unknown"),
        ("{}", "'a' is missing"),
        ('{"a": "1"}', "'a' has the wrong type"),
        ('{"a": true}', "'a' has the wrong type"),
    ],
)
def test_odd_json_is_refused_by_name(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(FolderError, match=complaint):
        read_json(path, {"a": int}, missing="")


def test_a_missing_file_names_the_cure(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match="do this"):
        read_json(tmp_path / "none", {}, missing="do this")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(FolderError, match="cannot be read"):
        read_json(tmp_path / "bytes", {}, missing="")


def test_octets() -> None:
    path = Path("file")
    assert octets(path, "key", "00ff", 2) == b"\x00\xff"
    for value, length in (("0g", None), ("00", 2), (7, None)):
        with pytest.raises(FolderError, match="key"):
            octets(path, "key", value, length)
