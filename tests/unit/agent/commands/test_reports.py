from __future__ import annotations

import sqlite3

import pytest
from click.testing import CliRunner

from agent import decisions, sampler
from agent.commands import shoal
from agent.env import Env
from agent.errors import NetworkError
from agent.ledger import Ledger, Report
from agent.model import Fact
from catalogue import layout
from tests.unit.agent.commands.conftest import ASKED, CATALOGUE, SAMPLES, WEEK, Machine
from tests.unit.agent.servers import answering


class TestPreview:
    def test_before_any_choice_it_measures_once_and_stores_nothing(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        measured, real = [], sampler.once
        monkeypatch.setattr(sampler, "once", lambda env: measured.append(env) or real(env))  # type: ignore[func-returns-value]
        found = machine.json("preview")
        assert len(measured) == 1
        assert found["measured_just_now"]
        assert (found["choice"], found["enrolled"], found["zeros"]) == ("off", False, False)
        assert {row["id"]: row["label"] for row in found["answers"]}["endpoint.disk_free"] == "15–20 %"
        assert machine.files() == set()
        shown = machine.type("preview").stdout
        assert "nothing of it is kept" in shown
        assert "not enrolled" in shown

    def test_once_measured_with_a_database_there_it_stores_nothing_either(self, machine: Machine) -> None:
        machine.type("choose", "local")
        before = dump(machine)
        assert machine.json("preview")["measured_just_now"]
        assert dump(machine) == before

    def test_one_answer_a_question_as_one_lit_box(self, machine: Machine) -> None:
        found = machine.json("preview")
        shown = machine.type("preview").stdout
        answered = sum(row["bucket"] is not None for row in found["answers"])
        assert shown.count("■") == answered
        assert shown.count("■") + shown.count("□") == layout.length(CATALOGUE.metrics)

    def test_afterwards_it_is_what_is_stored(self, machine: Machine) -> None:
        machine.enrol()
        machine.type("choose", "share")
        machine.measure(endpoint__disk_free=2.0)
        found = machine.json("preview")
        assert not found["measured_just_now"]
        assert [row["id"] for row in found["answers"]] == [metric.id for metric in ASKED]
        assert found["answers"][0]["bucket"] == 0

    def test_a_silenced_metric_has_no_answer(self, machine: Machine) -> None:
        machine.enrol()
        machine.type("policy", "set", "blocked_metrics", "endpoint.disk_free")
        found = machine.json("preview")
        assert found["answers"][0] | {"title": ""} == {
            "id": "endpoint.disk_free",
            "title": "",
            "bucket": None,
            "label": None,
            "buckets": ASKED[0].buckets,
            "silenced": True,
        }
        assert "Silenced, so without an answer: endpoint.disk_free." in machine.type("preview").stdout

    @pytest.mark.parametrize(
        ("choice", "words"),
        [
            (None, "you have not chosen yet"),
            ("local", "Nothing is sent: the choice is local"),
            ("quiet", "zeros are sent in place of these answers"),
        ],
    )
    def test_whether_it_would_be_sent(self, machine: Machine, choice: str | None, words: str) -> None:
        machine.enrol()
        if choice:
            machine.type("choose", choice)
        assert words in machine.type("preview").stdout
        assert machine.handed.leader.requests == []

    def test_exact_is_the_whole_report_with_an_opening_that_is_thrown_away(self, machine: Machine) -> None:
        machine.enrol()
        machine.measure()
        first, second = (machine.json("preview", "--exact") for _ in range(2))
        assert first["vector"] == second["vector"]
        assert first["opening"] != second["opening"]
        assert first["body"] != second["body"]
        lit = layout.decode(first["vector"], ASKED)
        assert lit == {metric.id: metric.bucket(float(SAMPLES[metric.id])) for metric in ASKED}  # type: ignore[arg-type]
        assert machine.kinds() == ["task"]  # nothing was sealed for anybody

    def test_exact_of_quiet_is_zeros(self, machine: Machine) -> None:
        machine.enrol()
        machine.type("choose", "quiet")
        assert set(machine.json("preview", "--exact")["vector"]) == {0}

    def test_exact_needs_a_task_to_seal_for(self, machine: Machine) -> None:
        assert "shoal enrol" in machine.type("preview", "--exact", code=10).stderr


def dump(machine: Machine) -> list[str]:
    connection = sqlite3.connect(machine.env.database)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_what_keeps_it_from_being_sent_is_said_while_the_choice_sends(machine: Machine) -> None:
    machine.enrol()
    machine.type("choose", "share")
    with machine.store() as store:
        store.set_fact(Fact.TROUBLE, "the token is refused.")
    assert machine.json("preview")["trouble"] == "the token is refused."
    assert "Nothing is sent now: the token is refused." in machine.type("preview").stdout
    machine.type("choose", "local")
    assert machine.json("preview")["trouble"] is None


class TestSendNow:
    def test_it_goes_and_delivered_is_not_counted(self, machine: Machine) -> None:
        machine.hold()
        result = machine.type("send-now")
        assert "delivered" in result.stdout
        assert "nobody can tell you" in result.stdout
        assert len(machine.handed.leader.requests) == 1
        assert machine.kinds()[-1] == "delivered"

    def test_in_json(self, machine: Machine) -> None:
        machine.hold()
        found = machine.json("send-now")
        assert (found["state"], found["zeros"]) == ("delivered", False)
        assert found["period_stop"] - found["period_start"] == WEEK

    def test_an_answer_that_is_none_leaves_it_to_be_tried_again(self, machine: Machine) -> None:
        machine.hold()
        machine.handed.leader.handler = answering(503)
        result = machine.type("send-now", code=NetworkError.exit_code)
        assert "tried again" in result.stdout
        assert result.stderr.startswith("shoal: ")
        machine.handed.leader.handler = answering()
        assert machine.json("send-now")["state"] == "delivered"
        first, second = machine.handed.leader.requests
        assert first.partition(b"\r\n\r\n")[2] == second.partition(b"\r\n\r\n")[2]

    @pytest.mark.parametrize("choice", [None, "local"])
    def test_nothing_to_send(self, machine: Machine, choice: str | None) -> None:
        if choice:
            machine.type("choose", choice)
        said = machine.type("send-now", code=20).stderr
        assert f"the choice is {choice or 'off'}" in said
        assert "Nothing is sent with this choice." in said
        assert "Choose" not in said
        assert machine.handed.leader.requests == []

    def test_nothing_is_held_yet(self, machine: Machine) -> None:
        machine.enrol()
        machine.type("choose", "share")
        assert "no report is held now" in machine.type("send-now", code=20).stderr


class TestWithhold:
    def test_zeros_take_its_place_at_once(self, machine: Machine) -> None:
        machine.hold()
        found = machine.json("withhold")
        assert found["withheld"]["state"] == "withheld"
        assert not found["withheld"]["zeros"]
        place = found["in_its_place"]
        assert (place["state"], place["zeros"]) == ("held", True)
        assert place["period_start"] == found["withheld"]["period_start"]
        exact = machine.json("ledger", "show", str(place["row"]), "--exact")
        assert set(exact["vector"]) == {0}
        assert machine.json("verify")["agrees"]

    def test_what_then_leaves_are_the_zeros(self, machine: Machine) -> None:
        machine.hold()
        assert "leave at the same moment" in machine.type("withhold").stdout
        assert machine.json("send-now")["zeros"]
        assert len(machine.handed.leader.requests) == 1

    def test_too_late_once_sending_has_begun(self, machine: Machine) -> None:
        machine.hold()
        machine.handed.leader.handler = answering(503)
        machine.type("send-now", code=NetworkError.exit_code)
        assert "sending has begun" in machine.type("withhold", code=20).stderr

    def test_a_worker_that_is_first_to_seal_the_zeros_does_not_make_it_fail(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        machine.hold()
        real = decisions.withhold

        def and_a_worker_comes(env: Env, ledger: Ledger) -> Report:
            withheld = real(env, ledger)
            machine.tend()
            return withheld

        monkeypatch.setattr(decisions, "withhold", and_a_worker_comes)
        found = machine.json("withhold")
        assert found["withheld"]["state"] == "withheld"
        assert (found["in_its_place"]["state"], found["in_its_place"]["zeros"]) == ("held", True)
        assert machine.kinds()[-3:] == ["sealed", "withheld", "sealed"]

    def test_a_body_that_cannot_be_read_is_named(self, machine: Machine) -> None:
        machine.hold()
        connection = sqlite3.connect(machine.env.database)
        with connection:
            connection.execute("DROP TRIGGER bodies_never_changes")
            connection.execute("UPDATE bodies SET configuration = x'ff'")
        connection.close()
        for words in (["send-now"], ["withhold"], ["ledger", "show", "4", "--exact"]):
            assert "cannot be read" in machine.type(*words, code=19).stderr
        assert machine.handed.leader.requests == []

    def test_nothing_is_held_under_a_choice_that_sends_nothing(self, machine: Machine) -> None:
        machine.type("choose", "local")
        said = machine.type("withhold", code=20).stderr
        assert "no report is held now: the choice is local" in said
        assert "Nothing is sent with this choice." in said

    def test_nothing_is_held(self, machine: Machine) -> None:
        assert "no report is held now" in machine.type("withhold", code=20).stderr

    def test_where_policy_does_not_leave_it(self, machine: Machine) -> None:
        machine.hold()
        machine.policy(
            'upload = "required"\nallow_withhold = false\ncontact = "it@example.org"\n'
            'agreement_url = "https://example.org/a"\n'
        )
        assert "allow_withhold = false" in machine.type("withhold", code=20).stderr
        assert "withheld" not in machine.kinds()


@pytest.mark.parametrize(
    ("key", "stored"),
    [
        *(("last_pass", ""), ("woke_at", "soon"), ("clock_set", "nan"), ("next_due", "1e999")),
        *(("erased", "x"), ("trouble_code", "1e300")),
    ],
)
def test_no_command_stumbles_over_a_number_that_is_none(machine: Machine, key: str, stored: str) -> None:
    machine.hold()
    with machine.store() as store:
        store.set_fact(Fact.TROUBLE, "something.")
        store.set_fact(key, stored)
        store.set_setting("choice", "share")
    # `type` raises whatever is no ShoalError
    for words in (["status"], ["preview"], ["send-now"], ["erase", "--yes"], ["doctor"]):
        result = CliRunner().invoke(shoal, ["--state", str(machine.env.state), *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), (words, result.exception)
        if result.exit_code == 19:
            assert f"{key} should be a number" in result.output
    if key == "last_pass":
        machine.type("status", code=19)


@pytest.mark.parametrize("stored", ["", "everything", "Share"])
def test_a_choice_that_no_version_writes_is_none(machine: Machine, stored: str) -> None:
    machine.measure()
    with machine.store() as store:
        store.set_setting("choice", stored)
    assert machine.json("choose")["choice"] is None
    assert machine.json("preview")["choice"] == "off"
    assert machine.json("status")["choice"] == "off"
    machine.type("doctor", code=10)
