"""Servers on loopback that answer as they are told, or misbehave; and authorities for their certificates."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

Handler = Callable[[socket.socket, bytes], None]
"""Given the connection and the whole request (head and body), answers it; then the connection is closed."""


class Server:
    """Listens until closed; keeps the raw requests that it received, in order."""

    def __init__(
        self,
        handler: Handler,
        context: ssl.SSLContext | None = None,
        greeting: Callable[[socket.socket], None] | None = None,
    ) -> None:
        self.handler = handler
        self.requests: list[bytes] = []
        self._context = context
        self._greeting = greeting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._closed = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://localhost:{self.port}"

    def close(self) -> None:
        self._closed = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, raw: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            connection = self._context.wrap_socket(raw, server_side=True) if self._context else raw
            with connection:
                if self._greeting:
                    self._greeting(connection)
                request = receive(connection)
                if request:
                    self.requests.append(request)
                    self.handler(connection, request)


def receive(connection: socket.socket) -> bytes:
    """A whole request, by its Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            break
        body += more
    return head + b"\r\n\r\n" + body


def answering(
    status: int = 200, body: bytes = b"", *, content_type: str = "", headers: str = "", reason: str = "X"
) -> Handler:
    """A handler that gives one proper answer."""
    kind = f"Content-Type: {content_type}\r\n" if content_type else ""
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Length: {len(body)}\r\n{kind}{headers}\r\n"
    return lambda connection, request: connection.sendall(head.encode() + body)


def raw(data: bytes) -> Handler:
    """A handler that sends exactly this."""
    return lambda connection, request: connection.sendall(data)


@contextlib.contextmanager
def serving(
    handler: Handler,
    context: ssl.SSLContext | None = None,
    greeting: Callable[[socket.socket], None] | None = None,
) -> Iterator[Server]:
    server = Server(handler, context, greeting)
    try:
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port on which nobody listens, and nobody else can begin to."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
