from __future__ import annotations

from pathlib import Path

import pytest

from catalogue import lock
from catalogue.errors import CatalogueError
from catalogue.load import METRICS, read_metrics


def test_the_shipped_lock_is_what_the_command_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock.write, "__defaults__", (tmp_path / "written.lock",))
    lock.main()
    assert (tmp_path / "written.lock").read_bytes() == lock.LOCK.read_bytes()
    assert lock.read() == tuple(metric.id for metric in read_metrics(METRICS))


def test_once_frozen_it_only_grows(tmp_path: Path) -> None:
    path = tmp_path / "some.lock"
    lock.write(("app.a", "app.b"), path)
    lock.write(("app.b",), path)  # before 1.0 anything goes
    lock.write(("app.a", "app.b"), path)
    lock.write(("app.a", "app.b", "app.c"), path, frozen=True)
    for changed in (("app.a", "app.c"), ("app.a", "app.b"), ("app.b", "app.a", "app.c")):
        with pytest.raises(CatalogueError, match="frozen"):
            lock.write(changed, path, frozen=True)
    assert lock.read(path) == ("app.a", "app.b", "app.c")


def test_a_lock_that_cannot_be_right(tmp_path: Path) -> None:
    path = tmp_path / "some.lock"
    path.write_text("app.a\napp.b\napp.a\n")
    with pytest.raises(CatalogueError, match=r"some\.lock, app\.a: stands here twice"):
        lock.read(path)
    with pytest.raises(CatalogueError, match="cannot be read"):
        lock.read(tmp_path / "none.lock")
