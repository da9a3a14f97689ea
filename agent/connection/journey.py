"""How far a request has come: each hop within the time that is left, and named when it fails."""

from __future__ import annotations

import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

import httpcore

from agent.connection.proxies import without_user
from agent.errors import NetworkError, ProxyError, TlsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PROXY_HEAD: Final = 8 * 1024

# X509_V_ERR_* of OpenSSL's x509_vfy.h
_NOT_YET, _EXPIRED, _WRONG_HOST, _WRONG_ADDRESS = 9, 10, 62, 64
_UNKNOWN_ISSUER: Final = frozenset({2, 18, 19, 20, 21, 24, 27})


class Unanswered(NetworkError):  # noqa: N818  (beside TokenRefused and its like)
    """The request may have arrived; no usable answer came back."""


class Step(NamedTuple):
    """One hop of the way as the doctor sees it."""

    name: str
    ok: bool
    detail: str
    cure: str = ""


class Journey:
    """How far a request has come, so that a failure names its hop."""

    def __init__(
        self, host: str, proxy: str | None, deadline: float, hop: float, monotonic: Callable[[], float]
    ) -> None:
        self.host = host
        self.proxy = proxy
        self.stage = "name"
        self.passed: list[Step] = []
        self.proxy_said = b""
        self._deadline = deadline
        self._hop = hop
        self._monotonic = monotonic

    def left(self) -> float:
        """Seconds for the next wait; raises when all of the time is used up."""
        left = self._deadline - self._monotonic()
        if left <= 0:
            self.fail("took too long altogether")
        return min(left, self._hop)

    def pass_(self, detail: str, next_stage: str) -> None:
        """This hop is done."""
        self.passed.append(Step(self.stage, True, detail))
        self.stage = next_stage

    def fail(self, what: str) -> NoReturn:
        """Raise what a failure at this hop means."""
        if self.stage == "leader":
            raise Unanswered(
                f"{self.host} gave no usable answer: {what}", "It is tried again; the same bytes are sent."
            )
        if self.proxy is not None and self.stage in ("proxy", "name"):
            raise ProxyError(
                f"the proxy {without_user(self.proxy)}: {what}", "Check the policy's proxy, or HTTPS_PROXY."
            )
        if self.stage == "name":
            raise NetworkError(
                f"the name {self.host} cannot be resolved: {what}", "Check the network and its name service."
            )
        raise NetworkError(
            f"no connection to {self.host} ({self.stage}): {what}",
            "Check the network; a firewall, or a proxy that has to be named, may be in between.",
        )


class Backend(httpcore.NetworkBackend):
    """Opens TCP connections within the journey's time."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve the name, and connect to the first of its addresses that answers."""
        journey = self._journey
        addresses = _resolve(host, port, journey)
        journey.pass_(f"{host} is {', '.join(addresses)}", "proxy" if journey.proxy else "connection")
        for address in addresses:
            try:
                stream = self._backend.connect_tcp(address, port, journey.left())
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                if address == addresses[-1]:
                    journey.fail(words(error))
                continue
            if journey.proxy is None:
                journey.pass_(f"connected to {address}:{port}", "leader")
            return _Stream(stream, journey)
        raise AssertionError("a name has at least one address")


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait is within the journey's time."""

    def __init__(self, stream: httpcore.NetworkStream, journey: Journey) -> None:
        self._stream = stream
        self._journey = journey

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._journey.left())
        if self._journey.stage == "proxy":
            self._journey.proxy_said = (self._journey.proxy_said + data)[:_PROXY_HEAD]
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._journey.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        journey, name = self._journey, server_hostname or ""
        to_proxy = journey.proxy is not None and journey.stage == "proxy" and not journey.proxy_said
        if not to_proxy:
            if journey.proxy is not None:
                journey.pass_(f"tunnel through {without_user(journey.proxy)}", "tls")
            journey.stage = "tls"
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, journey.left())
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            _raise_tls(error, name, journey)
        if not to_proxy:
            journey.pass_(_tls_words(stream), "leader")
        return _Stream(stream, journey)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _raise_tls(error: Exception, host: str, journey: Journey) -> NoReturn:
    """What a failed handshake means: whose certificate, what is wrong with it, what cures it."""
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        raise TlsError(*_certificate(cause, host)) from None
    if isinstance(cause, ssl.SSLError) and "TIMED_OUT" not in str(cause.reason):
        if cause.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
            raise TlsError(
                f"{host} does not speak TLS there", "Check the port; a proxy may be answering in its place."
            ) from None
        raise TlsError(
            f"the TLS handshake with {host} failed ({cause.reason or 'no reason given'})",
            "A device on the way may interfere, or the server speaks no TLS 1.2.",
        ) from None
    journey.fail(f"the TLS handshake ended early ({words(error)})")


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> tuple[str, str]:
    code = error.verify_code
    if code == _EXPIRED:
        return (
            f"the certificate of {host} has expired",
            "The operator has to renew it; check this machine's clock, too.",
        )
    if code == _NOT_YET:
        return f"the certificate of {host} is not valid yet", "Check this machine's clock."
    if code in (_WRONG_HOST, _WRONG_ADDRESS):
        return (
            f"the certificate is for another host than {host}",
            "Check the task's URL; a portal or proxy may be answering in the server's place.",
        )
    if code in _UNKNOWN_ISSUER:
        return (
            f"the certificate of {host} is from an authority that is not trusted here",
            "Name your organisation's authority with ca_bundle, or add it to this system's.",
        )
    return f"the certificate of {host} is not acceptable ({error.verify_message})", "Ask the operator."


def _resolve(host: str, port: int, journey: Journey) -> list[str]:
    """Addresses of a name. In a thread, since the system's resolver cannot be told how long to take."""
    found: list[Any] = []
    failed: list[str] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error.strerror or "no answer")
        except UnicodeError:
            failed.append("it is no host name")

    thread = threading.Thread(target=look_up, daemon=True, name="name look-up")
    thread.start()
    thread.join(journey.left())
    if thread.is_alive():
        journey.fail("the name service took too long")
    if failed or not found:
        journey.fail(failed[0] if failed else "it has no address")
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def _tls_words(stream: httpcore.NetworkStream) -> str:
    found = stream.get_extra_info("ssl_object")
    return "TLS" if found is None else str(found.version())


def words(error: BaseException) -> str:
    """An error's cause in a few words, without what the system knows of addresses."""
    if isinstance(error, httpcore.TimeoutException):
        return "no answer in time"
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(error) or type(error).__name__
