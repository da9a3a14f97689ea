"""In place of a leader: keeps the raw bytes of every request, and answers as a test tells it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dap.constants import REPORT_ID_SIZE, MediaType, ReportError
from dap.messages import UploadErrors
from dap.messages.upload import ReportUploadStatus


class Request(NamedTuple):
    """One request, as it came off the wire."""

    at: float
    """UTC seconds when its last byte was there."""
    head: bytes
    """Request line and headers, with the empty line that ends them."""
    body: bytes

    @property
    def line(self) -> str:
        return self.head.split(b"\r\n")[0].decode("ascii")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names as they were written, in their order."""
        lines = self.head.decode("latin-1").split("\r\n")[1:-2]
        return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]

    @property
    def report_id(self) -> bytes:
        return self.body[:REPORT_ID_SIZE]


Answering = Callable[[Request, socket.socket], None]
"""Writes an answer, or whatever else a server may do, into the connection."""


def response(
    status: int = 200, body: bytes = b"", *, kind: str = "", length: int | None = None, more: str = ""
) -> bytes:
    """An HTTP answer; `length` is what it claims of its body, if not the truth."""
    head = f"HTTP/1.1 {status} Some words\r\nContent-Length: {len(body) if length is None else length}\r\n"
    head += f"Content-Type: {kind}\r\n" if kind else ""
    return f"{head}{more}Connection: close\r\n\r\n".encode("latin-1") + body


def saying(data: bytes) -> Answering:
    """Answers with these very bytes."""
    return lambda request, connection: connection.sendall(data)


def refusing(error: ReportError) -> Answering:
    """Answers as DAP does for a report that it does not take."""

    def answer(request: Request, connection: socket.socket) -> None:
        body = UploadErrors((ReportUploadStatus(request.report_id, error),)).encode()
        connection.sendall(response(200, body, kind=MediaType.UPLOAD_ERRORS))

    return answer


def dripping(head: bytes, piece: bytes, pause: float) -> Answering:
    """Answers without an end: a piece, a pause, a piece …"""

    def answer(request: Request, connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return answer


TAKEN = saying(response(200))


class Leader:
    """The requests that came, oldest first, and how to answer the next one."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.port: int = listener.getsockname()[1]
        self.requests: list[Request] = []
        self.connections = 0
        self.answering = TAKEN

    def forget(self) -> None:
        """Begin anew: no requests, and what comes is taken."""
        self.requests, self.connections, self.answering = [], 0, TAKEN

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def serve(self) -> None:
        """Until the listening socket is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(90)
            request = _read(connection)
            if request is not None:
                self.requests.append(request)
                self.answering(request, connection)


@contextlib.contextmanager
def recording(listener: socket.socket | None = None) -> Iterator[Leader]:
    """A leader on loopback, at a port of its own or behind a socket that listens already."""
    listener = listener or socket.create_server(("127.0.0.1", 0))
    leader = Leader(listener)
    thread = threading.Thread(target=leader.serve, daemon=True)
    thread.start()
    try:
        yield leader
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def _read(connection: socket.socket) -> Request | None:
    """All of one request; None if the client left before its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65_536)):
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    claimed = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    wanted = int(claimed[0].partition(b":")[2]) if claimed else 0
    while len(body) < wanted:
        if not (more := connection.recv(65_536)):
            return None
        body += more
    return Request(time.time(), head + b"\r\n\r\n", body)
