"""How the policy's target answers now: its name, connections by each family, TLS. Numbers go out, no address.

In a process of its own (`agent.connection.serving`), which asks for a check every five minutes at most. Most
checks need no more of Python than sockets in C, so nothing else is loaded. Nothing is sent but the beginnings
of connections and, about once an hour, of TLS: so what is measured is known to be the target and no sign-in
page.
"""

from __future__ import annotations

import _socket
import _thread
import time

from agent.reached import ATTEMPTS, Reached

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from typing import Any

STAGGER = 0.2
"""Seconds from one connection's start to the next one's."""
PATIENCE = 4.0
"""Seconds that a connection may take, that of two lost first packets included."""
LOOKUP = 8.0
"""Seconds that a look-up may take."""
HANDSHAKE = 8.0
STUCK: list[str] = []
"""What still hung in a thread when a check of this process was over; only the process's end ends that."""
_HEAD = 8192

# Where a client must not speak TLS first (IANA's service names); anywhere else it is tried.
PLAIN = frozenset(
    {7, 9, 13, 21, 22, 23, 25, 53, 80, 88, 110, 111, 119, 135, 139, 143, 389, 445, 515, 548, 587, 631}
    | {1433, 1521, 2049, 3128, 3268, 3306, 3389, 5060, 5222, 5432, 5900, 8080, 9100}
)
_TLS = 443
# X509_V_ERR_* of OpenSSL's x509_vfy.h
_TIME, _NAME = (9, 10), (62, 64)
_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")

# Addresses of documentation (RFC 5737, 3849): whether a way leads there is asked without sending anything.
_ANYWHERE = ((_socket.AF_INET, ("192.0.2.1", 9)), (_socket.AF_INET6, ("2001:db8::1", 9)))


class Order:
    """What to try, as text: lines "key value" in any order.

    target host:port · proxy system|none|URL · trust system|own · ca PATH · not HOST (never to be reached; one
    line each) · thorough · wait SECONDS
    """

    def __init__(self, text: str) -> None:
        pairs = [line.partition(" ")[::2] for line in text.splitlines() if line]
        found = dict(pairs)
        host, _, port = found["target"].rpartition(":")
        self.host = host.strip("[]")
        self.port = int(port)
        self.proxy = found.get("proxy", "none")
        self.system_trust = found.get("trust") != "own"
        self.ca = found.get("ca") or None
        self.shunned = tuple(value for key, value in pairs if key == "not")
        self.thorough = "thorough" in found
        self.wait = float(found.get("wait") or 0)


