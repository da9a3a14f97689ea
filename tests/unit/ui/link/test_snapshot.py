"""One look at the real files: what is there, what is wrong with them, and that nothing is changed by it."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from agent import decisions, enrolment, history, policy, summary
from agent.enrolment import owner
from agent.ledger import Ledger
from agent.model import Choice
from agent.store import Store
from tests.seeded_life import CATALOGUE
from tests.seeding import Seeded
from tests.unit.ui.states import VARIANTS, copied, seeded, snapshot
from ui.link.snapshot import Kind, read, read_points, stamp


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file's hash; the journal's index is SQLite's own memory."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_it_is_what_the_rooms_themselves_say(variant: str) -> None:
    made, found = seeded(variant), snapshot(variant)
    assert found.now == made.env.now()
    assert found.trouble is None and found.book.broken is None
    if not made.env.database.exists():
        assert found.chosen is None and not found.book.rows
        return
    store, ledger = Store.open(made.env, CATALOGUE.metrics), Ledger.open(made.env)
    try:
        assert found.health.summary == summary.today(store, CATALOGUE, found.now)
        courses = history.courses(store, CATALOGUE, found.now, found.health.summary)
        assert found.health.courses == courses
        assert found.book.rows == tuple(ledger.rows())
        assert found.book.reports == tuple(ledger.reports())
        assert found.own == store.settings()
        assert found.chosen == decisions.chosen(ledger)
        if variant != "worst":
            rules = policy.load(made.env, store.settings())
            assert found.policy == rules
            assert found.in_force == policy.effective(rules, found.chosen)
            assert found.left == policy.allowed(rules)
    finally:
        store.close()
        ledger.close()


@pytest.mark.parametrize("variant", ["normal", "managed", "required", "widened", "one-operator"])
def test_the_task_that_is_shown_is_the_one_that_is_believed(variant: str) -> None:
    made, found = seeded(variant), snapshot(variant)
    assert found.policy is not None and found.enrolled is not None
    assert found.enrolled.verified
    assert found.enrolled.enrolment == enrolment.load(made.env, found.policy, CATALOGUE)


@pytest.mark.parametrize("variant", ["empty", "normal", "worst"])
def test_looking_changes_nothing(variant: str) -> None:
    made = seeded(variant)
    before = fingerprint(made.folder)
    read(made.env, CATALOGUE)
    read_points(made.env, CATALOGUE, "endpoint.disk_free", made.env.now())
    assert fingerprint(made.folder) == before


def test_points_of_today(tmp_path: Path) -> None:
    made = copied("held", tmp_path)
    now = made.env.now()
    points = read_points(made.env, CATALOGUE, "endpoint.disk_free", now)
    assert len(points) > 50
    assert all(now - 86_400 <= point.t <= now for point in points)
    assert read_points(made.env, CATALOGUE, "endpoint.bad_count", now) == ()
    assert read_points(copied("empty", tmp_path / "e").env, CATALOGUE, "endpoint.disk_free", now) == ()


class TestTrouble:
    def damaged(self, tmp_path: Path, variant: str = "held") -> Seeded:
        return copied(variant, tmp_path)

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        made = self.damaged(tmp_path)
        made.env.database.write_bytes(b"nothing of the kind" * 400)
        found = read(made.env, CATALOGUE)
        assert found.trouble is not None and found.trouble.kind is Kind.CORRUPT
        assert found.enrolled is not None, "what can be read is there all the same"
        assert {row.verdict for row in found.health.summary.values()} == {"unknown"}

    def test_a_newer_program_s(self, tmp_path: Path) -> None:
        made = self.damaged(tmp_path)
        connection = sqlite3.connect(made.env.database)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        found = read(made.env, CATALOGUE)
        assert found.trouble is not None and found.trouble.kind is Kind.NEWER
        assert found.trouble.exit_code == 19

    def test_an_older_program_s(self, tmp_path: Path) -> None:
        made = self.damaged(tmp_path)
        connection = sqlite3.connect(made.env.database)
        connection.execute("PRAGMA user_version = 0")
        connection.close()
        found = read(made.env, CATALOGUE)
        assert found.trouble is not None and found.trouble.kind is Kind.OLDER

    def test_held_by_another_process(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        made = self.damaged(tmp_path)
        holder = sqlite3.connect(made.env.database, isolation_level=None)
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        try:
            found = read(made.env, CATALOGUE)
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        assert found.trouble is not None and found.trouble.kind is Kind.BUSY
        assert read(made.env, CATALOGUE).trouble is None, "and after that it is read again"

    def test_a_row_that_was_rewritten(self, tmp_path: Path) -> None:
        made = self.damaged(tmp_path)
        connection = sqlite3.connect(made.env.database)
        connection.execute("DROP TRIGGER ledger_never_changes")
        connection.execute("UPDATE ledger SET t = t + 60 WHERE row = 2")
        connection.commit()
        connection.close()
        found = read(made.env, CATALOGUE)
        assert found.book.broken is not None and found.book.broken[0] == 2
        assert found.book.rows, "it is shown all the same"

    def test_a_malformed_policy(self) -> None:
        found = snapshot("worst")
        assert found.policy is None and found.policy_trouble is not None
        assert found.policy_trouble.kind is Kind.POLICY
        assert "policy.toml:2" in found.policy_trouble.message
        assert (found.left, found.in_force) == ((Choice.OFF, Choice.LOCAL), Choice.OFF)

    def test_a_task_file_of_other_operators(self, tmp_path: Path) -> None:
        made = self.damaged(tmp_path)
        file = made.folder / "task.json"
        key = snapshot("held").enrolled.enrolment.pins.leader_key.hex()  # type: ignore[union-attr]
        text = file.read_text()
        assert key in text
        file.write_text(text.replace(key, "ab" * 32))
        found = read(made.env, CATALOGUE)
        assert found.task_trouble is not None and found.task_trouble.kind is Kind.TASK


def test_the_stamp_changes_with_what_is_written(tmp_path: Path) -> None:
    made = copied("held", tmp_path)
    first = stamp(made.env)
    assert stamp(made.env) == first
    with_ledger = Ledger.open(made.env)
    decisions.withhold(made.env, with_ledger)
    second = stamp(made.env)
    with_ledger.close()
    assert second != first
    (made.env.directories.etc / "policy.toml").write_text("retention_days = 3\n")
    assert stamp(made.env) != second


def test_a_sampler_is_seen_while_it_listens(tmp_path: Path) -> None:
    made = copied("held", tmp_path)
    assert read(made.env, CATALOGUE).sampler is False
    with made.attended():
        assert read(made.env, CATALOGUE).sampler is True
    assert read(made.env, CATALOGUE).sampler is False


def test_a_machine_that_reports_through_another_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = copied("held", tmp_path)
    owner.make_directory(made.env)
    assert owner.claim(made.env)
    assert not read(made.env, CATALOGUE).elsewhere
    monkeypatch.setattr(owner, "my_id", lambda: 54_321)
    found = read(made.env, CATALOGUE)
    assert found.elsewhere
    assert (found.left, found.in_force) == ((Choice.OFF, Choice.LOCAL), Choice.LOCAL)
