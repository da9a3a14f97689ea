from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent.probes.host.linux import bus
from agent.probes.host.linux.bus import properties
from agent.probes.host.linux.recorded import Recorded
from agent.probes.host.linux.restraint import CONNECTIVITY, METERED, PROFILES, WARNING, restraint
from agent.probes.host.linux.system import System


class Answers(System):
    """A system whose bus answers so."""

    def __init__(self, found: dict[bus.Property, int | str]) -> None:
        super().__init__()
        self.found = found

    def properties(self, questions: Any) -> list[int | str | None]:
        return [self.found.get(question) for question in questions]


@pytest.mark.parametrize(
    ("found", "word"),
    [
        ({}, ""),
        ({METERED: 1}, "metered"),
        ({METERED: 3}, "metered"),
        ({METERED: 0}, ""),
        ({METERED: 2}, ""),
        ({METERED: 4, CONNECTIVITY: 4}, ""),
        ({METERED: 1, CONNECTIVITY: 2}, "portal"),
        ({PROFILES[0]: "power-saver"}, "saver"),
        ({PROFILES[1]: "power-saver"}, "saver"),
        ({PROFILES[0]: "balanced", PROFILES[1]: "performance"}, ""),
        ({WARNING: 3}, "saver"),
        ({WARNING: 1}, ""),
    ],
)
def test_what_speaks_against_sending(found: dict[bus.Property, int | str], word: str) -> None:
    assert restraint(Answers(found)) == word


def test_a_recorded_host_tells_too(tmp_path: Path) -> None:
    assert restraint(Recorded(tmp_path)) == ""
    (tmp_path / "answers.toml").write_text('[bus]\n"org.freedesktop.NetworkManager Metered" = 1\n')
    assert restraint(Recorded(tmp_path)) == "metered"


def test_no_bus_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoBus(System):
        def properties(self, questions: Any) -> list[int | str | None]:
            return properties(questions, str(tmp_path / "none"))

    assert restraint(NoBus()) == ""
