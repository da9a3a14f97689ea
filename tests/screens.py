"""Pictures of the window, from seeded states and through the real children.

    python -m tests.screens FOLDER [--page leaves] [--only NAME]

One process for each scale and language, as Qt wants it, on a machine of its own (tests/stage.py), with fonts
of its own and clocks that stand where the seeds end. The pictures of a page are as tall as the page, but
where a size is given. Those of the documents are made of these by tests/pictures.py.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from tests import stage
from tests.repository import ROOT

WIDTH = 1120
PATIENCE = 60.0
"""Seconds for what a shot waits for."""
FONTS = (Path("/usr/share/fonts/opentype/inter"), Path("/usr/share/fonts/truetype/dejavu"))
"""Debian's fonts-inter and fonts-dejavu-core: what is drawn does not depend on a machine's other fonts."""
FONT_RULES = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  {fonts}<cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>true</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintslight</const></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
</fontconfig>
"""


class Shot(NamedTuple):
    """One picture."""

    name: str
    page: str
    variant: str
    scheme: str = "light"
    scale: int = 100
    """Per cent."""
    size: tuple[int, int] | None = None
    """Of the window; None: as wide as usual, as tall as the page."""
    language: str = "en_GB"
    act: str = ""
    """What is done before: a name of ACTS."""
    dialog: str = ""
    """What is shown in place of the window: a name of DIALOGS."""
    scroll: int | None = None
    """Per cent of the way down, where a size is given; None: where what was done left it, or the top."""
    text: int = 100
    """Per cent of the usual size of text, as a person asks the system for it."""
    turned: bool = False
    """From right to left, as Arabic or Hebrew would be."""

    @property
    def file(self) -> str:
        return f"{self.page}-{self.name}-{self.scheme}.png"

    @property
    def process(self) -> tuple[int, str, int, bool]:
        """What one process cannot change: scale, language, the size of text, and which way it runs."""
        return self.scale, self.language, self.text, self.turned


def both(*shots: Shot) -> list[Shot]:
    """Each in light and in dark."""
    return [shot._replace(scheme=scheme) for shot in shots for scheme in ("light", "dark")]


