"""docs/verify.md and its verifier: right about reports that the agent's own code seals, and alone."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dap.constants import Role
from dap.hpke import generate
from dap.seal import Measurement, Recipients, exact
from dap.task import SumVecConfiguration
from tests.unit.dap.making import make_config, make_operator, make_task

DOCS = Path(__file__).resolve().parents[3] / "docs"
PROGRAM = DOCS / "verify" / "independent_verify.py"
EXAMPLE = DOCS / "verify" / "example.json"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("independent_verify", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = load()


def random_report(randomness: random.Random, length: int, chunk_length: int) -> dict[str, Any]:
    keys = [generate(randomness.randrange(256), randomness.randbytes(32)).config for _ in range(2)]
    parameters = SumVecConfiguration(length, 1, chunk_length).encode()
    task = make_task(
        make_config(vdaf_configuration=parameters, min_batch_size=randomness.randrange(25, 500)),
        task_id=randomness.randbytes(32),
        leader=make_operator(Role.LEADER, hpke_config=keys[0]),
        helper=make_operator(Role.HELPER, hpke_config=keys[1]),
    )
    vector = tuple(randomness.randrange(2) for _ in range(length))
    measurement = Measurement(randomness.randrange(2**64), vector)
    return exact(measurement, Recipients.of(task), randomness.randbytes(32))


def run(text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    # -I: neither this repository nor the working folder can be imported from
    return subprocess.run(
        [sys.executable, "-I", str(PROGRAM), *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_stands_alone_and_is_short() -> None:
    source = PROGRAM.read_text()
    assert len(source.splitlines()) <= 300
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"cryptography", "Cryptodome"}
    assert "importlib" not in source
    assert "__import__" not in source


def test_a_hundred_random_reports_agree() -> None:
    randomness = random.Random(20260801)
    for _ in range(100):
        length = randomness.randrange(1, 41)
        shown = random_report(randomness, length, randomness.randrange(1, length + 1))
        assert len(VERIFIER.verify(json.dumps(shown))) == 11


@pytest.mark.parametrize(("length", "chunk_length"), [(400, 27), (257, 16)])
def test_a_report_of_real_length_agrees(length: int, chunk_length: int) -> None:
    VERIFIER.verify(json.dumps(random_report(random.Random(length), length, chunk_length)))


SHOWN = random_report(random.Random(7), 12, 3)
DERIVED = (
    *("report_id", "shard_rand", "leader_ephemeral_seed", "helper_ephemeral_seed", "public_share"),
    *("leader_input_share", "helper_input_share", "body", "body_sha256"),
)


@pytest.mark.parametrize("name", DERIVED)
def test_any_altered_byte_is_found_where_it_is(name: str) -> None:
    randomness = random.Random(name)
    for _ in range(5):
        data = bytearray(bytes.fromhex(SHOWN[name]))
        data[randomness.randrange(len(data))] ^= randomness.randrange(1, 256)
        with pytest.raises(VERIFIER.DiffersError, match=f"^{name}$"):
            VERIFIER.verify(json.dumps({**SHOWN, name: data.hex()}))
    for wrong in (SHOWN[name][2:], SHOWN[name] + "00", ""):
        with pytest.raises(VERIFIER.DiffersError, match=f"^{name}$"):
            VERIFIER.verify(json.dumps({**SHOWN, name: wrong}))


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"time": SHOWN["time"] ^ 1}, "report_id"),
        ({"vector": [1 - SHOWN["vector"][0], *SHOWN["vector"][1:]]}, "report_id"),
        ({"opening": "00" * 32}, "report_id"),
        ({"task_id": "00" * 32}, "report_id"),
        ({"vector": SHOWN["vector"][1:]}, "vector"),
        ({"vector": [2, *SHOWN["vector"][1:]]}, "vector"),
        ({"vector": [True, *SHOWN["vector"][1:]]}, "vector"),
        ({"length": 13}, "length"),
        ({"chunk_length": 4}, "chunk_length"),
        ({"leader_hpke_config": SHOWN["helper_hpke_config"]}, "leader_ephemeral_seed"),
        ({"helper_hpke_config": SHOWN["leader_hpke_config"]}, "helper_ephemeral_seed"),
    ],
)
def test_other_answers_or_terms_are_found(changes: dict[str, Any], first: str) -> None:
    with pytest.raises(VERIFIER.DiffersError, match=f"^{first}$"):
        VERIFIER.verify(json.dumps({**SHOWN, **changes}))


def test_the_program_says_what_agrees_and_what_differs(tmp_path: Path) -> None:
    good = run(json.dumps(SHOWN))
    assert (good.returncode, good.stderr) == (0, "")
    assert [line for line in good.stdout.splitlines() if line.startswith("agrees: ")][
        -1
    ] == "agrees: body_sha256"
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**SHOWN, "report_id": "00" * 16}))
    bad = run("", str(path))
    assert (bad.returncode, bad.stdout) == (1, "DIFFERS: report_id\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({**SHOWN, "body": "zz"}),
        json.dumps({**SHOWN, "body": SHOWN["body"].upper()}),
        json.dumps({**SHOWN, "time": -1}),
        json.dumps({**SHOWN, "time": "1"}),
        json.dumps({**SHOWN, "vector": "1"}),
        json.dumps({**SHOWN, "opening": "00"}),
        json.dumps({**SHOWN, "task_configuration": SHOWN["task_configuration"][:-2]}),
        json.dumps({**SHOWN, "task_configuration": SHOWN["task_configuration"] + "00"}),
    ],
)
def test_what_is_no_report_is_said_to_be_none(text: str) -> None:
    result = run(text)
    assert result.returncode == 2
    assert result.stdout.startswith("cannot be checked: ")
    assert result.stderr == ""


def test_the_document_s_example_is_what_the_agent_would_seal() -> None:
    shown = json.loads(EXAMPLE.read_text())
    VERIFIER.verify(EXAMPLE.read_text())
    names = ("task_id", "task_configuration", "leader_hpke_config", "helper_hpke_config")
    sealed_for = Recipients(*(bytes.fromhex(shown[name]) for name in names))
    measurement = Measurement(shown["time"], tuple(shown["vector"]))
    assert exact(measurement, sealed_for, bytes.fromhex(shown["opening"])) == shown


def test_the_document_s_steps_are_recomputed() -> None:
    """Every value of the worked example, with the verifier's functions."""
    document = (DOCS / "verify.md").read_text()
    steps = dict(re.findall(r"^\| (.+?) \| `([0-9a-f]{32,64})` \|$", document, re.M))
    fields = VERIFIER.read(EXAMPLE.read_text())
    context = b"dap-18" + fields["task_id"]
    key, _, _, prove_seed = (fields["shard_rand"][i : i + 32] for i in range(0, 128, 32))
    helper = VERIFIER.elements(VERIFIER.xof(1, context, key, b"\1"), 4)
    joint_seed = VERIFIER.xof(6, context, bytes(32), fields["public_share"]).read(32)
    joint = VERIFIER.elements(VERIFIER.xof(3, context, joint_seed, b"\1"), 2)
    seeds = VERIFIER.elements(VERIFIER.xof(4, context, prove_seed, b"\1"), 4)
    proof = VERIFIER.prove(fields["vector"], 2, joint, seeds)
    body = fields["body"]
    assert (len(proof), len(body)) == (11, 552)
    assert steps == {
        "SHA-256(task_configuration)": hashlib.sha256(fields["task_configuration"]).hexdigest(),
        "PRK": VERIFIER.mac(b"shoal-v1", fields["opening"]).hex(),
        "report_id": body[:16].hex(),
        "helper's measurement share, first element": VERIFIER.encode(helper[:1]).hex(),
        "joint randomness seed": joint_seed.hex(),
        "joint randomness, first element": VERIFIER.encode(joint[:1]).hex(),
        "first wire seed": VERIFIER.encode(proof[:1]).hex(),
        "gadget polynomial at 1": VERIFIER.encode(proof[4:5]).hex(),
        "gadget polynomial at ω², and at every call of valid answers": VERIFIER.encode(proof[6:7]).hex(),
        "leader's enc": body[97:129].hex(),
        "helper's enc": body[-(4 + 86 + 32) : -(4 + 86)].hex(),
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }
    assert VERIFIER.encode(proof[8:9]) == bytes(16)


def test_the_document_lists_every_key() -> None:
    document = (DOCS / "verify.md").read_text()
    table = document.partition("## 1. The input")[2].partition("## 2.")[0]
    named = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    assert named == set(SHOWN)
