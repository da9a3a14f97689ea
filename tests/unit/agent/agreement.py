"""Two operators, the tasks that they sign, and a device with something to report."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent import decisions
from agent.connection import Answer, Unanswered
from agent.keychain import Kept, Keychain
from agent.ledger import Ledger
from agent.migrations import migrate
from agent.model import Choice, Fact
from agent.store import Store
from agent.worker.sending import Sent
from agent.worker.tend import Tended, send_now, tend
from catalogue import layout
from catalogue.model import Catalogue
from dap.constants import Role
from dap.hpke import HpkeKey, generate
from dap.messages import UploadRequest
from dap.prio3 import optimal_chunk_length
from dap.task import Mechanism, Operator, SignedTask, Task, TaskConfiguration, TaskInfo
from tests.fakes import FakeEnv, metric

HOUR = 3_600
DAY = 86_400
WEEK = 7 * DAY
MONDAY = 1_700_438_400  # 20 November 2023, 00:00 UTC
METRICS = (
    metric("endpoint.disk_free", "last", window=1),
    metric("endpoint.memory_low", "share", window=1),
    metric("endpoint.bad_count", "derived"),
    metric("network.tcp_rtt", "max", window=7),
)
CATALOGUE = Catalogue(METRICS, {}, {})
TOKEN = "token-of-tests"


def _seed(word: str) -> bytes:
    return word.encode().ljust(32, b"-")


class Operators(NamedTuple):
    """Both operators' secrets."""

    leader_key: bytes = _seed("leader signs")
    helper_key: bytes = _seed("helper signs")
    leader_hpke: HpkeKey = generate(1, _seed("leader opens"))
    helper_hpke: HpkeKey = generate(2, _seed("helper opens"))


OPERATORS = Operators()
NEWER = OPERATORS._replace(leader_hpke=generate(3, _seed("leader opens later")))


def task(
    *,
    serial: int = 1,
    operators: Operators = OPERATORS,
    metrics: int = 3,
    period: int = 7 * DAY,
    grace: int = 7 * DAY,
    rho: Fraction = Fraction(1, 8),
    min_batch_size: int = 50,
    leader: str = "https://leader.invalid/",
    id: bytes = b"\x11" * 32,
    digest: bytes | None = None,
    length: int | None = None,
    demo: bool = False,
    organisation: str = "Example",
    names: tuple[str, str] = ("IT", "Council"),
) -> Task:
    asked = CATALOGUE.metrics[:metrics]
    length = length or layout.length(asked)
    info = TaskInfo(
        metrics, digest or layout.digest(asked), Mechanism.DISCRETE_GAUSSIAN, rho, period, grace, demo
    )
    configuration = TaskConfiguration.of(
        info,
        leader=leader,
        helper="https://helper.invalid/",
        min_batch_size=min_batch_size,
        length=length,
        chunk_length=optimal_chunk_length(length),
    )

    def operator(role: Role, name: str, key: bytes, hpke: HpkeKey) -> Operator:
        public = Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()
        return Operator(role, name, f"{name}@example.invalid", public, hpke.config)

    return Task(
        serial,
        id,
        configuration.encode(),
        operator(Role.LEADER, names[0], operators.leader_key, operators.leader_hpke),
        operator(Role.HELPER, names[1], operators.helper_key, operators.helper_hpke),
        organisation,
        "an agreement",
    )


def signed(task: Task, operators: Operators = OPERATORS) -> str:
    file = SignedTask(task.payload())
    return file.sign(Role.LEADER, operators.leader_key).sign(Role.HELPER, operators.helper_key).dump()


class MemoryKeychain(Keychain):
    """A keychain that asks no process."""

    def __init__(self) -> None:
        self.token: str | None = TOKEN
        self.broken: Exception | None = None

    def set(self, token: str) -> Kept:
        self.token = token
        return Kept("keychain")

    def get(self) -> str | None:
        if self.broken:
            raise self.broken
        return self.token

    def where(self) -> Kept:
        return Kept("keychain")

    def delete(self) -> None:
        self.token = None


class Upload(NamedTuple):
    at: float
    url: str
    body: bytes
    token: str

    @property
    def report_id(self) -> bytes:
        return UploadRequest.decode(self.body).reports[0].report_metadata.report_id


Answering = Callable[[Upload], Answer | Exception]