LEAVES: list[Shot] = [
    *both(
        Shot("normal", "leaves", "normal", act="verify"),
        Shot("held", "leaves", "held"),
        Shot("off", "leaves", "local", act="verify"),
        Shot("worst", "leaves", "worst"),
    ),
    Shot("empty", "leaves", "empty"),
    Shot("preview", "leaves", "empty", act="preview"),
    Shot("past", "leaves", "normal", act="past"),
    Shot("one-operator", "leaves", "one-operator"),
    Shot("withheld", "leaves", "withheld"),
    Shot("small", "leaves", "normal", size=(720, 520)),
    Shot("small-whole", "leaves", "normal", size=(720, 0), act="verify"),
    Shot("fold", "leaves", "normal", size=(1120, 760)),
    Shot("200", "leaves", "normal", scale=200, size=(1120, 760)),
    Shot("200-small", "leaves", "normal", scale=200, size=(720, 520)),
    Shot("text-200", "leaves", "normal", text=200, size=(720, 0), act="verify"),
    Shot("text-300", "leaves", "normal", text=300, size=(720, 0), act="verify"),
    Shot("turned", "leaves", "normal", turned=True, act="verify"),
    Shot("german", "leaves", "normal", language="de_DE", act="verify"),
    Shot("german-small", "leaves", "normal", language="de_DE", size=(720, 0), act="verify"),
]
DEVICE: list[Shot] = [
    *both(
        Shot("normal", "device", "normal", act="open"),
        Shot("worst", "device", "worst", act="worst"),
    ),
    Shot("empty", "device", "empty"),
    Shot("whole", "device", "whole"),
    Shot("whole-german", "device", "whole", language="de_DE", size=(720, 0)),
    Shot("whole-text-200", "device", "whole", text=200, size=(720, 0)),
    Shot("off", "device", "off"),
    Shot("local", "device", "local"),
    Shot("lanes", "device", "worst", act="lanes"),
    Shot("today", "device", "local", act="today"),
    Shot("silent", "device", "normal", act="silent"),
    *both(Shot("card", "device", "worst", size=(1120, 760), dialog="card")),
    Shot("card-small", "device", "normal", size=(720, 520), dialog="card"),
    Shot("small", "device", "normal", size=(720, 520)),
    Shot("small-open", "device", "normal", size=(720, 0), act="open"),
    Shot("fold", "device", "normal", size=(1120, 760)),
    Shot("200", "device", "normal", scale=200, size=(1120, 760), act="open"),
    Shot("200-small", "device", "normal", "dark", scale=200, size=(720, 520)),
    Shot("300-small", "device", "normal", scale=300, size=(720, 520)),
    Shot("text-200", "device", "normal", text=200, size=(720, 0), act="open"),
    Shot("text-300", "device", "normal", text=300, size=(720, 0), act="open"),
    Shot("turned", "device", "normal", turned=True, act="open"),
    Shot("german", "device", "worst", language="de_DE", act="worst"),
    Shot("german-small", "device", "normal", "dark", language="de_DE", size=(720, 0), act="open"),
]
DECIDES: list[Shot] = [
    *both(
        Shot("normal", "decides", "normal"),
        Shot("managed", "decides", "managed"),
        Shot("required", "decides", "required"),
        Shot("widened", "decides", "widened"),
        Shot("one-operator", "decides", "one-operator"),
    ),
    Shot("off", "decides", "off"),
    Shot("empty", "decides", "empty"),
    Shot("worst", "decides", "worst"),
    Shot("open", "decides", "managed", act="settings"),
    Shot("small", "decides", "normal", size=(720, 520)),
    Shot("small-whole", "decides", "managed", size=(720, 0)),
    Shot("200", "decides", "normal", scale=200, size=(1120, 760)),
    Shot("300-small", "decides", "normal", scale=300, size=(720, 520)),
    Shot("text-200", "decides", "managed", text=200, size=(720, 0)),
    Shot("text-300", "decides", "managed", text=300, size=(720, 0)),
    Shot("turned", "decides", "managed", turned=True),
    Shot("german", "decides", "managed", language="de_DE"),
    Shot("german-small", "decides", "managed", language="de_DE", size=(720, 0)),
    *both(
        Shot("first-run", "decides", "empty", dialog="first-run"),
        Shot("first-run-widened", "decides", "widened", dialog="first-run"),
    ),
    Shot("first-run-200", "decides", "empty", scale=200, dialog="first-run"),
    Shot("first-run-german", "decides", "empty", language="de_DE", dialog="first-run"),
    Shot("asking", "decides", "held", dialog="asking"),
    Shot("erasing", "decides", "normal", dialog="erasing"),
]
SHOTS: list[Shot] = [*DEVICE, *LEAVES, *DECIDES]
"""Other pages add theirs."""


# -- what is done before a picture is taken, and when a page is ready


def _leaves_ready(page: Any) -> bool:
    idle = (page.exact.progress, page.held.progress, page.past.progress)
    return all(one.isHidden() for one in idle)


def _device_ready(page: Any) -> bool:
    return page.page() is not None and not page.is_busy()


def _show_today(page: Any) -> None:
    """Have a row's chart show the last 24 hours."""
    page.go_to("endpoint.disk_free")
    page.entry("endpoint.disk_free").detail().spans.button("today").click()


READY: dict[str, Callable[[Any], bool]] = {
    "device": _device_ready,
    "leaves": _leaves_ready,
    "decides": lambda page: page.is_whole(),
}
ACTS: dict[str, Callable[[Any], object]] = {
    "settings": lambda page: (page.settings.show_all(), page.edit("min_batch_size"), page.silence.open()),
    "open": lambda page: page.go_to("endpoint.disk_free"),
    "worst": lambda page: (page.filter("attention"), page.go_to("endpoint.disk_free")),
    "lanes": lambda page: (page.go_to("endpoint.firewall"), page.go_to("app.crashes")),
    "today": _show_today,
    "silent": lambda page: page.filter("silent"),
    "verify": lambda page: page.verify(),
    "preview": lambda page: page.show_preview(),
    "past": lambda page: page.open_past(list(page.past.rows.rows)[3]),
}


