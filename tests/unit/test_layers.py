"""Who may import whom: import-linter's contracts, and what they cannot see."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

from tests.repository import ROOMS, ROOT, modules

# What stays resident must not load: each costs memory all day, and what measures must not be able to send.
TOO_HEAVY = frozenset(
    (
        *(
            "click",
            "tabulate",
            "sqlite_utils",
            "keyring",
            "logging",
            "inspect",
            "dataclasses",
            "multiprocessing",
        ),
        *(
            "httpx",
            "httpcore",
            "h11",
            "ssl",
            "asyncio",
            "anyio",
            "http.client",
            "urllib.request",
            "truststore",
        ),
        *("cryptography", "Cryptodome", "pyhpke", "dap", "PySide6", "server", "ui"),
    )
)
# What reads the machine's clock or its randomness, beside the modules that the contracts forbid. Writing a
# moment down (strftime and the like) reads no clock.
AMBIENT = {
    "time": {
        *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time"),
        *("clock_gettime", "clock_gettime_ns", "localtime", "ctime"),
    },
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "os": {"urandom", "getrandom"},
    "uuid": {"uuid1", "uuid4"},
}
# A process of its own that times connections; tests give it another clock. To load env would cost it dear.
STOPWATCH = "agent.connection.reach"
TIMELESS = ("agent.", "catalogue.", "dap.", "ui.view_models.", "ui.link.snapshot", "ui.link.commands")


def test_the_contracts_hold() -> None:
    program = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    run = subprocess.run([*program, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


def test_the_contracts_cover_every_room() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(settings["root_packages"]) == set(ROOMS)
    layered = {name for c in settings["contracts"] if c["type"] == "layers" for name in c["containers"]}
    assert layered >= {"agent", "catalogue", "dap", "server", "ui"}
    assert all(c["exhaustive"] for c in settings["contracts"] if c["type"] == "layers")


def _ambient_calls(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if node.attr in AMBIENT.get(name, ()):
                yield f"{name}.{node.attr}, line {node.lineno}"
        elif isinstance(node, ast.ImportFrom) and node.module in AMBIENT:
            for alias in node.names:
                if alias.name in AMBIENT[node.module]:
                    yield f"{node.module}.{alias.name}, line {node.lineno}"


def test_only_env_asks_for_time_and_randomness() -> None:
    found = [
        f"{name}: {call}"
        for name, path in modules().items()
        if name.startswith(TIMELESS) and name not in ("agent.env", STOPWATCH)
        for call in _ambient_calls(path.read_text())
    ]
    assert not found


def test_ambient_calls_are_seen() -> None:
    lines = ["import datetime, os", "datetime.datetime.now()", "os.urandom(3)", "env.now()", "date.today()"]
    source = "\n".join([*lines, "from time import strftime, time"])
    assert sorted(_ambient_calls(source)) == [
        "date.today, line 5",
        "datetime.now, line 2",
        "os.urandom, line 3",
        "time.time, line 6",
    ]


@pytest.mark.parametrize(
    "module", ["dap.task", "dap.messages", "agent.enrolment", "ui.link.snapshot", "ui.link.commands"]
)
def test_reading_what_was_verified_loads_no_cryptography(module: str) -> None:
    heavy = {"cryptography", "pyhpke", "Cryptodome", "httpcore", "keyring", "sqlite_utils", "click"}
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {*heavy, "PySide6"} & set(json.loads(run.stdout))


@pytest.mark.parametrize("module", ["agent.__main__", "agent.sampler", "agent.probes", "catalogue.load"])
def test_what_stays_resident_is_small(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not TOO_HEAVY & set(json.loads(run.stdout))
