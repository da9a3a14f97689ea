"""One request at a time, bounded in time and size, its headers fixed; nothing is followed or remembered.

Built on httpcore, the transport below httpx: it sends the headers that it is given and no others, and lets
each hop (name, proxy, TLS, request) be timed and named.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit

import httpcore

from agent.connection import proxies, trust
from agent.connection.journey import Backend, Journey, Step, words
from agent.errors import ShoalError, TlsError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

TOTAL_SECONDS: Final = 60.0
"""All of a request: name, proxy, TLS, sending, the whole answer."""
HOP_SECONDS: Final = 15.0
"""One wait within it."""
LARGEST_ANSWER: Final = 64 * 1024
_CLOCK_APART: Final = 300


class Answer(NamedTuple):
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """The way to a server under a policy. Each request opens a connection of its own and closes it.

    `proxy`: "system" (the environment's variables), "none" or a URL. `monotonic` gives seconds that never
    go back (Env.monotonic).
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        proxy: str = "system",
        ca_bundle: Path | None = None,
        use_system_trust: bool = True,
        environment: Mapping[str, str] | None = None,
        total_seconds: float = TOTAL_SECONDS,
        hop_seconds: float = HOP_SECONDS,
    ) -> None:
        self._monotonic = monotonic
        self._proxy = proxy
        self._ca_bundle = ca_bundle
        self._use_system_trust = use_system_trust
        self._environment = os.environ if environment is None else environment
        self._total = total_seconds
        self._hop = hop_seconds

    def post(self, url: str, body: bytes, *, content_type: str, token: str) -> Answer:
        """POST `body` and give the answer, whatever its status; redirects are not followed.

        Raises ProxyError, TlsError or NetworkError naming the hop that failed; Unanswered (a NetworkError)
        if the request may have arrived.
        """
        headers = [
            (b"Host", _host_header(url)),
            (b"Content-Type", content_type.encode("ascii")),
            (b"Content-Length", b"%d" % len(body)),
            (b"Authorization", b"Bearer " + token.encode("ascii")),
        ]
        return self._exchange(b"POST", url, headers, body, self._journey(url))

    def get(self, url: str) -> Answer:
        """GET without any authorisation: for the doctor."""
        return self._exchange(b"GET", url, [(b"Host", _host_header(url))], b"", self._journey(url))

    def examine(self, url: str, now: float) -> list[Step]:
        """The hops of the way to `url` up to the first that fails, and how far the server's clock is away."""
        try:
            journey = self._journey(url)
        except ShoalError as error:
            return [Step("proxy", False, error.message, error.cure)]
        try:
            answer = self._exchange(b"GET", url, [(b"Host", _host_header(url))], b"", journey)
        except ShoalError as error:
            return [*journey.passed, Step(journey.stage, False, error.message, error.cure)]
        steps = [*journey.passed, Step("leader", True, f"answers ({answer.status})")]
        return [*steps, *_clock(answer, now)]

    def proxy_for(self, url: str) -> str | None:
        """The proxy's URL for this request, or None for the direct way; ProxyError if it is not usable."""
        return proxies.choose(urlsplit(url).hostname or "", self._proxy, self._environment)

    # -- inside

    def _journey(self, url: str) -> Journey:
        _require_safe(url)
        deadline = self._monotonic() + self._total
        return Journey(
            urlsplit(url).hostname or "", self.proxy_for(url), deadline, self._hop, self._monotonic
        )

    def _exchange(
        self, method: bytes, url: str, headers: list[tuple[bytes, bytes]], body: bytes, journey: Journey
    ) -> Answer:
        try:
            with self._pool(url, journey) as pool:
                timeout = dict.fromkeys(("connect", "read", "write", "pool"), self._hop)
                with pool.stream(
                    method, url, headers=headers, content=body, extensions={"timeout": timeout}
                ) as response:
                    return Answer(response.status, _headers(response.headers), _read(response, journey))
        except httpcore.ProxyError as error:
            raise proxies.refusal(journey.proxy or "", journey.host, str(error), journey.proxy_said) from None
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            journey.fail(words(error))

    def _pool(self, url: str, journey: Journey) -> httpcore.ConnectionPool:
        context = self._context() if url.startswith("https:") else None
        backend = Backend(journey)
        if journey.proxy is None:
            return httpcore.ConnectionPool(ssl_context=context, network_backend=backend, retries=0)
        parts = urlsplit(journey.proxy)
        user = None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))
        default = 443 if parts.scheme == "https" else 80
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return httpcore.HTTPProxy(
            f"{parts.scheme}://{host}:{parts.port or default}",
            proxy_auth=user,
            ssl_context=context,
            proxy_ssl_context=self._context() if parts.scheme == "https" else None,
            network_backend=backend,
        )

    def _context(self) -> ssl.SSLContext:
        return trust.context(self._ca_bundle, self._use_system_trust)


def _read(response: httpcore.Response, journey: Journey) -> bytes:
    body = b""
    for chunk in response.iter_stream():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            journey.fail(f"it is larger than {LARGEST_ANSWER // 1024} KiB")
        journey.left()
    return body


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


def _require_safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and proxies.is_loopback(parts.hostname or "")):
        return
    raise TlsError(
        f"{parts.scheme or 'no'}: is no way to {parts.hostname}", "Only https is used (http on loopback)."
    )


def _host_header(url: str) -> bytes:
    """Host as RFC 9110, section 7.2, has it: without the user, and without a default port."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    default = ":443" if parts.scheme == "https" else ":80"
    return host.removesuffix(default).encode("ascii")


def _clock(answer: Answer, now: float) -> list[Step]:
    from email.utils import parsedate_to_datetime

    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return []
    apart = theirs - now
    if abs(apart) <= _CLOCK_APART:
        return [Step("clock", True, "within five minutes of the leader's")]
    return [
        Step(
            "clock",
            False,
            f"{abs(apart) / 3600:.1f} h {'behind' if apart > 0 else 'ahead of'} the leader's",
            "Set this machine's clock.",
        )
    ]
