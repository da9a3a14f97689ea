"""A device as its user has it: the real `shoal` on a state, a machine and an organisation of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from catalogue import layout
from catalogue.load import load
from catalogue.model import Catalogue
from dap.constants import Role
from dap.hpke import HpkeKey, generate
from dap.prio3 import optimal_chunk_length
from dap.task import Mechanism, Operator, SignedTask, Task, TaskConfiguration, TaskInfo

TOKEN = "the-upload-token-of-a-test"
PROGRAM = (sys.executable, "-P", "-m", "agent")
DAY = 86_400


def _unshared(*options: str) -> list[str]:
    """What makes namespaces, as root or, where the kernel lets it, as anybody; else empty."""
    for rights in ([], ["--user", "--map-root-user"]):
        prefix = ["unshare", *rights, *options]
        with contextlib.suppress(OSError):
            if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
                return prefix
    return []


OFFLINE = _unshared("--net")
"""Put in front of a command: it has no network, not even loopback."""
OWN_MOUNTS = _unshared("--mount")
"""Put in front of a command: what it mounts, only it sees."""


def as_account(number: int) -> list[str]:
    """Put in front of root's command: another account runs it.

    It may read whatever there is, for the sake of a Python that lies in somebody's home; not write.
    """
    caps = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    return ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", *caps]


@cache
def catalogue() -> Catalogue:
    """The one that the programs have."""
    return load("en")


# -- the organisation


def _seed(words: str) -> bytes:
    return words.encode().ljust(32, b".")


class Signer(NamedTuple):
    """One operator's secrets."""

    role: Role
    signing: bytes
    hpke: HpkeKey

    @property
    def operator(self) -> Operator:
        public = Ed25519PrivateKey.from_private_bytes(self.signing).public_key().public_bytes_raw()
        name = {Role.LEADER: "IT", Role.HELPER: "Works council"}[self.role]
        return Operator(self.role, name, f"{self.role.word}@example.invalid", public, self.hpke.config)


LEADER = Signer(Role.LEADER, _seed("the leader signs"), generate(1, _seed("the leader opens")))
HELPER = Signer(Role.HELPER, _seed("the helper signs"), generate(2, _seed("the helper opens")))
STRANGER = Signer(Role.HELPER, _seed("a stranger signs"), generate(3, _seed("a stranger opens")))


def task(leader_url: str, *, serial: int = 1, id: bytes = b"\x21" * 32, **terms: Any) -> Task:
    """A demo task with periods of seconds over the whole catalogue; `terms` change what it says."""
    known = catalogue()
    usual: dict[str, Any] = {
        "metrics": len(known.metrics),
        "rho": Fraction(1, 2),
        "min_batch_size": 50,
        "demo": True,
        "period": 4,
        "grace": 0,
        "leader": LEADER,
        "helper": HELPER,
        "organisation": "Example",
        "helper_url": "http://127.0.0.1:9/",
        "mechanism": Mechanism.DISCRETE_GAUSSIAN,
    }
    said = usual | terms
    asked = known.metrics[: said["metrics"]]
    length = said.get("length", layout.length(asked))
    info = TaskInfo(
        *(said["metrics"], said.get("digest", layout.digest(asked)), said["mechanism"], said["rho"]),
        *(said["period"], said["grace"], said["demo"]),
    )
    configuration = TaskConfiguration.of(
        info,
        leader=leader_url,
        helper=said["helper_url"],
        min_batch_size=said["min_batch_size"],
        length=length,
        chunk_length=optimal_chunk_length(length),
    )
    operators = (said["leader"].operator, said["helper"].operator)
    return Task(serial, id, configuration.encode(), *operators, said["organisation"], "an agreement")


def weekly(leader_url: str, **terms: Any) -> Task:
    """A task that is no demo, within every limit unless `terms` say otherwise."""
    ordinary: dict[str, Any] = {"demo": False, "period": 7 * DAY, "grace": 7 * DAY, "id": b"\x22" * 32}
    return task(leader_url, **ordinary | terms)


def signed(agreed: Task, *signers: Signer) -> str:
    """A task file with the signatures of both operators, or of those that are named."""
    file = SignedTask(agreed.payload())
    for signer in signers or (LEADER, HELPER):
        file = file.sign(signer.role, signer.signing)
    return file.dump()


# -- the device


