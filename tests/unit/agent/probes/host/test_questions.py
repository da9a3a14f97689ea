from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent, Pending
from agent.probes.host.questions import KEPT, Questions


class Program:
    """Says something at the second look; what is an exception, it raises."""

    def __init__(self, said: str | Absent) -> None:
        self.said, self.looks, self.stopped = said, 0, False

    def output(self) -> str | None:
        self.looks += 1
        if self.looks < 2:
            return None
        if isinstance(self.said, Absent):
            raise self.said
        return self.said

    def stop(self) -> None:
        self.stopped = True


class Desk:
    """Questions with a clock that the test moves, and what was started for them."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.questions = Questions(lambda: self.now)
        self.started: list[Program] = []

    def ask(
        self, said: str | Absent = "yes", name: str = "x", meaning: Callable[[str], object] = str
    ) -> object:
        def start() -> Program:
            self.started.append(Program(said))
            return self.started[-1]

        return self.questions.answer([name, "-y"], start, meaning)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_asked_at_one_reading_and_heard_at_a_later_one(desk: Desk) -> None:
    with pytest.raises(Pending):
        desk.ask()
    desk.now += 60
    assert desk.ask() == "yes"
    assert len(desk.started) == 1


def test_what_was_said_counts_for_a_while_and_is_asked_anew_then(desk: Desk) -> None:
    with pytest.raises(Pending):
        desk.ask()
    assert desk.ask() == desk.ask() == "yes"
    desk.now += KEPT
    with pytest.raises(Pending):
        desk.ask()
    assert len(desk.started) == 2


def test_a_reading_that_needs_several_gets_them_all(desk: Desk) -> None:
    """Asked one after the other, with failures between: none makes another one start again."""

    def reading() -> list[object]:
        found: list[object] = []
        for name, said in (("a", "1"), ("b", Absent("b failed")), ("c", "3")):
            try:
                found.append(desk.ask(said, name))
            except Pending:
                raise
            except Absent as absent:
                found.append(str(absent))
        return found

    for _ in range(3):
        with pytest.raises(Pending):
            reading()
        desk.now += 60
    assert reading() == ["1", "b failed", "3"]
    assert len(desk.started) == 3


def test_a_program_that_is_not_there_is_absent_and_not_tried_again_at_once(desk: Desk) -> None:
    tries = []

    def start() -> Program:
        tries.append(1)
        raise Absent("there is no x")

    for _ in range(2):
        with pytest.raises(Absent, match="there is no x") as found:
            desk.questions.answer(["x"], start)
        assert not isinstance(found.value, Pending)
    assert len(tries) == 1


def test_only_the_meaning_is_kept_and_what_means_nothing_is_absent(desk: Desk) -> None:
    def length(said: str) -> int:
        if not said:
            raise Absent("empty")
        return len(said)

    for name, said in (("a", "secret"), ("b", "")):
        with pytest.raises(Pending):
            desk.ask(said, name, length)
    assert desk.ask(name="a", meaning=length) == 6
    with pytest.raises(Absent, match="empty"):
        desk.ask(name="b", meaning=length)
    assert "secret" not in repr(vars(desk.questions))


def test_what_nobody_comes_back_for_is_ended(desk: Desk) -> None:
    with pytest.raises(Pending):
        desk.ask()
    desk.now += KEPT
    with pytest.raises(Pending):
        desk.ask(name="other")
    assert [each.stopped for each in desk.started] == [True, False]


def test_stopping_ends_all_and_forgets_all(desk: Desk) -> None:
    for name in ("a", "b"):
        with pytest.raises(Pending):
            desk.ask(name=name)
    desk.ask(name="b")
    desk.questions.stop()
    desk.questions.stop()
    assert desk.started[0].stopped
    with pytest.raises(Pending):
        desk.ask(name="b")
    assert len(desk.started) == 3


def test_a_fault_of_the_meaning_is_not_kept(desk: Desk) -> None:
    with pytest.raises(Pending):
        desk.ask("x", meaning=int)
    with pytest.raises(ValueError, match="invalid literal"):
        desk.ask(meaning=int)
    with pytest.raises(Pending):
        desk.ask()
