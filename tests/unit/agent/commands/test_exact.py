from __future__ import annotations

import textwrap

from agent.commands import exact
from catalogue import layout
from tests.unit.agent.commands.conftest import ASKED, CATALOGUE, Machine


def parts(shown: str) -> dict[str, str]:
    """Named values, their wrapped lines joined."""
    found: dict[str, str] = {}
    name = ""
    for line in shown.splitlines():
        if line.startswith("  ") and name:
            found[name] += line.strip()
        elif line.endswith("):") and "(" in line:
            name = line.split(" (")[0]
            found[name] = ""
        elif ": " in line:
            name = ""
            found.setdefault(line.split(": ")[0], line.split(": ")[1])
        else:
            name = ""
    return found


def test_every_byte_that_json_has_is_shown_to_people_as_well(machine: Machine) -> None:
    machine.hold()
    row = machine.json("ledger", "--kind", "sealed")[0]["row"]
    data = machine.json("ledger", "show", str(row), "--exact")
    shown = machine.type("ledger", "show", str(row), "--exact").stdout
    found = parts(shown)
    named = {
        "leader's share": "leader_input_share",
        "helper's share": "helper_input_share",
        "public share": "public_share",
        "body": "body",
        "opening": "opening",
        "task id": "task_id",
        "shard rand": "shard_rand",
        "task configuration": "task_configuration",
        "leader hpke config": "leader_hpke_config",
        "helper hpke config": "helper_hpke_config",
    }
    for name, key in named.items():
        assert found[name] == str(data[key]), name
    assert "".join(map(str, data["vector"])) in "".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 120


def test_answers_of_another_version_s_catalogue_are_not_guessed() -> None:
    vector = layout.encode({}, ASKED)
    digest = layout.digest(ASKED)
    assert "no answer" in exact.answers(vector, CATALOGUE, len(ASKED), digest)
    for asked, other in ((len(ASKED), bytes(32)), (0, digest), (10_000, digest), (len(ASKED) - 1, digest)):
        assert "another version's catalogue" in exact.answers(vector, CATALOGUE, asked, other)


def test_one_lit_box_for_each_answer() -> None:
    buckets: dict[str, int | None] = {metric.id: metric.buckets - 1 for metric in ASKED}
    shown = exact.answer_table(buckets, ASKED, CATALOGUE).splitlines()[2:]
    for line, metric in zip(shown, ASKED, strict=True):
        assert line.endswith("□" * (metric.buckets - 1) + "■")
        assert textwrap.shorten(CATALOGUE.texts[metric.id].title, 20, placeholder="") in line