class Ran(NamedTuple):
    """What a program left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Device:
    """One account on one machine; everything lies below `folder`."""

    def __init__(self, folder: Path, *, before: Sequence[str] = (), program: Sequence[str] = PROGRAM) -> None:
        """`before` is put in front of every command; `program` is the `shoal` that it has."""
        self.folder = folder
        self.state = folder / "state"
        self.root = folder / "root"
        self.etc = self.root / "etc" / "shoal"
        self.task_file = folder / "task.json"
        self.token_file = folder / "upload.token"
        self.before = tuple(before)
        self.program = tuple(program)
        self.environment: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    # -- programs

    def shoal(self, *words: str, before: Sequence[str] = (), timeout: float = 60) -> Ran:
        """Run a command to its end. Whatever happens, it shows no traceback and no token."""
        return self._run(("--state", str(self.state), *words), before, timeout)

    def worker(self, *words: str, before: Sequence[str] = ()) -> Ran:
        """Run a worker as the resident process does."""
        return self._run(("worker", *(words or ("tend",))), before, 60)

    def json(self, *words: str) -> Any:
        """What a command that succeeds answers in JSON."""
        ran = self.shoal(*words, "--json")
        assert ran.code == 0, ran.err
        return ran.json

    @contextlib.contextmanager
    def running(self, *, before: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
        """`shoal run` for as long as the block lasts; then it is told to leave, and leaves in good order."""
        command = [*before, *self.before, *self.program, "--state", str(self.state), "run"]
        said = self.folder / "run.err"
        with said.open("wb") as errors:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                env=self._environment(),
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.kill(self._resident() or process.pid, signal.SIGTERM)
            require_end(process)
        _require_clean(said.read_text("utf-8", "replace"))

    def _resident(self) -> int | None:
        """The resident process, by its lock; what was started may be a tracer, which keeps signals."""
        lock = self.state / "sampler.lock"
        pid = lock.read_text().strip() if lock.exists() else ""
        command = Path(f"/proc/{pid}/cmdline")
        return int(pid) if pid and command.exists() and b"run" in command.read_bytes().split(b"\0") else None

    # -- what a person or an administrator does first

    def enrol(self, text: str, *more: str) -> Ran:
        """Put the task file and the token where the device finds them, and enrol."""
        self.task_file.write_text(text)
        self.give_token()
        words = ("enrol", str(self.task_file), "--token-file", str(self.token_file), *more)
        return self.shoal(*words)

    def give_token(self) -> None:
        """Where the device looks for a renewed token."""
        self.token_file.write_text(f"{TOKEN}\n")

    def take_token_away(self) -> None:
        """So that what is sealed stays held: nothing can be sent without."""
        (self.state / "token").unlink(missing_ok=True)
        self.token_file.unlink(missing_ok=True)

    def policy(self, text: str) -> Path:
        """The organisation's policy."""
        self.etc.mkdir(parents=True, exist_ok=True)
        path = self.etc / "policy.toml"
        path.write_text(text)
        return path

    # -- what is on its disk

    def read(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of its database, whether or not a process writes to it."""
        connection = sqlite3.connect(self.state / "shoal.db", timeout=20)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def kinds(self) -> list[str]:
        """The ledger's rows of reports, by kind, oldest first."""
        return [kind for (kind,) in self.read("SELECT kind FROM ledger WHERE period_start > 0 ORDER BY row")]

    def copy(self, folder: Path) -> Device:
        """The same device once more, to try something else on."""
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True, ignore=_no_pipes)
        copied = Device(folder, before=self.before, program=self.program)
        record = copied.state / "enrolment.json"
        if record.exists():  # its files are the copied ones
            record.write_text(record.read_text().replace(str(self.folder), str(folder)))
        return copied

    def _run(self, words: Sequence[str], before: Sequence[str], timeout: float) -> Ran:
        done = subprocess.run(
            [*before, *self.before, *self.program, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            env=self._environment(),
        )
        ran = Ran(done.returncode, *(text.decode("utf-8", "replace") for text in (done.stdout, done.stderr)))
        _require_clean(ran.out + ran.err)
        return ran

    def _environment(self) -> dict[str, str]:
        own = {"SHOAL_STATE": str(self.state), "SHOAL_ROOT": str(self.root), "HOME": str(self.folder)}
        return {**os.environ, **own, **self.environment}


def require_end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a program that was told to leave; one that does not is killed, and TimeoutExpired raised."""
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def until(what: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something to become true; fails if it does not."""
    give_up = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up, "it did not come about in time"
        time.sleep(0.05)


def measured(folder: Path, leader_url: str, *, period: int = 4) -> Device:
    """A device that chose share and measured in a period that is over: its report is due, not sealed."""
    for attempt in range(5):
        device = Device(folder / f"attempt-{attempt}")
        assert device.enrol(signed(task(leader_url, period=period)), "--demo").code == 0
        assert device.shoal("choose", "share").code == 0
        _wait_for_period(period)
        end = (time.time() // period + 1) * period
        with device.running():
            until(lambda: device.read("SELECT value FROM facts WHERE key = 'last_pass'"))  # noqa: B023
        if time.time() < end - 0.5 and not device.kinds():
            time.sleep(end + 0.1 - time.time())
            return device
    raise AssertionError("this machine is too slow to measure within a period")


def seal_and_hold(device: Device) -> Device:
    """Have a due report sealed and held: it cannot be sent, since its token is away just then."""
    device.take_token_away()
    assert device.worker().code == 0
    assert device.kinds() == ["sealed"]
    device.give_token()
    return device


def _wait_for_period(period: int) -> None:
    time.sleep(period - time.time() % period + 0.05)


def _no_pipes(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_fifo()]


def _require_clean(said: str) -> None:
    assert "Traceback" not in said, said
    assert TOKEN not in said, "a token was shown"
