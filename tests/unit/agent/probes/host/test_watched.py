"""The tape: everything that is asked is on it, and the host behaves as if there were none."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import LinuxHost
from agent.probes.host.linux.recorded import Recorded
from agent.probes.host.watched import Heard, Tape
from tests.unit.agent.probes.host.recordings import LINUX


class Asked:
    """An answer that is there at the second look."""

    def __init__(self) -> None:
        self.looks = 0
        self.stopped = False

    def output(self) -> str | None:
        self.looks += 1
        return "said" if self.looks > 1 else None

    def stop(self) -> None:
        self.stopped = True


class System:
    """Answers in every way there is."""

    library = SimpleNamespace(boot_time=lambda: 5.0, version="7", is_there=False)
    is_on = False

    def __init__(self) -> None:
        self.asked = Asked()

    def text(self, name: str, absent: str) -> str:
        if name == "gone":
            raise Absent(absent)
        if name == "broken":
            raise OSError("a secret path")
        return f"content of {name}"

    def lines(self) -> Iterator[str]:
        yield "one"
        yield self.text("inner", "")
        raise OSError("torn")

    def start(self, command: list[str], *, seconds: float) -> Asked:
        return self.asked


def told(heard: list[Heard]) -> list[tuple[str, tuple[object, ...], object, str | None]]:
    return [(each.method, each.given, each.answer, each.absent) for each in heard]


def test_questions_answers_and_reasons() -> None:
    tape = Tape()
    system = tape.around(System())
    assert system.text("a", "why") == "content of a"
    assert system.library.boot_time() == 5.0
    with pytest.raises(Absent, match="why"):
        system.text("gone", "why")
    with pytest.raises(OSError, match="secret"):
        system.text("broken", "why")
    assert told(tape.take()) == [
        ("text", ("a", "why"), "content of a", None),
        ("library.boot_time", (), 5.0, None),
        ("text", ("gone", "why"), None, "why"),
        ("text", ("broken", "why"), None, "failed (OSError)"),
    ]
    assert tape.take() == []


def test_what_is_no_question_is_what_it_was() -> None:
    tape = Tape()
    system = tape.around(System())
    assert system.is_on is False
    assert (system.library.version, system.library.is_there) == ("7", False)
    assert tape.take() == []


def test_an_answer_piece_by_piece_is_told_as_far_as_it_was_taken() -> None:
    tape = Tape()
    lines = tape.around(System()).lines()
    assert next(lines) == "one"
    (heard,) = tape.take()
    assert heard.answer == ["one"]
    assert next(lines) == "content of inner"
    assert heard.answer == ["one", "content of inner"]
    with pytest.raises(OSError, match="torn"):
        next(lines)
    assert heard.absent == "failed (OSError)"


def test_an_answer_that_comes_later_is_filled_in() -> None:
    tape, system = Tape(), System()
    asked = tape.around(system).start(["apt"], seconds=1)
    (heard,) = tape.take()
    assert (asked.output(), heard.answer) == (None, None)
    assert (asked.output(), heard.answer) == ("said", "said")
    asked.stop()
    assert system.asked.stopped
    assert heard.given == (["apt"],)


def test_what_the_system_was_asked_stands_below_what_the_host_was_asked() -> None:
    tape = Tape()
    host = tape.around(LinuxHost(tape.around(Recorded(LINUX / "laptop"))))
    assert host.memory_kills() == 2
    assert len(list(host.processes())) == 4
    kills, processes = tape.take()
    assert (kills.method, kills.answer) == ("memory_kills", 2)
    assert [(each.method, each.given[0]) for each in kills.below] == [("kept", "proc/vmstat")]
    assert ("text", "proc/700/statm") in [
        (each.method, each.given[:1][0]) for each in processes.below if each.given
    ]
    assert isinstance(processes.answer, list) and len(processes.answer) == 4


def test_the_host_answers_the_same_with_and_without_it() -> None:
    plain = LinuxHost(Recorded(LINUX / "laptop"))
    tape = Tape()
    heard = tape.around(LinuxHost(tape.around(Recorded(LINUX / "laptop"))))
    for method in (
        "volumes",
        "batteries",
        "disk_kind",
        "disk_encryption",
        "adapters",
        "support_end",
        "firewall",
    ):
        assert getattr(plain, method)() == getattr(heard, method)()
    assert [each.method for each in tape.take()] == [
        *("volumes", "batteries", "disk_kind", "disk_encryption", "adapters", "support_end", "firewall")
    ]
