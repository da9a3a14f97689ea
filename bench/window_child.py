"""One window in a process of its own, bare or ours, that tells what it cost.

    python -m bench.window_child bare|ours BEGAN STATE

BEGAN is the parent's monotonic clock just before it started this. A line of JSON is written once the window
has been painted, another once every page was opened; then it waits for its standard input to end.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

_BEAT = 0.005
"""Seconds between two beats of the event loop."""
_PAGES = ("leaves", "decides", "device")
_SETTLED = 0.8
"""Seconds without work after which a page is there."""


def tell(**what: Any) -> None:
    """A line for the parent."""
    print(json.dumps(what), flush=True)


def figures(began: float) -> dict[str, float]:
    """Milliseconds since the start: by the wall without waiting for a processor, and of all CPU."""
    return {"wall": (time.monotonic() - began - waiting()) * 1000, "cpu": time.process_time() * 1000}


def waiting() -> float:
    """Seconds for which this thread was ready to run while others had the processors (proc(5), schedstat)."""
    with open("/proc/thread-self/schedstat", "rb") as file:  # noqa: PTH123  (nothing else is loaded)
        return int(file.read().split()[1]) / 1e9


def bare(began: float) -> None:
    """What every window of Qt Widgets costs: an application and an empty QMainWindow."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        was_painted = False

        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
            super().paintEvent(event)
            if not self.was_painted:
                self.was_painted = True
                QTimer.singleShot(0, lambda: tell(painted=figures(began)))

    application = QApplication(["bare"])
    window = Window()
    window.resize(1120, 760)
    window.show()
    end = threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True)
    QTimer.singleShot(300, end.start)
    application.exec()


class Beats:
    """A heart in the event loop, and how long it stood still at most: by the wall, and by its thread's CPU.

    What other processes of a busy machine took meanwhile, though the loop could have run, is left out: the
    kernel tells how long a thread waited for a processor (proc(5), schedstat).
    """

    def __init__(self, name: str) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.name = name
        self.longest: dict[str, tuple[float, float]] = {}
        self._explain = float(os.environ.get("BENCH_EXPLAIN", 0))
        self._clock = QTimer()
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.setInterval(round(_BEAT * 1000))
        self._clock.timeout.connect(self._beat)
        self._at, self._cpu, self._waited = time.perf_counter(), time.thread_time(), waiting()
        self._clock.start()
        if self._explain:
            loop = threading.get_ident()
            threading.Thread(target=self._watch, args=(loop,), daemon=True).start()

    def _beat(self) -> None:
        now, cpu, waited = time.perf_counter(), time.thread_time(), waiting()
        stood = (now - self._at - _BEAT - (waited - self._waited)) * 1000
        used = (cpu - self._cpu) * 1000
        if stood > self.longest.get(self.name, (0.0, 0.0))[0]:
            self.longest[self.name] = (stood, used)
        self._at, self._cpu, self._waited = now, cpu, waited

    def _watch(self, loop: int) -> None:
        """For whoever mends: where the loop stands when it stands for long."""
        import traceback

        while True:
            time.sleep(0.01)
            if (time.perf_counter() - self._at) * 1000 > self._explain:
                where = traceback.format_stack(sys._current_frames()[loop])[-9:]
                print(
                    f"-- {self.name} {time.perf_counter() - self._at:.3f}\n{''.join(where)}", file=sys.stderr
                )


def ours(began: float, state: str) -> None:
    """`shoal-window` itself, from its arguments on, with a listener at its first paint."""
    import gc

    from ui import loading

    gc.disable()  # as ui.__main__ does before it imports what is imported here to be listened to
    loading.prepare()
    from PySide6.QtCore import QTimer

    from ui import window
    from ui.__main__ import run

    found: dict[str, Any] = {}
    paint = window.Window.paintEvent

    def painted(self: window.Window, event: Any) -> None:
        if "beats" not in found:
            found["beats"] = None
            QTimer.singleShot(0, lambda: _after_paint(self, began, found))
        paint(self, event)

    window.Window.paintEvent = painted  # type: ignore[method-assign]
    os.environ["SHOAL_STATE"] = state  # as from a menu: no words
    run([])


def _after_paint(shown: Any, began: float, found: dict[str, Any]) -> None:
    tell(painted=figures(began))
    beats = found["beats"] = Beats("device, first")
    session = shown._session
    read: dict[str, Any] = {}

    def came(_: object) -> None:
        if "read" not in read:
            read["read"] = figures(began)

    session.read.connect(came)
    steps: list[tuple[str, Callable[[], object]]] = [
        *((page, lambda page=page: shown.go(page)) for page in _PAGES),
        ("leaves, verifying", lambda: shown.go("leaves", "verify")),
        ("decides, asking the keychain and the disk", lambda: _ask(session)),
        *((f"{page}, again", lambda page=page: shown.go(page)) for page in _PAGES),
    ]
    _then(beats, session, steps, lambda: _opened(beats, read))


def _ask(session: Any) -> None:
    from ui.link import commands

    session.run(commands.doctor())
    session.run(commands.standing())
    session.remember(told=session.preferences.told)
    session.refresh()


def _then(
    beats: Beats, session: Any, steps: list[tuple[str, Callable[[], object]]], end: Callable[[], None]
) -> None:
    """Each step when nothing has been going on for a while."""
    from PySide6.QtCore import QTimer

    quiet = [time.perf_counter()]
    waiting = QTimer(session, interval=50)

    def look() -> None:
        runner = session._runner
        if session._is_reading or session.snapshot is None or (runner is not None and runner._running):
            quiet[0] = time.perf_counter()
        if time.perf_counter() - quiet[0] < _SETTLED:
            return
        if not steps:
            waiting.stop()
            end()
            return
        beats.name, act = steps.pop(0)
        quiet[0] = time.perf_counter()
        act()

    waiting.timeout.connect(look)
    waiting.start()


def _opened(beats: Beats, read: dict[str, Any]) -> None:
    beats._clock.stop()
    tell(opened=beats.longest, **read)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare(float(sys.argv[2]))
    else:
        ours(float(sys.argv[2]), sys.argv[3])
