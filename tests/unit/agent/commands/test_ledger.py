from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest

from agent.commands import ledger
from agent.ledger import Row
from agent.model import LedgerKind
from tests.repository import ROOT
from tests.unit.agent.commands.conftest import Machine


def sealed(machine: Machine) -> dict[str, Any]:
    (row,) = machine.json("ledger", "--kind", "sealed")
    return dict(row)


class TestRows:
    def test_looking_into_nothing_makes_no_file(self, machine: Machine) -> None:
        assert "nothing has left this device" in machine.type("ledger").stdout
        assert machine.json("ledger") == []
        assert "there is nothing to verify" in machine.type("verify").stdout
        assert machine.json("verify")["rows"] == 0
        machine.type("ledger", "show", "1", code=2)
        assert machine.files() == set()

    def test_a_report_s_life_in_order(self, machine: Machine) -> None:
        machine.hold()
        machine.type("send-now")
        rows = machine.json("ledger")
        kinds = [row["kind"] for row in rows]
        assert kinds[-3:] == ["sealed", "sending", "delivered"]
        assert [row["row"] for row in rows] == list(range(1, len(rows) + 1))
        for before, after in pairwise(rows):
            assert after["previous"] == before["hash"]
        shown = machine.type("ledger").stdout
        assert all(kind in shown for kind in kinds)
        assert len({row["period_start"] for row in rows[-3:]}) == 1

    def test_of_one_kind(self, machine: Machine) -> None:
        machine.hold()
        assert {row["kind"] for row in machine.json("ledger", "--kind", "choice")} == {"choice"}
        assert "is not one of" in machine.type("ledger", "--kind", "rumour", code=2).stderr

    def test_one_row(self, machine: Machine) -> None:
        machine.hold()
        row = sealed(machine)
        assert machine.json("ledger", "show", str(row["row"])) == row
        shown = machine.type("ledger", "show", str(row["row"])).stdout
        assert row["hash"] in shown and row["previous"] in shown
        assert row["detail"]["body_sha256"] in shown

    @pytest.mark.parametrize("row", ["0", "-1", "99", "9" * 30, "first"])
    def test_rows_that_there_are_not(self, machine: Machine, row: str) -> None:
        machine.type("choose", "local")
        machine.type("ledger", "show", "--", row, code=2)

    def test_a_row_of_no_report_has_no_bytes(self, machine: Machine) -> None:
        machine.type("choose", "local")
        result = machine.type("ledger", "show", "1", "--exact", code=2)
        assert "shoal: " in result.stderr


