"""An operator's folder as a running role sees it: settings, the signed task, what is derived from both.

    keys.json                    secret, 0600: Ed25519 signing key, X25519 exchange key, HPKE keys
    NAME.operator.json           public, self-signed: what the others need of this operator
    peers/ROLE.operator.json     the others' public files, as compared and accepted
    task.json                    the task file that both operators signed
    settings.json                where to listen, TLS files, the peer's dialect, the upload token's hash
    batches.db or releases.db    made by the roles themselves

What two operators share (verify key, tokens) is in no file: each side derives it when it starts.
"""

from __future__ import annotations

import hashlib
import json
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from dap.constants import Role
from dap.dialect import DIALECTS, Dialect
from dap.errors import DapError, TaskRefused
from dap.task import SignedTask, Task, check_limits
from server import exchange
from server.errors import FolderError, NotSetUp, TaskMismatch
from server.files import Kinds, octets, read_json
from server.operators import PUBLIC_SUFFIX, Keys, PublicFile, load_keys, load_public

if TYPE_CHECKING:
    from pathlib import Path

    from dap.hpke import HpkeConfig, HpkeKey

TASK_FILE = "task.json"
SETTINGS_FILE = "settings.json"
PEERS = "peers"


class Settings(NamedTuple):
    """What an operator may change by hand in settings.json."""

    listen: tuple[str, int]  # address and port to bind
    dialect: str  # how the peer speaks: dap-18 or janus
    certificate: str  # PEM file, or empty: plain http behind a TLS proxy, or on loopback
    certificate_key: str  # PEM file
    upload_token_hash: bytes  # SHA-256 of the devices' token; empty but at a leader
    since: int  # when the task was installed first, UTC seconds: no period before it is collected

    def tls(self, folder: Path) -> tuple[Path, Path] | None:
        """Certificate chain and key, relative ones taken from the folder; None for plain http."""
        if not self.certificate:
            return None
        return folder / self.certificate, folder / self.certificate_key

    def dump(self) -> str:
        """The text of settings.json."""
        host, port = self.listen
        value = {
            "shoal": "settings",
            "version": 1,
            "listen": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "dialect": self.dialect,
            "certificate": self.certificate,
            "certificate_key": self.certificate_key,
            "upload_token_hash": self.upload_token_hash.hex(),
            "since": self.since,
        }
        return json.dumps(value, indent=2) + "\n"


_SETTINGS_KEYS: Kinds = {
    "shoal": str,
    "version": int,
    "listen": str,
    "dialect": str,
    "certificate": str,
    "certificate_key": str,
    "upload_token_hash": str,
    "since": int,
}


def parse_listen(text: str) -> tuple[str, int]:
    """`127.0.0.1:8601` or `[::1]:8601` as address and port; ValueError otherwise."""
    parts = urlsplit(f"//{text}")
    if parts.hostname is None or parts.port is None or parts.path:
        raise ValueError(f"{text!r} is not ADDRESS:PORT")
    return parts.hostname, parts.port


def load_settings(folder: Path) -> Settings:
    """Read settings.json (NotSetUp, FolderError)."""
    path = folder / "settings.json"
    value = read_json(
        path, _SETTINGS_KEYS, missing=f"Set the folder up first: shoal-server init --dir {folder} …"
    )
    if value["shoal"] != "settings" or value["version"] != 1:
        raise FolderError(f"{path} is not a settings file of version 1.")
    if value["dialect"] not in DIALECTS:
        raise FolderError(f"{path}: dialect {value['dialect']!r} is none of {', '.join(DIALECTS)}.")
    if bool(value["certificate"]) != bool(value["certificate_key"]):
        raise FolderError(f"{path}: certificate and certificate_key go together.")
    try:
        listen = parse_listen(value["listen"])
    except ValueError as error:
        raise FolderError(f"{path}: listen: {error}.") from error
    upload = octets(path, "upload_token_hash", value["upload_token_hash"])
    if len(upload) not in (0, 32):
        raise FolderError(f"{path}: upload_token_hash should be 32 bytes or empty.")
    return Settings(
        listen, value["dialect"], value["certificate"], value["certificate_key"], upload, value["since"]
    )


