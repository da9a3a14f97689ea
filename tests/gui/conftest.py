"""Real widgets, offscreen, in the look that the program wears."""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agent.env import Env, real_env
from ui.link.session import Session
from ui.theme.scheme import Look
from ui.theme.tokens import Scheme

Show = Callable[[QWidget], QWidget]


@pytest.fixture(scope="session")
def worn(qapp: QApplication) -> Look:
    """The one look of the process."""
    return Look(qapp, Scheme.LIGHT)


@pytest.fixture(autouse=True)
def _cycles(worn: Look) -> Iterator[None]:
    """Widgets are taken apart on the event loop only: here too, where other threads allocate."""
    gc.disable()
    yield
    gc.collect()
    gc.freeze()  # what outlives a test is the process's own
    gc.enable()


@pytest.fixture
def look(worn: Look) -> Iterator[Look]:
    """Light at first, and again afterwards."""
    worn.force(Scheme.LIGHT)
    yield worn
    worn.force(Scheme.LIGHT)


@pytest.fixture
def env(tmp_path: Path) -> Env:
    made = real_env(tmp_path / "state")
    made.prepare()
    return made


@pytest.fixture
def session(env: Env, qtbot: QtBot, look: Look) -> Iterator[Session]:
    made = Session(env)
    yield made
    made.end()


@pytest.fixture
def show(qtbot: QtBot, look: Look) -> Callable[..., Any]:
    """Show a widget at a width, its height as it wants it; closed with the test."""

    def shown(widget: QWidget, width: int = 800, height: int | None = None) -> QWidget:
        qtbot.addWidget(widget)
        tall = widget.heightForWidth(width) if widget.hasHeightForWidth() else widget.sizeHint().height()
        widget.resize(width, height or max(tall, 1))
        with qtbot.waitExposed(widget):
            widget.show()
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()  # a window gives it to its first widget
        return widget

    return shown


def picture(widget: QWidget) -> str:
    """A fingerprint of what is painted."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_ARGB32)
    return hashlib.sha256(bytes(image.constBits())).hexdigest()


def colours(widget: QWidget) -> set[str]:
    """Every colour that is painted, as #rrggbb."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = bytes(image.constBits())
    found = {data[at : at + 3] for at in range(0, len(data), 4)}
    return {f"#{pixel[2]:02X}{pixel[1]:02X}{pixel[0]:02X}" for pixel in found}


def told(widget: QWidget) -> tuple[str, str, QAccessible.Role]:
    """What assistive technology is told: name, description, role."""
    interface = QAccessible.queryAccessibleInterface(widget)
    text = QAccessible.Text
    return interface.text(text.Name), interface.text(text.Description), interface.role()


def wait_for(what: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait for something that another process does; the event loop stands still."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
