"""Whoever calls the socket in a state directory."""

from __future__ import annotations

import socket

from pytestqt.qtbot import QtBot

from agent.env import Env
from ui.local_socket import NAME


def caller(env: Env) -> socket.socket:
    """Somebody who has called, and said nothing yet."""
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(10)
    made.connect(str(env.state / NAME))
    return made


def answer(one: socket.socket, qtbot: QtBot) -> bytes:
    """What it is answered until it is let go; the event loop goes on meanwhile."""
    one.setblocking(False)
    said = [b""]

    def is_over() -> bool:
        try:
            more = one.recv(99)
        except BlockingIOError:
            return False
        except ConnectionError:
            more = b""
        said[0] += more
        return not more

    qtbot.waitUntil(is_over, timeout=20_000)
    return said[0]
