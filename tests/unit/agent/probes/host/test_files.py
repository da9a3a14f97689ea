from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.probes.host import Absent
from agent.probes.host.files import Files


def test_names_are_below_the_root(tmp_path: Path) -> None:
    files = Files(tmp_path)
    (tmp_path / "log").mkdir()
    for name in ("b", "a"):
        (tmp_path / "log" / name).touch()
    os.utime(tmp_path / "log" / "a", (5.0, 7.0))
    assert files.path("log/a") == (tmp_path / "log" / "a").as_posix()
    assert Files().path("proc/stat") == "/proc/stat"
    assert files.listing("log", "nothing") == ["a", "b"]
    assert files.changed("log/a") == 7.0


def test_what_is_not_there(tmp_path: Path) -> None:
    files = Files(tmp_path)
    (tmp_path / "file").touch()
    for name in ("log", "file"):
        with pytest.raises(Absent, match="no log"):
            files.listing(name, "there is no log")
    assert files.changed("log") is None