class Wire:
    """In place of a connection: keeps what was posted, and answers as it is told."""

    def __init__(self, env: FakeEnv) -> None:
        self.env = env
        self.uploads: list[Upload] = []
        self.answering: Answering = lambda upload: Answer(200, {}, b"")

    def post(self, url: str, body: bytes, *, content_type: str, token: str) -> Answer:
        assert content_type == "application/ppm-dap;message=upload-req"
        upload = Upload(self.env.now(), url, body, token)
        self.uploads.append(upload)
        answer = self.answering(upload)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def fail(self) -> None:
        self.answering = lambda upload: Unanswered("no usable answer", "wait")

    def accept(self) -> None:
        self.answering = lambda upload: Answer(200, {}, b"")


class Device:
    """One account's agent without its resident process: time passes, and workers run when they are due."""

    def __init__(self, folder: Path, *, now: float = 1_700_000_000.0, seed: int | str = 0) -> None:
        self.env = FakeEnv(folder / "state", now=now, seed=seed)
        self.env.prepare()
        migrate(self.env.database, METRICS)
        self.env.directories.etc.mkdir(parents=True, exist_ok=True)
        self.wire = Wire(self.env)
        self.keychain = MemoryKeychain()
        self.task_file = folder / "task.json"
        self.token_file = folder / "token"
        self.token_file.write_text(TOKEN)
        self.ledger = Ledger.open(self.env)
        self.store = Store.open(self.env, METRICS)
        self.value = 30.0
        self.woke()

    def close(self) -> None:
        self.ledger.close()
        self.store.close()

    # -- the person and the organisation

    def policy(self, text: str) -> None:
        (self.env.directories.etc / "policy.toml").write_text(text)

    def enrol(self, given: Task | None = None, operators: Operators = OPERATORS) -> None:
        text = signed(given or task(), operators)
        self.task_file.write_text(text)
        decisions.enrol(
            *(self.env, self.ledger, CATALOGUE, text, TOKEN),
            task_file=self.task_file,
            token_file=self.token_file,
            keychain=self.keychain,
        )

    def renew(self, given: Task, operators: Operators = OPERATORS) -> None:
        self.task_file.write_text(signed(given, operators))

    def choose(self, choice: Choice) -> decisions.Chosen:
        return decisions.choose(self.env, self.ledger, CATALOGUE, choice, keychain=self.keychain)

    # -- what processes do

    def measure(self) -> None:
        self.store.add(
            self.env.now(),
            {"endpoint.disk_free": self.value, "endpoint.memory_low": 0.0, "network.tcp_rtt": 3.0},
            {},
        )
        self.store.flush()

    def tend(self) -> Tended:
        return tend(self.env, CATALOGUE, connect=lambda policy: self.wire, keychain=self.keychain)  # type: ignore[arg-type, return-value]

    def send_now(self, id: int | None = None) -> Sent:
        return send_now(
            *(self.env, CATALOGUE, id),
            connect=lambda policy: self.wire,  # type: ignore[arg-type, return-value]
            keychain=self.keychain,
        )

    def woke(self) -> None:
        self.store.set_fact(Fact.WOKE_AT, str(self.env.now()))

    @property
    def next_due(self) -> float:
        return float(self.store.fact(Fact.NEXT_DUE) or 0)

    def run(self, until: float, *, measuring: float = 6 * 3600.0) -> None:
        """The machine is on until then: it measures now and then, and tends when that is due."""
        self.measure()
        self.tend()
        while self.env.now() < until:
            step = min(until, self.env.now() + measuring, max(self.next_due, self.env.now() + 1))
            self.env.pass_time(step - self.env.now())
            self.measure()
            if self.env.now() >= self.next_due:
                self.tend()

    def sleep(self, until: float) -> None:
        """The machine is suspended until then, and wakes."""
        self.env.sleep(until - self.env.now())
        self.woke()

    def set_clock(self, now: float) -> None:
        self.env.set_clock(now)
        self.store.set_fact(Fact.CLOCK_SET, str(now))
        self.woke()

    def kinds(self) -> list[str]:
        return [row.kind for row in self.ledger.rows()]

    def sent_for(self) -> dict[int, set[bytes]]:
        """Period → the different bodies that left for it."""
        found: dict[int, set[bytes]] = {}
        for upload in self.wire.uploads:
            period = UploadRequest.decode(upload.body).reports[0].report_metadata.time
            found.setdefault(period, set()).add(upload.body)
        return found


def example(**changes: Any) -> str:
    """A signed task file's text."""
    return signed(task(**changes))


DAILY = task(period=DAY, grace=5 * DAY, rho=Fraction(1, 56))


def weekly_start(device: Device) -> float:
    """When the device's present week of the epoch began."""
    return device.env.now() // WEEK * WEEK


def states(device: Device) -> list[str]:
    """The states of all reports, the oldest period first."""
    return [str(report.state) for report in device.ledger.reports()]
