from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.windows import updates
from agent.probes.host.windows.recorded import Recorded
from agent.probes.host.windows.system import System

CURRENT = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion"
SERVICING = rf"{CURRENT}\Component Based Servicing"
REQUIRED = rf"{CURRENT}\WindowsUpdate\Auto Update\RebootRequired"


def test_the_newest_cumulative_update_that_is_installed(laptop: Recorded, desktop: Recorded) -> None:
    assert updates.last_update(laptop) == 1_762_948_800.0
    assert updates.last_update(desktop) == 1_757_937_600.0


def test_a_superseded_one_is_none(changed: Callable[..., Recorded]) -> None:
    found = changed("laptop", "registry.reg", ("dword:00000070", "dword:00000050"))
    assert updates.last_update(found) == 1_730_000_000.0, "then Windows itself, as it was installed"


def test_windows_itself_when_it_is_newer(virtual: Recorded) -> None:
    assert updates.last_update(virtual) == 1_762_000_000.0


def test_nothing_believable_is_absent(broken: Recorded) -> None:
    with pytest.raises(Absent, match="last updated"):
        updates.last_update(broken)


def test_since_when_a_restart_waits(laptop: Recorded, desktop: Recorded, virtual: Recorded) -> None:
    assert updates.restart_wanted(laptop) == 1_762_948_800.0
    assert updates.restart_wanted(desktop) == 1_757_937_600.0
    assert updates.restart_wanted(virtual) is None


class Keys(System):
    """A registry of keys and their times."""

    def __init__(self, **times: float | None) -> None:
        paths = {"pending": rf"{SERVICING}\RebootPending", "required": REQUIRED}
        self._times = {rf"{SERVICING}\Packages": 1.0, **{paths[name]: time for name, time in times.items()}}

    def keys(self, key: str) -> list[str]:
        return [path.rpartition("\\")[2] for path in self._times if path.rpartition("\\")[0] == key]

    def written(self, key: str) -> float | None:
        return self._times.get(key)


def test_the_older_of_two_reasons() -> None:
    assert updates.restart_wanted(Keys()) is None
    assert updates.restart_wanted(Keys(pending=5.0)) == 5.0
    assert updates.restart_wanted(Keys(pending=5.0, required=3.0)) == 3.0
    with pytest.raises(Absent, match="since when"):
        updates.restart_wanted(Keys(pending=5.0, required=None))


def test_a_reason_without_its_time_is_no_zero(changed: Callable[..., Recorded]) -> None:
    found = changed("desktop", "answers.toml", (r"Servicing\RebootPending' = ", r"Servicing\Nothing' = "))
    with pytest.raises(Absent, match="since when"):
        updates.restart_wanted(found)


@pytest.mark.parametrize("part", ["CurrentState", "Packages"])
def test_packages_that_may_not_be_read_are_no_old_ones(changed: Callable[..., Recorded], part: str) -> None:
    """Else every such computer would seem never to have been updated."""
    with pytest.raises(Absent, match="last updated"):
        updates.last_update(changed("laptop", "registry.reg", (part, "Hidden")))


def test_a_registry_that_may_not_be_read_is_absent(changed: Callable[..., Recorded]) -> None:
    with pytest.raises(Absent, match="whether a restart"):
        updates.restart_wanted(changed("laptop", "registry.reg", None))


def test_the_last_second_of_support(laptop: Recorded, desktop: Recorded) -> None:
    assert updates.support_end(laptop) == 1_791_936_000.0  # the end of 13 October 2026, UTC
    assert updates.support_end(desktop) == 1_760_486_400.0


@pytest.mark.parametrize("build", ['"neunzehn"', '"99999"', "dword:00006594"])
def test_a_windows_that_is_not_known(changed: Callable[..., Recorded], build: str) -> None:
    with pytest.raises(Absent, match="does not know"):
        updates.support_end(changed("laptop", "registry.reg", ('"26100"', build)))


def test_security_updates_that_wait(laptop: Recorded) -> None:
    waiting = updates.security_updates(laptop)
    assert waiting.result() == 1
    waiting.stop()


@pytest.mark.parametrize(("output", "count"), [("waiting 0", 0), ("waiting 12\r\n", 12)])
def test_the_number_that_waits(output: str, count: int) -> None:
    assert updates.parse_waiting(output) == count


@pytest.mark.parametrize("output", ["", "waiting", "waiting -1", "waiting x", "Zugriff verweigert", "3"])
def test_another_answer_is_none(output: str) -> None:
    with pytest.raises(Absent, match="does not list"):
        updates.parse_waiting(output)


def test_the_script_needs_no_quoting_and_asks_no_server() -> None:
    assert '"' not in updates.UPDATES_SCRIPT
    assert "$searcher.Online = $false" in updates.UPDATES_SCRIPT