def token_hash(token: str) -> bytes:
    """SHA-256 of a bearer token, which is all that the side that checks it keeps.

    Tokens carry 256 random bits, so that a plain hash cannot be guessed back.
    """
    return hashlib.sha256(token.encode("utf-8")).digest()


# -- what a running role gets --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OperatorConfig:
    """All that a leader or a helper runs with.

    task and configuration are what both operators signed; verify_key and peer_token were derived from
    the exchange and are held by these two only. Tests turn the noise off with
    `dataclasses.replace(config, noise=False)`; no file and no option can.
    """

    role: Role  # LEADER or HELPER
    folder: Path
    task: Task
    configuration: bytes  # the exact TaskConfiguration bytes: part of every AAD
    verify_key: bytes = field(repr=False)  # 32 bytes
    hpke_keys: tuple[HpkeKey, ...] = field(repr=False)  # newest first; older ones still decrypt
    peer_url: str  # the other aggregator's base URL
    peer_token: str = field(repr=False)  # the leader's bearer token for the helper
    collector_token_hash: bytes = field(repr=False)  # SHA-256; empty at the helper
    upload_token_hash: bytes = field(repr=False)  # SHA-256; empty at the helper
    collector_hpke: HpkeConfig
    dialect: Dialect  # how the other aggregator speaks
    listen: tuple[str, int]  # address, port
    tls: tuple[Path, Path] | None  # certificate chain and key (PEM), or None: plain http
    database: Path
    noise: bool = True


@dataclass(frozen=True, slots=True)
class CollectorConfig:
    """All that a collector runs with."""

    folder: Path
    task: Task
    configuration: bytes
    hpke_keys: tuple[HpkeKey, ...] = field(repr=False)
    leader_url: str
    leader_token: str = field(repr=False)  # the collector's bearer token for the leader
    dialect: Dialect  # how the leader speaks
    since: int  # UTC seconds: no period that ended before it is collected
    database: Path


# -- loading -------------------------------------------------------------------------------------


def load_peer(folder: Path, role: Role) -> PublicFile:
    """The public file of another operator, as it was accepted here (NotSetUp, FolderError)."""
    path = folder / PEERS / f"{role.word}{PUBLIC_SUFFIX}"
    if not path.exists():
        raise NotSetUp(
            f"{folder} does not know the {role.word}'s public file.",
            f"Accept it: shoal-server task peer FILE --dir {folder}",
        )
    return load_public(path, role)


def load_signed(path: Path) -> SignedTask:
    """A task file's text, unverified (NotSetUp, FolderError, TaskMismatch naming the field)."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise NotSetUp(
            f"{path} is not there.", "Make it with `shoal-server task new`, or install the signed file."
        ) from error
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        return SignedTask.load(data)
    except TaskRefused as error:
        raise TaskMismatch(f"{path}: {error}.") from error


def own_public(folder: Path, keys: Keys) -> PublicFile:
    """The folder's own public file; FolderError if it belongs to other keys."""
    public = load_public(folder / keys.public_name, keys.role)
    if public.signing_key != keys.signing_key.public_key().public_bytes_raw():
        raise FolderError(f"{folder / keys.public_name} does not belong to the keys beside it.")
    return public


def verified(signed: SignedTask, leader: PublicFile, helper: PublicFile) -> Task:
    """The task, signed by both operators as known here and within the limits; TaskMismatch naming the field.

    A demo task is accepted: its operators accepted it when they signed, and it says so everywhere.
    """
    try:
        task = signed.verify(leader.signing_key, helper.signing_key)
        check_limits(task, demo_allowed=True)
    except (TaskRefused, DapError) as error:
        raise TaskMismatch(f"The task file is refused: {error}.") from error
    endpoints = (task.config.leader_aggregator_endpoint, task.config.helper_aggregator_endpoint)
    for public, url in zip((leader, helper), endpoints, strict=True):
        if public.url != url:
            raise TaskMismatch(
                f"{public.role.word}_url: the task says {url}, but its public file {public.url}.",
                "URLs are compared letter by letter; a slash at the end counts.",
            )
    return task


