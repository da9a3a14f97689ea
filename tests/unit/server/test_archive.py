"""The collector's SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from server.archive import Archive, Collection, State
from server.errors import FolderError
from server.releases import load
from tests.unit.server.released import METRIC, RELEASE

TASK = RELEASE.task_id
WEEK = RELEASE.seconds


def row(period: int, state: State = State.ASKED) -> Collection:
    return Collection(period, state, b"request", "http://x/", b"answer", "")


def test_rows_are_found_again_by_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "releases.db"
    with Archive(path, TASK) as archive:
        archive.put(row(1))
        archive.put(row(2, State.TOO_SMALL))
        archive.put(row(1, State.ANSWERED))
    assert path.stat().st_mode & 0o777 == 0o600
    with Archive(path, TASK) as archive:
        assert archive.find(1) == row(1, State.ANSWERED)
        assert archive.find(3) is None
        assert [found.period for found in archive.collections()] == [1, 2]
    with Archive(path, b"another task") as archive:
        assert archive.find(1) is None


def test_a_release_settles_its_collection_and_erases_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "releases.db"
    with Archive(path, TASK) as archive:
        archive.put(row(RELEASE.period, State.ANSWERED))
        archive.release(row(RELEASE.period, State.ANSWERED), RELEASE)
        settled = archive.find(RELEASE.period)
        assert settled is not None
        assert (settled.state, settled.answer) == (State.RELEASED, None)
        assert archive.released() == archive.released(RELEASE.period) == RELEASE
        assert archive.released(RELEASE.period + 1) is None


def test_tables_can_be_queried(tmp_path: Path) -> None:
    path = tmp_path / "releases.db"
    with Archive(path, TASK) as archive:
        archive.release(row(RELEASE.period), RELEASE)
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT bucket, label, estimate, low, high FROM totals ORDER BY bucket"
    ).fetchall()
    assert rows == [(i, b.label, *b.total) for i, b in enumerate(METRIC.buckets)]
    text, count = connection.execute("SELECT json, report_count FROM releases").fetchone()
    assert load(text) == RELEASE
    assert count == 100
    connection.close()


def test_a_release_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with Archive(tmp_path / "releases.db", TASK) as archive:
        archive.release(row(RELEASE.period), RELEASE)
        nobody: Any = None
        nameless = METRIC._replace(id=nobody)
        broken = RELEASE._replace(period=RELEASE.period + 1, metrics=(METRIC, nameless))
        with pytest.raises(FolderError, match="cannot be written"):
            archive.release(row(broken.period), broken)
        assert archive.released() == RELEASE
        assert archive.find(broken.period) is None


def test_a_period_s_first_release_stays(tmp_path: Path) -> None:
    path = tmp_path / "releases.db"
    with Archive(path, TASK) as first, Archive(path, TASK) as second:
        assert first.begin(row(RELEASE.period)) == row(RELEASE.period)
        other = row(RELEASE.period)._replace(request=b"another")
        assert second.begin(other) == row(RELEASE.period), "the first request stands"
        assert first.release(row(RELEASE.period), RELEASE) == RELEASE
        late = RELEASE._replace(report_count=7)
        assert second.release(row(RELEASE.period), late) == RELEASE
        settled = second.put(row(RELEASE.period, State.ANSWERED))
        assert settled.state is State.RELEASED
        assert first.find(RELEASE.period) == settled
        assert first.released() == RELEASE
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM totals").fetchone()[0] == len(METRIC.buckets)
    connection.close()


def test_many_open_a_new_file_at_once(tmp_path: Path) -> None:
    path, count = tmp_path / "releases.db", 8
    barrier = threading.Barrier(count)

    def opened(number: int) -> None:
        barrier.wait()
        with Archive(path, TASK) as archive:
            archive.begin(row(number))

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(opened, range(count)))
    with Archive(path, TASK) as archive:
        assert [found.period for found in archive.collections()] == list(range(count))


def test_a_file_that_another_process_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.archive.PATIENCE", 0.05)
    path = tmp_path / "releases.db"
    with Archive(path, TASK) as archive:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(FolderError, match="locked"):
            archive.put(row(1))
        other.execute("ROLLBACK")
        other.close()
        archive.put(row(1))
    with pytest.raises(FolderError, match="cannot be opened"):
        Archive(tmp_path / "nowhere" / "releases.db", TASK)


def test_the_running_year_s_budget(tmp_path: Path) -> None:
    with Archive(tmp_path / "releases.db", TASK) as archive:
        for period in range(100, 160):
            archive.release(row(period), RELEASE._replace(period=period))
        assert archive.rho_spent(160 * WEEK) == Fraction(52, 2)
        assert archive.rho_spent(101 * WEEK) == Fraction(1, 2)
        assert archive.rho_spent(50 * WEEK) == 0
        other = RELEASE._replace(task_id=b"other task".ljust(32), period=159)
        archive.release(row(159), other)
        assert archive.rho_spent(160 * WEEK) == Fraction(53, 2), "the same devices answered both tasks"


def test_what_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "releases.db"
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(FolderError, match="cannot be read"):
        Archive(path, TASK)
    newer = tmp_path / "newer.db"
    Archive(newer, TASK).close()
    connection = sqlite3.connect(newer)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(FolderError, match="newer"):
        Archive(newer, TASK)


def test_which_states_are_final() -> None:
    assert {state for state in State if state.is_final} == {State.RELEASED, State.TOO_SMALL, State.REFUSED}
