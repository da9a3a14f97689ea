from __future__ import annotations

import pytest

from agent.commands.rules import document_keys
from agent.policy import KEYS
from tests.unit.agent.commands.conftest import Machine


class TestShown:
    def test_every_key_its_value_and_its_source_without_making_a_file(self, machine: Machine) -> None:
        shown = machine.type("policy").stdout
        assert all(key.name in shown for key in KEYS)
        values = machine.json("policy")["values"]
        assert [value["key"] for value in values] == [key.name for key in KEYS]
        assert {value["origin"] for value in values} == {"built-in"}
        assert machine.files() == set()

    def test_what_the_organisation_set_has_file_line_and_reason(self, machine: Machine) -> None:
        machine.policy('min_batch_size = 100\n[reasons]\nmin_batch_size = "agreed with the council"\n')
        (found,) = [v for v in machine.json("policy")["values"] if v["key"] == "min_batch_size"]
        assert found["value"] == "100"
        assert found["where"].endswith("policy.toml:1")
        assert found["reason"] == "agreed with the council"
        assert "agreed with the council" in machine.type("policy").stdout

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("upload = maybe\n", "policy.toml:1"),
            ('uplaod = "off"\n', "did you mean upload?"),
            ("min_batch_size = 1\n", "min_batch_size"),
        ],
    )
    def test_one_that_cannot_be_read_is_an_error_with_its_line(
        self, machine: Machine, text: str, words: str
    ) -> None:
        machine.policy(text)
        for command in (["policy"], ["policy", "--json"], ["policy", "set", "min_batch_size", "90"]):
            assert words in machine.type(*command, code=11).stderr

    def test_blocked_metrics_that_nobody_knows_are_noted(self, machine: Machine) -> None:
        machine.policy('blocked_metrics = ["endpoint.disk_fre"]\n')
        (note,) = machine.json("policy")["notes"]
        assert "endpoint.disk_free" in note
        assert note in machine.type("policy").stdout


class TestSet:
    def test_one_s_own_value_narrows(self, machine: Machine) -> None:
        assert "min_batch_size = 200 (you)" in machine.type("policy", "set", "min_batch_size", "200").stdout
        found = machine.json("policy", "set", "min_batch_size", "300")
        assert (found["value"], found["origin"]) == ("300", "you")
        assert "policy" in machine.kinds()
        assert machine.json("policy", "unset", "min_batch_size")["origin"] == "built-in"

    def test_one_s_own_value_never_widens(self, machine: Machine) -> None:
        machine.policy("min_batch_size = 500\n")
        result = machine.type("policy", "set", "min_batch_size", "100")
        assert "min_batch_size = 500" in result.stdout
        assert "changes nothing now" in result.stdout

    def test_metrics_are_silenced_by_their_ids(self, machine: Machine) -> None:
        two = "app.crashes,network.wifi_signal"
        assert machine.json("policy", "set", "blocked_metrics", two)["value"] == two.replace(",", ", ")
        result = machine.type("policy", "set", "blocked_metrics", "app.crash", code=2)
        assert "did you mean app.crashes?" in result.stderr

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (["set", "min_batch_sise", "5"], 2, "did you mean min_batch_size?"),
            (["unset", "min_batch_sise"], 2, "did you mean min_batch_size?"),
            (["set", "min_batch_size", "many"], 11, "min_batch_size"),
            (["set", "upload", "off"], 11, "upload"),
            (["set", "min_batch_size"], 2, "VALUE"),
        ],
    )
    def test_what_cannot_be_set_is_named(
        self, machine: Machine, words: list[str], code: int, said: str
    ) -> None:
        assert said in machine.type("policy", *words, code=code).stderr


class TestDocument:
    def test_it_needs_no_machine(self, machine: Machine) -> None:
        assert machine.type("policy", "--document").stdout == document_keys() + "\n"
        assert machine.files() == set()

    def test_each_key_with_type_default_and_places(self) -> None:
        document = document_keys()
        for key in KEYS:
            _, _, rest = document.partition(f"\n## {key.name}\n")
            part = rest.partition("\n## ")[0]
            assert key.text in part
            assert f"- type: {key.kind}" in part
            assert key.places["windows"] in part and key.places["macos"] in part