def load(folder: Path) -> OperatorConfig:
    """A leader's or helper's folder, checked from end to end (NotSetUp, FolderError, TaskMismatch)."""
    keys = load_keys(folder)
    if keys.role not in (Role.LEADER, Role.HELPER):
        raise NotSetUp(
            f"{folder} is a {keys.role.word}'s folder, and no aggregator's.",
            f"Run it: shoal-server collect --dir {folder}",
        )
    settings = load_settings(folder)
    own = own_public(folder, keys)
    other = Role.HELPER if keys.role is Role.LEADER else Role.LEADER
    peer, collector = load_peer(folder, other), load_peer(folder, Role.COLLECTOR)
    leader, helper = (own, peer) if keys.role is Role.LEADER else (peer, own)
    task = verified(load_signed(folder / TASK_FILE), leader, helper)
    shared = exchange.between_aggregators(keys, leader, helper, task.configuration)
    require_own(task, keys, shared.task_id)
    at_leader = keys.role is Role.LEADER
    if at_leader and not settings.upload_token_hash:
        raise NotSetUp(f"{folder} has no upload token.", f"Make one: shoal-server task token --dir {folder}")
    token = exchange.collector_token(keys, collector, leader, task.configuration) if at_leader else None
    return OperatorConfig(
        role=keys.role,
        folder=folder,
        task=task,
        configuration=task.configuration,
        verify_key=shared.verify_key,
        hpke_keys=keys.hpke_keys,
        peer_url=peer.url,
        peer_token=shared.token,
        collector_token_hash=b"" if token is None else token_hash(token),
        upload_token_hash=settings.upload_token_hash if at_leader else b"",
        collector_hpke=collector.hpke_config,
        dialect=DIALECTS[settings.dialect],
        listen=settings.listen,
        tls=_require_tls(settings.tls(folder)),
        database=folder / "batches.db",
    )


def _require_tls(files: tuple[Path, Path] | None) -> tuple[Path, Path] | None:
    """The certificate chain and its key, if a server can use them; FolderError naming the file.

    Found out here, before anything says that it is ready.
    """
    for file in files or ():
        try:
            file.read_bytes()
        except OSError as error:
            raise FolderError(
                f"{file} cannot be read: {error.strerror}.",
                "See `certificate` and `certificate_key` in settings.json; both empty means plain http.",
            ) from error
    if files is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*files, password=_no_password)
        except (ssl.SSLError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise FolderError(
                f"{files[0]} and {files[1]} are no certificate chain and its key: {reason}.",
                "Both must be PEM, the key without a password and the one of the first certificate.",
            ) from error
    return files


def _no_password() -> str:
    """Instead of a question on the terminal, which a service cannot answer."""
    raise ValueError("the key has a password")


def require_own(task: Task, keys: Keys, task_id: bytes) -> None:
    """Refuse a task whose id is not what the exchange gives, or that names an HPKE key not held here."""
    if task.task_id != task_id:
        raise TaskMismatch(
            "task_id: is not the hash of the verify key that this side derives.",
            "The other operator worked with other public files: exchange them again, compare fingerprints.",
        )
    if keys.role in (Role.LEADER, Role.HELPER):
        own = task.operator(keys.role).hpke_config
        if own not in [key.config for key in keys.hpke_keys]:
            raise TaskMismatch(f"{keys.role.word}.hpke_config: is none of the keys in this folder.")


def load_collector(folder: Path) -> CollectorConfig:
    """A collector's folder, checked from end to end (NotSetUp, FolderError, TaskMismatch)."""
    keys = load_keys(folder)
    if keys.role is not Role.COLLECTOR:
        raise NotSetUp(
            f"{folder} is a {keys.role.word}'s folder, and no collector's.",
            f"Run it: shoal-server {keys.role.word} --dir {folder}",
        )
    settings = load_settings(folder)
    own = own_public(folder, keys)
    leader, helper = load_peer(folder, Role.LEADER), load_peer(folder, Role.HELPER)
    task = verified(load_signed(folder / TASK_FILE), leader, helper)
    return CollectorConfig(
        folder=folder,
        task=task,
        configuration=task.configuration,
        hpke_keys=keys.hpke_keys,
        leader_url=leader.url,
        leader_token=exchange.collector_token(keys, own, leader, task.configuration),
        dialect=DIALECTS[settings.dialect],
        since=settings.since,
        database=folder / "releases.db",
    )
