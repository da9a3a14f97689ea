"""A desktop for tests: a real X server without a screen, a window manager, hands (xdotool) and a camera."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from agent.env import Directories, Env
from agent.lock import SAMPLER, end_holder

SIZE = (1280, 900)
PATIENCE = 40.0
"""Seconds; a busy machine's."""


class Desktop:
    """A running X server; `environment` is what a program needs to be on it."""

    def __init__(self, display: str, folder: Path, bus: str = "") -> None:
        self.display = display
        self._folder = folder
        self.environment = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "XDG_SESSION_TYPE": "x11"}
        if bus:
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus

    def hands(self, *words: str) -> str:
        """What xdotool does, as a person's hands would; what it prints."""
        done = subprocess.run(
            ["xdotool", *words],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"xdotool {' '.join(words)}: {done.stderr}"
        return done.stdout.strip()

    def windows(self, title: str) -> list[str]:
        """The X windows on the screen that bear this title."""
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", f"^{re.escape(title)}$"],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return done.stdout.split()

    def wait_for_window(self, title: str) -> str:
        """The window of this title, once it is there."""
        wait(lambda: self.windows(title), f"a window {title!r}")
        return self.windows(title)[-1]

    def keys(self, *keys: str) -> None:
        """Press keys, one after the other: "Tab", "ctrl+2", "Return"."""
        self.hands("key", "--clearmodifiers", "--delay", "40", *keys)

    def click(self, x: float, y: float) -> None:
        """Click with the left button at a place of the screen."""
        self.hands("mousemove", str(round(x)), str(round(y)), "sleep", "0.05", "click", "1")

    def picture(self) -> QImage:
        """What is on the screen now, from the server's own memory (a file in the format of xwd)."""
        raw = (self._folder / "Xvfb_screen0").read_bytes()
        head = struct.unpack(">25I", raw[:100])
        size, width, height, order, line, colours = head[0], head[4], head[5], head[7], head[12], head[19]
        assert order == 0, "bytes of a pixel are the other way about"
        pixels = raw[size + 12 * colours :]
        return QImage(pixels, width, height, line, QImage.Format.Format_RGB32).copy()

    @contextmanager
    def kept_on_failure(self) -> Iterator[None]:
        """What fails within leaves a picture of the screen, and says where it is."""
        try:
            yield
        except BaseException:
            place = self._folder / "screen.png"
            self.picture().save(str(place))
            print(f"the screen at that moment: {place}")
            raise


def wait(what: Callable[[], object], meant: str, seconds: float = PATIENCE) -> None:
    """Wait until something is true; fails and says what was waited for."""
    give_up = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up, f"{meant}: not within {seconds:.0f} s"
        time.sleep(0.05)


def colours(picture: QImage) -> int:
    """How many different colours there are, looked at coarsely: one on an empty screen."""
    small = picture.scaled(160, 120)
    return len({small.pixel(x, y) for x in range(small.width()) for y in range(small.height())})


@contextmanager
def desktop(folder: Path, *, bus: bool = False) -> Iterator[Desktop]:
    """A desktop for as long as the block lasts; with `bus`, a session bus of its own, for screen readers."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        read, write = os.pipe()
        width, height = SIZE
        server = [
            *(tool("Xvfb"), "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24"),
            *("-fbdir", str(folder), "-nolisten", "tcp", "-dpi", "96"),
        ]
        stack.enter_context(running(server, folder / "xvfb.log", pass_fds=(write,)))
        os.close(write)
        with open(read) as answer:
            number = answer.readline().strip()
        assert number, (folder / "xvfb.log").read_text()
        address = stack.enter_context(_bus(folder)) if bus else ""
        found = Desktop(f":{number}", folder, address)
        stack.enter_context(running([tool("openbox")], folder / "openbox.log", found.environment))
        yield found


@contextmanager
def _bus(folder: Path) -> Iterator[str]:
    """A session bus; what it starts goes when it goes."""
    read, write = os.pipe()
    command = [tool("dbus-daemon"), "--session", "--nofork", f"--print-address={write}"]
    with running(command, folder / "bus.log", {"QT_ACCESSIBILITY": "1"}, pass_fds=(write,)):
        os.close(write)
        with open(read) as answer:
            yield answer.readline().strip()


@contextmanager
def running(
    command: list[str],
    log: Path,
    environment: dict[str, str] | None = None,
    *,
    pass_fds: tuple[int, ...] = (),
    cwd: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program for as long as the block lasts; what it says goes to `log`."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, **(environment or {})},
            pass_fds=pass_fds,
            cwd=cwd,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_sampler(state: Path) -> None:
    """Tell the sampler that the window started to leave, if there is one; wait until it has."""
    end_holder(Env(Directories(state, state, state)), SAMPLER)


def tool(name: str) -> str:
    """The path of a program of the system; a missing one fails the proof."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.fail(f"{name} is missing  → tools/system.sh proof")
    return found