class TestExact:
    def test_a_stranger_s_program_recomputes_it(self, machine: Machine) -> None:
        machine.hold()
        exact = machine.type("ledger", "show", str(sealed(machine)["row"]), "--exact", "--json").stdout
        found = json.loads(exact)
        assert hashlib.sha256(bytes.fromhex(found["body"])).hexdigest() == found["body_sha256"]
        program = ROOT / "docs/verify/independent_verify.py"
        run = subprocess.run([sys.executable, str(program)], input=exact, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        found["vector"][0] = 1 - found["vector"][0]
        run = subprocess.run(
            [sys.executable, str(program)], input=json.dumps(found), capture_output=True, text=True
        )
        assert run.returncode != 0

    def test_what_is_sent_is_what_was_shown(self, machine: Machine) -> None:
        machine.hold()
        shown = machine.json("ledger", "show", str(sealed(machine)["row"]), "--exact")
        machine.type("send-now")
        (request,) = machine.handed.leader.requests
        assert request.partition(b"\r\n\r\n")[2].hex() == shown["body"]

    def test_after_erasing_the_row_stays_and_says_that_its_bytes_went(self, machine: Machine) -> None:
        machine.hold()
        row = str(sealed(machine)["row"])
        machine.type("erase", "--yes")
        assert machine.json("ledger", "show", row)["kind"] == "sealed"
        machine.type("ledger", "show", row, "--exact", code=2)


class TestVerify:
    def test_it_says_what_is_proved_and_what_is_not(self, machine: Machine) -> None:
        machine.hold()
        shown = machine.type("verify").stdout
        assert "It all agrees." in shown
        assert "1 report was recomputed byte for byte" in shown
        assert "Not proved here" in shown
        found = machine.json("verify")
        assert (found["agrees"], found["bodies"], found["gone"]) == (True, 1, 0)
        assert found["difference"] is None

    def test_it_counts_for_whoever_asks_it_to(self, machine: Machine) -> None:
        machine.hold()
        asked = machine.type("verify", "--progress", "--json")
        assert asked.stderr.splitlines()[-1] == "1 of 1 reports"
        assert json.loads(asked.stdout)["agrees"]
        assert machine.type("verify", "--json").stderr == ""

    def test_bytes_that_went_are_not_said_to_agree(self, machine: Machine) -> None:
        machine.hold()
        machine.type("erase", "--yes")
        assert machine.json("verify")["gone"] == 1
        shown = machine.type("verify").stdout
        assert "no report is kept" in shown
        assert "pruned or erased" in shown

    def test_the_first_row_that_disagrees_is_named(self, machine: Machine) -> None:
        machine.hold()
        row = sealed(machine)["row"]
        with sqlite3.connect(machine.env.database) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:  # which keep an honest program from it
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("UPDATE ledger SET detail = '{}' WHERE row = ?", (row,))
        connection.close()
        result = machine.type("verify", code=30)
        assert f"row {row}" in result.stderr
        assert result.stdout == ""
        found = machine.json("verify", code=30)
        assert not found["agrees"]
        assert found["difference"]["row"] == row


FACTS: dict[LedgerKind, tuple[dict[str, Any], str]] = {
    LedgerKind.SEALED: ({"zeros": False, "size": 8_000, "body_sha256": "ab" * 32}, "answers, 8,000 bytes"),
    LedgerKind.RESEALED: ({"size": 8_000, "body_sha256": "ab" * 32}, "to a newer key, 8,000 bytes"),
    LedgerKind.CHOICE: ({"choice": "quiet", "before": None}, "quiet, before: none"),
    LedgerKind.TASK: (
        {"event": "agreed", "by": "you", "serial": 2, "widened": ["rho"]},
        "agreed by you, serial",
    ),
    LedgerKind.POLICY: ({"changed": ["upload"], "values": {"upload": ["ask"]}}, "upload: ask"),
    LedgerKind.CATALOGUE: (
        {"added": ["app.new"], "removed": ["app.old"], "changed": [["app.other", "window", "1", "7"]]},
        "new: app.new, gone: app.old, app.other: window",
    ),
    LedgerKind.PRUNED: ({"bodies": [1, 2]}, "2 reports' bytes"),
    LedgerKind.ERASED: ({"bodies": [1]}, "1 report's bytes"),
    LedgerKind.SENDING: ({"body_sha256": "cd" * 32}, "body cdcdcdcdcdcd…"),
    LedgerKind.WITHHELD: ({"sealed": 3}, ""),
    LedgerKind.DELIVERED: ({"sealed": 3}, ""),
    LedgerKind.REFUSED: ({"sealed": 3, "reason": "x" * 100}, "reason: xxx"),
    LedgerKind.TOO_LATE: ({"sealed": 3}, ""),
    LedgerKind.DROPPED: ({"sealed": 3, "reason": "you chose local"}, "reason: you chose local"),
}


@pytest.mark.parametrize("kind", list(LedgerKind))
def test_every_kind_of_row_has_words_that_fit_a_table(kind: LedgerKind) -> None:
    facts, words = FACTS[kind]
    row = Row(1, 0, str(kind), None, json.dumps(facts), b"", b"")
    said = ledger.in_words(row)
    assert said.startswith(words)
    assert len(said) <= 90


def test_a_database_that_was_put_aside_and_is_gone_has_words(machine: Machine) -> None:
    machine.type("choose", "local")
    with machine.ledger() as ledger:
        detail = {"bodies": [], "databases": ["shoal.db.corrupt-1"]}
        ledger.append(LedgerKind.PRUNED, detail, machine.env.now())
    assert "put aside, deleted now: shoal.db.corrupt-1" in machine.type("ledger").stdout
    assert machine.json("verify")["agrees"]