def _asked(page: Any) -> Any:
    page.pick("off")
    return _opened(page)


def _erasing(page: Any) -> Any:
    page.ask_erasing()
    return _opened(page)


def _opened(page: Any) -> Any:
    from PySide6.QtWidgets import QDialog

    return page.window().findChildren(QDialog)[-1]


def _first_run(page: Any) -> Any:
    from ui.dialogs import first_run

    shown = first_run.dialog(page.session, page.window())
    assert shown is not None
    shown.open()
    return shown


def _card(page: Any) -> Any:
    page.make_card()
    return _opened(page)


DIALOGS: dict[str, Callable[[Any], Any]] = {
    "card": _card,
    "first-run": _first_run,
    "asking": _asked,
    "erasing": _erasing,
}


class Studio:
    """Takes pictures in one process."""

    def __init__(self, folder: Path, language: str, text: int = 100, *, turned: bool = False) -> None:
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtWidgets import QApplication

        from ui import language as languages
        from ui.theme import measures
        from ui.theme.scheme import Look
        from ui.theme.tokens import Scheme

        self._folder = folder
        self._application = QApplication(["shoal-window"])
        if text != 100:
            font = self._application.font()
            font.setPixelSize(measures.Type.BODY.size * text // 100)
            self._application.setFont(font)
        self._look = Look(self._application, Scheme.LIGHT)
        self._locale = languages.locale(language)
        self._language = languages.install(self._application, self._locale)
        if turned:
            self._application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._scheme, self._deferred = Scheme, QEvent.Type.DeferredDelete

    def take(self, shot: Shot, made: Any) -> None:
        """Open the window on a seeded state, wait, act, wait, grab."""
        from ui.link.session import Session
        from ui.view_models.notices import notices
        from ui.view_models.status import status
        from ui.window import Window

        self._look.force(self._scheme(shot.scheme))
        session = Session(made.env, self._language, self._locale)
        window = Window(session)

        def read(snapshot: Any) -> None:
            found = notices(snapshot, session.numbers)
            told = [one.notice._replace(action=one.action, is_calm=not one.red) for one in found]
            window.show_status(status(snapshot, session.numbers), told)

        session.read.connect(read)
        width, height = shot.size or (WIDTH, 0)
        window.resize(width, height or 760)
        window.go(shot.page)
        window.show()
        session.begin(start_sampler=False)
        self._until(lambda: session.snapshot is not None and shot.page in window.pages())
        page = window.pages()[shot.page]
        ready = READY.get(shot.page, lambda _: True)
        self._settle()
        self._until(lambda: ready(page))
        if shot.act:
            ACTS[shot.act](page)
            made.env.ticking += 0.4  # which verifying took
            self._settle()
            self._until(lambda: ready(page))
        self._settle()
        if not height:
            for _ in range(4):
                inner = page.widget()
                assert inner is not None
                layout = inner.layout()
                tall = inner.sizeHint().height()
                if layout is not None and layout.hasHeightForWidth():
                    tall = layout.totalHeightForWidth(page.viewport().width())
                window.resize(width, window.bar.height() + max(tall, 360))
                self._settle()
            page.verticalScrollBar().setValue(0)
        elif shot.scroll is not None or not shot.act:
            bar = page.verticalScrollBar()
            before = -1
            while bar.maximum() != before:  # as long as anything is still being laid out
                before = bar.maximum()
                self._settle()
            bar.setValue(bar.maximum() * (shot.scroll or 0) // 100)
        self._settle()
        shown: Any = window
        if shot.dialog:
            shown = DIALOGS[shot.dialog](page)
            self._settle()
        betrays_nothing(shown, (str(made.folder.parent), str(ROOT), socket.gethostname()))
        shown.grab().save(str(self._folder / shot.file))
        print(shot.file, flush=True)
        session.end()
        window.hide()
        window.deleteLater()
        session.deleteLater()
        self._application.sendPostedEvents(None, self._deferred)

    def _settle(self) -> None:
        end = time.monotonic() + 0.15
        while time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.005)

    def _until(self, what: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not what():
            self._application.processEvents()
            time.sleep(0.005)
            if time.monotonic() > end:
                raise TimeoutError("the window is not ready")


def betrays_nothing(shown: Any, places: Iterable[str]) -> None:
    """AssertionError if a word of the picture is of the machine that took it."""
    from PySide6.QtWidgets import QWidget

    says = ("text", "toPlainText", "title", "toolTip", "accessibleName", "accessibleDescription")
    for widget in (shown, *shown.findChildren(QWidget)):
        for say in says:
            said = getattr(widget, say, None)
            words = str(said()) if callable(said) else ""
            found = [place for place in places if place in words]
            assert not found, (widget, say, words)


def wanted(page: str | None, only: str | None) -> list[Shot]:
    """The shots of a page, or all; of one name, or of every."""
    return [shot for shot in SHOTS if page in (None, shot.page) and only in (None, shot.name)]


def take(shots: Iterable[Shot], folder: Path) -> None:
    """Take these pictures, each as its own lossless file in `folder`."""
    shots = sorted(shots, key=lambda shot: (shot.process, shot.variant))
    if not all(folder.is_dir() for folder in FONTS):
        raise SystemExit("the pictures' fonts are missing: tools/system.sh screens")
    for (scale, *_), taken in groupby(shots, lambda shot: shot.process):
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale / 100)}
        command = [*stage.alone(), sys.executable, "-m", "tests.screens", str(folder), "--here"]
        told = json.dumps([shot._asdict() for shot in taken])
        subprocess.run(command, env=environment, input=told, text=True, check=True)


