"""A load of real reports: made beforehand by processes of their own, then uploaded over real connections.

    python -m bench.load TASK-FILE PERIOD COUNT OUTPUT

writes COUNT different reports, one after the other; all have the same length.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from bench import machine
from bench.frame import Unavailable
from dap.codec import encode_id
from dap.constants import MediaType
from dap.dialect import resource
from dap.seal import Measurement, seal
from server.config import load_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dap.task import Task

CONNECTIONS = 16


class Reports(NamedTuple):
    """Bodies on disk."""

    files: list[Path]
    size: int

    def bodies(self) -> Iterator[bytes]:
        """One after the other."""
        for file in self.files:
            with file.open("rb") as bodies:
                while body := bodies.read(self.size):
                    yield body


def make(folder: Path, task_file: Path, period: int, count: int, say: Callable[[str], None]) -> Reports:
    """Different reports of random vectors, sealed by as many processes as there are cores."""
    say(f"sealing {count:,} reports")
    folder.mkdir()
    workers = os.cpu_count() or 1
    files, running = [], []
    for number in range(workers):
        share = count * (number + 1) // workers - count * number // workers
        files.append(folder / f"{number}.reports")
        words = [str(task_file), str(period), str(share), str(files[-1])]
        running.append(subprocess.Popen([sys.executable, "-m", "bench.load", *words], cwd=machine.ROOT))
    if any(process.wait() for process in running):
        raise Unavailable("reports could not be sealed; why stands above")
    size = sum(file.stat().st_size for file in files) // count
    return Reports(files, size)


def write(task: Task, period: int, count: int, output: Path) -> None:
    """Seal reports as a device does; whoever runs the machine does not wait for it."""
    length = task.config.sum_vec.length
    with output.open("wb") as file:
        for _ in range(count):
            bits = int.from_bytes(os.urandom(-(-length // 8)), "big")
            vector = tuple(bits >> i & 1 for i in range(length))
            file.write(seal(Measurement(period, vector), task, os.urandom(32)).body)


class Uploader:
    """Uploads through a bounded number of connections. It spends little itself: it shares the cores.

    ``fresh``: each report on a connection of its own, as devices send; else connections are kept, as a proxy
    in front keeps them. Whatever is not an empty success is an error.
    """

    def __init__(self, task: Task, token: str, *, fresh: bool, connections: int = CONNECTIONS) -> None:
        url = urlsplit(
            resource(task.config.leader_aggregator_endpoint, "tasks", encode_id(task.task_id), "reports")
        )
        self._host, self._port = url.hostname or "", url.port or 80
        self._fresh = fresh
        self._connections = connections
        head = (
            f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: {MediaType.UPLOAD_REQ}\r\n"
        )
        self._head = head.encode() + (b"Connection: close\r\n" if fresh else b"")
        self.taken = 0

    async def run(self, bodies: Iterator[bytes], taken: Callable[[int], None] = lambda _: None) -> None:
        """Upload all; ``taken`` is told how many have been taken, after each."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._connections):
                group.create_task(self._connection(bodies, taken))

    async def _connection(self, bodies: Iterator[bytes], taken: Callable[[int], None]) -> None:
        streams = None
        try:
            for body in bodies:
                if streams is None:
                    streams = await asyncio.open_connection(self._host, self._port)
                await self._post(*streams, body)
                if self._fresh:
                    streams[1].close()
                    streams = None
                self.taken += 1
                taken(self.taken)
        finally:
            if streams is not None:
                streams[1].close()
                await streams[1].wait_closed()

    async def _post(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> None:
        writer.write(self._head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 ") or b"content-length: 0\r\n" not in head.lower():
            raise AssertionError(f"an upload was answered {head!r}")


def main() -> None:
    """Write reports for a task that both operators signed."""
    task_file, period, count, output = sys.argv[1:]
    write(load_signed(Path(task_file)).claimed(), int(period), int(count), Path(output))


if __name__ == "__main__":
    main()
