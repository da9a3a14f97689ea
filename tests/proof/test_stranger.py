"""A stranger's verifier recomputes what the agent's ledger shows, and says no to anything else.

The reports are sealed, withheld, replaced and sealed again by the agent's own code, for tasks of all kinds.
docs/verify/independent_verify.py reads them in an interpreter that has nothing of this repository, nor any
package but the two that it names.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from agent import report as reports
from agent.ledger import Ledger
from agent.ledger import Report as Kept
from agent.migrations import migrate
from catalogue import layout
from dap.constants import Role
from dap.hpke import generate
from dap.seal import Measurement
from dap.task import Mechanism, Task
from tests import devices
from tests.devices import DAY, Device, Signer, catalogue
from tests.fakes import FakeEnv
from tests.repository import ROOMS, ROOT

PROGRAM = ROOT / "docs" / "verify" / "independent_verify.py"
SEED = 20_261_107
NEEDED = ("cryptography", "Cryptodome", "cffi", "_cffi_backend", "pycparser")
"""The two packages, and what the first of them needs."""
LIVES = ("held", "quiet", "withheld", "withheld", "new leader key", "new helper key", "both keys, too late")

READER = """
import contextlib, io, json, runpy, sys

folder, needed, program = sys.argv[1], sys.argv[2].split(","), sys.argv[3]
sys.path.append(folder)

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in sys.stdlib_module_names and name.partition(".")[0] not in needed:
            raise ImportError(name + " is refused")

sys.meta_path.insert(0, Refusing())
main = runpy.run_path(program, run_name="a stranger")["main"]
sys.argv = ["independent_verify.py"]
for line in sys.stdin.read().splitlines():
    if line.startswith("import "):
        try:
            exec(line)
            print(json.dumps([0, line]))
        except ImportError as error:
            print(json.dumps([1, str(error)]))
        continue
    sys.stdin, said = io.StringIO(line), io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main()
    print(json.dumps([code, said.getvalue()]))
