from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.enrolment import owner
from tests.operators import make_folders, make_task, terms
from tests.unit.agent.commands.conftest import TOKEN, HandedOut, Machine


@pytest.fixture
def others(tmp_path: Path) -> HandedOut:
    """Two other operators' files."""
    folders = make_folders(tmp_path / "others", "others")
    (tmp_path / "other.json").write_text(make_task(folders, terms()).dump())
    return HandedOut(tmp_path / "other.json", tmp_path / "others" / "upload.token", None)  # type: ignore[arg-type]


class TestAccount:
    def test_it_shows_what_is_asked_and_sends_nothing(self, machine: Machine) -> None:
        files = machine.handed
        shown = machine.type("enrol", str(files.task), "--token-file", str(files.token)).stdout
        for words in (*files.fingerprints, "Works council", "it@example.org".replace("it", "helper")):
            assert words in shown
        for words in ("Example Ltd", "4 metrics", "Works agreement 12", "Compare both fingerprints"):
            assert words in shown
        assert "Nothing leaves by enrolling" in shown
        assert files.leader.requests == []
        assert machine.kinds() == ["task"]

    def test_in_json(self, machine: Machine) -> None:
        files = machine.handed
        found = machine.json("enrol", str(files.task), "--token-file", str(files.token))
        assert (found["scope"], found["metrics"], found["min_batch_size"]) == ("account", 4, 50)
        assert (found["leader"]["fingerprint"], found["helper"]["fingerprint"]) == files.fingerprints
        assert len(found["promises"]) >= 2
        assert TOKEN not in json.dumps(found)
        assert machine.keychain.token == TOKEN

    def test_again_changes_nothing(self, machine: Machine) -> None:
        machine.enrol()
        machine.enrol()
        assert machine.kinds() == ["task"]

    def test_other_operators_are_refused_once_two_are_pinned(
        self, machine: Machine, others: HandedOut
    ) -> None:
        machine.enrol()
        result = machine.type("enrol", str(others.task), "--token-file", str(others.token), code=16)
        assert result.stderr.startswith("shoal: ")
        assert machine.kinds() == ["task"]

    def test_what_is_missing_is_named(self, machine: Machine, tmp_path: Path) -> None:
        task = str(machine.handed.task)
        assert "name the task file" in machine.type("enrol", code=2).stderr
        assert "--token-file" in machine.type("enrol", task, code=2).stderr
        assert "does not exist" in machine.type("enrol", str(tmp_path / "none"), code=2).stderr

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"", 16), (b"{}", 16), (b"[" * 100_000, 16), (b'{"payload": 5}', 16), (b"\xff\xfe", 2)],
    )
    def test_files_that_are_no_task(
        self, machine: Machine, tmp_path: Path, content: bytes, code: int
    ) -> None:
        (tmp_path / "odd.json").write_bytes(content)
        token = ("--token-file", str(machine.handed.token))
        result = machine.type("enrol", str(tmp_path / "odd.json"), *token, code=code)
        assert result.stderr.startswith("shoal: ")
        assert machine.type("choose", "share", code=10)

    @pytest.mark.parametrize("content", ["", "two words", "x" * 100_000, "größe"])
    def test_files_that_are_no_token(self, machine: Machine, content: str) -> None:
        machine.handed.token.write_text(content)
        files = machine.handed
        result = machine.type("enrol", str(files.task), "--token-file", str(files.token), code=14)
        assert content[:9] not in result.stderr or not content

    def test_half_a_signature_is_none(self, machine: Machine) -> None:
        signed = json.loads(machine.handed.task.read_text())
        signatures = next(value for value in signed.values() if isinstance(value, dict))
        signatures.pop(next(iter(signatures)))
        machine.handed.task.write_text(json.dumps(signed))
        files = machine.handed
        machine.type("enrol", str(files.task), "--token-file", str(files.token), code=16)


