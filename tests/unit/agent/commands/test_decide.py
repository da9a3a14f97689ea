from __future__ import annotations

import os

import pytest

from agent.commands.decide import CONSEQUENCES
from agent.enrolment import owner
from agent.model import Choice
from tests.unit.agent.commands.conftest import Machine


def test_looking_tells_every_choice_s_consequences_and_makes_no_file(machine: Machine) -> None:
    shown = machine.type("choose").stdout
    assert [row[0] for row in CONSEQUENCES] == list(Choice)
    assert {word for row in CONSEQUENCES for cell in row for word in cell.split()} <= set(shown.split())
    assert "have not chosen" in shown
    assert max(map(len, shown.splitlines())) < 130
    assert machine.files() == set()
    found = machine.json("choose")
    assert [row["choice"] for row in found.pop("consequences")] == list(Choice)
    assert found == {
        "choice": None,
        "in_force": "off",
        "left": ["off", "local", "share", "quiet"],
        "source": "built-in",
        "required": None,
        "enrolled": False,
        "note": "this machine is not enrolled",
        "widened": [],
        "changes": [],
    }


def test_local_needs_nobody(machine: Machine) -> None:
    shown = machine.type("choose", "local").stdout
    assert "You chose local." in shown
    assert "does not run" in shown  # and how to begin
    found = machine.json("choose")
    assert (found["choice"], found["in_force"]) == ("local", "local")
    assert machine.kinds() == ["choice"]


@pytest.mark.parametrize("choice", ["share", "quiet"])
def test_to_send_one_must_be_enrolled(machine: Machine, choice: str) -> None:
    result = machine.type("choose", choice, code=10)
    assert "not enrolled" in result.stderr
    assert "shoal enrol" in result.stderr
    assert machine.json("choose")["choice"] is None


def test_share_is_the_agreement_and_says_what_comes(machine: Machine) -> None:
    machine.enrol()
    shown = machine.type("choose", "share").stdout
    assert "held for you to read" in shown
    assert "withhold" in shown
    assert machine.kinds() == ["task", "task", "choice"]
    assert machine.json("choose")["enrolled"]


def test_each_choice_tells_what_became_of_the_held_report(machine: Machine) -> None:
    machine.hold()
    assert "withheld: zeros go in its place" in machine.type("choose", "quiet").stdout
    machine.tend()
    assert "dropped: it is not sent" in machine.type("choose", "local").stdout
    assert "dropped" in machine.kinds()
    assert machine.handed.leader.requests == []


def test_a_word_that_is_none_of_the_four(machine: Machine) -> None:
    assert "'sometimes' is not one of" in machine.type("choose", "sometimes", code=2).stderr


def test_what_policy_does_not_leave_is_declined_with_its_source(machine: Machine) -> None:
    machine.policy('upload = "local"\ncontact = "it@example.org"\n')
    machine.enrol()
    result = machine.type("choose", "share", code=20)
    assert "upload = local" in result.stderr
    assert "policy.toml:1" in result.stderr
    assert "it@example.org" in result.stderr
    assert machine.json("choose")["left"] == ["off", "local"]


def test_a_requirement_names_the_agreement(machine: Machine) -> None:
    machine.policy(
        'upload = "required"\ncontact = "it@example.org"\nagreement_url = "https://example.org/agreement"\n'
    )
    machine.enrol()
    found = machine.json("choose")
    assert (found["choice"], found["in_force"]) == (None, "share")
    assert found["required"]["agreement_url"] == "https://example.org/agreement"
    shown = machine.type("choose").stdout
    assert "Required by your organisation under https://example.org/agreement" in shown


def test_a_policy_that_cannot_be_read_leaves_off_and_local(machine: Machine) -> None:
    machine.policy("upload = \n")
    found = machine.json("choose")
    assert found["left"] == ["off", "local"]
    assert "policy.toml:1" in found["note"]
    machine.type("choose", "off")


class TestAnotherAccountReports:
    @pytest.fixture
    def second(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
        owner.make_directory(machine.env)
        owner.claim(machine.env)
        monkeypatch.setattr(owner, "my_id", lambda: os.geteuid() + 1)
        return machine

    def test_what_is_left_to_this_one(self, second: Machine) -> None:
        found = second.json("choose")
        assert found["left"] == ["off", "local"]
        assert "another account" in found["note"]

    def test_without_a_choice_it_is_off_not_local(self, second: Machine) -> None:
        assert second.json("choose")["in_force"] == "off"
        second.type("choose", "off")
        assert second.json("choose")["in_force"] == "off"

    def test_it_cannot_choose_to_send(self, second: Machine) -> None:
        second.enrol()
        assert "another account" in second.type("choose", "share", code=10).stderr
