"""A machine at its command line: real commands on a state of its own, a clock that only tests turn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from agent import decisions, sampler
from agent.commands import session, shoal
from agent.ledger import Ledger
from agent.migrations import migrate
from agent.model import Fact, Reading, Sample
from agent.store import Store
from agent.worker.tend import tend
from catalogue.load import load
from dap.task import SignedTask
from tests.fakes import FakeEnv
from tests.operators import make_folders, make_task, terms
from tests.unit.agent.agreement import MemoryKeychain
from tests.unit.agent.servers import Server, answering

CATALOGUE = load("en")
ASKED = CATALOGUE.prefix(4)
DAY = 86_400
WEEK = 7 * DAY
SAMPLES: dict[str, Sample | None] = {
    "endpoint.disk_free": 18.5,
    "endpoint.memory_low": 0.0,
    "network.tcp_rtt": 23.0,
    "app.crashes": 0.0,
}
TOKEN = "token-of-tests"


class HandedOut(NamedTuple):
    """What two operators give to everybody: a task that both signed, and a token."""

    task: Path
    token: Path
    leader: Server

    @property
    def fingerprints(self) -> tuple[str, str]:
        task = SignedTask.load(self.task.read_text()).claimed()
        return task.leader.fingerprint, task.helper.fingerprint


@pytest.fixture(scope="session")
def _leader() -> Iterator[Server]:
    server = Server(answering())
    yield server
    server.close()


@pytest.fixture(scope="session")
def _task(_leader: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    folders = make_folders(tmp_path_factory.mktemp("operators"), leader_url=f"{_leader.url}/")
    return make_task(folders, terms()).dump()


@pytest.fixture
def handed(_leader: Server, _task: str, tmp_path: Path) -> HandedOut:
    """A week's task of four metrics; its leader listens, and takes everything unless told otherwise."""
    _leader.handler = answering()
    _leader.requests.clear()
    files = HandedOut(tmp_path / "task.json", tmp_path / "upload.token", _leader)
    files.task.write_text(_task)
    files.token.write_text(TOKEN)
    return files


class Machine:
    """One account's Shoal, driven by typing; what time and the resident process do, tests do."""

    def __init__(self, env: FakeEnv, handed: HandedOut) -> None:
        self.env = env
        self.handed = handed
        self.keychain = MemoryKeychain()

    # -- typing

    def type(self, *words: str, code: int = 0, input: str | None = None) -> Result:
        """Run `shoal WORDS`; its exit code must be `code`."""
        result = CliRunner().invoke(shoal, ["--state", str(self.env.state), *words], input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    def json(self, *words: str, code: int = 0) -> Any:
        """Run it with --json; what it says on standard output."""
        return json.loads(self.type(*words, "--json", code=code).stdout)

    def enrol(self) -> None:
        self.type("enrol", str(self.handed.task), "--token-file", str(self.handed.token))

    def policy(self, text: str) -> None:
        self.env.directories.etc.mkdir(parents=True, exist_ok=True)
        (self.env.directories.etc / "policy.toml").write_text(text)

    # -- what happens meanwhile

    def store(self) -> closing[Store]:
        self.env.prepare()
        migrate(self.env.database, CATALOGUE.metrics)
        return closing(Store.open(self.env, CATALOGUE.metrics))

    def ledger(self) -> closing[Ledger]:
        return closing(Ledger.open(self.env))

    def measure(self, **changes: Sample | None) -> None:
        with self.store() as store:
            named = {id.replace("__", "."): sample for id, sample in changes.items()}
            for _ in range(30):  # enough for every metric's `least`
                self.env.pass_time(60)
                store.add(self.env.now(), SAMPLES | named, {})
            store.flush()

    def tend(self) -> None:
        """A worker's turn, after a while awake."""
        with self.store() as store:
            store.set_fact(Fact.WOKE_AT, str(self.env.now() - 3_600))
        tend(self.env, CATALOGUE)

    def hold(self, choice: str = "share") -> None:
        """Enrolled and chosen, a period measured and ended, its report sealed and held."""
        self.enrol()
        self.type("choose", choice)
        self.measure()
        self.tend()
        self.env.pass_time(WEEK - self.env.now() % WEEK + 60)
        self.measure()
        self.tend()

    def kinds(self) -> list[str]:
        with self.ledger() as ledger:
            return [row.kind for row in ledger.rows()]

    def files(self) -> set[str]:
        """What lies in the state directory."""
        state = self.env.state
        return {path.name for path in state.iterdir()} if state.exists() else set()


@pytest.fixture
def machine(tmp_path: Path, handed: HandedOut, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which Shoal never ran."""
    env = FakeEnv(tmp_path / "state")
    made = Machine(env, handed)
    monkeypatch.setattr(session, "real_env", lambda state: env)
    monkeypatch.setattr(decisions, "keychain_of", lambda env, task_id: made.keychain)
    monkeypatch.setattr(
        sampler, "once", lambda env, checks=None: Reading(dict(SAMPLES), {"endpoint.uptime": "not now"})
    )
    return made
