"""Runs the roles: HTTP servers, the leader's driver and upkeep in one event loop, until a signal ends them.

Prints one line per role, `ready leader http://127.0.0.1:8601`, when it can be talked to. Whoever starts a
role as a process may wait for that line.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dap.constants import Role
from dap.problems import PROBLEM_MEDIA_TYPE, Problem
from server.database import Database
from server.driver import Driver
from server.errors import FolderError
from server.helper import Helper
from server.helper_web import HelperWeb
from server.leader import Leader
from server.leader_web import LeaderWeb
from server.periods import ClockTrust

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from starlette.types import ASGIApp

    from server.aggregator import Aggregator
    from server.config import OperatorConfig

MAX_HEAD: Final = 64 * 1024
"""Bytes of a request line and its headers; a device sends a few hundred."""
HEAD_SECONDS: Final = 20.0
"""In which a request's headers must arrive, or a new connection say anything."""
UPKEEP_SECONDS: Final = 10.0
STOP_SECONDS: Final = 10
_BACKLOG: Final = 1024
_RED: Final = "\x1b[1;31m{}\x1b[0m"
BOTH_HALVES: Final = (
    "ONE PROCESS HOLDS BOTH HALVES: whoever runs it can read every device's answers. For trying out only."
)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with an end to headers that never end; problem documents for what is no HTTP.

    Nothing above the protocol can bound them: the application is called when the headers are complete.
    """

    _head = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to headers that are not complete yet."""
        super().data_received(data)
        if self._timer is not None:
            self._head += len(data)
            if self._head > MAX_HEAD:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """The application takes over."""
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is told so in the form of all other refusals."""
        body = Problem(title=msg, status=400).encode()
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: {PROBLEM_MEDIA_TYPE}\r\n"
        self.transport.write(
            f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body
        )
        self.transport.close()

    def _await_head(self) -> None:
        self._stop_waiting()
        self._head = 0
        self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: several servers share one process, which decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def _uvicorn(app: ASGIApp, config: OperatorConfig) -> _Server:
    chain, key = config.tls or (None, None)
    return _Server(
        uvicorn.Config(
            app,
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,  # an address and a moment are what must not be written down
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=STOP_SECONDS,
            ssl_certfile=chain,
            ssl_keyfile=key,
        )
    )


# -------------------------------------------------------------------------- services


@contextlib.asynccontextmanager
async def leader_app(config: OperatorConfig) -> AsyncIterator[tuple[ASGIApp, Leader]]:
    """A leader with its driver at work, as an application; closed in order at the end."""
    leader = Leader(config, Database(config.database, Role.LEADER, config.task.task_id))
    driver = Driver(leader)
    async with _at_work(leader, driver.run):
        yield LeaderWeb(leader, driver.wake).application(), leader


@contextlib.asynccontextmanager
async def helper_app(config: OperatorConfig) -> AsyncIterator[tuple[ASGIApp, Helper]]:
    """A helper, as an application; closed in order at the end."""
    helper = Helper(config, Database(config.database, Role.HELPER, config.task.task_id))
    async with _at_work(helper):
        yield HelperWeb(helper).application(), helper


@contextlib.asynccontextmanager
async def _at_work(aggregator: Aggregator, *others: Callable[[], Any]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(_upkeep(aggregator)), *(asyncio.create_task(other()) for other in others)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(aggregator.database.close)


async def _upkeep(aggregator: Aggregator) -> None:
    """Forget what is due to be forgotten, and empty the write-ahead log of deleted rows."""
    trust = ClockTrust()
    complaint = ""
    while True:
        try:
            if trust.holds(aggregator.now(), time.monotonic()):
                await asyncio.to_thread(aggregator.sweep)
            await asyncio.to_thread(aggregator.database.forget)
            complaint = ""
        except Exception as error:  # noqa: BLE001 - a full disk now is no reason never to clean up again
            if str(error) != complaint:
                complaint = str(error)
                aggregator.log.error("upkeep: %s", error)
        await asyncio.sleep(UPKEEP_SECONDS)


# -------------------------------------------------------------------------- programs


def run_leader(config: OperatorConfig) -> None:
    """Serve as leader until SIGINT or SIGTERM."""
    asyncio.run(_run([config]))


def run_helper(config: OperatorConfig) -> None:
    """Serve as helper until SIGINT or SIGTERM."""
    asyncio.run(_run([config]))


def run_all(leader: OperatorConfig, helper: OperatorConfig) -> None:
    """Serve both roles in one process, and say in red what that means."""
    text = _RED.format(BOTH_HALVES) if sys.stderr.isatty() else BOTH_HALVES
    print(text, file=sys.stderr, flush=True)
    logging.getLogger("shoal").warning(BOTH_HALVES)
    asyncio.run(_run([leader, helper]))


async def _run(configs: Sequence[OperatorConfig]) -> None:
    _set_up_logs()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        for config in configs:
            address, _ = await stack.enter_async_context(serving(config))
            print(f"ready {config.role.word} {address}", flush=True)
        await stop.wait()


def _set_up_logs() -> None:
    """What the roles say goes to standard error; what libraries say of single requests goes nowhere."""
    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for name in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of each request that is no HTTP: whoever reaches the port could fill the disk with that.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


@contextlib.asynccontextmanager
async def serving(config: OperatorConfig) -> AsyncIterator[tuple[str, Aggregator]]:
    """One role and the address where it listens.

    Leaving answers what has been asked, then stops the driver and closes the database. FolderError if the
    address is taken.
    """
    host, port = config.listen
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise FolderError(
            f"{host}, port {port} cannot be listened on: {error.strerror}.", "See `listen` in settings.json."
        ) from None
    with listener:
        make = leader_app if config.role is Role.LEADER else helper_app
        async with make(config) as (app, aggregator):
            server = _uvicorn(app, config)
            task = asyncio.create_task(server.serve(sockets=[listener]))
            while not server.started and not task.done():
                await asyncio.sleep(0.01)
            try:
                yield _address(config, listener.getsockname()[1]), aggregator
            finally:
                server.should_exit = True
                await task


def _address(config: OperatorConfig, port: int) -> str:
    host = config.listen[0]
    return f"{'https' if config.tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
