"""A proxy on loopback that makes a way long: each flight of data waits, some connections are refused.

It stands where a network would: answers to CONNECT, or simply passes on what it gets. Its delays are drawn
for each connection and flight, so a median over many is known beforehand.
"""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator


class Shaped:
    """`delay` ± `spread` seconds (uniform); of each hundred connections the share `refused` is refused."""

    def __init__(
        self,
        target: int | None,
        *,
        delay: float = 0.12,
        spread: float = 0.04,
        refused: float = 0.03,
        connect: bool = True,
        seed: int = 7,
    ) -> None:
        """`target`: the port on loopback that connections lead to (None: nowhere, they are held open).

        `connect`: as an HTTP proxy; else everything is passed on.
        """
        self.seen = 0
        self.turned_away = 0
        self._target, self._connect, self._refused = target, connect, refused
        self._delay, self._spread = delay, spread
        self._random = random.Random(seed)
        self._deck: list[bool] = []
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self._open:
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
            peer.close()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.seen += 1
                refused = self._is_refused()
                self.turned_away += refused
                self._open.append(peer)
            threading.Thread(target=self._serve, args=(peer, refused), daemon=True).start()

    def _is_refused(self) -> bool:
        """Whether the next connection is; which of a hundred is drawn, how many is not."""
        if not self._deck:
            self._deck = [number < round(100 * self._refused) for number in range(100)]
            self._random.shuffle(self._deck)
        return self._deck.pop()

    def _wait(self) -> None:
        with self._lock:
            seconds = self._random.uniform(self._delay - self._spread, self._delay + self._spread)
        time.sleep(seconds)

    def _serve(self, peer: socket.socket, refused: bool) -> None:
        with contextlib.suppress(OSError), peer:
            if self._connect:
                asked = peer.recv(4096)
                self._wait()
                if refused:
                    peer.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
                    return
                if not asked.startswith(b"CONNECT "):
                    return
                peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            elif refused:
                return
            if self._target is None:
                peer.recv(1)
                return
            with socket.create_connection(("127.0.0.1", self._target)) as target:
                threading.Thread(target=self._pass, args=(peer, target, False), daemon=True).start()
                self._pass(target, peer, True)

    def _pass(self, source: socket.socket, sink: socket.socket, slow: bool) -> None:
        """One way of a tunnel; `slow`: a flight, all that comes without a pause, waits once."""
        last = 0.0
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if slow and time.monotonic() - last > 0.02:
                    self._wait()
                last = time.monotonic()
                sink.sendall(data)


@contextlib.contextmanager
def shaping(target: int | None, **given: object) -> Iterator[Shaped]:
    shaped = Shaped(target, **given)  # type: ignore[arg-type]
    try:
        yield shaped
    finally:
        shaped.close()