"""


class Said(NamedTuple):
    """What the verifier ended with, and printed."""

    code: int
    text: str


Stranger = Callable[[Sequence[str]], list[Said]]


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """Runs the program on many inputs, each as if it were its standard input, in the bare interpreter."""
    bare = tmp_path_factory.mktemp("bare")
    for place in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for found in Path(place).iterdir():
            if found.name.split(".")[0] in NEEDED and not (bare / found.name).exists():
                (bare / found.name).symlink_to(found)

    def read(lines: Sequence[str]) -> list[Said]:
        command = [sys.executable, "-I", "-S", "-c", READER, str(bare), ",".join(NEEDED), str(PROGRAM)]
        done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, timeout=800)
        assert (done.returncode, done.stderr) == (0, "")
        said = [Said(*json.loads(line)) for line in done.stdout.splitlines()]
        assert len(said) == len(lines)
        return said

    return read


# -- the reports


def signer(source: random.Random, role: Role) -> Signer:
    return Signer(role, source.randbytes(32), generate(source.randrange(256), source.randbytes(32)))


def agreed(source: random.Random) -> Task:
    """A task of any kind, size and terms."""
    demo = source.random() < 0.3
    period = source.choice([1, 10, 60, 3_600]) if demo else source.choice([DAY, 7 * DAY])
    terms: dict[str, Any] = {
        "metrics": source.randint(1, len(catalogue().metrics)),
        "rho": Fraction(source.randint(1, 100), source.randint(100, 400)),
        "min_batch_size": source.randint(25, 5_000),
        "demo": demo,
        "period": period,
        "grace": 0 if demo else source.randint(3, 14) * DAY,
        "leader": signer(source, Role.LEADER),
        "helper": signer(source, Role.HELPER),
        "helper_url": f"https://{'h' * source.randint(1, 40)}.example/",
        "mechanism": source.choice([Mechanism.DISCRETE_GAUSSIAN, Mechanism.JANUS_DISCRETE_LAPLACE]),
    }
    if source.random() < 0.2:  # another catalogue's
        terms |= {"length": source.randint(1, 420), "digest": source.randbytes(32)}
    url = f"https://leader.example/{'a' * source.randint(0, 60)}"
    return devices.task(url, serial=source.randint(1, 99), id=source.randbytes(32), **terms)


def answers(source: random.Random, task: Task) -> tuple[int, ...]:
    """At most one 1 for each metric, some without; anything for a catalogue that is not known here."""
    metrics = catalogue().prefix(task.info.metrics)
    if layout.digest(metrics) != task.info.digest:
        return tuple(source.randint(0, 1) for _ in range(task.config.sum_vec.length))
    return layout.encode(
        {metric.id: source.choice([None, *range(metric.buckets)]) for metric in metrics}, metrics
    )


def live(env: FakeEnv, ledger: Ledger, number: int, life: str) -> None:
    """One report, from sealing to where its life takes it."""
    source = random.Random(f"{SEED} {number}")
    task = agreed(source)
    time = (number + 1) * 40 * DAY // task.info.period  # no two tell of one time
    start = time * task.info.period
    vector = answers(source, task)
    sealed = reports.seal(
        *(env, ledger, task, Measurement(time, tuple(0 for _ in vector) if life == "quiet" else vector)),
        start=start,
        stop=start + task.info.period,
        choice=None,
        zeros=life == "quiet",
    )
    if life == "withheld":
        reports.replace(env, ledger, ledger.withhold(sealed, env.now()), None)
    elif life not in ("held", "quiet"):
        seal_again(env, ledger, sealed, source, task, life)


def seal_again(
    env: FakeEnv, ledger: Ledger, sealed: Kept, source: random.Random, task: Task, life: str
) -> None:
    """A newer task file names other keys, found out before or, by the leader's word, after sending began."""
    if life == "both keys, too late":
        ledger.begin(sealed, env.now(), None)
    newer = task._replace(serial=task.serial + 1)
    if "helper" not in life:
        newer = newer._replace(leader=signer(source, Role.LEADER).operator)
    if "leader" not in life:
        newer = newer._replace(helper=signer(source, Role.HELPER).operator)
    assert reports.is_outdated(ledger, sealed, newer)
    reports.reseal(ledger, sealed, newer, env.now())


class Lived(NamedTuple):
    """A device with a long past, and each of its kept rows as it shows them exactly."""

    device: Device
    shown: dict[int, dict[str, Any]]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, count: Callable[[int, int], int]) -> Lived:
    device = Device(tmp_path_factory.mktemp("lived"))
    env = FakeEnv(device.state, seed=SEED)
    env.prepare()
    migrate(env.database, catalogue().metrics)
    ledger = Ledger.open(env)
    try:
        rows = 0
        number = 0
        while rows < count(100, 500):
            live(env, ledger, number, LIVES[number % len(LIVES)])
            number += 1
            rows = len(list(ledger.kept()))
        return Lived(device, {kept.row: reports.exact(ledger, kept.row) for kept in ledger.kept()})
    finally:
        ledger.close()


# -- the tests


def test_nothing_of_ours_is_within_reach(stranger: Stranger) -> None:
    refused = [*ROOMS, "tests", "pyhpke", "psutil", "httpcore"]
    found = stranger([f"import {name}" for name in [*refused, "cryptography", "Cryptodome.Hash"]])
    assert [said.code for said in found] == [1] * len(refused) + [0, 0]


def test_the_past_holds_every_kind(lived: Lived) -> None:
    """Or the tests below would say less than they seem to."""
    shown = list(lived.shown.values())
    by_id: dict[str, list[dict[str, Any]]] = {}
    for report in shown:
        by_id.setdefault(report["report_id"], []).append(report)
    again = [pair for pair in by_id.values() if len(pair) == 2]
    assert len(again) >= len(shown) // 5
    for first, second in again:
        assert first["leader_input_share"] == second["leader_input_share"]
        assert first["body"] != second["body"]
    assert sum(not any(report["vector"]) for report in shown) >= len(shown) // 5
    assert len({report["length"] for report in shown}) >= 30
    assert len({report["opening"] for report in shown}) == len(by_id)


