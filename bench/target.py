"""What the agent's active checks go to: a server on loopback that takes connections, and TLS.

A process of its own (``python -m bench.target FOLDER``), so that what it costs is nobody's figure.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import trustme

from bench import machine
from bench.frame import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "localhost"
"""A name, so that it is looked up."""
_KEY, _BUNDLE, _PORT = "key.pem", "bundle.pem", "port"
_PATIENCE = 5.0


class Listening(NamedTuple):
    """A target that answers."""

    port: int
    bundle: Path
    """Certificates of the authority that vouches for it."""

    @property
    def policy(self) -> str:
        """What an administrator writes into policy.toml to have it checked."""
        return f'network_target = "{HOST}:{self.port}"\nca_bundle = "{self.bundle}"\nproxy = "none"\n'


@contextmanager
def listening(folder: Path) -> Iterator[Listening]:
    """A target for as long as the block lasts; Unavailable if it does not come up."""
    folder.mkdir()
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    issued.private_key_and_cert_chain_pem.write_to_path(str(folder / _KEY))
    authority.cert_pem.write_to_path(str(folder / _BUNDLE))
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.target", str(folder)], stdin=subprocess.PIPE, cwd=machine.ROOT
    )
    try:
        yield Listening(_port(folder / _PORT, process), folder / _BUNDLE)
    finally:
        process.terminate()
        process.communicate()


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            return int(file.read_text())
        time.sleep(0.02)
    raise Unavailable("the target on loopback does not come up")


def main(folder: Path) -> None:
    """Take connections until whoever started this is gone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / _KEY)
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=_take, args=(listener, context), daemon=True).start()
    part = folder / f"{_PORT}.part"
    part.write_text(f"{listener.getsockname()[1]}")
    part.replace(folder / _PORT)
    sys.stdin.read()


def _take(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        connection, _ = listener.accept()
        connection.settimeout(_PATIENCE)
        # Most checks leave again without a word; that is no handshake, and nothing to tell.
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as over:
            over.recv(1)
        connection.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
