"""A host that answers what a test tells it to, and lacks everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from agent.model import Moment, Reading, Sample
from agent.probes import REGISTRY
from agent.probes.host import Absent, Host
from agent.probes.probe import Probe
from catalogue.load import load

CATALOGUE = load(None)
NOW = 1_700_000_000.0
MINUTE, DAY = 60.0, 86400.0


class FakeHost:
    """`FakeHost(memory=(1, 2))` answers (1, 2); an exception as an answer is raised."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def close(self) -> None:
        self.asked.append("close")

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def answer(*given: Any) -> Any:
            self.asked.append(name)
            found = self.answers.get(name, Absent("this host has none"))
            if isinstance(found, BaseException):
                raise found
            return found

        return answer

    def tell(self, **answers: Any) -> None:
        """From now on it answers this too."""
        self.answers.update(answers)


class Subject:
    """A probe on a fake host, with clocks that only tests move and marks that outlive `restart`."""

    def __init__(self, name: str, **answers: Any) -> None:
        self.host = FakeHost(**answers)
        self.marks: dict[str, str] = {}
        self.now, self.ticking, self.boot = NOW, 1_000.0, "boot-1"
        self._name = name
        self.restart()

    def restart(self) -> None:
        """Another process of the agent: what was in memory is gone."""
        metrics = [metric for metric in CATALOGUE.metrics if metric.probe == self._name]
        self.probe: Probe = REGISTRY[self._name](cast(Host, self.host), metrics)

    def reboot(self, seconds: float = 60.0) -> None:
        """The machine starts again, and with it the agent."""
        self.now, self.ticking = self.now + seconds, 1.0
        self.boot = f"boot-{int(self.boot[5:]) + 1}"
        self.restart()

    def wait(self, seconds: float = MINUTE) -> None:
        self.now, self.ticking = self.now + seconds, self.ticking + seconds

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.ticking, self.boot)

    def reading(self, *ids: str) -> Reading:
        return self.probe.read(self.moment, frozenset(ids or self.probe.metrics), self.marks)

    def sample(self, id: str, **answers: Any) -> Sample | None:
        """One metric after the host has changed its answers and a minute has passed."""
        self.wait()
        self.host.tell(**answers)
        return self.reading(id).samples[id]

    def reason(self, id: str, **answers: Any) -> str:
        """Why it has no value."""
        self.wait()
        self.host.tell(**answers)
        reading = self.reading(id)
        assert reading.samples[id] is None
        return reading.reasons[id]