class Way:
    """Where connections go: to the target itself, or to a proxy that is asked for it."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.question = b""
        """What a proxy is asked; empty on the direct way."""
        self.proxy_tls: ssl.SSLContext | None = None


class Stop(Exception):  # noqa: N818  (an answer, not a failure)
    """The check is over; the word says why."""


def reach(
    order: Order,
    environment: Mapping[str, str],
    *,
    look_up: Callable[..., Any] = _socket.getaddrinfo,
    clock: Callable[[], float] = time.perf_counter,
    pause: Callable[[float], None] = time.sleep,
) -> Reached:
    """The check. Never raises for what a network or a server does."""
    found = Reached()
    try:
        way = _way(order, environment)
        found.proxied = bool(way.question)
        addresses, found.name = _addresses(way, look_up, clock)
        if found.proxied:
            found.name = None  # the proxy's name tells nothing of the target's
        elif order.thorough:
            _shun(order, addresses, look_up)
        places = _places(addresses, found.proxied)
        words = _try_all(way, places, found, clock, pause)
        found.trouble = _trouble(found, words)
        if order.thorough and order.port not in PLAIN and (place := _answering(found, places)):
            _handshake(order, way, place, found, clock)
    except Stop as stop:
        found.trouble = str(stop)
        if not found.tries:
            found.name = None
    return found


# -- the way there


def _way(order: Order, environment: Mapping[str, str]) -> Way:
    proxy = order.proxy
    if proxy == "none" or (proxy == "system" and not any(environment.get(name) for name in _VARIABLES)):
        return Way(order.host, order.port)
    from agent.connection import proxies
    from agent.errors import ProxyError

    try:
        url = proxies.choose(order.host, proxy, environment)
    except ProxyError as error:
        raise Stop("proxy_unusable") from error
    return Way(order.host, order.port) if url is None else _through(url, order)


def _through(url: str, order: Order) -> Way:
    from base64 import b64encode
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    way = Way(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    host = f"[{order.host}]" if ":" in order.host else order.host
    try:
        name = f"{host.encode('idna').decode('ascii') if not host.isascii() else host}:{order.port}"
    except UnicodeError as error:
        raise Stop("name_unknown") from error
    lines = [f"CONNECT {name} HTTP/1.1", f"Host: {name}"]
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        secret = b64encode(user.encode("utf-8", "surrogateescape"))  # as the environment's bytes were
        lines.append(f"Proxy-Authorization: Basic {secret.decode('ascii')}")
    way.question = "\r\n".join([*lines, "", ""]).encode("ascii")
    if parts.scheme == "https":
        way.proxy_tls = _context(order)
    return way


def _context(order: Order, sparing: bool = False) -> ssl.SSLContext:
    from agent.connection.trust import at_hand, read_once
    from agent.errors import TlsError

    try:
        return (at_hand if sparing else read_once)(order.ca, order.system_trust)
    except TlsError as error:
        raise Stop("issuer") from error


def _addresses(
    way: Way, look_up: Callable[..., Any], clock: Callable[[], float]
) -> tuple[list[tuple[int, Any]], float | None]:
    """((family, address) in the system's order, milliseconds of the look-up; None for no name)."""
    try:
        return _ask(look_up, way.host, way.port, _socket.AI_NUMERICHOST), None
    except (OSError, UnicodeError):
        start = clock()
    outcome: list[Any] = []
    done = _thread.allocate_lock()
    done.acquire()

    def ask() -> None:  # in a thread: the system's resolver cannot be told how long to take
        try:
            outcome.append(_ask(look_up, way.host, way.port))
        except (OSError, UnicodeError) as error:
            outcome.append(error)
        finally:
            outcome.append(clock())
            done.release()

    _thread.start_new_thread(ask, ())
    if not done.acquire(timeout=LOOKUP):
        STUCK.append("look-up")
    found = outcome[0] if len(outcome) == 2 else _socket.gaierror(_socket.EAI_AGAIN, "too slow")
    if isinstance(found, Exception) or not found:
        raise Stop(_nameless(way, found))
    return found, (outcome[1] - start) * 1000


def _ask(look_up: Callable[..., Any], host: str, port: int, flags: int = 0) -> list[tuple[int, Any]]:
    known = (_socket.AF_INET, _socket.AF_INET6)
    # As bytes, or Python would load its tables for names in other scripts each time.
    name = host.encode("ascii") if host.isascii() else host.encode("idna")
    answers = look_up(name, port, 0, _socket.SOCK_STREAM, 0, flags)
    return [(answer[0], answer[4]) for answer in answers if answer[0] in known]


def _nameless(way: Way, error: object) -> str:
    """The word for a name that is not found."""
    if not any(_has_route(family, address) for family, address in _ANYWHERE):
        return "route"
    if way.question:
        return "proxy_name"
    unsure = getattr(_socket, "EAI_AGAIN", None), getattr(_socket, "EAI_FAIL", None)
    silent = isinstance(error, OSError) and error.errno in unsure
    return "name_silent" if silent else "name_unknown"


def _shun(order: Order, addresses: list[tuple[int, Any]], look_up: Callable[..., Any]) -> None:
    """Stop if the target is the computer of one that must never be reached."""
    own = {_bare(address) for _, address in addresses}
    for host in order.shunned:
        try:
            others = {_bare(address) for _, address in _ask(look_up, host, order.port)}
        except (OSError, UnicodeError):
            continue  # what has no address is not at this one
        if own & others:
            raise Stop("aggregator")


def _bare(address: Any) -> str:
    return str(address[0]).partition("%")[0].removeprefix("::ffff:")


def _places(addresses: list[tuple[int, Any]], proxied: bool) -> list[tuple[int, Any]]:
    """The first address of each family to which a way leads."""
    first: dict[int, Any] = {}
    for family, address in addresses:
        first.setdefault(family, address)
    places = [(family, address) for family, address in first.items() if _has_route(family, address)]
    if not places:
        raise Stop("route")
    return places[:1] if proxied else places


def _has_route(family: int, address: Any) -> bool:
    """Whether a way leads there. Connecting a datagram socket sends nothing."""
    try:
        probe = _socket.socket(family, _socket.SOCK_DGRAM)
    except OSError:
        return False
    try:
        probe.connect(address)
    except OSError:
        return False
    finally:
        probe.close()
    return True


# -- connections


def _try_all(
    way: Way, places: list[tuple[int, Any]], found: Reached, clock: Callable[[], float], pause: Any
) -> list[str]:
    """Try the families in turn, each by itself; the words of those that failed. Each in a thread of its own,
    so that one that hangs delays no other.
    """
    outcomes: list[float | str] = ["silent"] * ATTEMPTS
    done = [_thread.allocate_lock() for _ in outcomes]

    def attempt(i: int, place: tuple[int, Any]) -> None:
        try:
            outcomes[i] = _connect(way, place, clock)
        finally:
            done[i].release()

    for i, lock in enumerate(done):
        lock.acquire()
        _thread.start_new_thread(attempt, (i, places[i % len(places)]))
        if i + 1 < len(done):
            pause(STAGGER)
    STUCK.extend("connection" for lock in done if not lock.acquire(timeout=PATIENCE + 1))
    families = [4 if family == _socket.AF_INET else 6 for family, _ in places]
    found.tries = tuple(
        (families[i % len(families)], None if isinstance(outcome, str) else outcome)
        for i, outcome in enumerate(outcomes)
    )
    return [outcome for outcome in outcomes if isinstance(outcome, str)]


def _connect(way: Way, place: tuple[int, Any], clock: Callable[[], float]) -> float | str:
    """Milliseconds of one connection: to the hello of the target; through a proxy, to its yes."""
    try:
        raw, took = _open(way, place, clock)
    except Stop as stop:
        return str(stop)
    raw.close()
    return took


def _open(way: Way, place: tuple[int, Any], clock: Callable[[], float]) -> tuple[Any, float]:
    """(a socket that leads to the target, milliseconds)."""
    family, address = place
    raw: Any = None
    try:
        raw = _socket.socket(family, _socket.SOCK_STREAM)
        raw.settimeout(PATIENCE)
        start = clock()
        raw.connect(address)
        took = (clock() - start) * 1000
        if way.question:
            if way.proxy_tls is not None:
                raw = _wrapped(raw, way.proxy_tls, way.host)
            took = _asked(raw, way.question, clock)
    except OSError as error:  # what ssl raises, too
        if raw is not None:
            raw.close()
        raise Stop(_failing(error, way)) from error
    except Stop:
        raw.close()
        raise
    return raw, took


def _asked(raw: Any, question: bytes, clock: Callable[[], float]) -> float:
    """Milliseconds that a proxy takes to let us through; Stop if it does not."""
    head = b""
    start = clock()
    raw.sendall(question)
    while b"\r\n\r\n" not in head:
        part = raw.recv(_HEAD)
        head += part
        if not part or len(head) > _HEAD:
            raise Stop("proxy")
        if clock() - start > PATIENCE:
            raise Stop("silent")
    took = (clock() - start) * 1000
    version, _, rest = head.partition(b" ")
    if not version.startswith(b"HTTP/1.") or not rest[:3].isdigit():
        raise Stop("proxy")
    if rest[:1] != b"2":
        raise Stop({b"502": "unreachable", b"503": "unreachable", b"504": "silent"}.get(rest[:3], "proxy"))
    return took


def _failing(error: OSError, way: Way) -> str:
    if isinstance(error, TimeoutError):
        return "proxy_silent" if way.question else "silent"
    if way.question:
        return "proxy_silent"
    return "refused" if isinstance(error, ConnectionRefusedError | ConnectionResetError) else "unreachable"


def _trouble(found: Reached, words: list[str]) -> str:
    """The word for what stands in the way of most connections, or of a whole family."""
    if len(words) > len(found.tries) // 2:
        return max(sorted(set(words)), key=words.count)
    for family in (4, 6):
        took = [took for each, took in found.tries if each == family]
        if took and not any(each is not None for each in took):
            return f"v{family}"
    return ""


def _answering(found: Reached, places: list[tuple[int, Any]]) -> tuple[int, Any] | None:
    """A place that took a connection."""
    for family, took in found.tries:
        if took is not None:
            wanted = _socket.AF_INET if family == 4 else _socket.AF_INET6
            return next(place for place in places if place[0] == wanted)
    return None


# -- TLS


def _handshake(
    order: Order, way: Way, place: tuple[int, Any], found: Reached, clock: Callable[[], float]
) -> None:
    """Note how long a handshake takes, or what it shows that the other side is.

    First with the certificates that are at hand for little. They are trusted in any case; whether the rest is
    to be asked, too, is known when they do not do: then once more, with all that is trusted.
    """
    context = _context(order, sparing=True)
    if not _shake(context, order, way, place, found, clock):
        _shake(_context(order), order, way, place, found, clock, is_final=True)


def _shake(
    context: ssl.SSLContext,
    order: Order,
    way: Way,
    place: tuple[int, Any],
    found: Reached,
    clock: Callable[[], float],
    is_final: bool = False,
) -> bool:
    """One handshake; False if its certificate does not do and this was not to be the last."""
    import ssl

    try:
        raw, _ = _open(way, place, clock)
    except Stop:
        return True  # connections fail now and then; that is counted already
    raw.settimeout(HANDSHAKE)
    start = clock()
    try:
        _wrapped(raw, context, order.host).close()
    except ssl.SSLCertVerificationError as error:
        if not is_final:
            return False
        if error.verify_code in _NAME:
            raise Stop("stranger") from error
        found.trouble = "expired" if error.verify_code in _TIME else "issuer"
    except OSError as error:
        odd = getattr(error, "reason", None) in (
            "WRONG_VERSION_NUMBER",
            "HTTP_REQUEST",
            "RECORD_LAYER_FAILURE",
        )
        if odd and order.port == _TLS:
            raise Stop("stranger") from error
        # Elsewhere a target need not speak TLS at all.
        found.trouble = "tls" if order.port == _TLS else found.trouble
    else:
        found.tls = (clock() - start) * 1000
    finally:
        raw.close()
    return True


def _wrapped(raw: Any, context: ssl.SSLContext, name: str) -> Any:
    """TLS over a socket, which is closed if it fails."""
    import socket

    # The C half is not enough here; a tunnel within TLS to a proxy is wrapped as it stands.
    plain = raw if isinstance(raw, socket.socket) else socket.socket(fileno=raw.detach())
    plain.settimeout(HANDSHAKE)
    try:
        return context.wrap_socket(plain, server_hostname=name)
    except BaseException:
        plain.close()
        raise