def main() -> None:
    """Take the pictures, or those that the arguments name."""
    parser = argparse.ArgumentParser(description="Take pictures of the window.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--page", choices=("device", "leaves", "decides"))
    parser.add_argument("--only", help="the name of a shot")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if not given.here:
        take(wanted(given.page, given.only), given.folder)
        return
    shots = [Shot(**told) for told in json.load(sys.stdin)]
    with tempfile.TemporaryDirectory(prefix="shoal-screens-") as below:
        _take_here(shots, given.folder, Path(below))


def _take_here(shots: list[Shot], folder: Path, below: Path) -> None:
    """In a process of its own: all of one scale, language, size of text and direction."""
    from tests import guard, seeding

    (below / "home").mkdir()
    guard.enclose(os.environ, below / "home")
    os.environ.pop("SHOAL_ROOT")
    os.environ["TZ"] = "UTC"
    time.tzset()
    rules = below / "fonts.conf"
    rules.write_text(
        FONT_RULES.format(fonts="".join(f"<dir>{one}</dir>" for one in FONTS), cache=below / "fonts")
    )
    clock = below / "clock"
    clock.write_bytes(bytes(24))
    turned = {"PYTHONPATH": str(ROOT / "tests" / "turned"), "SHOAL_TEST_CLOCK": str(clock)}
    os.environ.update(turned, FONTCONFIG_FILE=str(rules))  # for children, and for Qt
    studio = Studio(folder, shots[0].language, shots[0].text, turned=shots[0].turned)
    for variant, taken in groupby(shots, lambda shot: shot.variant):
        stage.furnish()
        made = seeding.seed(variant, below / variant, machine=Path("/"))
        for shot in taken:
            clock.write_bytes(struct.pack("<3d", made.env.now() - time.time(), 0, 0))
            if variant == "worst":
                studio.take(shot, made)
            else:
                with made.attended():
                    studio.take(shot, made)


if __name__ == "__main__":
    main()
