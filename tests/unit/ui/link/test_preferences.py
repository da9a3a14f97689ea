"""What the window remembers for itself: kept whole, and never a reason to stop."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ui.link import preferences
from ui.link.preferences import Preferences


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    kept = Preferences(keep_icon=False, tell_bad=False, told=("choice:first",))
    preferences.save(tmp_path, kept)
    assert preferences.load(tmp_path) == kept
    assert stat.S_IMODE((tmp_path / preferences.FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [preferences.FILE]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"keep_icon": 1, "told": "x", "tell_bad": null}', "[" * 9_999]
)
def test_what_cannot_be_read_is_as_if_nothing_was_said(tmp_path: Path, text: str) -> None:
    (tmp_path / preferences.FILE).write_text(text)
    assert preferences.load(tmp_path) == Preferences()


def test_nothing_yet(tmp_path: Path) -> None:
    assert preferences.load(tmp_path / "nowhere") == Preferences()


def test_what_was_told_is_bounded_and_newest_last() -> None:
    kept = Preferences()
    for number in range(300):
        kept = kept.with_told(f"bad:{number}")
    kept = kept.with_told("bad:250")
    assert len(kept.told) == 200
    assert kept.told[-2:] == ("bad:299", "bad:250")
    assert kept.tells("bad") and not kept._replace(tell_bad=False).tells("bad")
