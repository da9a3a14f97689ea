"""The window's tie to the rest: the newest snapshot, commands, the doorbell, what is remembered.

Nothing here blocks the event loop: reading happens in threads, writing in child processes.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFileSystemWatcher, QLocale, QObject, QTimer, Signal

from ui.link.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.env import Env
    from agent.store import Point
    from catalogue.model import Catalogue
    from ui.link.commands import Answer, Command
    from ui.link.preferences import Preferences
    from ui.link.runner import Runner
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

_SETTLE = 300
"""Milliseconds of quiet after a change before all is read again."""
_TROUBLED = 2_000
"""Milliseconds before another look at a database that could not be read: mostly somebody held it shortly."""
_STAYS = 10.0
"""Seconds within which a sampler that was started listens, on a busy machine."""
_SLOW = 60_000
"""Milliseconds between looks where nothing told of a change; times in words move on."""


class Session(QObject):
    """One for the application. Pages read `snapshot`, listen to `read`, and call the rest."""

    read = Signal(object)
    """The new snapshot.Snapshot."""
    wanted = Signal(str, str)
    """Somebody asks for a page, and a place on it ("" for its top)."""
    acted = Signal(str)
    """A notice's button was pressed: its `Notice.action`."""
    remembered = Signal(object)
    """The new Preferences."""

    def __init__(
        self, env: Env, language: str = "en", locale: QLocale | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.env = env
        self.language = language
        self.locale = locale or QLocale(language)
        self.snapshot: Snapshot | None = None
        self._preferences: Preferences | None = None
        self._numbers: Numbers | None = None
        self.background = Background(self)
        self._runner: Runner | None = None
        self._catalogue: Catalogue | None = None
        self._is_reading = self._again = self._is_over = False
        self._unstarted = False
        self._saving = Lock()
        self._stamp: tuple[tuple[str, int, int], ...] = ()
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE)
        self._settle.timeout.connect(self._refresh_if_changed)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _: self._settle.start())
        self._watcher.directoryChanged.connect(lambda _: self._settle.start())
        self._troubled = QTimer(self, singleShot=True, interval=_TROUBLED)
        self._troubled.timeout.connect(self.refresh)
        self._slow = QTimer(self, interval=_SLOW)
        self._slow.timeout.connect(self.refresh)

    @property
    def numbers(self) -> Numbers:
        """How numbers and times are written."""
        if self._numbers is None:
            from ui.link.locale import LocaleNumbers

            self._numbers = LocaleNumbers(self.locale)
        return self._numbers

    @property
    def preferences(self) -> Preferences:
        """What the window remembers."""
        if self._preferences is None:
            from ui.link import preferences

            self._preferences = preferences.load(self.env.state)
        return self._preferences

    # -- reading

    def begin(self, *, start_sampler: bool = True) -> None:
        """Read for the first time, and watch; start the sampler where none runs."""
        self._slow.start()
        self.refresh()
        if start_sampler:
            self.start_sampler()

    def refresh(self) -> None:
        """Read everything again soon; `read` tells when it is there."""
        if self._is_over:
            return
        if self._is_reading:
            self._again = True
            return
        self._is_reading = True
        self.background.run(self._look, self._came, self._could_not)

    def points(
        self, metric: str, done: Callable[[tuple[Point, ...]], None], failed: Callable[[Exception], None]
    ) -> None:
        """A metric's samples of the last 24 hours."""
        env, catalogue = self.env, self._catalogue
        if catalogue is None:
            done(())
            return

        def look() -> tuple[Point, ...]:
            from ui.link import snapshot

            return snapshot.read_points(env, catalogue, metric, env.now())

        self.background.run(look, done, failed)

    # -- doing

    def run(
        self,
        command: Command,
        done: Callable[[Answer], None] | None = None,
        told: Callable[[str], None] | None = None,
    ) -> None:
        """Run a command of `ui.link.commands`; all is read again after one that changes something."""
        if self._runner is None:
            from ui.link.runner import Runner

            self._runner = Runner(self.env, self)
            self._runner.ended.connect(self._command_ended)
        self._runner.run(command, done, told)

    def is_running(self, name: str) -> bool:
        """Whether a command of that name runs now."""
        return self._runner is not None and self._runner.is_running(name)

    def measure_now(self, done: Callable[[bool], None]) -> None:
        """Ring for a pass now; `done` tells whether the sampler answered."""
        env = self.env

        def rung() -> bool:
            from agent import doorbell
            from ui.link import snapshot

            return doorbell.ring_and_wait(env, doorbell.MEASURE, lambda: repr(snapshot.stamp(env)), 4.0)

        def over(answered: bool) -> None:
            self.refresh()
            done(answered)

        self.background.run(rung, over, lambda _: over(False))

    def start_sampler(self, done: Callable[[bool], None] | None = None, *, anew: bool = False) -> None:
        """Start the resident sampler unless one listens; `done` tells whether one was started.

        `anew`: end the one that runs before. A sampler that does not stay is told of in the snapshot.
        """
        env = self.env

        def start() -> tuple[bool, bool]:
            from agent import doorbell
            from agent.lock import SAMPLER, end_holder
            from ui.link.runner import start_sampler

            if anew and doorbell.is_listening(env):
                end_holder(env, SAMPLER)
            if doorbell.is_listening(env):
                return False, True
            started, end = start_sampler(env), env.monotonic() + _STAYS
            while started and not self._is_over and env.monotonic() < end:
                if doorbell.is_listening(env) is not False:
                    return True, True
                env.pause(0.05)
            return started, False

        def over(came: tuple[bool, bool]) -> None:
            started, stays = came
            self._unstarted = not stays
            if started or not stays:
                self.refresh()
                QTimer.singleShot(1_000, self, self.refresh)
            if done is not None:
                done(started)

        self.background.run(start, over, lambda _: over((False, False)))

    def remember(self, **changes: Any) -> None:
        """Change what the window remembers, by the names of Preferences."""
        from ui.link import preferences

        kept = self._preferences = self.preferences._replace(**changes)
        state = self.env.state

        def save() -> None:
            with self._saving:  # one after the other; whoever comes last saves what is newest
                preferences.save(state, self._preferences or kept)

        self.background.run(save, lambda _: None, lambda _: None)
        self.remembered.emit(kept)

    def end(self) -> None:
        """Let go of threads and children."""
        self._is_over = True
        self._watcher.blockSignals(True)  # nothing is read any more
        self._slow.stop()
        self._settle.stop()
        self._troubled.stop()
        if self._runner is not None:
            self._runner.stop()
        self.background.finish()

    def _refresh_if_changed(self) -> None:
        # Looking at a database makes and removes files beside it, which alone is no news.
        env, before = self.env, self._stamp

        def compared(now: object) -> None:
            if now != before:
                self.refresh()

        def look() -> object:
            from ui.link import snapshot

            return snapshot.stamp(env)

        self.background.run(look, compared, lambda _: self.refresh())

    def _look(self) -> tuple[Snapshot, Catalogue, list[str], Any]:
        # Loaded here, in a thread and after the first paint, and kept from then on.
        from ui.link import snapshot
        from ui.view_models import alerts, notices, status  # noqa: F401  (the event loop needs them next)

        if self._catalogue is None:
            self._catalogue = load_catalogue(self.language)
        before = snapshot.stamp(self.env)
        found = snapshot.read(self.env, self._catalogue)
        paths = [str(self.env.state)] + [path for path, _, _ in before]
        return found, self._catalogue, [path for path in paths if os.path.exists(path)], before  # noqa: PTH110

    def _came(self, look: tuple[Snapshot, Catalogue, list[str], Any]) -> None:
        if self._is_over:
            return
        from ui.link import snapshot

        found, _, paths, self._stamp = look
        self._unstarted = self._unstarted and found.sampler is False
        self.snapshot = snapshot.keeping(self.snapshot, found)._replace(unstarted=self._unstarted)
        watched = {*self._watcher.files(), *self._watcher.directories()}
        new = [path for path in paths if path not in watched]
        if new:
            self._watcher.addPaths(new)
        self._is_reading = False
        if self.snapshot.trouble is not None or self.snapshot.writing is not None:
            self._troubled.start()
        self.read.emit(self.snapshot)
        if self._again:
            self._again = False
            self.refresh()

    def _could_not(self, error: Exception) -> None:
        self._is_reading = self._again = False
        from agent.errors import ShoalError

        if not isinstance(error, ShoalError | OSError):
            raise error
        if not self._is_over:
            self._troubled.start()

    def _command_ended(self, answer: Answer) -> None:
        if answer.command.changes:
            self.refresh()


def load_catalogue(language: str) -> Catalogue:
    """The catalogue in that language, or in English."""
    from catalogue.errors import CatalogueError
    from catalogue.load import load

    try:
        return load(language)
    except CatalogueError:
        return load("en")
