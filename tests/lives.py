"""The life of one machine over simulated weeks: used, asleep, killed, its clock set; and its operators'."""

from __future__ import annotations

import contextlib
import math
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dap.constants import Role
from tests import histories
from tests.machines import STEP, Machine
from tests.weeks import BEGIN, DAY, HOUR, WEEK, Organisation, organisation

FIRST = BEGIN // WEEK
"""The number of the first period."""
COMMANDS = (("send-now",), ("withhold",), ("choose", "quiet"), ("choose", "share"), ("policy",))


class Life:
    """What befalls a machine is drawn from the seed; `kills` are left to be dealt out."""

    def __init__(self, folder: Path, organisation: Organisation, seed: object, *, kills: int = 0) -> None:
        self.organisation = organisation
        self.world = organisation.world
        self.source = random.Random(f"life {seed}")
        self.machine = Machine(folder, organisation, seed)
        self.kills = kills
        self.commands = False
        """Whether commands are given, and killed, too."""
        self.set_clocks = False
        """Whether the clock is set wrong, and right again, now and then."""
        self.mishap: Callable[[], None] | None = None
        """What else is done to the machine at the beginning of some sittings."""
        self.week = 0
        self.settings = 0
        """How often the clock was set wrong."""
        self.releases = 0
        self.wrong: list[str] = []

    def run(self, weeks: int) -> None:
        """At least so many weeks more, and until the kills are used up."""
        last = self.week + weeks
        while self.week < last or self.kills > 0:
            self._live_a_week()

    def _live_a_week(self) -> None:
        begin, period = BEGIN + self.week * WEEK, FIRST + self.week
        if self.week:
            self.organisation.upload_others(period - 1)
        for moment in sorted(self.source.uniform(begin, begin + WEEK - DAY) for _ in range(3)):
            self._go_to(moment)
            self.sit(self.source.uniform(3, 25) * 60)
            self._something_happens()
        self._go_to(begin + WEEK + 1)
        if self.week >= 2:
            self._collect(period - 1)
        self.week += 1

    def _collect(self, period: int) -> None:
        """Its grace is over."""
        count, totals = self.organisation.collect(period)
        self.releases += 1
        bodies = {sent.body for sent in self.organisation.sent if sent.taken is not False}
        sure = {sent.body for sent in self.organisation.sent if sent.taken}
        own = {found.id: found for found in map(self.organisation.open, bodies) if found.time == period}
        perhaps = not any(self.organisation.open(body).time == period for body in sure)
        others = self.organisation.others(period)
        if found := histories.released(others, count, totals, list(own.values()), perhaps):
            self.wrong.append(f"week {self.week}, the release of period {period}: {found}")

    # -- using it

    def _go_to(self, moment: float) -> None:
        """Be asleep or off until then; but mostly be used when a report is sealed or sent."""
        while (left := moment - self.world.now()) > 0:
            if self.machine.process is None:
                self.machine.start()
            due = self.machine.next_moment()
            if due is None or due > left or self.source.random() < 0.1:
                self.machine.step(left, asleep=True)
                return
            if due > 16 * 60:
                self.machine.step(due - 15 * 60, asleep=True)
            self.sit(min(due, 15 * 60) + 3 * 60)

    def sit(self, seconds: float) -> None:
        """Be used for so long. A worker that begins is waited for, or killed."""
        for _ in range(int(seconds // STEP) + 1):
            if self.machine.process is None:
                self.machine.start()
            self.machine.step(STEP)
            if self.machine.worker() is not None:
                if not self._kill(0.4, ("worker", "power", "sampler"), 0.5):
                    self.machine.finish_worker()
            else:
                self._kill(0.008, ("sampler", "power"), 0.05)
            code = None if self.machine.process is None else self.machine.process.poll()
            if code is not None:  # whoever keeps services starts it again
                self.machine.process = None

    def _kill(self, probability: float, kinds: tuple[str, ...], within: float) -> bool:
        if self.kills <= 0 or self.source.random() >= probability:
            return False
        time.sleep(self.source.uniform(0, within))
        if not self.machine.kill(self.source.choice(kinds)):
            return False
        self.kills -= 1
        if self.machine.process is None and self.source.random() < 0.2:
            self.machine.step(self.source.uniform(60, 12 * HOUR), asleep=True)  # it stays off for a while
        return True

    def _something_happens(self) -> None:
        if self.kills > 0 and self.source.random() < 0.15:
            self.organisation.kill(self.source.choice([Role.LEADER, Role.HELPER]))
        if self.commands and self.source.random() < 0.5:
            self._command()
        if self.mishap is not None and self.source.random() < 0.7:
            self.mishap()
        if self.set_clocks and self.source.random() < 0.6:
            self._wrong_clock()

    def _command(self) -> None:
        words = self.source.choice(COMMANDS)
        if self.kills > 0:
            self.kills -= self.machine.kill_command(words, self.source.uniform(0, 0.7))
            self.machine.note()
        else:
            self.machine.begin(*words).wait(60)
        if words[0] == "choose":
            assert self.machine.device.shoal("choose", "share").code == 0

    def _wrong_clock(self) -> None:
        """Somebody sets the clock by an hour to five weeks, back or forward; later it is right again."""
        self.machine.finish_worker()
        by = math.exp(self.source.uniform(math.log(HOUR), math.log(5 * WEEK))) * self.source.choice([1, -1])
        self.machine.clock.turn_by(by)
        self.settings += 1
        for _ in range(self.source.randint(1, 3)):
            self.sit(self.source.uniform(2, 90) * 60)
            self.machine.step(self.source.uniform(0, 20 * HOUR), asleep=True)
        with contextlib.suppress(AssertionError):
            self.machine.finish_worker()
        self.machine.clock.set_to(self.world.now())
        self.sit(5 * 60)


@contextlib.contextmanager
def living(folder: Path, state: Path, seed: object) -> Iterator[Life]:
    """An enrolled machine with its state at `state`, its organisation in `folder`, until the block ends."""
    with organisation(folder, seed) as made:
        life = Life(state, made, seed)
        life.machine.enrol()
        try:
            yield life
        finally:
            life.machine.end()


def end(life: Life) -> histories.History:
    """Quiet weeks, in which everything comes to its end; then `shoal verify`, and all there is to check."""
    life.kills, life.commands, life.set_clocks, life.mishap = 0, False, False, None
    life.run(2)
    life.machine.stop()
    ran = life.machine.device.shoal("verify")
    assert ran.code == 0, ran
    assert "Traceback" not in life.machine.said.read_text()
    return life.machine.history()