class TestExpect:
    def words(self, machine: Machine, *fingerprints: str) -> list[str]:
        files = machine.handed
        expected = [word for one in fingerprints for word in ("--expect", one)]
        return ["enrol", str(files.task), "--token-file", str(files.token), *expected]

    def test_both_in_any_order_and_writing(self, machine: Machine) -> None:
        leader, helper = machine.handed.fingerprints
        machine.type(*self.words(machine, helper.replace(" ", "").upper(), leader))

    def test_another_s(self, machine: Machine) -> None:
        leader, helper = machine.handed.fingerprints
        wrong = ("0" if helper[0] != "0" else "1") + helper[1:]
        result = machine.type(*self.words(machine, leader, wrong), code=16)
        assert wrong in result.stderr and "Do not enrol" in result.stderr
        assert "shoal.db" not in machine.files()

    def test_one_alone_or_one_twice_proves_too_little(self, machine: Machine) -> None:
        leader, _ = machine.handed.fingerprints
        assert "Give it twice" in machine.type(*self.words(machine, leader), code=2).stderr
        assert "twice" in machine.type(*self.words(machine, leader, leader), code=2).stderr


class TestDemo:
    @pytest.fixture
    def demo(self, machine: Machine, tmp_path: Path) -> Machine:
        folders = make_folders(tmp_path / "demo", "demo", leader_url=f"{machine.handed.leader.url}/")
        machine.handed.task.write_text(make_task(folders, terms(demo=True, period=20, grace=0)).dump())
        return machine

    def test_only_a_state_made_for_it_takes_a_demo_s_task(self, demo: Machine) -> None:
        words = ("enrol", str(demo.handed.task), "--token-file", str(demo.handed.token))
        assert "demo" in demo.type(*words, code=16).stderr.lower()
        # that state may have been used by now, and stays what it is
        assert "no demo state" in demo.type(*words, "--demo", code=19).stderr

    def test_and_says_so_in_capitals(self, demo: Machine) -> None:
        words = ("enrol", str(demo.handed.task), "--token-file", str(demo.handed.token), "--demo")
        assert "DEMO" in demo.type(*words).stdout
        assert demo.env.is_demo
        assert demo.json(*words[:-1])["warnings"]


class TestMachine:
    def test_for_all_accounts_into_the_machine_s_places(self, machine: Machine) -> None:
        words = ("enrol", str(machine.handed.task), "--token-file", str(machine.handed.token), "--machine")
        found = machine.json(*words)
        assert found["scope"] == "machine"
        places = machine.env.directories
        assert {path.name for path in places.etc.iterdir()} >= {"task.json", "token"}
        assert owner.holder(machine.env) is None  # whoever chooses first
        assert machine.files() == set()
        machine.type("choose", "share")
        assert owner.holder(machine.env) == owner.my_id()

    def test_other_operators_only_when_told(self, machine: Machine, others: HandedOut) -> None:
        token = ("--token-file", str(machine.handed.token), "--machine")
        machine.type("enrol", str(machine.handed.task), *token)
        machine.type("enrol", str(others.task), *token, code=16)
        machine.type("enrol", str(others.task), *token, "--replace")

    def test_options_that_do_not_fit_together(self, machine: Machine) -> None:
        task = str(machine.handed.task)
        assert "--token-file" in machine.type("enrol", task, "--machine", code=2).stderr
        assert "--machine" in machine.type("enrol", task, "--replace", code=2).stderr
        machine.type("enrol", "--leave", "--machine", code=2)


class TestLeave:
    def test_nothing_more_is_sent_and_what_was_stays(self, machine: Machine) -> None:
        machine.hold()
        assert "dropped: it is not sent" in machine.type("enrol", "--leave").stdout
        assert machine.keychain.token is None
        assert machine.json("choose")["enrolled"] is False
        assert "sealed" in machine.kinds()
        assert machine.json("verify")["agrees"]
        machine.type("send-now", code=20)
        assert machine.handed.leader.requests == []

    def test_whoever_was_not_enrolled_is_told(self, machine: Machine) -> None:
        assert "was not enrolled" in machine.type("enrol", "--leave").stdout
        found = machine.json("enrol", "--leave")
        assert found == {"was_enrolled": False, "dropped": 0, "note": ""}

    def test_in_json(self, machine: Machine) -> None:
        machine.hold()
        found = machine.json("enrol", "--leave")
        assert (found["was_enrolled"], found["dropped"]) == (True, 1)