def test_every_row_agrees(lived: Lived, stranger: Stranger) -> None:
    said = stranger([json.dumps(report) for report in lived.shown.values()])
    assert [each for each in said if each.code != 0] == []
    assert all(each.text.count("agrees: ") == 11 for each in said)


PRIME = 2**128 - 7 * 2**66 + 1


def test_the_program_shows_the_same(lived: Lived, count: Callable[[int, int], int]) -> None:
    """`shoal ledger show ROW --exact --json`, piped as docs/verify.md says."""
    rows = random.Random(SEED).sample(sorted(lived.shown), count(4, 25))
    for row in rows:
        ran = lived.device.shoal("ledger", "show", str(row), "--exact", "--json")
        shown = ran.json
        pieces = shown.pop("pieces")  # for people: each entry's two numbers, which the shares hold anyway
        assert (ran.code, shown) == (0, lived.shown[row])
        added = [
            sum(int.from_bytes(bytes.fromhex(piece), "little") for piece in both) % PRIME
            for both in zip(pieces["leader"], pieces["helper"], strict=True)
        ]
        assert added == shown["vector"]
        command = [sys.executable, "-I", str(PROGRAM)]
        checked = subprocess.run(command, input=ran.out, capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, "")


def altered(source: random.Random, name: str, value: Any, other: Any) -> Any:
    """Another value of the same kind: near, cut, longer, or another report's."""
    if name == "time":
        return source.choice([value + 1, abs(value - 1), value ^ 1 << source.randrange(64), other])
    if name == "vector":
        at = source.randrange(len(value))
        flipped = [*value[:at], 1 - value[at], *value[at + 1 :]]
        return source.choice([flipped, flipped, [*value, 0], value[1:], [*value[:at], 2, *value[at + 1 :]]])
    if name in ("length", "chunk_length"):
        return source.choice([value + 1, value - 1, 0, 400])
    data = bytearray(bytes.fromhex(value))
    data[source.randrange(len(data))] ^= 1 << source.randrange(8)
    cut = source.choice([value[2:], value[:-2], value + "00"])
    return source.choice([data.hex(), data.hex(), data.hex(), cut, other])


def test_whatever_was_altered_does_not_agree(
    lived: Lived, stranger: Stranger, count: Callable[[int, int], int]
) -> None:
    """Each field of each report, alone."""
    shown = list(lived.shown.values())
    tampered, names = [], []
    for number in range(count(50, len(shown))):
        source = random.Random(f"alter {SEED} {number}")
        report, another = shown[number], source.choice(shown)
        for name in reports.KEYS:
            value = altered(source, name, report[name], another[name])
            if value != report[name]:
                tampered.append({**report, name: value})
                names.append(f"{number} {name}: {value}"[:200])
    assert {name.split(":")[0].split()[1] for name in names} == set(reports.KEYS)
    said = stranger([json.dumps(report) for report in tampered])
    assert [name for name, each in zip(names, said, strict=True) if each.code == 0] == []
    assert {each.code for each in said} <= {1, 2}
    assert all(each.text.startswith(("DIFFERS: ", "cannot be checked: ")) for each in said)


def test_other_answers_with_a_body_of_their_own_do_not_agree(lived: Lived, stranger: Stranger) -> None:
    """A liar who shows zeros, and with them a whole report that fits them, cannot show the body that left."""
    shown = [report for report in lived.shown.values() if any(report["vector"])][:5]
    said = stranger([json.dumps({**report, "vector": [0] * report["length"]}) for report in shown])
    assert [(each.code, each.text) for each in said] == [(1, "DIFFERS: report_id\n")] * len(shown)
