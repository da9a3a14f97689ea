"""A sampler that lives by a script: its bell passes the time, rings, or does what comes next."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager

from agent import migrations
from agent.database import set_aside
from agent.log import Log
from agent.model import Moment, Reading, Sample
from agent.probes.probe import Probe
from agent.sampler import Passes, Sampler
from agent.schedule import DAY
from agent.store import Store
from agent.tending import Tending
from tests.fakes import FakeEnv, metric

METRICS = [
    metric("endpoint.a"),
    metric("endpoint.slow", "last", every=3_600),
    metric("app.bad_count", "derived"),
]


class Subject(Probe):
    """Answers with how often it was asked, and counts in its marks."""

    name = "fake"

    def __init__(self, late: int = 0) -> None:
        self.asked: list[tuple[Moment, frozenset[str]]] = []
        self.late = late
        """So many readings the slow metric's answer takes."""
        self.stopped = self.forgot = 0

    @property
    def metrics(self) -> tuple[str, ...]:
        return ("endpoint.a", "endpoint.slow")

    def read(self, moment: Moment, wanted: frozenset[str], marks: MutableMapping[str, str]) -> Reading:
        self.asked.append((moment, wanted))
        marks["endpoint.a seen"] = str(int(marks.get("endpoint.a seen", "0")) + 1)
        samples: dict[str, Sample | None] = dict.fromkeys(wanted, 1.0)
        if "endpoint.slow" in wanted:
            self.late -= 1
            self.pending = frozenset({"endpoint.slow"} if self.late >= 0 else ())
            if self.pending:
                samples["endpoint.slow"] = None
                return Reading(samples, {"endpoint.slow": "is being asked"})
        return Reading(samples)

    def stop(self, moment: Moment, marks: MutableMapping[str, str]) -> None:
        marks["clean"] = "yes"
        self.stopped += 1

    def forget(self) -> None:
        self.forgot += 1


class Worker(Tending):
    """Notes when it would have started, and ends at once with the code that it is given."""

    def __init__(self, env: FakeEnv) -> None:
        super().__init__(env, ["none"], Log(env, "sampler"))
        self.started: list[float] = []
        self.seen: list[int] = []
        self.code = 0
        self.store: Callable[[], Store] | None = None

    def start(self) -> None:
        self.started.append(self._env.now())
        if self.store is not None:
            self.seen.append(self.store().pending)
        self._asked = False
        self._day = int(self._env.now() // DAY)
        self._running = True

    def wait(self) -> float:
        return math.inf if getattr(self, "_running", False) else super().wait()

    def reap(self) -> int | None:
        if not getattr(self, "_running", False):
            return None
        self._running = False
        self._ended(self.code)
        return self.code

    def stop(self) -> None:
        self.stopped = True


opened: list[Store] = []
"""What lives have opened; closed after each test (tests.unit.agent.conftest)."""


class Life:
    """A sampler whose bell is the script of a life: each wait passes time, or does what comes next."""

    def __init__(self, env: FakeEnv, choice: str | None = "local") -> None:
        self.env = env
        migrations.migrate(env.database, METRICS)
        self.decide(choice)
        self.subject = Subject()
        self.worker = Worker(env)
        self.waits: list[float] = []
        self.script: dict[int, Callable[[], bytes]] = {}
        self.length = 0
        self.damaged = 0
        passes = Passes(env, [self.subject], METRICS)
        self.sampler = Sampler(env, passes, self.open, self, self.worker, Log(env, "sampler"))  # type: ignore[arg-type]
        self.worker.store = lambda: self.sampler._store

    def open(self, damaged: bool) -> Store:
        if damaged:
            self.damaged += 1
            set_aside(self.env.database)
            migrations.migrate(self.env.database, METRICS)
        opened.append(Store.open(self.env, METRICS))
        return opened[-1]

    def decide(self, choice: str | None) -> None:
        with self.reading() as store:
            store.set_setting("choice", choice)

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The same database as another process sees it."""
        store = Store.open(self.env, METRICS)
        try:
            yield store
        finally:
            store.close()

    def wait(self, seconds: float) -> bytes:
        """The bell's: plays the life."""
        self.waits.append(seconds)
        assert seconds <= DAY
        now = len(self.waits)
        if now >= self.length:
            self.sampler.stop()
        if now in self.script:
            return self.script[now]()
        self.env.pass_time(seconds)
        return b""

    def run(self, waits: int, **script: Callable[[], bytes]) -> Life:
        """Live for so many waits; `at3=…` does something at the third instead of passing the time."""
        self.length = waits
        self.script = {int(name[2:]): what for name, what in script.items()}
        self.sampler.run()
        return self

    def times(self) -> list[int]:
        with self.reading() as store:
            return [t for (t,) in store.connection.execute("SELECT t FROM samples ORDER BY t")]

    def fact(self, key: str) -> str | None:
        with self.reading() as store:
            return store.fact(key)


def ringing(byte: bytes, before: Callable[[], object] = lambda: None) -> Callable[[], bytes]:
    """For a script: the doorbell says this, after something else has happened."""

    def ring() -> bytes:
        before()
        return byte

    return ring
