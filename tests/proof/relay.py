"""Ends TLS in a leader's place, keeps what passes in the clear, and passes it on through TLS of its own.

    python -m tests.proof.relay LISTEN PORT UPSTREAM PORT CERTIFICATE KEY AUTHORITY FOLDER

For each connection FOLDER gets NUMBER.up, NUMBER.down and NUMBER.from, the address that the other side sees.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import signal
import ssl
import sys
from pathlib import Path


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, kept: Path) -> None:
    with kept.open("ab") as file, contextlib.suppress(OSError):
        while data := await source.read(65_536):
            file.write(data)
            file.flush()
            target.write(data)
            await target.drain()
    target.close()


async def _main(words: list[str]) -> None:
    listen, port, upstream, upstream_port, certificate, key, authority, folder = words
    own, trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=authority)
    own.load_cert_chain(certificate, key)
    numbers = itertools.count(1)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(numbers)
        above, to_above = await asyncio.open_connection(upstream, int(upstream_port), ssl=trust)
        where = Path(folder) / str(number)
        where.with_suffix(".from").write_text(to_above.get_extra_info("sockname")[0])
        await asyncio.gather(
            _copy(reader, to_above, where.with_suffix(".up")),
            _copy(above, writer, where.with_suffix(".down")),
        )

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await asyncio.start_server(pass_on, listen, int(port), ssl=own)
    print("ready relay", flush=True)
    await stop.wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
