"""Files that a person has asked for."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.link import files


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_private_is_read_by_this_account_alone(tmp_path: Path) -> None:
    """Also where a file that anybody may read stood before: the new one is another file."""
    path = tmp_path / "ledger.json"
    path.write_text("old")
    path.chmod(0o644)
    before = path.stat().st_ino
    files.save(path, [b"ne", b"w"])
    assert (path.read_text(), _mode(path)) == ("new", 0o600)
    assert path.stat().st_ino != before
    assert [one.name for one in tmp_path.iterdir()] == ["ledger.json"]


def test_what_is_to_be_shown_is_as_other_files(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.touch()
    files.save(tmp_path / "card.html", [b"card"], private=False)
    assert _mode(tmp_path / "card.html") == _mode(other)


def test_what_fails_midway_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    path.write_text("old")

    def pieces() -> Iterator[bytes]:
        yield b"half"
        assert path.read_text() == "old", "never written in place"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        files.save(path, pieces())
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["ledger.json"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.save(tmp_path / "nowhere" / "ledger.json", [b""])


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "elsewhere", tmp_path / "ledger.json"
    target.write_text("untouched")
    link.symlink_to(target)
    files.save(link, [b"new"])
    assert target.read_text() == "untouched" and not link.is_symlink()
