"""An operator's keys: made once, in a folder of its own; HPKE keys are replaced, old ones destroyed."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from dap.constants import Role
from dap.dialect import DAP18, DIALECTS
from dap.errors import DapError
from dap.hpke import SEED_SIZE, HpkeKey, generate
from dap.task import fingerprint, is_loopback, require_url
from server.config import PEERS, SETTINGS_FILE, Settings, load_peer, own_public, parse_listen
from server.errors import FolderError, NotSetUp, TaskMismatch, UsageError
from server.exchange import as_token
from server.files import write_file
from server.operators import KEYS_FILE, PUBLIC_SUFFIX, Keys, PublicFile, load_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    Randomness = Callable[[int], bytes]

PORTS = {Role.LEADER: 8601, Role.HELPER: 8602, Role.COLLECTOR: 8603}


class Operator(NamedTuple):
    """What a person gives to become an operator."""

    role: Role
    name: str
    contact: str
    url: str = ""  # an aggregator's; a collector has none
    listen: str = ""  # ADDRESS:PORT; taken from a loopback URL, else this machine's own address
    dialect: str = DAP18.name  # how the peer speaks
    certificate: str = ""
    certificate_key: str = ""


def make(
    folder: Path, operator: Operator, *, force: bool = False, random: Randomness = os.urandom
) -> PublicFile:
    """Make an operator's keys in a folder (0700, secrets 0600) and the public file to hand out.

    random: n -> n random bytes.  Refuses a folder that has keys (FolderError) unless `force`, which makes
    new ones: every task and peer of the old ones is void then. UsageError for an unusable name or URL.
    """
    check_text("name", operator.name)
    check_text("contact", operator.contact)
    _check_url(operator)
    settings = _settings(operator)
    if (folder / KEYS_FILE).exists() and not force:
        raise FolderError(
            f"{folder} holds an operator's keys already.",
            "Use it as it is, or repeat with --force: then every task signed with the old keys is void.",
        )
    signing, exchange = (Ed25519PrivateKey.from_private_bytes(random(32)), random(32))
    hpke_key = generate(1, random(SEED_SIZE))
    public_name = f"{slug(operator.name, operator.role)}{PUBLIC_SUFFIX}"
    keys = Keys(
        operator.role, public_name, signing, X25519PrivateKey.from_private_bytes(exchange), (hpke_key,), ()
    )
    public = PublicFile(
        operator.role,
        operator.name,
        operator.contact,
        operator.url,
        signing.public_key().public_bytes_raw(),
        keys.exchange_key.public_key().public_bytes_raw(),
        hpke_key.config,
    )
    _make_private(folder)
    for stale in (folder / PEERS).glob(f"*{PUBLIC_SUFFIX}"):
        stale.unlink()  # the others must be accepted anew with the new keys
    write_file(folder / SETTINGS_FILE, settings.dump(), secret=True)
    write_file(folder / public_name, public.dump(signing))
    write_file(folder / KEYS_FILE, keys.dump(), secret=True)  # last: with it the folder is complete
    return public


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / PEERS).mkdir(exist_ok=True)
    except OSError as error:
        raise FolderError(
            f"{folder} cannot be made: {error.strerror}.", "Name a folder that this account may write."
        ) from error


def check_text(what: str, text: str) -> None:
    """Refuse what a task file could not hold as a line of text (UsageError)."""
    invisible = any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for c in text)
    if not text.strip() or text != text.strip() or len(text) > 500 or invisible:
        raise UsageError(f"--{what} must be one line of visible text, without blanks at its ends.")


def _check_url(operator: Operator) -> None:
    if operator.role is Role.COLLECTOR:
        if operator.url:
            raise UsageError(
                "A collector has no URL: it asks the leader, nobody asks it.", "Leave out --url."
            )
        return
    if not operator.url:
        raise UsageError(
            f"A {operator.role.word} needs --url, the address under which it is reached.",
            "For example --url https://shoal.example.org/dap/ (plain http on this machine only).",
        )
    try:
        require_url(operator.url, "--url")
    except DapError as error:
        raise UsageError(
            f"{error}.",
            "For example https://shoal.example.org/dap/; plain http only for 127.0.0.1, [::1] or localhost.",
        ) from error


def _settings(operator: Operator) -> Settings:
    if operator.dialect not in DIALECTS:
        raise UsageError(f"--dialect {operator.dialect} is none of {', '.join(DIALECTS)}.")
    if bool(operator.certificate) != bool(operator.certificate_key):
        raise UsageError("--certificate and --certificate-key go together.")
    for file in filter(None, (operator.certificate, operator.certificate_key)):
        if not Path(file).is_file():
            raise UsageError(f"{file} is not a file.", "Give the PEM files, or leave both out: plain http.")
    parts = urlsplit(operator.url)
    listen = operator.listen
    if not listen:
        local = parts.scheme == "http" and parts.hostname is not None and is_loopback(parts.hostname)
        host = "127.0.0.1" if parts.hostname == "localhost" or not local else str(parts.hostname)
        port = (parts.port or 80) if local else PORTS[operator.role]
        listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        address = parse_listen(listen)
    except ValueError as error:
        raise UsageError(f"--listen: {error}.", "Write it like 127.0.0.1:8601 or [::1]:8601.") from error
    chain, key = (
        str(Path(file).resolve()) if file else "" for file in (operator.certificate, operator.certificate_key)
    )
    return Settings(address, operator.dialect, chain, key, upload_token_hash=b"", since=0)


def slug(name: str, role: Role) -> str:
    """A name as a file's: letters, digits and hyphens of it, and the role, so that two never collide."""
    kept = "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower())
    words = "-".join(filter(None, kept.split("-")))[:40]
    if not words:
        return role.word
    return words if words.split("-")[-1] == role.word else f"{words}-{role.word}"


# -- peers ---------------------------------------------------------------------------------------


def known(folder: Path, public: PublicFile) -> bool:
    """Whether these very keys were accepted before, so that nobody need compare fingerprints again."""
    try:
        before = load_peer(folder, public.role)
    except NotSetUp:
        return False
    return (before.signing_key, before.exchange_key) == (public.signing_key, public.exchange_key)


def accept(folder: Path, public: PublicFile, text: str, *, force: bool = False) -> None:
    """Keep another operator's public file, whose fingerprint a person has compared.

    text: the file's own text.  TaskMismatch for other keys than were accepted before, unless `force`; for
    this folder's own role, or its own keys.
    """
    keys = load_keys(folder)
    own = own_public(folder, keys)
    if public.role is keys.role or public.signing_key == own.signing_key:
        raise TaskMismatch(
            f"{public.role.word}: this folder is the {keys.role.word}'s own.", "Give the other's public file."
        )
    path = folder / PEERS / f"{public.role.word}{PUBLIC_SUFFIX}"
    if path.exists() and not known(folder, public) and not force:
        raise TaskMismatch(
            f"{public.role.word}.signing_key: another {public.role.word} was accepted in {folder} before.",
            "If its operator really made new keys, compare the fingerprints and repeat with --force.",
        )
    write_file(path, text)


def public_fingerprint(public: PublicFile) -> str:
    """What two people read to each other: it stands for the whole public file, which its key has signed."""
    return fingerprint(public.signing_key)


# -- HPKE keys -----------------------------------------------------------------------------------


def renew_hpke(folder: Path, now: int, random: Randomness = os.urandom) -> HpkeKey:
    """Make a new HPKE key, first in line, and a new public file; the old key still opens what it must.

    now: UTC seconds, noted as the moment at which the old key was replaced.
    """
    keys = load_keys(folder)
    public = own_public(folder, keys)
    used = {key.config.id for key in keys.hpke_keys}
    newest = keys.hpke_keys[0].config.id
    free = next((i % 256 for i in range(newest + 1, newest + 256) if i % 256 not in used), None)
    if free is None:
        raise FolderError(f"{folder} holds 256 HPKE keys.", "Destroy old ones: shoal-server task destroy-key")
    key = generate(free, random(SEED_SIZE))
    newer = keys._replace(hpke_keys=(key, *keys.hpke_keys), replaced=(now, *keys.replaced))
    write_file(folder / KEYS_FILE, newer.dump(), secret=True)
    write_file(folder / keys.public_name, public._replace(hpke_config=key.config).dump(keys.signing_key))
    return key


def destroy_hpke(
    folder: Path, key_id: int, *, needed_until: Callable[[int], int], now: int, force: bool
) -> None:
    """Destroy an old HPKE key: nobody can open what was sealed to it any more.

    needed_until: when replaced -> until when honest reports may still be sealed to it (UTC seconds).
    FolderError for the current key, an unknown one, or one still needed (unless `force`).
    """
    keys = load_keys(folder)
    ids = [key.config.id for key in keys.hpke_keys]
    if key_id not in ids:
        raise FolderError(f"{folder} has no HPKE key {key_id}.", f"It has {', '.join(map(str, ids))}.")
    position = ids.index(key_id)
    if position == 0:
        raise FolderError(
            f"HPKE key {key_id} is the current one.", "Make a newer one first: shoal-server task renew"
        )
    until = needed_until(keys.replaced[position - 1])
    if now < until and not force:
        days = -(-(until - now) // 86_400)
        raise FolderError(
            f"HPKE key {key_id} may be needed for {days} more days: reports sealed to it wait.",
            "Wait, or repeat with --force and lose them.",
        )
    left = keys._replace(
        hpke_keys=tuple(key for key in keys.hpke_keys if key.config.id != key_id),
        replaced=tuple(at for i, at in enumerate(keys.replaced) if i != position - 1),
    )
    write_file(folder / KEYS_FILE, left.dump(), secret=True)


def new_token(random: Randomness = os.urandom) -> str:
    """A bearer token for the devices: 256 random bits."""
    return as_token(random(32))
